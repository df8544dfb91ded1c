// @ts-check
// The parts of the stage's page, and where they stand.

import { make } from "../shared/dom.js";

/**
 * @typedef {object} Parts
 * @property {HTMLElement} problem
 * @property {HTMLElement} controls
 * @property {HTMLElement} tokens
 * @property {HTMLElement} readout
 * @property {HTMLCanvasElement} grid of all heads
 * @property {HTMLElement} tabs
 * @property {HTMLElement} panel the view that is open
 * @property {HTMLElement} exports
 * @property {HTMLElement} all
 * @property {HTMLElement | null} rowList the tokens that look, where they are a text of their own
 * @property {HTMLElement} columnList
 */

/**
 * @param {Texts} words
 * @returns {Parts}
 */
export function layOut(words) {
  const problem = make("div", { class: "st-notice", role: "alert", hidden: true });
  const controls = make("div", { class: "at-controls" });
  const tokens = make("div", { class: "at-tokens" });
  const readout = make("p", { class: "at-readout", role: "status" });
  const grid = make("canvas", { role: "img", "aria-label": words.grid_label });
  const tabs = make("div", { class: "at-tabs", role: "tablist", "aria-label": words.views });
  const looks = { class: "at-panel", role: "tabpanel", id: "at-panel", tabindex: "0" };
  const panel = make("div", looks);
  const exports = make("div", { class: "at-exports" });
  const hint = make("span", {}, words.all_heads_hint);
  const main = make(
    "div",
    { class: "at-main" },
    make("figure", { class: "at-heads" }, make("figcaption", {}, words.all_heads, hint), grid),
    make("section", { class: "at-view" }, panel, exports),
  );
  const all = make("div", { class: "at" }, problem, controls, tokens, readout, tabs, main);
  const lists = { rowList: null, columnList: tokens };
  return { problem, controls, tokens, readout, grid, tabs, panel, exports, all, ...lists };
}
