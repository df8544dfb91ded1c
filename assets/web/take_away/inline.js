// @ts-check
// Everything that a file needs, inside the file: pictures, fonts and style sheets as data.

const OURS = "show-and-tell/";
const FILE = /^\/.*\.(png|webp|jpe?g|gif|svg)$/i; // of the server, as stages are given it
const ASSET = new RegExp(`^${OURS}.*\\.(png|webp|jpe?g|gif|svg)$`, "i");

/**
 * What an address holds, as a data address; "" where it cannot be had.
 * @param {string} address
 */
export async function asData(address) {
  if (address.startsWith("data:")) return address;
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return "";
  const blob = await answer.blob();
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(`${reader.result}`);
    reader.onerror = () => resolve("");
    reader.readAsDataURL(blob);
  });
}

/** The app's style sheets as one text, gradio's variables of the theme among them. */
export async function styles() {
  const links = /** @type {NodeListOf<HTMLLinkElement>} */ (
    document.querySelectorAll(`link[rel="stylesheet"][href*="${OURS}"]`)
  );
  const addresses = [new URL("theme.css", document.baseURI).href];
  for (const { href } of links) if (!addresses.includes(href)) addresses.push(href);
  const own = [...document.querySelectorAll("style")]
    .map((style) => style.textContent ?? "")
    .filter((text) => text.includes("--st-heat"));
  return [...own, ...(await Promise.all(addresses.map(sheet)))].join("\n");
}

/** @param {string} address */
async function sheet(address) {
  const text = await (await fetch(address)).text();
  const fonts = address.includes(OURS) ? text : text.replace(/@font-face\s*\{[^}]*\}/g, "");
  return withData(fonts.replace(/@import[^;]*;/g, ""), /url\((["']?)([^"')]+)\1\)/g, 2, (found) =>
    found.startsWith("data:") ? "" : new URL(found, address).href,
  );
}

/**
 * A text whose addresses have become data.
 * @param {string} text
 * @param {RegExp} pattern
 * @param {number} group of the pattern that has the address
 * @param {(found: string) => string} resolve the whole address; "" for one that stays
 */
async function withData(text, pattern, group, resolve) {
  const known = new Map();
  for (const match of text.matchAll(pattern)) {
    const address = resolve(match[group]);
    if (address && !known.has(match[group])) known.set(match[group], await asData(address));
  }
  return text.replace(pattern, (whole, ...groups) => {
    const found = groups[group - 1];
    return known.has(found) ? whole.replace(found, known.get(found)) : whole;
  });
}

/**
 * HTML whose pictures have become data.
 * @param {string} html
 */
export async function htmlWithData(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const image of template.content.querySelectorAll("img")) {
    const source = image.getAttribute("src") ?? "";
    if (source) image.setAttribute("src", await asData(new URL(source, document.baseURI).href));
    image.removeAttribute("loading");
  }
  return template.innerHTML;
}

/**
 * A value of a stage whose files of the server have become data.
 * @param {any} value
 * @returns {Promise<any>}
 */
export async function valueWithData(value) {
  if (Array.isArray(value)) return Promise.all(value.map(valueWithData));
  if (value && typeof value === "object") {
    const pairs = Object.entries(value).map(async ([name, one]) => [
      name,
      await valueWithData(one),
    ]);
    return Object.fromEntries(await Promise.all(pairs));
  }
  if (typeof value !== "string") return value;
  if (FILE.test(value)) return asData(new URL(`gradio_api/file=${value}`, document.baseURI).href);
  if (ASSET.test(value)) return asData(new URL(value, document.baseURI).href);
  return value;
}
