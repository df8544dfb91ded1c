// @ts-check
// The view "Effect": attention beside what leaving a token out does to the prediction.

import { fill, make } from "../../shared/dom.js";
import { isWhole, ofOneHead, pick, picking, refocus } from "../names.js";
import { holderOf, isUnfinished } from "./asking.js";
import { head, largest, lineHead, note, scroll, status, table } from "./parts.js";

/** @typedef {import("../stage.js").AttentionStage} Stage */
/**
 * @typedef {object} EffectValue
 * @property {"logit" | "cosine"} measure
 * @property {number[]} sources the tokens that were left out
 * @property {number[]} weights of attention on each
 * @property {number[]} changes by each
 * @property {number[]} head_changes by leaving out each head of the layer
 * @property {number | null} correlation Spearman's rho of weights and changes
 * @property {string | null} prediction
 * @property {number} left_out tokens that were not tried
 */

const SMALL = 1e-9; // so that no bar is divided by zero

/** @param {Stage} stage */
export function effectPanel(stage) {
  const { words } = stage;
  const isEncoder = stage.data.kind === "encoder";
  stage.drawPanel = null;
  stage.parts.panel.replaceChildren(
    note(isEncoder ? words.effect_note_encoder : words.effect_note_decoder),
    ...(isWhole(stage.look) ? [] : [note(ofOneHead(stage))]),
    make("div", { class: "at-answer", "data-what": "effect" }, status(words.working)),
  );
  stage.measure("effect");
}

/**
 * @param {Stage} stage
 * @param {import("./asking.js").Measured & EffectValue} value
 */
export function effectAnswered(stage, value) {
  const holder = holderOf(stage, value);
  if (!holder || isUnfinished(holder, value)) return;
  const { words } = stage;
  const rest = fill(words.effect_left_out, { count: value.left_out });
  holder.replaceChildren(
    finding(words, value),
    make(
      "div",
      { class: "at-two" },
      scroll(words.panel_effect, [byToken(stage, value)]),
      scroll(words.effect_heads, [byHead(stage, value)]),
    ),
    ...(value.left_out ? [note(rest)] : []),
  );
  refocus(stage);
}

/** @param {Texts} words @param {EffectValue} value */
function finding(words, { correlation, prediction }) {
  const rho =
    correlation === null
      ? words.effect_no_correlation
      : fill(words.effect_correlation, { rho: correlation.toFixed(2) });
  const said =
    prediction && fill(words.effect_prediction, { token: prediction.replace(/\n/g, "⏎") });
  return make("p", { class: "at-finding" }, make("b", {}, rho), " ", said);
}

/** @param {Stage} stage @param {EffectValue} value */
function byToken(stage, value) {
  const { words, stack } = stage;
  const most = Math.max(...value.weights, SMALL);
  const mostChange = largest(value.changes) || SMALL;
  const lines = value.sources.map((source, index) => {
    const [weight, change] = [value.weights[index], value.changes[index]];
    return make(
      "tr",
      {},
      lineHead(pick(stage, stack.columns, source)),
      make("td", {}, bar(weight / most, weight.toFixed(3), "attention")),
      make("td", {}, bar(change / mostChange, digits(change), "effect")),
    );
  });
  const heads = [words.token, words.effect_attention, measureOf(words, value)];
  return table(heads.map(head), lines);
}

/** @param {Stage} stage @param {EffectValue} value */
function byHead(stage, value) {
  const { words, look } = stage;
  const most = largest(value.head_changes) || SMALL;
  const lines = value.head_changes.map((change, index) => {
    const number = index + 1;
    const isChosen = number === look.head;
    const name = picking(stage, `head-${number}`, isChosen, `${words.head} ${number}`, () =>
      stage.go({ head: number, average: "none" }),
    );
    const cell = make("td", {}, bar(change / most, digits(change), "effect"));
    return make("tr", { "data-chosen": isChosen }, lineHead(name), cell);
  });
  return table([head(words.effect_heads), head(measureOf(words, value))], lines);
}

/** @param {Texts} words @param {EffectValue} value */
const measureOf = (words, { measure }) =>
  measure === "logit" ? words.effect_logit : words.effect_cosine;

/** @param {number} share @param {string} text @param {string} kind */
const bar = (share, text, kind) =>
  make(
    "div",
    {
      class: `at-bar at-${kind}${share < 0 ? " at-rise" : ""}`,
      style: `--share:${Math.abs(share)}`,
    },
    text.replace("-", "−"),
  );

/** @param {number} change */
const digits = (change) =>
  Math.abs(change) < 0.001 && change !== 0 ? change.toExponential(1) : change.toFixed(3);
