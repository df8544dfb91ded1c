// @ts-check
// The grid of all heads beside the views.

import { scale } from "../shared/heat.js";
import { font, picture, prepared, styleOf } from "./canvas.js";

/** @typedef {import("./stage.js").AttentionStage} Stage */
/** Levels from 0 to 255: [layers, heads, rows, columns].
 * @typedef {import("../shared/packing.js").Values & {pictures?: HTMLCanvasElement[],
 *   colours?: import("../shared/heat.js").Rgb[]}} Thumbnails */
/** Where the thumbnails stand.
 * @typedef {{left: number, top: number, cell: number, layers: number, heads: number}} GridBox */
/** @typedef {{layer: number | null, head: number | null}} Chosen */

const LEFT = 30; // room for the numbers of the layers, in pixels
const TOP = 22;

/** @param {Stage} stage */
export function drawGrid(stage) {
  const { look } = stage;
  const { grid } = stage.parts;
  const room = grid.parentElement;
  if (!room?.offsetWidth) return; // not part of this view
  const chosen = {
    layer: ["layers", "all"].includes(look.average) ? null : look.layer - 1,
    head: ["heads", "all"].includes(look.average) ? null : look.head - 1,
  };
  const stacked = stage.element.offsetWidth < 760;
  const share = ["heat", "lines"].includes(stage.panel) ? 0.44 : 0.26; // tables need the room
  const wide = stacked ? stage.element.offsetWidth : stage.element.offsetWidth * share;
  stage.box = drawThumbnails(grid, stage.thumbnails[look.stack], wide, stacked ? 640 : 660, chosen);
  room.style.width = stacked ? "" : `${grid.offsetWidth}px`;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Thumbnails} thumbnails
 * @param {number} width
 * @param {number} height
 * @param {Chosen} chosen
 * @returns {GridBox}
 */
function drawThumbnails(canvas, thumbnails, width, height, chosen) {
  const [layers, heads] = thumbnails.shape;
  const gap = layers * heads > 150 ? 2 : 4;
  const room = { x: (width - LEFT) / heads, y: (height - TOP) / layers };
  const cell = Math.max(14, Math.min(room.x, room.y, 112));
  const box = { left: LEFT, top: TOP, cell, layers, heads };
  const context = prepared(canvas, LEFT + cell * heads, TOP + cell * layers);
  context.imageSmoothingEnabled = false;
  for (let layer = 0; layer < layers; layer += 1)
    for (let head = 0; head < heads; head += 1) {
      const [x, y] = [LEFT + head * cell, TOP + layer * cell];
      context.drawImage(thumbnail(thumbnails, layer * heads + head), x, y, cell - gap, cell - gap);
    }
  context.fillStyle = styleOf(canvas, "--st-quiet");
  numbered(context, box, gap);
  context.strokeStyle = styleOf(canvas, "--st-chosen");
  if (chosen.layer !== null || chosen.head !== null) framed(context, box, gap, chosen);
  return box;
}

/**
 * Kept with the thumbnails.
 * @param {Thumbnails} thumbnails
 * @param {number} number
 */
function thumbnail(thumbnails, number) {
  const [, , rows, columns] = thumbnails.shape;
  const colours = scale("st-scale");
  if (thumbnails.colours !== colours) thumbnails.pictures = [];
  thumbnails.colours = colours;
  const from = number * rows * columns;
  thumbnails.pictures ??= [];
  thumbnails.pictures[number] ??= picture(
    rows,
    columns,
    (at) => colours[thumbnails.values[from + at]],
  );
  return thumbnails.pictures[number];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {GridBox} box
 * @param {number} gap
 */
function numbered(context, { cell, layers, heads }, gap) {
  const middle = (/** @type {number} */ at) => at * cell + (cell - gap) / 2;
  context.font = font(Math.min(14, cell * 0.6), 600);
  context.textAlign = "center";
  for (let head = 0; head < heads; head += 1)
    context.fillText(`${head + 1}`, LEFT + middle(head), 15);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (let layer = 0; layer < layers; layer += 1)
    context.fillText(`${layer + 1}`, LEFT - 8, TOP + middle(layer));
}

/**
 * Around the chosen head; around a row or a column where the others are averaged.
 * @param {CanvasRenderingContext2D} context
 * @param {GridBox} box
 * @param {number} gap
 * @param {Chosen} chosen
 */
function framed(context, { cell, layers, heads }, gap, { layer, head }) {
  const [x, y] = [LEFT + (head ?? 0) * cell, TOP + (layer ?? 0) * cell];
  const wide = (head === null ? heads * cell : cell) - gap;
  const tall = (layer === null ? layers * cell : cell) - gap;
  context.lineWidth = 3;
  context.strokeRect(x - 1.5, y - 1.5, wide + 3, tall + 3);
}

/** @param {Stage} stage */
export function wireGrid(stage) {
  const { grid } = stage.parts;
  const { words } = stage;
  /** @param {MouseEvent} event */
  const at = (event) => {
    const { left, top, cell, layers, heads } = stage.box;
    const head = Math.floor((event.offsetX - left) / cell);
    const layer = Math.floor((event.offsetY - top) / cell);
    const isIn = head >= 0 && head < heads && layer >= 0 && layer < layers;
    return isIn ? { layer: layer + 1, head: head + 1 } : null;
  };
  grid.onpointermove = (event) => {
    const found = at(event);
    grid.title = found ? `${words.layer} ${found.layer}, ${words.head} ${found.head}` : "";
    grid.style.cursor = found ? "pointer" : "";
  };
  grid.onclick = (event) => {
    const found = at(event);
    if (found) stage.go({ ...found, average: "none" });
  };
}
