// @ts-check
// The figures in the tables, their colours, and what a step lights.

import { fill, make, percent } from "../../shared/dom.js";
import { heatStyle } from "../../shared/heat.js";
import { figure } from "./figures.js";
import { reads, WRITES } from "./flow.js";
import { YOURS } from "./tables.js";

/** @typedef {import("./stage.js").HandStage} Stage */

const SHARES = ["weights", "probabilities"];

/** @param {Stage} stage */
export function paint(stage) {
  for (const [key, cell] of stage.cells) {
    const [name, row, column] = key.split(":");
    cell.closest("td")?.classList.remove("hw-read", "hw-written");
    if (!YOURS.includes(name)) paintCell(stage, cell, name, Number(row), Number(column));
  }
  light(stage);
  sayNext(stage);
}

/**
 * @param {Stage} stage
 * @param {HTMLElement} cell
 * @param {string} name
 * @param {number} row
 * @param {number} column
 */
function paintCell({ step, grids }, cell, name, row, column) {
  const shown = name === "masked" && step === "scale" ? "scaled" : name; // the mask comes after it
  const value = grids[shown][row][column];
  const isMasked = ["masked", "weights"].includes(shown) && grids.masked[row][column] === null;
  cell.textContent = figure(value);
  cell.classList.toggle("hw-masked", isMasked);
  if (SHARES.includes(name) && !isMasked) cell.setAttribute("style", heatStyle(value ?? 0));
  else cell.removeAttribute("style");
}

/** What the step reads and writes. @param {Stage} stage */
function light({ place, step, cell, grids, numbers, holder }) {
  const table = WRITES[step];
  for (const one of place.querySelectorAll("[data-table]"))
    one.classList.toggle("hw-target", one.getAttribute("data-table") === table);
  if (!table) return;
  for (const { name, rows, columns } of reads(step, cell, grids, numbers.heads))
    for (let row = rows[0]; row < rows[1]; row += 1)
      for (let column = columns[0]; column < columns[1]; column += 1)
        holder(name, row, column)?.classList.add("hw-read");
  holder(table, cell.row, cell.column)?.classList.add("hw-written");
}

/** The likeliest next word after each. @param {Stage} stage */
function sayNext({ place, numbers, grids, words }) {
  const lines = numbers.tokens.map((word, row) => {
    const line = grids.probabilities[row].map((one) => one ?? 0);
    const best = line.indexOf(Math.max(...line));
    const values = { word, other: numbers.vocabulary[best], share: percent(line[best]) };
    return make("p", {}, fill(words.after, values));
  });
  place.querySelector(".hw-after")?.replaceChildren(...lines);
}
