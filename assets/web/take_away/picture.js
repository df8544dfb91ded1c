// @ts-check
// A result as a picture. The SVG holds the result's own HTML (a `foreignObject`), with its styles,
// fonts and pictures inside: browsers draw it at any size, programs such as PowerPoint or Inkscape do
// not. The PNG, twice as large as on the screen, is what those take.

import { pen } from "../shared/dom.js";
import { asData, styles } from "./inline.js";

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 24; // pixels around the result, and between its parts
const SCALE = 2;
const MAX_SIDE = 16_000; // pixels; browsers draw no larger canvas
// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML does not allow, half characters too
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/**
 * @param {HTMLElement[]} elements from top to bottom
 * @returns {Promise<Blob>}
 */
export async function asSvg(elements) {
  return new Blob([(await drawing(elements)).text], { type: "image/svg+xml" });
}

/**
 * @param {HTMLElement[]} elements from top to bottom
 * @returns {Promise<Blob>} throws where the browser lets no such picture be saved (Safari)
 */
export async function asPng(elements) {
  const { text, width, height } = await drawing(elements);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = Math.min(SCALE, MAX_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  pen(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}

/** @param {HTMLElement[]} elements */
async function drawing(elements) {
  const widest = Math.max(...elements.map((one) => one.getBoundingClientRect().width));
  const heights = elements.map((one) => one.getBoundingClientRect().height + MARGIN);
  const width = Math.ceil(widest + 2 * MARGIN);
  const height = Math.ceil(heights.reduce((sum, one) => sum + one, MARGIN));
  const paper = await page(elements, widest);
  const root = document.implementation.createDocument(SVG, "svg").documentElement;
  root.setAttribute("width", `${width}`);
  root.setAttribute("height", `${height}`);
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const frame = document.createElementNS(SVG, "foreignObject");
  frame.setAttribute("width", "100%");
  frame.setAttribute("height", "100%");
  frame.append(paper);
  root.append(frame);
  const text = new XMLSerializer().serializeToString(root).replace(NO_XML, "");
  return { text, width, height };
}

/** The result on paper of its own. @param {HTMLElement[]} elements @param {number} width */
async function page(elements, width) {
  const around = document.querySelector(".gradio-container") ?? document.body;
  const looks = getComputedStyle(around);
  const paper = document.createElement("div");
  paper.className = document.body.classList.contains("dark")
    ? "gradio-container dark"
    : "gradio-container";
  paper.style.cssText =
    `box-sizing: border-box; width: ${Math.ceil(width + 2 * MARGIN)}px; max-width: none; min-height: 100%;` +
    `margin: 0; padding: 0 ${MARGIN}px ${MARGIN}px; overflow: hidden;` +
    `background: ${getComputedStyle(document.body).backgroundColor}; color: ${looks.color};` +
    `font: ${looks.fontSize}/${looks.lineHeight} ${looks.fontFamily};`;
  const sheet = document.createElement("style");
  sheet.textContent = await styles();
  paper.append(sheet);
  for (const element of elements) {
    const place = document.createElement("div");
    place.style.paddingTop = `${MARGIN}px`;
    place.append(await copied(element));
    paper.append(place);
  }
  return paper;
}

/**
 * A copy that needs nothing from outside: canvases and pictures as data, fields as they are.
 * @param {HTMLElement} element
 */
async function copied(element) {
  const copy = /** @type {HTMLElement} */ (element.cloneNode(true));
  const [before, after] = [element, copy].map((one) => [one, ...one.querySelectorAll("*")]);
  for (const [at, one] of before.entries()) {
    const other = after[at];
    if (one instanceof HTMLCanvasElement) other.replaceWith(await frozen(one));
    else if (one instanceof HTMLImageElement && other instanceof HTMLImageElement) {
      other.removeAttribute("loading");
      other.setAttribute("src", one.src ? await asData(one.src) : "");
    } else if (one instanceof HTMLInputElement) {
      other.setAttribute("value", one.value);
      other.toggleAttribute("checked", one.checked);
    } else if (one instanceof HTMLTextAreaElement) other.textContent = one.value;
  }
  return copy;
}

/** What a canvas shows, as a picture of its size. @param {HTMLCanvasElement} canvas */
async function frozen(canvas) {
  const image = new Image();
  image.src = canvas.toDataURL();
  const { width, height } = canvas.getBoundingClientRect();
  image.className = canvas.className;
  image.style.cssText = `${canvas.style.cssText}; width: ${width}px; height: ${height}px`;
  return image;
}
