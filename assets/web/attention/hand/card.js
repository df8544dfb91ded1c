// @ts-check
// The card of the step: what happens in it, one cell's number written out, and the way on.

import { fill, make, percent } from "../../shared/dom.js";
import { NAMES, WRITES, within } from "./flow.js";
import { byPowers, written } from "./sums.js";
import { symbol } from "./table.js";
import { columnsOf, OF_HEADS, rowsOf } from "./tables.js";

/** @typedef {import("./stage.js").HandStage} Stage */
/** @typedef {{element: HTMLElement, show: () => void}} Card */

/** @param {Stage} stage @returns {Card} */
export function cardOf(stage) {
  const { words } = stage;
  const title = make("b");
  const place = make("small");
  const said = make("span");
  const sum = make("p", { class: "hw-sum" });
  const live = make(
    "div",
    { class: "hw-said", role: "status" },
    make("p", {}, title, place, said),
    sum,
  );
  const steps = make("select", {
    "aria-label": words.step,
    onchange: () => stage.goTo(steps.value),
  });
  for (const [at, name] of NAMES.entries())
    steps.append(make("option", { value: name }, `${at ? `${at}. ` : ""}${words[`step_${name}`]}`));
  const back = make("button", { type: "button", onclick: () => stage.by(-1) }, `‹ ${words.back}`);
  const next = make("button", { type: "button", onclick: () => stage.by(1) }, `${words.forward} ›`);
  const keys = make("p", { class: "hw-keys" }, words.keys);
  const way = make("div", { class: "hw-way" }, back, next, steps, keys);
  const element = make("div", { class: "hw-card" }, live, way);
  const show = () => {
    const at = NAMES.indexOf(stage.step);
    steps.value = stage.step;
    back.disabled = at === 0;
    next.disabled = at === NAMES.length - 1;
    title.textContent = words[`step_${stage.step}`];
    place.textContent = at ? fill(words.of, { step: at, steps: NAMES.length - 1 }) : "";
    said.replaceChildren(...named(sentence(stage)));
    sum.replaceChildren(...sumOf(stage));
  };
  return { element, show };
}

/** @param {Stage} stage */
function sentence({ words, step, cell, numbers, grids }) {
  const table = WRITES[step];
  if (!table) return words.say_whole;
  const { row, column } = cell;
  const { head, inner } = within(table, column, grids, numbers.heads);
  const names = columnsOf(table, numbers, grids[table][0].length);
  const values = {
    word: numbers.tokens[row],
    other: names[OF_HEADS.includes(table) ? inner : column],
    column: column + 1,
    head: head + 1,
    size: grids.q[0].length / numbers.heads,
    share: percent(grids.probabilities[row][Math.min(column, numbers.vocabulary.length - 1)] ?? 0),
  };
  return fill(words[nameOf(step, numbers.causal, grids[table][row][column])], values);
}

/** Which sentence says it. @param {string} step @param {boolean} causal @param {number | null} value */
function nameOf(step, causal, value) {
  if (step !== "mask") return `say_${step}`;
  if (!causal) return "say_no_mask";
  return value === null ? "say_masked" : "say_mask";
}

/** A sentence with its matrices as they are written: W with a small Q. @param {string} text */
const named = (text) =>
  text
    .split(/W_([QKVO12U])/)
    .map((part, at) => (at % 2 ? symbol(`w_${part.toLowerCase()}`) : part));

/** "Q[cat, 2] = 0.5·1 + ..." @param {Stage} stage @returns {(Node | string)[]} */
function sumOf({ step, cell, grids, numbers }) {
  const table = WRITES[step];
  if (!table) return [];
  const { head, inner } = within(table, cell.column, grids, numbers.heads);
  const isOfHead = OF_HEADS.includes(table);
  const columns = columnsOf(table, numbers, grids[table][0].length);
  const row = rowsOf(table, numbers, grids[table].length)[cell.row];
  const column =
    isOfHead && table !== "output" ? columns[inner] : `${columns[isOfHead ? inner : cell.column]}`;
  const name = symbol(table, isOfHead && numbers.heads > 1 ? `${head + 1}` : undefined);
  const text = written(step, cell, grids, numbers.heads);
  return [name, `[${row}, ${column}] = `, ...powers(text)];
}

/** "e^0.5" with a raised exponent. @param {string} text */
const powers = (text) =>
  byPowers(text).flatMap((part, at) => (at % 2 ? ["e", make("sup", {}, part)] : [part]));
