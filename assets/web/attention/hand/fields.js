// @ts-check
// The fields of the visitor's numbers: what stands in them, and what is wrong with it.

import { SYMBOLS, YOURS } from "./tables.js";

/** @typedef {import("./stage.js").HandStage} Stage */
/** @typedef {{error: string, cell?: {name?: string, row?: number, column?: number}}} Wrong */

/** @param {Stage} stage @param {string} name @param {number} row @param {number} column */
const inputOf = ({ cells }, name, row, column) =>
  /** @type {HTMLInputElement | undefined} */ (cells.get(`${name}:${row}:${column}`));

/** The numbers as they stand in the fields. @param {Stage} stage @returns {Record<string, any>} */
export function typed(stage) {
  const tables = YOURS.map((name) => {
    const lines = stage.grids[name].map((line, row) =>
      line.map((_, column) => inputOf(stage, name, row, column)?.value.trim()),
    );
    return [name, lines];
  });
  return { ...stage.numbers, ...Object.fromEntries(tables) };
}

/** The last good numbers into the fields; what is typed there and means the same stays. @param {Stage} stage */
export function writeFields(stage) {
  for (const name of YOURS)
    stage.grids[name].forEach((line, row) => {
      line.forEach((value, column) => {
        const input = inputOf(stage, name, row, column);
        if (!input) return;
        if (input.value.trim() === "" || Number(input.value) !== value) input.value = `${value}`;
        input.removeAttribute("aria-invalid");
      });
    });
}

/**
 * A sentence above the tables, and a mark on the field that it is about; null where all is right.
 * @param {Stage} stage
 * @param {Wrong | null} wrong
 */
export function complain(stage, wrong) {
  stage.problem.textContent = wrong ? `${wrong.error} ${stage.words.kept}` : "";
  stage.problem.hidden = !wrong;
  if (!wrong) return;
  const { name = "", row = 0, column = 0 } = wrong.cell ?? {};
  const table = YOURS.find((one) => SYMBOLS[one].join("_") === name);
  const input = table ? inputOf(stage, table, row - 1, column - 1) : null;
  input?.setAttribute("aria-invalid", "true");
  if (!input || input !== document.activeElement) undo(stage);
}

/** Who leaves a field that holds no number finds the last good one there. @param {Stage} stage */
export function undo(stage) {
  if (!stage.problem.hidden) writeFields(stage);
}
