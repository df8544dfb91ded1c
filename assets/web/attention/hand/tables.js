// @ts-check
// The tables by name: their numbers, what their rows and columns are, and which step writes them.
// Tables of the heads stand side by side in one, so that a place in it is a row and a column.

/**
 * @typedef {object} Numbers the visitor's
 * @property {string[]} tokens
 * @property {string[]} vocabulary
 * @property {number} heads
 * @property {boolean} causal
 */
/** @typedef {(number | null)[][]} Grid */
/** @typedef {Record<"products" | "scaled" | "masked" | "weights" | "output", Grid>} Head */
/** @typedef {Record<string, Grid> & {heads: Head[]}} Worked */
/**
 * @typedef {object} Answer
 * @property {string} hand for links
 * @property {string} preset
 * @property {Numbers & Record<string, any>} numbers
 * @property {any} worked
 */
/** @typedef {Record<string, Grid>} Grids */

/** Those that can be changed. */
export const YOURS = ["embedding", "position", "w_q", "w_k", "w_v", "w_o", "w_1", "w_2", "w_u"];
/** Those of the heads. */
export const OF_HEADS = ["products", "masked", "weights", "output"];

/** As they are written in formulas: a letter, and what stands below it. @type {Record<string, [string, string?]>} */
export const SYMBOLS = {
  embedding: ["E"],
  position: ["P"],
  x: ["X"],
  w_q: ["W", "Q"],
  w_k: ["W", "K"],
  w_v: ["W", "V"],
  q: ["Q"],
  k: ["K"],
  v: ["V"],
  products: ["S"],
  scaled: ["S′"],
  masked: ["S′"],
  weights: ["A"],
  output: ["Z"],
  joined: ["Z"],
  w_o: ["W", "O"],
  attended: ["H"],
  w_1: ["W", "1"],
  hidden: ["F"],
  w_2: ["W", "2"],
  stream: ["Y"],
  w_u: ["W", "U"],
  logits: ["L"],
  probabilities: ["p"],
};

/**
 * Every table's numbers.
 * @param {Answer} answer
 * @returns {Grids}
 */
export function gridsOf({ numbers, worked }) {
  /** @type {Grids} */
  const grids = {};
  for (const name of YOURS) grids[name] = numbers[name];
  for (const name of ["x", "q", "k", "v", "joined", "attended", "hidden"])
    grids[name] = worked[name];
  for (const name of ["logits", "probabilities"]) grids[name] = worked[name];
  grids.stream = worked.output;
  for (const name of [...OF_HEADS, "scaled"]) grids[name] = beside(worked.heads, name);
  return grids;
}

/** @param {any[]} heads @param {string} name @returns {Grid} */
const beside = (heads, name) =>
  heads[0][name].map((/** @type {any} */ _, /** @type {number} */ row) =>
    heads.flatMap((head) => head[name][row]),
  );

/**
 * What the columns of a table are called: words, or numbers from 1.
 * @param {string} name
 * @param {Numbers} numbers
 * @param {number} count
 */
export function columnsOf(name, numbers, count) {
  if (["w_u", "logits", "probabilities"].includes(name)) return numbers.vocabulary;
  if (["products", "scaled", "masked", "weights"].includes(name)) return numbers.tokens;
  return Array.from({ length: count }, (_, column) => `${column + 1}`);
}

/**
 * What its rows are called.
 * @param {string} name
 * @param {Numbers} numbers
 * @param {number} count
 */
export function rowsOf(name, numbers, count) {
  if (!name.startsWith("w_")) return numbers.tokens;
  return Array.from({ length: count }, (_, row) => `${row + 1}`);
}
