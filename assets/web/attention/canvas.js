// @ts-check
// Drawing numbers on canvas: sharp on every screen, one pixel a cell, in the colours of the app.

import { make, pen } from "../shared/dom.js";
import { heat, signed } from "../shared/heat.js";

/** @typedef {import("../shared/packing.js").Values & {pictured?: string, picture?: HTMLCanvasElement}} Matrix */
/** @typedef {import("../shared/heat.js").Rgb} Rgb */
/** The part of a matrix that is seen: rows r0 to r1, columns c0 to c1.
 * @typedef {{r0: number, r1: number, c0: number, c1: number}} Window */
/** @typedef {import("./names.js").Token} Token */
/**
 * What a view of one head is drawn from.
 * @typedef {object} Scene
 * @property {Matrix} matrix
 * @property {Token[]} rows
 * @property {Token[]} columns
 * @property {Window} window
 * @property {Place} active
 * @property {Texts} words
 */
/** @typedef {{row: number | null, column: number | null}} Place */

const FONT =
  '"Atkinson Hyperlegible Next", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** How much larger the page's type is than usual: on a projector, or as the visitor has set it. */
export const typeScale = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

/** @param {number} size in pixels */
export const font = (size, weight = 400) => `${weight} ${size}px ${FONT}`;

/**
 * A CSS variable of the page.
 * @param {HTMLCanvasElement} canvas
 * @param {string} name
 */
export const styleOf = (canvas, name) => getComputedStyle(canvas).getPropertyValue(name).trim();

/**
 * The context of a canvas of that many CSS pixels, empty.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function prepared(canvas, width, height) {
  const ratio = Math.max(window.devicePixelRatio || 1, 1);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = pen(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * A matrix as a picture of one pixel a cell.
 * @param {number} rows
 * @param {number} columns
 * @param {(cell: number) => Rgb} colourAt
 */
export function picture(rows, columns, colourAt) {
  const small = make("canvas", { width: columns, height: rows });
  const context = pen(small);
  const image = context.createImageData(columns, rows);
  const { data } = image;
  for (let cell = 0, at = 0; cell < rows * columns; cell += 1, at += 4) {
    [data[at], data[at + 1], data[at + 2]] = colourAt(cell);
    data[at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return small;
}

/**
 * A text that fits a width.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} width
 */
export function shortened(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  const letters = Array.from(text);
  const cut = (/** @type {number} */ end) => `${letters.slice(0, end).join("")}…`;
  let [end, over] = [1, letters.length];
  while (over - end > 1) {
    // halving: a token of 10,000 letters would take 20 seconds letter by letter
    const middle = (end + over) >> 1;
    if (context.measureText(cut(middle)).width <= width) end = middle;
    else over = middle;
  }
  return cut(end);
}

/**
 * Numbers as one row of coloured cells: negative orange, positive blue.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {number} largest
 */
export function drawStrip(canvas, values, largest, width = 160, height = 18) {
  const context = prepared(canvas, width, height);
  context.imageSmoothingEnabled = false;
  const small = picture(1, values.length, (cell) => signed(values[cell], largest));
  context.drawImage(small, 0, 0, width, height);
}

/**
 * Any matrix (r, c) of weights or of signed numbers, cells as large as they fit; right of `left`,
 * where the rows are numbered if there is room.
 * @param {HTMLCanvasElement} canvas
 * @param {Matrix} matrix
 * @param {number} width
 * @param {number} height
 * @param {"heat" | "signed"} kind
 */
export function drawMatrix(canvas, { shape, values }, width, height, kind = "heat", left = 0) {
  const [rows, columns] = shape;
  const context = prepared(canvas, width, height);
  context.imageSmoothingEnabled = false;
  context.fillStyle = styleOf(canvas, "--st-quiet");
  context.font = font(12, 600);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (let row = 0; left && row < rows; row += 1)
    context.fillText(`${row + 1}`, left - 8, ((row + 0.5) * height) / rows);
  /** @param {number} cell */
  const colour = (cell) => (kind === "heat" ? heat(values[cell]) : signed(values[cell], 1));
  context.drawImage(picture(rows, columns, colour), left, 0, width - left, height);
}

/**
 * A copy of a canvas on the paper's colour: alone, its light letters would stand on nothing.
 * @param {HTMLCanvasElement} canvas
 */
export function onPaper(canvas) {
  const { width, height } = canvas;
  const page = make("canvas", { width, height });
  const context = pen(page);
  context.fillStyle = styleOf(canvas, "--st-paper");
  context.fillRect(0, 0, width, height);
  context.drawImage(canvas, 0, 0);
  return page;
}
