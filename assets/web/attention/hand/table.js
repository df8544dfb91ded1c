// @ts-check
// One table on the page: its name and size, words or numbers at its edges, and a cell for each number.

import { make } from "../../shared/dom.js";
import { SYMBOLS } from "./tables.js";

/**
 * @typedef {object} Shape
 * @property {string} name of the table
 * @property {Node[]} caption
 * @property {string} label in plain text
 * @property {string[]} rows
 * @property {string[]} columns
 * @property {number} [from] the first column, where it is a head's part of a table
 */
/** @typedef {Map<string, HTMLElement>} Cells by "name:row:column": a td, or the input in it */

/**
 * @param {Shape} shape
 * @param {Cells} cells takes up what is made
 * @param {((input: HTMLInputElement) => void) | null} changed of a table that can be changed
 */
export function tableOf({ name, caption, label, rows, columns, from = 0 }, cells, changed) {
  const lines = rows.map((word, row) => {
    const made = columns.map((heading, column) => {
      const key = `${name}:${row}:${from + column}`;
      const named = `${label} ${word} ${heading}`;
      const cell = changed
        ? make("td", {}, field(key, named, changed))
        : make("td", { "data-cell": key });
      cells.set(key, /** @type {HTMLElement} */ (cell.firstElementChild ?? cell));
      return cell;
    });
    return make("tr", {}, make("th", { scope: "row" }, word), ...made);
  });
  const size = make("small", {}, `${rows.length} × ${columns.length}`);
  const heads = columns.map((one) => make("th", { scope: "col" }, one));
  const table = make(
    "table",
    { class: "hw-table", "data-table": name, "data-yours": Boolean(changed) },
    make("caption", {}, ...caption, " ", size),
    make("thead", {}, make("tr", {}, make("td"), ...heads)),
    make("tbody", {}, ...lines),
  );
  if (changed) walk(table);
  return table;
}

/** @param {string} key @param {string} label @param {(input: HTMLInputElement) => void} changed */
function field(key, label, changed) {
  const looks = {
    inputmode: "decimal",
    autocomplete: "off",
    "data-cell": key,
    "aria-label": label,
  };
  const input = make("input", {
    ...looks,
    tabindex: key.endsWith(":0:0") ? 0 : -1, // one stop for each table; arrows go on from there
    oninput: () => changed(input),
    onfocus: () => input.select(),
  });
  return input;
}

/** Arrows and Enter lead from field to field, as in a spreadsheet. @param {HTMLElement} table */
function walk(table) {
  table.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement)) return;
    const by = stepOf(event.key, input);
    const next = by && table.querySelector(`[data-cell="${moved(input, by)}"]`);
    if (!(next instanceof HTMLInputElement)) return;
    event.preventDefault();
    next.focus();
  });
  table.addEventListener("focusin", ({ target }) => {
    for (const one of table.querySelectorAll("input")) one.tabIndex = one === target ? 0 : -1;
  });
}

/**
 * Rows and columns to go; to the side only where the caret is at the end.
 * @param {string} key
 * @param {HTMLInputElement} input
 */
function stepOf(key, input) {
  const { selectionStart, selectionEnd, value } = input;
  const isWhole = selectionStart === 0 && selectionEnd === value.length;
  if (key === "ArrowUp") return [-1, 0];
  if (key === "ArrowDown" || key === "Enter") return [1, 0];
  if (key === "ArrowLeft" && (isWhole || selectionEnd === 0)) return [0, -1];
  if (key === "ArrowRight" && (isWhole || selectionStart === value.length)) return [0, 1];
  return null;
}

/** @param {HTMLInputElement} input @param {number[]} by */
function moved(input, [down, right]) {
  const [name, row, column] = (input.dataset.cell ?? "").split(":");
  return `${name}:${Number(row) + down}:${Number(column) + right}`;
}

/**
 * A table's symbol: W with a small Q.
 * @param {string} name
 * @param {string} [below] in place of its own
 * @returns {Node}
 */
export function symbol(name, below) {
  const [letter, own] = SYMBOLS[name];
  const index = below ?? own;
  return make("span", { class: "hw-symbol" }, letter, index && make("sub", {}, index));
}
