// @ts-check
// The view "By hand": a small table of one's own, worked through, and positions as waves.

import { fill, make } from "../../shared/dom.js";
import { heatStyle } from "../../shared/heat.js";
import { unpack } from "../../shared/packing.js";
import { drawMatrix } from "../canvas.js";
import { head, lineHead, math, note, number, problem, table, title } from "./parts.js";

/** @typedef {import("../stage.js").AttentionStage} Stage */
/** @typedef {"q" | "k" | "v"} MatrixName */
/**
 * The visitor's numbers; a figure is text while it is typed.
 * @typedef {{words: string[], causal: boolean} & Record<MatrixName, (number | string)[][]>} Own
 */
/**
 * @typedef {object} Worked
 * @property {number} size
 * @property {number[][]} products
 * @property {(number | null)[][]} masked null stands for minus infinity
 * @property {number[][]} weights
 * @property {number[][]} output
 */

/** @type {MatrixName[]} */
const NAMES = ["q", "k", "v"];
const MAX_WORDS = 8;
const POSITIONS = `<mrow>${["sin", "cos"].map(encodingOf).join("<mspace width='2em'/>")}</mrow>`;

/** @param {Stage} stage */
export function byHandPanel(stage) {
  const { words } = stage;
  stage.drawPanel = null;
  stage.hand ??= structuredClone(Object.values(stage.data.by_hand_presets)[0]);
  const own = stage.hand;
  const result = make("div", { class: "at-hand-result" });
  let asked = 0;
  const work = async () => {
    asked += 1;
    const number = asked;
    const answer = await stage.server.hand(own);
    if (number !== asked) return; // a later figure has overtaken this one
    if (answer.error) result.replaceChildren(problem(answer.error));
    else result.replaceChildren(worked(words, own, answer));
  };
  const encoding = make("canvas", { role: "img", "aria-label": words.positions });
  stage.parts.panel.replaceChildren(
    note(words.hand_note),
    tools(stage, own, work),
    make("div", { class: "at-three" }, ...NAMES.map((name) => matrix(own, name, work))),
    result,
    title(words.positions),
    math(stage, POSITIONS),
    note(words.positions_note),
    encoding,
  );
  work();
  drawPositions(stage, encoding);
}

/**
 * The words, whether the future is hidden, and tables to begin with.
 * @param {Stage} stage
 * @param {Own} own
 * @param {() => void} work
 */
function tools(stage, own, work) {
  const { words } = stage;
  const named = make("input", {
    class: "at-words",
    value: own.words.join(" "),
    "aria-label": words.hand_words,
    onchange: () => rename(stage, own, named.value),
  });
  const causal = make("input", {
    type: "checkbox",
    checked: own.causal,
    onchange: () => {
      own.causal = causal.checked;
      work();
    },
  });
  const presets = Object.entries(stage.data.by_hand_presets).map(([name, preset]) => {
    const onclick = () => {
      stage.hand = structuredClone(preset);
      byHandPanel(stage);
    };
    return make("button", { type: "button", class: "at-zoom", onclick }, words[`hand_${name}`]);
  });
  return make(
    "div",
    { class: "at-over" },
    make("label", { class: "at-menu" }, make("span", {}, words.hand_words), named),
    make("label", { class: "at-check" }, causal, make("span", {}, words.hand_causal)),
    make("div", { class: "at-presets" }, make("span", {}, words.hand_begin), ...presets),
  );
}

/**
 * One of q, k and v, to be changed.
 * @param {Own} own
 * @param {MatrixName} name
 * @param {() => void} work
 */
function matrix(own, name, work) {
  const caption = name.toUpperCase();
  const lines = own[name].map((line, row) => {
    const cells = line.map((value, column) => {
      const cell = make("input", {
        value,
        inputmode: "decimal",
        "aria-label": `${caption} ${own.words[row]} ${column + 1}`,
        oninput: () => {
          own[name][row][column] = cell.value.trim();
          work();
        },
      });
      return make("td", {}, cell);
    });
    return make("tr", {}, lineHead(own.words[row]), ...cells);
  });
  return make(
    "table",
    { class: "at-table at-hand", "data-table": name },
    make("caption", {}, caption),
    make("tbody", {}, ...lines),
  );
}

/**
 * Other words; those that were not there get a row of zeros and a one.
 * @param {Stage} stage
 * @param {Own} own
 * @param {string} text
 */
function rename(stage, own, text) {
  const named = text
    .split(/[\s，、；]+/)
    .filter(Boolean)
    .slice(0, MAX_WORDS);
  if (!named.length) return;
  const size = own.q[0].length;
  const unit = (/** @type {number} */ row) =>
    Array.from({ length: size }, (_, column) => (column === row % size ? 1 : 0));
  for (const name of NAMES) own[name] = named.map((_, row) => own[name][row] ?? unit(row));
  own.words = named;
  byHandPanel(stage);
}

/**
 * Every step on the visitor's numbers.
 * @param {Texts} words
 * @param {Own} own
 * @param {Worked} answer
 */
function worked(words, own, { size, products, masked, weights, output }) {
  const columns = output[0].map((_, index) => `${index + 1}`);
  const scaled = fill(words.hand_scaled, { size }) + (own.causal ? words.hand_masked : "");
  return make(
    "div",
    { class: "at-three" },
    numbers(own, words.hand_products, products, own.words),
    numbers(own, scaled, masked, own.words),
    numbers(own, words.hand_weights, weights, own.words, true),
    numbers(own, words.hand_output, output, columns),
  );
}

/**
 * @param {Own} own
 * @param {string} caption
 * @param {(number | null)[][]} rows
 * @param {string[]} columns
 */
function numbers(own, caption, rows, columns, areWeights = false) {
  const lines = rows.map((line, row) => {
    const cells = line.map((value) => {
      const style = areWeights && value !== null && heatStyle(value);
      return make("td", { class: "at-num", style }, value === null ? "−∞" : number(value));
    });
    return make("tr", {}, lineHead(own.words[row]), ...cells);
  });
  const made = table([make("td"), ...columns.map(head)], lines, "at-table at-hand");
  made.prepend(make("caption", {}, caption));
  return made;
}

/** @param {Stage} stage @param {HTMLCanvasElement} canvas */
async function drawPositions(stage, canvas) {
  const matrix = await unpack(stage.data.positions);
  if (!canvas.isConnected) return; // another view was opened meanwhile
  stage.drawPanel = () => {
    const width = Math.min(640, stage.parts.panel.clientWidth - 4);
    drawMatrix(canvas, matrix, width, 260, "signed");
  };
  stage.drawPanel();
}

/**
 * Half of the formula of sinusoidal positions: sin for even places, cos for odd ones.
 * @param {string} wave
 */
function encodingOf(wave) {
  const odd = wave === "cos" ? "<mo>+</mo><mn>1</mn>" : "";
  const place = `<mrow><mi>pos</mi><mo>,</mo><mn>2</mn><mi>i</mi>${odd}</mrow>`;
  const power = "<mrow><mn>2</mn><mi>i</mi><mo>/</mo><mi>d</mi></mrow>";
  const angle = `<mfrac><mi>pos</mi><msup><mn>10000</mn>${power}</msup></mfrac>`;
  return `<msub><mi>PE</mi>${place}</msub><mo>=</mo><mi>${wave}</mi><mspace width="0.3em"/>${angle}`;
}
