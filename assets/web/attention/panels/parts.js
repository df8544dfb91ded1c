// @ts-check
// What several views are made of.

import { make } from "../../shared/dom.js";

/** @typedef {import("../stage.js").AttentionStage} Stage */

/** @param {number} value */
export function number(value) {
  const size = Math.abs(value);
  if (size >= 1000) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 2 : 3);
}

/** @param {Iterable<number>} values */
export function largest(values) {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

/** @param {string} text */
export const note = (text) => make("p", { class: "at-note" }, text);

/** @param {string} text */
export const title = (text) => make("h3", {}, text);

/** @param {string} text */
export const status = (text) => make("p", { class: "at-note", role: "status" }, text);

/** @param {string} text */
export const problem = (text) => make("div", { class: "st-notice", role: "alert" }, text);

/**
 * A part of the page that scrolls by itself.
 * @param {string} label
 * @param {Node[]} children
 */
export const scroll = (label, children, classes = "at-scroll") =>
  make("div", { class: classes, tabindex: "0", role: "group", "aria-label": label }, ...children);

/**
 * @param {Node[]} heads cells of the head
 * @param {Node[]} lines rows of the body
 */
export const table = (heads, lines, classes = "at-table") =>
  make(
    "table",
    { class: classes },
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...lines),
  );

/** @param {import("../../shared/dom.js").Child} text */
export const head = (text) => make("th", { scope: "col" }, text);

/** @param {import("../../shared/dom.js").Child} name */
export const lineHead = (name) => make("th", { scope: "row" }, name);

/**
 * A canvas that can be saved as a picture.
 * @param {string} name its class
 * @param {string} label
 */
export const drawing = (name, label) =>
  make("canvas", { role: "img", class: name, "aria-label": label, "data-picture": true });

/**
 * A formula in MathML: ours, no text of others.
 * @param {Stage} stage
 * @param {string} inside
 */
export function math(stage, inside) {
  const label = stage.words.formula;
  const holder = make("div", {
    class: "at-math",
    tabindex: "0",
    role: "group",
    "aria-label": label,
  });
  holder.innerHTML = `<math display="block">${inside}</math>`;
  return holder;
}

/** @param {Stage} stage */
export function zoomButton(stage) {
  if (!stage.canZoom) return null;
  const { words, zoom, panel } = stage;
  const onclick = () => {
    zoom[panel] = !zoom[panel];
    stage.refresh();
  };
  const label = zoom[panel] ? words.zoom_out : words.zoom_in;
  return make("button", { type: "button", class: "at-zoom", onclick }, label);
}
