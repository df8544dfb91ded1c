// @ts-check
// The view "Heat-map": one head's matrix, to point at and to click.

import { make } from "../../shared/dom.js";
import { drawHeat } from "../heatmap.js";
import { drawing, zoomButton } from "./parts.js";

/** @typedef {import("../stage.js").AttentionStage} Stage */

const MARKS = [0, 0.01, 0.1, 0.25, 0.5, 1]; // on the scale

/** @param {Stage} stage */
export function heatPanel(stage) {
  const canvas = drawing("at-heat", stage.words.heat_label);
  const { panel } = stage.parts;
  const over = make("div", { class: "at-over" }, legend(stage.words), zoomButton(stage));
  panel.replaceChildren(over, canvas);
  /** @type {import("../heatmap.js").Box | null} */
  let box = null;
  stage.drawPanel = () => {
    const width = panel.clientWidth;
    const height = Math.max(460, Math.min(760, width * 0.95));
    box = drawHeat(canvas, stage.scene(), width, height);
  };
  /** @param {MouseEvent} event @returns {import("../canvas.js").Place} */
  const at = (event) => {
    if (!box) return { row: null, column: null };
    const { r0, r1, c0, c1, top, left, cell } = box;
    const row = r0 + Math.floor((event.offsetY - top) / cell);
    const column = c0 + Math.floor((event.offsetX - left) / cell);
    return {
      row: row >= r0 && row < r1 ? row : null,
      column: column >= c0 && column < c1 ? column : null,
    };
  };
  canvas.onpointermove = (event) => {
    const { row, column } = at(event);
    stage.point(row, row === null ? null : column);
  };
  canvas.onpointerleave = () => stage.point(null, null);
  canvas.onclick = (event) => {
    const { row } = at(event);
    if (row !== null) stage.pin(row);
  };
}

/** @param {Texts} words */
function legend(words) {
  const marks = MARKS.map((mark) => {
    const place = { style: `left:${Math.sqrt(mark) * 100}%` };
    return make("i", place, `${mark}`.replace(/^0\./, "."));
  });
  return make(
    "div",
    { class: "at-legend" },
    make("span", {}, words.weight),
    make("div", { class: "at-scale" }, ...marks),
  );
}
