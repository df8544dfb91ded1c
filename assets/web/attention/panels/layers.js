// @ts-check
// The view "Layers": attention rollout, and the logit lens of a decoder.

import { around, make, visible } from "../../shared/dom.js";
import { heatStyle } from "../../shared/heat.js";
import { unpackWeights } from "../../shared/packing.js";
import { drawMatrix } from "../canvas.js";
import { buildExports } from "../exports.js";
import { pick, refocus } from "../names.js";
import { ask, holderOf, isUnfinished } from "./asking.js";
import { drawing, head, lineHead, note, scroll, status, table, title } from "./parts.js";

/** @typedef {import("../stage.js").AttentionStage} Stage */
/** @typedef {import("../names.js").Token} Token */
/**
 * What the model would predict after each layer; the likeliest tokens come first.
 * @typedef {object} LensValue
 * @property {number[]} positions of the tokens
 * @property {string[][][]} tokens [layer][position] -> texts
 * @property {number[][][]} probabilities [layer][position]
 */

const NAMES = 40; // more tokens have no room for their names
const NUMBERS = 30; // pixels beside the picture, for the numbers of the layers

/** @param {Stage} stage */
export async function layersPanel(stage) {
  const { words } = stage;
  const rolled = make("div", { class: "at-rollout" });
  const lens = make("div", { class: "at-lens" });
  const isDecoder = stage.data.kind === "decoder";
  const about = [
    title(words.rollout),
    note(words.rollout_note),
    ...(isDecoder ? [note(words.rollout_decoder)] : []),
  ];
  stage.parts.panel.replaceChildren(...about, rolled, lens);
  stage.drawPanel = null;
  if (stage.stack.rows === stage.stack.columns) await rollout(stage, rolled);
  else rolled.append(note(words.rollout_none));
  if (!lens.isConnected || stage.data.kind !== "decoder") return; // or another view was opened
  const answer = make("div", { class: "at-answer", "data-what": "lens" }, status(words.working));
  lens.append(title(words.lens), note(words.lens_note), answer);
  stage.measure("lens");
}

// ---- rollout ----

/** @param {Stage} stage @param {HTMLElement} holder */
async function rollout(stage, holder) {
  const answer = await ask(stage, "rollout");
  if (!answer) return;
  const matrix = await unpackWeights(answer.weights);
  if (!holder.isConnected) return;
  const tokens = stage.tokens[stage.stack.columns];
  if (tokens.length > NAMES) rolloutPicture(stage, holder, matrix, tokens);
  else rolloutNames(stage, holder, matrix, tokens);
}

/**
 * @param {Stage} stage
 * @param {HTMLElement} holder
 * @param {import("../canvas.js").Matrix} matrix
 * @param {Token[]} tokens
 */
function rolloutNames(stage, holder, { shape, values }, tokens) {
  const lines = Array.from({ length: shape[0] }, (_, layer) => {
    const chips = tokens.map(({ label }, index) => {
      const weight = values[layer * tokens.length + index];
      return make(
        "span",
        {
          class: "at-token",
          "data-index": index,
          title: `${label} ${weight.toFixed(4)}`,
          style: heatStyle(weight),
        },
        label,
      );
    });
    const name = make("span", { class: "at-rolled-layer" }, `${layer + 1}`);
    return make("div", { class: "at-rolled" }, name, ...chips);
  });
  const box = scroll(stage.words.rollout, lines, "at-scroll at-tall");
  box.onclick = (event) => {
    const chip = around(event, "[data-index]");
    if (chip) stage.pinToken(Number(chip.dataset.index));
  };
  holder.replaceChildren(box);
}

/**
 * A longer text has no room for names: the cell pointed at is read out.
 * @param {Stage} stage
 * @param {HTMLElement} holder
 * @param {import("../canvas.js").Matrix} matrix
 * @param {Token[]} tokens
 */
function rolloutPicture(stage, holder, matrix, tokens) {
  const { words } = stage;
  const [layers] = matrix.shape;
  const canvas = drawing("at-rollout-picture", words.rollout);
  const said = status(words.rollout_point);
  said.classList.add("at-rolled-cell");
  holder.replaceChildren(canvas, said);
  stage.drawPanel = () => {
    const width = stage.parts.panel.clientWidth - 4;
    drawMatrix(canvas, matrix, width, Math.max(120, layers * 16), "heat", NUMBERS);
  };
  stage.drawPanel();
  buildExports(stage);
  /** @param {MouseEvent} event */
  const at = (event) => {
    const across = (event.offsetX - NUMBERS) / (canvas.clientWidth - NUMBERS);
    const index = Math.floor(across * tokens.length);
    const layer = Math.floor((event.offsetY / canvas.clientHeight) * layers);
    const isIn = index >= 0 && index < tokens.length && layer >= 0 && layer < layers;
    return isIn ? { index, layer } : null;
  };
  canvas.onpointermove = (event) => {
    const cell = at(event);
    if (!cell) return;
    const weight = matrix.values[cell.layer * tokens.length + cell.index].toFixed(4);
    said.replaceChildren(
      `${words.layer} ${cell.layer + 1}: `,
      make("b", {}, tokens[cell.index].label),
      make("span", { class: "at-number" }, weight),
    );
  };
  canvas.onclick = (event) => {
    const cell = at(event);
    if (cell) stage.pinToken(cell.index);
  };
}

// ---- logit lens ----

/**
 * @param {Stage} stage
 * @param {import("./asking.js").Measured & LensValue} value
 */
export function lensAnswered(stage, value) {
  const holder = holderOf(stage, value);
  if (!holder || isUnfinished(holder, value)) return;
  const box = scroll(stage.words.lens, [lensTable(stage, value)]);
  holder.replaceChildren(box);
  box.scrollLeft = box.scrollWidth; // the chosen token is the last one
  refocus(stage);
}

/** @param {Stage} stage @param {LensValue} value */
function lensTable(stage, { positions, tokens, probabilities }) {
  const names = positions.map((position) => head(pick(stage, stage.stack.columns, position)));
  const lines = tokens.map((row, layer) => {
    const cells = row.map((texts, index) => lensCell(texts, probabilities[layer][index]));
    const name = layer === 0 ? stage.words.lens_start : `${layer}`;
    return make("tr", {}, lineHead(name), ...cells);
  });
  return table([head(stage.words.layer), ...names], lines, "at-table at-lens-table");
}

/** @param {string[]} texts @param {number[]} probabilities */
function lensCell(texts, probabilities) {
  const shown = texts.map((text) => visible(text) || "∅");
  const all = shown.map((text, index) => `${text} ${probabilities[index].toFixed(3)}`);
  return make("td", { title: all.join("\n"), style: heatStyle(probabilities[0]) }, shown[0]);
}
