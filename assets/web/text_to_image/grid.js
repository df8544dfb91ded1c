// @ts-check
// What if: a grid of pictures under two settings, and two pictures with what changed between them.

import { make } from "../shared/dom.js";
import { saveLinks } from "./files.js";

/** @typedef {{file: string | null, prompt: string, blocked: boolean}} Cell */
/** @typedef {{name: string, values: string[]}} Axis */
/**
 * @typedef {object} GridData
 * @property {"grid"} kind
 * @property {Texts} words
 * @property {Axis} rows
 * @property {Axis} columns
 * @property {boolean} swap whether it is two pictures of which a word was swapped
 * @property {Cell[]} pictures row by row, as far as they are there
 * @property {string | null} difference
 * @property {string | null} sheet the path of all pictures in one file
 */

/** @param {GridData} data */
export const grid = (data) => (data.swap ? swap(data) : table(data));

/** @param {Cell | undefined} cell */
function picture(cell) {
  if (!cell) return make("span", { class: "dr-waiting", "aria-hidden": "true" });
  if (cell.blocked) return make("span", { class: "dr-blocked" }, "–");
  return make("img", { src: cell.file, alt: cell.prompt });
}

/** @param {GridData} data */
const saves = ({ words, sheet }) => sheet && saveLinks(words, { png: sheet });

/** @param {GridData} data */
function table(data) {
  const { rows, columns } = data;
  const heads = columns.values.map((value) => make("th", { scope: "col" }, value));
  const lines = rows.values.map((value, row) => {
    const cells = columns.values.map((_, column) =>
      make("td", {}, picture(data.pictures[row * columns.values.length + column])),
    );
    return make("tr", {}, make("th", { scope: "row" }, value), ...cells);
  });
  const names = [`${rows.name} ↓`, `${columns.name} →`].map((name) => make("b", {}, name));
  return make(
    "div",
    {
      class: "dr-scroll",
      tabindex: "0",
      role: "region",
      "aria-label": `${rows.name}, ${columns.name}`,
    },
    make(
      "table",
      { class: "dr-grid" },
      make("caption", {}, ...names),
      make("thead", {}, make("tr", {}, make("td"), ...heads)),
      make("tbody", {}, ...lines),
    ),
    saves(data),
  );
}

/** @param {GridData} data */
function swap(data) {
  const { words, difference } = data;
  /** @param {Node} content @param {string} text @param {string} [hint] */
  const figure = (content, text, hint) => {
    const below = make("figcaption", {}, make("b", {}, text), hint && make("span", {}, hint));
    return make("figure", {}, content, below);
  };
  const pictures = data.columns.values.map((word, number) =>
    figure(picture(data.pictures[number]), word, data.pictures[number]?.prompt),
  );
  const changed =
    difference &&
    figure(
      make("img", { src: difference, alt: words.difference }),
      words.difference,
      words.difference_hint,
    );
  return make("div", {}, make("div", { class: "dr-swap" }, ...pictures, changed), saves(data));
}
