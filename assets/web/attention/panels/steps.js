// @ts-check
// The view "Step by step": from q, k and v of one head to the output for one token.

import { fill, make } from "../../shared/dom.js";
import { unpack } from "../../shared/packing.js";
import { drawStrip } from "../canvas.js";
import { buildExports } from "../exports.js";
import { isWhole, ofOneHead, pick, refocus } from "../names.js";
import { ask } from "./asking.js";
import { head, largest, lineHead, math, note, number, scroll, table } from "./parts.js";

/** @typedef {import("../stage.js").AttentionStage} Stage */
/** @typedef {import("../../shared/packing.js").Values["values"]} Numbers */
/**
 * @typedef {object} Line what happens to one of the tokens looked at
 * @property {number} column
 * @property {number} product q · k
 * @property {number} scaled
 * @property {boolean} visible false where the mask hides it
 * @property {number} weight
 */
/**
 * @typedef {object} Steps
 * @property {Line[]} rows
 * @property {number} size of a head
 * @property {number} hidden_tokens
 * @property {number} hidden_weight
 * @property {number} difference between this and the model's own output
 */
/** @typedef {"q" | "k" | "v" | "output" | "model_output"} VectorName */

/** @type {VectorName[]} */
const VECTORS = ["q", "k", "v", "output", "model_output"];
const sub = (/** @type {string} */ base) => `<msub><mi>${base}</mi><mi>j</mi></msub>`;
const sum = (/** @type {string} */ index) => `<munder><mo>∑</mo><mi>${index}</mi></munder>`;
/** @param {string} index */
const power = (index) => `<msup><mi>e</mi><msub><mi>s</mi><mi>${index}</mi></msub></msup>`;
const GAP = "<mspace width='1.6em'/>";
// Without brackets around a fraction: few machines have a font that can stretch them.
const FORMULA = `<mrow>${[
  `${sub("s")}<mo>=</mo><mfrac><mrow><mi>q</mi><mo>·</mo>${sub("k")}</mrow>`,
  `<msqrt><mi>d</mi></msqrt></mfrac><mo>+</mo>${sub("mask")}`,
  `${GAP}${sub("w")}<mo>=</mo><mfrac>${power("j")}<mrow>${sum("i")}${power("i")}</mrow></mfrac>`,
  `${GAP}<mi>output</mi><mo>=</mo>${sum("j")}${sub("w")}<mo>·</mo>${sub("v")}`,
].join("")}</mrow>`;

/** @param {Stage} stage */
export async function stepsPanel(stage) {
  stage.drawPanel = null;
  const answer = await ask(stage, "steps");
  if (!answer) return;
  const { asking } = stage;
  const unpacked = await Promise.all(VECTORS.map((name) => unpack(answer[name])));
  if (stage.asking !== asking) return;
  const values = unpacked.map((vector) => vector.values);
  const vectors = /** @type {Record<VectorName, Numbers>} */ (
    Object.fromEntries(VECTORS.map((name, index) => [name, values[index]]))
  );
  const { panel } = stage.parts;
  panel.replaceChildren(...contents(stage, answer, vectors));
  stage.drawPanel = () => {
    for (const canvas of panel.querySelectorAll("canvas"))
      if (canvas instanceof HTMLCanvasElement) drawings.get(canvas)?.();
  };
  stage.drawPanel();
  buildExports(stage); // the picture of the view before is gone
  refocus(stage);
}

/**
 * @param {Stage} stage
 * @param {Steps} answer
 * @param {Record<VectorName, Numbers>} vectors
 * @returns {Node[]}
 */
function contents(stage, answer, vectors) {
  const { words, look, tokens, stack } = stage;
  const query = tokens[stack.rows][look.token - 1].label;
  const outputs = largest(vectors.output);
  const about = fill(words.step_note, {
    layer: look.layer,
    head: look.head,
    size: answer.size,
    root: Math.sqrt(answer.size).toFixed(3),
  });
  const rest = fill(words.step_rest, {
    count: answer.hidden_tokens,
    weight: answer.hidden_weight.toFixed(4),
  });
  const difference = fill(words.step_difference, {
    difference: answer.difference.toExponential(1),
  });
  const proof = isWhole(look) ? words.step_is_row : ofOneHead(stage);
  return [
    math(stage, FORMULA),
    note(about),
    vector(`q (${query})`, vectors.q, largest(vectors.q), `q ${query}`),
    scroll(words.panel_steps, [lines(stage, answer, vectors)]),
    ...(answer.hidden_tokens ? [note(rest)] : []),
    vector(words.step_output, vectors.output, outputs, "output"),
    vector(words.step_model, vectors.model_output, outputs, "model"),
    make("p", { class: "at-note at-proof" }, difference, " ", proof),
  ];
}

/**
 * A line for each of the tokens looked at.
 * @param {Stage} stage
 * @param {Steps} answer
 * @param {Record<VectorName, Numbers>} vectors
 */
function lines(stage, { rows, size }, vectors) {
  const { words, tokens, stack } = stage;
  const heads = [
    words.token,
    words.step_k,
    words.step_product,
    words.step_scaled,
    words.step_mask,
    words.step_weight,
    words.step_v,
  ];
  const most = { k: largest(vectors.k), v: largest(vectors.v) };
  const body = rows.map(({ column, product, scaled, visible, weight }, index) => {
    const { label } = tokens[stack.columns][column];
    /** @param {"k" | "v"} name */
    const cell = (name) => {
      const values = vectors[name].subarray(index * size, (index + 1) * size);
      return make("td", {}, strip(values, most[name], `${name} ${label}`), some(values));
    };
    const bar = make("div", { class: "at-bar", style: `--share:${weight}` }, weight.toFixed(4));
    return make(
      "tr",
      { "data-hidden": !visible },
      lineHead(pick(stage, stack.columns, column)),
      cell("k"),
      figure(number(product)),
      figure(number(scaled)),
      figure(visible ? "0" : "−∞"),
      figure(bar),
      cell("v"),
    );
  });
  return table(heads.map(head), body);
}

/** @param {Node | string} content */
const figure = (content) => make("td", { class: "at-num" }, content);

/**
 * @param {string} name
 * @param {Numbers} values
 * @param {number} most
 * @param {string} label
 */
const vector = (name, values, most, label) =>
  make(
    "div",
    { class: "at-line" },
    make("b", {}, name),
    strip(values, most, label, 300),
    some(values),
  );

/** @type {WeakMap<HTMLCanvasElement, () => void>} how each strip is drawn */
const drawings = new WeakMap();

/**
 * @param {Numbers} values
 * @param {number} most
 * @param {string} label
 */
function strip(values, most, label, width = 104) {
  const title = Array.from(values, number).join("  ");
  const canvas = make("canvas", { class: "at-strip", role: "img", "aria-label": label, title });
  drawings.set(canvas, () => drawStrip(canvas, values, most, width, 20));
  return canvas;
}

/**
 * The first numbers of a vector.
 * @param {Numbers} values
 */
const some = (values) =>
  make(
    "span",
    { class: "at-numbers" },
    `[${Array.from(values.slice(0, 3), number).join(", ")}, …]`,
  );
