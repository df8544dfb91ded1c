// @ts-check
// One head as a heat-map, with the names of its tokens.

import { heat, isDark, textOn } from "../shared/heat.js";
import { font, picture, prepared, shortened, styleOf, typeScale } from "./canvas.js";

/** @typedef {import("./canvas.js").Scene} Scene */
/** @typedef {import("./canvas.js").Matrix} Matrix */
/** @typedef {import("./canvas.js").Place} Place */
/** Where the cells stand.
 * @typedef {import("./canvas.js").Window & {left: number, top: number, cell: number}} Box */

const LABELS = { left: 112, top: 92 }; // room for names, in pixels
const NUMBERED = 20; // pixels of a cell that has room for its number
const LEAN = 34; // pixels that the last name leans out to the right

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @param {number} width
 * @param {number} height
 * @returns {Box}
 */
export function drawHeat(canvas, scene, width, height) {
  const { window: seen, active } = scene;
  const [tall, wide] = [seen.r1 - seen.r0, seen.c1 - seen.c0];
  const scale = typeScale();
  const left = Math.min(LABELS.left * scale, width * 0.28);
  const top = LABELS.top * scale;
  const room = { x: (width - left - LEAN) / wide, y: (height - top) / tall };
  const cell = Math.max(Math.min(room.x, room.y, 64 * scale), 0.5);
  const context = prepared(canvas, width, top + cell * tall + 6);
  const box = { left, top, cell, ...seen };
  context.imageSmoothingEnabled = false;
  context.drawImage(pictureOf(scene.matrix, seen), left, top, cell * wide, cell * tall);
  if (cell > 12) ruled(context, box, styleOf(canvas, "--st-paper"));
  if (cell >= NUMBERED) numbered(context, scene.matrix, box);
  labelled(context, canvas, scene, box);
  if (active.row !== null) framed(context, box, active, styleOf(canvas, "--st-chosen"));
  return box;
}

/**
 * Kept with the matrix: pointing at a cell draws the frame again, not a quarter of a million cells.
 * @param {Matrix} matrix
 * @param {import("./canvas.js").Window} window
 */
function pictureOf(matrix, { r0, r1, c0, c1 }) {
  const part = `${r0} ${r1} ${c0} ${c1} ${isDark()}`;
  if (matrix.picture && matrix.pictured === part) return matrix.picture;
  const columns = matrix.shape[1];
  const wide = c1 - c0;
  matrix.picture = picture(r1 - r0, wide, (cell) =>
    heat(matrix.values[(r0 + Math.floor(cell / wide)) * columns + c0 + (cell % wide)]),
  );
  matrix.pictured = part;
  return matrix.picture;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {string} colour
 */
function ruled(context, { left, top, cell, r0, r1, c0, c1 }, colour) {
  const [tall, wide] = [r1 - r0, c1 - c0];
  context.fillStyle = colour;
  for (let row = 1; row < tall; row += 1)
    context.fillRect(left, top + row * cell - 0.5, wide * cell, 1);
  for (let column = 1; column < wide; column += 1)
    context.fillRect(left + column * cell - 0.5, top, 1, tall * cell);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Matrix} matrix
 * @param {Box} box
 */
function numbered(context, matrix, { left, top, cell, r0, r1, c0, c1 }) {
  context.font = font(Math.min(15 * typeScale(), Math.max(10, cell * 0.36)));
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let row = r0; row < r1; row += 1) {
    for (let column = c0; column < c1; column += 1) {
      const weight = matrix.values[row * matrix.shape[1] + column];
      if (weight < 0.005) continue;
      const text = weight.toFixed(2).replace(/^0/, "");
      context.fillStyle = textOn(heat(weight));
      context.fillText(text, left + (column - c0 + 0.5) * cell, top + (row - r0 + 0.5) * cell);
    }
  }
}

/**
 * Token names; where there is no room for all, only every n-th and the active ones.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @param {Box} box
 */
function labelled(context, canvas, { rows, columns, active, matrix }, box) {
  const { left, top, cell, r0, r1, c0, c1 } = box;
  const size = Math.max(10, Math.min(16 * typeScale(), cell * 0.75));
  const every = Math.max(1, Math.ceil((size + 2) / cell));
  const strong = strongestColumns(matrix, active.row, every > 1 ? 4 : 0);
  const [quiet, bold] = [styleOf(canvas, "--st-quiet"), styleOf(canvas, "--st-ink")];
  /** @param {boolean} isActive */
  const write = (isActive) => {
    context.font = font(size, isActive ? 700 : 400);
    context.fillStyle = isActive ? bold : quiet;
  };
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (let row = r0; row < r1; row += 1) {
    const isActive = row === active.row;
    if (!isActive && ((row - r0) % every || near(row, active.row, every))) continue;
    write(isActive);
    const text = shortened(context, rows[row].label, left - 12);
    context.fillText(text, left - 7, top + (row - r0 + 0.5) * cell);
  }
  context.textAlign = "left";
  for (let column = c0; column < c1; column += 1) {
    const isActive = column === active.column || strong.includes(column);
    const shadowed = [active.column, ...strong].some((other) => near(column, other, every));
    if (!isActive && ((column - c0) % every || shadowed)) continue;
    context.save();
    context.translate(left + (column - c0 + 0.5) * cell, top - 6);
    context.rotate(-Math.PI / 3);
    write(isActive);
    context.fillText(shortened(context, columns[column].label, top), 0, 0);
    context.restore();
  }
}

/**
 * @param {number} index
 * @param {number | null} other
 * @param {number} every
 */
const near = (index, other, every) =>
  every > 1 && other !== null && index !== other && Math.abs(index - other) < every;

/**
 * The columns of a row's largest weights, not too close to one another.
 * @param {Matrix} matrix
 * @param {number | null} row
 * @param {number} count
 */
function strongestColumns({ shape, values }, row, count) {
  if (row === null || !count) return [];
  const line = values.slice(row * shape[1], (row + 1) * shape[1]);
  const order = [...line.keys()].sort((a, b) => line[b] - line[a]);
  /** @type {number[]} */
  const apart = [];
  for (const column of order) {
    if (apart.every((other) => Math.abs(other - column) > 6)) apart.push(column);
    if (apart.length === count) break;
  }
  return apart;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Place} active
 * @param {string} colour
 */
function framed(context, { left, top, cell, r0, r1, c0, c1 }, { row, column }, colour) {
  context.strokeStyle = colour;
  const thick = Math.max(cell, 2) + 2;
  if (row !== null && row >= r0 && row < r1) {
    context.lineWidth = 2.5;
    context.strokeRect(left - 1, top + (row - r0) * cell - 1, (c1 - c0) * cell + 2, thick);
  }
  if (column !== null && column >= c0 && column < c1) {
    context.lineWidth = 1.5;
    context.strokeRect(left + (column - c0) * cell - 1, top - 1, thick, (r1 - r0) * cell + 2);
  }
}
