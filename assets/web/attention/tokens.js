// @ts-check
// The text itself, token by token, painted with the weights of the one looked from.

import { around, make } from "../shared/dom.js";
import { css, heat, textOn } from "../shared/heat.js";

/** @typedef {import("./stage.js").AttentionStage} Stage */
/** @typedef {import("./names.js").Token} Token */

const NAMED = 5; // tokens that the sentence names
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * The text, painted with the active row's weights. A cross stack has two texts.
 * @param {Stage} stage
 */
export function buildTokens(stage) {
  const { stack, words, look } = stage;
  const apart = stack.rows !== stack.columns || ["AB", "BA"].includes(look.pair);
  const from = apart ? list(stage, "row", stage.rows, false) : null;
  const to = list(stage, "column", stage.columns, apart);
  /** @param {string} text */
  const title = (text) => make("span", { class: "at-tokens-title", "aria-hidden": "true" }, text);
  const nodes = from ? [title(words.from), from, title(words.to), to] : [to];
  if (["cross", "decoder"].includes(look.stack))
    nodes.push(make("p", { class: "at-note at-written" }, words.predicts_next));
  stage.parts.tokens.replaceChildren(...nodes);
  stage.parts.rowList = from;
  stage.parts.columnList = to;
}

/**
 * @param {Stage} stage
 * @param {"row" | "column"} side
 * @param {Token[]} tokens
 * @param {boolean} isLookedAt whether the tokens that look stand in a list of their own
 */
function list(stage, side, tokens, isLookedAt) {
  const chips = tokens.map((_, index) => chip(stage, side, tokens, index));
  const label = stage.words[`${side}_list`];
  const looks = { class: "at-list", role: "listbox", tabindex: "0", "aria-label": label };
  const box = make("div", looks, ...chips);
  /** The row of a token of this list, -1 if it has none. @param {number} index */
  const rowOf = (index) => {
    if (isLookedAt) return -1;
    return side === "row" ? index : stage.rowAt.indexOf(stage.columnAt[index]);
  };
  box.onpointerover = (event) => {
    const index = indexOf(event);
    if (index === null) return;
    const row = rowOf(index);
    stage.point(row < 0 ? null : row, row < 0 ? index : null);
  };
  box.onpointerleave = () => stage.point(null, null);
  box.onclick = (event) => {
    const index = indexOf(event);
    if (index !== null && rowOf(index) >= 0) stage.pin(rowOf(index));
  };
  box.onkeydown = (event) => walk(stage, event);
  return box;
}

/**
 * @param {Stage} stage
 * @param {string} side
 * @param {Token[]} tokens
 * @param {number} index
 */
function chip(stage, side, tokens, index) {
  const token = tokens[index];
  return make(
    "span",
    {
      class: "at-token",
      role: "option",
      id: `at-${side}-${index}`,
      "data-index": index,
      "data-special": token.special,
      "data-b": stage.data.pair && token.sentence === 1,
      "data-glued": isGlued(tokens, index),
    },
    token.label,
  );
}

/**
 * Whether a token continues the word before it.
 * @param {Token[]} tokens
 * @param {number} index
 */
function isGlued(tokens, index) {
  const [token, before] = [tokens[index], tokens[index - 1]];
  return (
    Boolean(before) &&
    !token.special &&
    !before.special &&
    token.sentence === before.sentence &&
    token.start <= before.end &&
    !/^\s/.test(token.text)
  );
}

/** @param {Event} event */
function indexOf(event) {
  const found = around(event, "[data-index]");
  return found ? Number(found.dataset.index) : null;
}

/**
 * Arrow keys go from token to token.
 * @param {Stage} stage
 * @param {KeyboardEvent} event
 */
function walk(stage, event) {
  const by = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
  const { row } = stage.active;
  if (!by || row === null) return;
  event.preventDefault();
  const next = Math.max(0, Math.min(stage.rows.length - 1, row + by));
  stage.hover = { row: null, column: null };
  stage.pin(next);
  /** @type {HTMLElement | null} */
  const box = stage.parts.tokens.querySelector("[tabindex='0']");
  box?.focus();
}

/** @param {Stage} stage */
export function paintTokens(stage) {
  const { row } = stage.active;
  const { rowList, columnList } = stage.parts;
  const weights = row === null ? null : stage.rowWeights(row);
  for (const [column, chip] of chipsOf(columnList).entries()) {
    const colour = weights && heat(weights[column]);
    chip.style.backgroundColor = colour ? css(colour) : "";
    chip.style.color = colour ? textOn(colour) : "";
    chip.title = weights ? weights[column].toFixed(4) : "";
  }
  if (rowList) select(stage, rowList, row);
  else select(stage, columnList, row === null ? null : stage.columnAt.indexOf(stage.rowAt[row]));
}

/** @param {HTMLElement} box */
const chipsOf = (box) => /** @type {HTMLElement[]} */ ([...box.children]);

/**
 * Mark the token looked from, and bring it into view.
 * @param {Stage} stage
 * @param {HTMLElement} box
 * @param {number | null} at
 */
function select(stage, box, at) {
  const chips = chipsOf(box);
  for (const [index, chip] of chips.entries())
    chip.setAttribute("aria-selected", `${index === at}`);
  if (at === null || at < 0) return;
  const chip = chips[at];
  box.setAttribute("aria-activedescendant", chip.id);
  const hidden =
    chip.offsetTop < box.scrollTop ||
    chip.offsetTop + chip.offsetHeight > box.scrollTop + box.clientHeight;
  if (hidden && stage.hover.row === null) box.scrollTop = chip.offsetTop - box.clientHeight / 2;
}

/**
 * In words: what the active token looks at most, or the weight of the cell pointed at.
 * @param {Stage} stage
 */
export function read(stage) {
  const { row, column } = stage.active;
  const { rows, columns, words } = stage;
  const node = stage.parts.readout;
  if (row === null) {
    node.textContent = words.choose_token;
    return;
  }
  const weights = stage.rowWeights(row);
  const number = (/** @type {string} */ text) => make("span", { class: "at-number" }, text);
  const name = (/** @type {Token} */ token) => make("b", {}, token.label);
  if (column !== null) {
    const weight = number(weights[column].toFixed(4));
    node.replaceChildren(name(rows[row]), " → ", name(columns[column]), weight);
    return;
  }
  const most = [...weights.keys()]
    .sort((a, b) => weights[b] - weights[a])
    .slice(0, NAMED)
    .filter((index) => weights[index] >= 0.0005)
    .map((index) => {
      const weight = number(weights[index].toFixed(3));
      return make("span", { class: "at-top" }, columns[index].label, weight);
    });
  node.replaceChildren(name(rows[row]), ` ${words.looks_at} `, ...most);
}
