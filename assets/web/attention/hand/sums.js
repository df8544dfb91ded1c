// @ts-check
// A cell's number written out: 0.4·0.1 + 0.5·0.2 + 0.6·0.3 = 0.32.

import { figure, term } from "./figures.js";
import { PRODUCTS, reads, WRITES } from "./flow.js";

/** @typedef {import("./tables.js").Grids} Grids */
/** @typedef {import("./flow.js").Cell} Cell */
/** @typedef {(number | null)[]} Line */

/**
 * @param {string} step
 * @param {Cell} cell
 * @param {Grids} grids
 * @param {number} heads
 */
export function written(step, cell, grids, heads) {
  const { row, column } = cell;
  if (!WRITES[step]) return "";
  const parts = reads(step, cell, grids, heads).map((part) => numbersOf(part, grids));
  const result = figure(grids[WRITES[step]][row][column]);
  if (PRODUCTS[step]) return `${ofProduct(step, parts)} = ${result}`;
  const [first, second] = parts;
  /** @type {Record<string, () => string>} */
  const others = {
    embed: () => `${figure(first[0])} + ${term(second[0])} = ${result}`,
    scores: () => `${dot(first, second)} = ${result}`,
    scale: () => {
      const size = grids.q[0].length / heads;
      return `${figure(first[0])} ÷ √${size} = ${figure(grids.scaled[row][column])}`;
    },
    mask: () => {
      const added = grids.masked[row][column] === null ? "(−∞)" : "0";
      return `${figure(grids.scaled[row][column])} + ${added} = ${result}`;
    },
    softmax: () => share(first, grids.masked[row][column], grids.weights[row][column]),
    mix: () => `${dot(first, second)} = ${result}`,
    join: () => figure(first[0]),
    next: () => share(first, grids.logits[row][column], grids.probabilities[row][column]),
  };
  return others[step]?.() ?? "";
}

/**
 * A row times a column, beside what is added or cut off.
 * @param {string} step
 * @param {Line[]} parts
 */
function ofProduct(step, parts) {
  const [left, right] = parts.slice(-2);
  const sum = dot(left, right);
  if (step === "expand") return `max(0, ${sum}) = max(0, ${figure(product(left, right))})`;
  return parts.length > 2 ? `${figure(parts[0][0])} + ${sum}` : sum;
}

/** @param {Line} left @param {Line} right */
const product = (left, right) =>
  left.reduce((total, value, at) => (total ?? 0) + (value ?? 0) * (right[at] ?? 0), 0);

/** @param {import("./flow.js").Part} part @param {Grids} grids @returns {Line} in the order of reading */
const numbersOf = ({ name, rows, columns }, grids) =>
  grids[name].slice(...rows).flatMap((line) => line.slice(...columns));

/** @param {Line} left @param {Line} right */
const dot = (left, right) =>
  left.map((value, at) => `${at ? term(value) : figure(value)}·${term(right[at])}`).join(" + ");

/**
 * What softmax does to one of a row; powers that are too large to write are left out.
 * @param {Line} row
 * @param {number | null} value
 * @param {number | null} result
 */
function share(row, value, result) {
  const powers = row.map((one) => (one === null ? 0 : Math.exp(one)));
  const sum = powers.reduce((total, one) => total + one, 0);
  const names = row.map((one) => power(one)).join(" + ");
  const begun = `${power(value)} ÷ (${names})`;
  if (!(sum < 1e5)) return `${begun} = ${figure(result)}`;
  const own = value === null ? 0 : Math.exp(value);
  return `${begun} = ${figure(own)} ÷ ${figure(sum)} = ${figure(result)}`;
}

/** e to the power of a number. @param {number | null} value */
const power = (value) => `e^${term(value)}`;

/** A sum cut at its powers of e: every second part is an exponent, without parentheses. @param {string} text */
export const byPowers = (text) =>
  text
    .split(/e\^(\([^)]*\)|[∞\d.]+(?:e\+\d+)?)/)
    .map((part, at) => (at % 2 ? part.replace(/[()]/g, "") : part));
