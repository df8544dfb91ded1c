// @ts-check
// The view "Lines": from the tokens that look to those looked at, as thick as the weights.

import { make } from "../../shared/dom.js";
import { css, rgbOf } from "../../shared/heat.js";
import { font, prepared, shortened, styleOf, typeScale } from "../canvas.js";
import { drawing, zoomButton } from "./parts.js";

/** @typedef {import("../stage.js").AttentionStage} Stage */
/** @typedef {import("../canvas.js").Scene} Scene */
/** Where the two lists of names stand.
 * @typedef {import("../canvas.js").Window &
 *   {step: number, top: number, side: number, left: number, right: number}} Box */
/** @typedef {{row: number, column: number, weight: number}} Line */

const MAX_LINES = 4000; // the strongest ones are drawn
const FAINT = 0.004; // a lower weight is no line

/** @param {Stage} stage */
export function linesPanel(stage) {
  const canvas = drawing("at-lines", stage.words.lines_label);
  const { panel } = stage.parts;
  const all = make("input", {
    type: "checkbox",
    checked: stage.allLines,
    onchange: () => {
      stage.allLines = all.checked;
      stage.draw();
    },
  });
  const label = make("label", { class: "at-check" }, all, make("span", {}, stage.words.all_lines));
  panel.replaceChildren(make("div", { class: "at-over" }, label, zoomButton(stage)), canvas);
  /** @type {Box | null} */
  let box = null;
  stage.drawPanel = () => {
    const scene = stage.scene();
    if (stage.allLines && stage.hover.row === null)
      scene.active = { row: null, column: stage.hover.column };
    box = drawLines(canvas, scene, panel.clientWidth);
  };
  /** @param {MouseEvent} event @returns {import("../canvas.js").Place} */
  const at = (event) => {
    if (!box) return { row: null, column: null };
    const index = Math.floor((event.offsetY - box.top) / box.step);
    const isLeft = event.offsetX < box.left + 30;
    const isRight = event.offsetX > box.right - 30;
    const [row, column] = [box.r0 + index, box.c0 + index];
    return {
      row: isLeft && index >= 0 && row < box.r1 ? row : null,
      column: isRight && !isLeft && index >= 0 && column < box.c1 ? column : null,
    };
  };
  canvas.onpointermove = (event) => {
    const { row, column } = at(event);
    stage.point(row, column);
  };
  canvas.onpointerleave = () => stage.point(null, null);
  canvas.onclick = (event) => {
    const { row } = at(event);
    if (row !== null) stage.pin(row);
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @param {number} width
 * @returns {Box}
 */
function drawLines(canvas, scene, width) {
  const { window: seen, active } = scene;
  const count = Math.max(seen.r1 - seen.r0, seen.c1 - seen.c0);
  const step = Math.max(17, Math.min(44 * typeScale(), 620 / count));
  const top = 34;
  const context = prepared(canvas, width, top + step * count + 8);
  const side = Math.min(190 * typeScale(), width * 0.32);
  const box = { step, top, side, left: side, right: width - side, ...seen };
  const accent = rgbOf(styleOf(canvas, "--st-accent"));
  const chosen = rgbOf(styleOf(canvas, "--st-chosen"));
  for (const { row, column, weight } of strongest(scene)) {
    const [from, to] = [heightOf(box, row - seen.r0), heightOf(box, column - seen.c0)];
    context.beginPath();
    context.moveTo(box.left + 6, from);
    context.bezierCurveTo(width / 2, from, width / 2, to, box.right - 6, to);
    const colour = active.column === column ? chosen : accent;
    context.strokeStyle = css(colour, Math.min(1, 0.18 + weight * 0.82));
    context.lineWidth = 0.8 + weight * Math.min(11, step * 0.45);
    context.stroke();
  }
  named(context, canvas, scene, box);
  return box;
}

/** @param {Box} box @param {number} index */
const heightOf = ({ top, step }, index) => top + (index + 0.5) * step;

/**
 * The lines to draw, the strongest last.
 * @param {Scene} scene
 */
function strongest({ matrix, window: { r0, r1, c0, c1 }, active }) {
  /** @type {Line[]} */
  const lines = [];
  for (let row = r0; row < r1; row += 1) {
    if (active.row !== null && row !== active.row) continue;
    for (let column = c0; column < c1; column += 1) {
      const weight = matrix.values[row * matrix.shape[1] + column];
      if (weight > FAINT) lines.push({ row, column, weight });
    }
  }
  return lines.sort((a, b) => a.weight - b.weight).slice(-MAX_LINES);
}

/**
 * The names on both sides, and the weights of the active token's lines.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @param {Box} box
 */
function named(context, canvas, { matrix, rows, columns, active, words }, box) {
  const [quiet, bold] = [styleOf(canvas, "--st-quiet"), styleOf(canvas, "--st-ink")];
  const size = Math.max(12, Math.min(19 * typeScale(), box.step * 0.62));
  /** @param {boolean} isStrong */
  const write = (isStrong) => {
    context.font = font(size, isStrong ? 700 : 400);
    context.fillStyle = isStrong || active.row === null ? bold : quiet;
  };
  context.textBaseline = "middle";
  context.font = font(14, 600);
  context.fillStyle = quiet;
  context.textAlign = "right";
  context.fillText(words.from, box.left - 6, 14);
  context.textAlign = "left";
  context.fillText(words.to, box.right + 6, 14);
  context.textAlign = "right";
  for (let row = box.r0; row < box.r1; row += 1) {
    write(row === active.row);
    const text = shortened(context, rows[row].label, box.left - 14);
    context.fillText(text, box.left - 6, heightOf(box, row - box.r0));
  }
  context.textAlign = "left";
  for (let column = box.c0; column < box.c1; column += 1) {
    const weight = active.row === null ? 0 : matrix.values[active.row * matrix.shape[1] + column];
    write(column === active.column || weight >= 0.1);
    const number = weight >= 0.005 ? `  ${weight.toFixed(2)}` : "";
    const text = shortened(context, columns[column].label, box.side - 48 * typeScale());
    context.fillText(text + number, box.right + 6, heightOf(box, column - box.c0));
  }
}
