// @ts-check
// Light, dark, or as the system has it: the visitor's choice, which the browser keeps. A link's
// `__theme` goes first; gradio knows that one, and the system's.

const STORE = "st-theme";
export const CHOICES = /** @type {const} */ (["auto", "light", "dark"]);

/** @typedef {typeof CHOICES[number]} Choice */

const system = window.matchMedia("(prefers-color-scheme: dark)");

/** @returns {Choice} */
export function choice() {
  const linked = new URLSearchParams(window.location.search).get("__theme");
  const named = linked ?? stored();
  return CHOICES.find((one) => one === named) ?? "auto";
}

function stored() {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null; // the browser keeps nothing
  }
}

/** From now on, and at the next visit. @param {Choice} wanted */
export function choose(wanted) {
  try {
    localStorage.setItem(STORE, wanted);
  } catch {
    // for this visit alone
  }
  const address = new URL(window.location.href);
  if (address.searchParams.has("__theme")) {
    address.searchParams.delete("__theme");
    window.history.replaceState(window.history.state, "", address);
  }
  apply();
}

function apply() {
  const wanted = choice();
  const isDark = wanted === "auto" ? system.matches : wanted === "dark";
  if (document.body.classList.contains("dark") !== isDark)
    document.body.classList.toggle("dark", isDark);
}

/** Keep the page so, whoever else changes it: gradio follows the system alone. */
export function watchLight() {
  system.addEventListener("change", apply);
  new MutationObserver(apply).observe(document.body, { attributeFilter: ["class"] });
  apply();
}
