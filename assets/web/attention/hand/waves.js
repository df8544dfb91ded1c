// @ts-check
// Positions as waves: the sinusoidal encoding as a picture, with its formula.

import { make } from "../../shared/dom.js";
import { unpack } from "../../shared/packing.js";
import { drawMatrix } from "../canvas.js";

const HEIGHT = 260;
const MOST = 640; // pixels wide
const FORMULA = `<mrow>${["sin", "cos"].map(encodingOf).join("<mspace width='2em'/>")}</mrow>`;

/**
 * @param {Texts} words
 * @param {import("../../shared/packing.js").Packed} packed
 */
export function wavesOf(words, packed) {
  const canvas = make("canvas", { role: "img", "aria-label": words.waves });
  const formula = make("div", {
    class: "at-math",
    tabindex: "0",
    role: "group",
    "aria-label": words.formula,
  });
  formula.innerHTML = `<math display="block">${FORMULA}</math>`; // ours, no text of others
  const note = make("p", { class: "at-note" }, words.waves_note);
  const element = make(
    "section",
    { class: "hw-waves" },
    make("h3", {}, words.waves),
    formula,
    note,
    canvas,
  );
  const matrix = unpack(packed);
  const draw = async () => {
    const values = await matrix;
    const width = Math.min(MOST, element.clientWidth - 4);
    if (width > 0) drawMatrix(canvas, values, width, HEIGHT, "signed");
  };
  return { element, draw };
}

/**
 * Half of the formula: sin for even places, cos for odd ones.
 * @param {string} wave
 */
function encodingOf(wave) {
  const odd = wave === "cos" ? "<mo>+</mo><mn>1</mn>" : "";
  const place = `<mrow><mi>pos</mi><mo>,</mo><mn>2</mn><mi>i</mi>${odd}</mrow>`;
  const power = "<mrow><mn>2</mn><mi>i</mi><mo>/</mo><mi>d</mi></mrow>";
  const angle = `<mfrac><mi>pos</mi><msup><mn>10000</mn>${power}</msup></mfrac>`;
  return `<msub><mi>PE</mi>${place}</msub><mo>=</mo><mi>${wave}</mi><mspace width="0.3em"/>${angle}`;
}
