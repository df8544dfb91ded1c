// @ts-check
// The steps from the words to the next one: which table each writes, and what it reads for a cell.

/** @typedef {import("./tables.js").Grids} Grids */
/** @typedef {{name: string, rows: [number, number], columns: [number, number]}} Part of a table; the ends are left out */
/** @typedef {{row: number, column: number}} Cell */

/** In their order. "mask" writes into the table of "scale". @type {[string, string][]} */
export const STEPS = [
  ["whole", ""],
  ["embed", "x"],
  ["query", "q"],
  ["key", "k"],
  ["value", "v"],
  ["scores", "products"],
  ["scale", "masked"],
  ["mask", "masked"],
  ["softmax", "weights"],
  ["mix", "output"],
  ["join", "joined"],
  ["project", "attended"],
  ["expand", "hidden"],
  ["contract", "stream"],
  ["logits", "logits"],
  ["next", "probabilities"],
];
export const NAMES = STEPS.map(([name]) => name);
/** @type {Record<string, string>} */
export const WRITES = Object.fromEntries(STEPS);
/** Products of a row and a column, by the step: what is on the left, on the right, and added.
 * @type {Record<string, [string, string, string?]>} */
export const PRODUCTS = {
  query: ["x", "w_q"],
  key: ["x", "w_k"],
  value: ["x", "w_v"],
  project: ["joined", "w_o", "x"],
  expand: ["attended", "w_1"],
  contract: ["hidden", "w_2", "attended"],
  logits: ["stream", "w_u"],
};
const SPLIT = ["x", "q", "k", "v", "products", "masked", "weights", "output", "joined"];

/**
 * The parts of tables that a step reads for a cell.
 * @param {string} step
 * @param {Cell} cell
 * @param {Grids} grids
 * @param {number} heads
 * @returns {Part[]}
 */
export function reads(step, cell, grids, heads) {
  const { row, column } = cell;
  if (PRODUCTS[step]) {
    const [left, right, kept] = PRODUCTS[step];
    const parts = [rowOf(left, row, grids), columnOf(right, column, grids)];
    return kept ? [one(kept, cell), ...parts] : parts;
  }
  const { head, inner } = within(WRITES[step], column, grids, heads);
  /** @param {string} name */
  const ofHead = (name) => span(name, head, grids, heads);
  /** @type {Record<string, () => Part[]>} */
  const others = {
    embed: () => [one("embedding", cell), one("position", cell)],
    scores: () => [
      { name: "q", rows: [row, row + 1], columns: ofHead("q") },
      { name: "k", rows: [inner, inner + 1], columns: ofHead("k") },
    ],
    scale: () => [one("products", cell)],
    softmax: () => [{ name: "masked", rows: [row, row + 1], columns: ofHead("masked") }],
    mix: () => [
      { name: "weights", rows: [row, row + 1], columns: ofHead("weights") },
      columnOf("v", column, grids),
    ],
    join: () => [one("output", cell)],
    next: () => [rowOf("logits", row, grids)],
  };
  return others[step]?.() ?? [];
}

/**
 * The head that a column belongs to, and its place among that head's.
 * @param {string} name
 * @param {number} column
 * @param {Grids} grids
 * @param {number} heads
 */
export function within(name, column, grids, heads) {
  if (!SPLIT.includes(name)) return { head: 0, inner: column };
  const each = grids[name][0].length / heads;
  return { head: Math.floor(column / each), inner: column % each };
}

/**
 * The cell of the next table that belongs to the same word, and to the same head.
 * @param {string} before the table
 * @param {string} after
 * @param {Cell} cell
 * @param {Grids} grids
 * @param {number} heads
 * @returns {Cell}
 */
export function carried(before, after, cell, grids, heads) {
  if (!grids[after]) return cell;
  const [rows, columns] = [grids[after].length, grids[after][0].length];
  const row = Math.min(cell.row, rows - 1);
  if (!SPLIT.includes(before) || !SPLIT.includes(after))
    return { row, column: Math.min(cell.column, columns - 1) };
  const { head, inner } = within(
    before,
    Math.min(cell.column, grids[before][0].length - 1),
    grids,
    heads,
  );
  const each = columns / heads;
  return { row, column: head * each + Math.min(inner, each - 1) };
}

/** @param {string} name @param {Cell} cell @returns {Part} */
const one = (name, { row, column }) => ({
  name,
  rows: [row, row + 1],
  columns: [column, column + 1],
});

/** @param {string} name @param {number} row @param {Grids} grids @returns {Part} */
const rowOf = (name, row, grids) => ({
  name,
  rows: [row, row + 1],
  columns: [0, grids[name][0].length],
});

/** @param {string} name @param {number} column @param {Grids} grids @returns {Part} */
const columnOf = (name, column, grids) => ({
  name,
  rows: [0, grids[name].length],
  columns: [column, column + 1],
});

/** The columns of a head. @param {string} name @param {number} head @param {Grids} grids @param {number} heads @returns {[number, number]} */
function span(name, head, grids, heads) {
  const each = grids[name][0].length / heads;
  return [head * each, (head + 1) * each];
}
