// @ts-check
// The veil over a picture: dark where the model did not look.

import { make, pen } from "../shared/dom.js";
import { bytesOf } from "../shared/packing.js";

/**
 * Where the model looked for one word: a level from 0 to 255 for each cell, row by row.
 * @typedef {object} AttributionMap
 * @property {number} rows
 * @property {number} columns
 * @property {string} data the levels in base64, over the largest share
 * @property {number} share the largest one, 0 to 1
 * @property {string} largest the same as text
 */
/** @typedef {[number, number, number, number]} Frame left, top, width, height: the part that the model saw */

const DARK = 0.8; // how dark the picture gets where the model did not look
const SIDE = 384; // pixels of the veil's width

/**
 * Leaves the veil without any darkness, as large as the picture wants it.
 * @param {HTMLCanvasElement} veil
 * @param {HTMLImageElement} image
 */
export function lift(veil, { naturalWidth, naturalHeight }) {
  veil.width = SIDE;
  veil.height = Math.round((SIDE * naturalHeight) / (naturalWidth || 1)) || SIDE;
}

/**
 * Darkens all but what the model looked at.
 * @param {HTMLCanvasElement} veil
 * @param {Frame} frame
 * @param {AttributionMap} map
 */
export function darken(veil, [left, top, wide, tall], map) {
  const context = pen(veil);
  /** @type {Frame} */
  const box = [left * veil.width, top * veil.height, wide * veil.width, tall * veil.height];
  context.fillStyle = `rgba(0, 0, 0, ${DARK})`;
  context.fillRect(0, 0, veil.width, veil.height);
  context.clearRect(...box);
  context.imageSmoothingQuality = "high";
  context.drawImage(darkness(map), ...box);
}

/** @param {AttributionMap} map */
function darkness({ rows, columns, data }) {
  const small = make("canvas", { width: columns, height: rows });
  const pixels = new ImageData(columns, rows);
  for (const [cell, level] of bytesOf(data).entries())
    pixels.data[cell * 4 + 3] = Math.round(255 * DARK * (1 - level / 255));
  pen(small).putImageData(pixels, 0, 0);
  return small;
}

/**
 * The share of a word's map that lies at a place, from 0 to 1 on both axes.
 * @param {AttributionMap} map
 * @param {number} across
 * @param {number} down
 */
export function shareAt({ rows, columns, data, share }, across, down) {
  const cell = Math.floor(down * rows) * columns + Math.floor(across * columns);
  return (share * atob(data).charCodeAt(cell)) / 255;
}
