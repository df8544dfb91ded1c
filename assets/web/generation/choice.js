// @ts-check
// One token of an answer: what it was, and the alternatives to it.

import { fill, make, percent, visible } from "../shared/dom.js";

/**
 * As it is sent: [id, text, probability, probability after the settings].
 * @typedef {[number, string, number, number]} Alternative
 */
/**
 * @typedef {object} Choice
 * @property {string} text
 * @property {number} probability
 * @property {number} rank
 * @property {number} entropy in bits
 * @property {number} rest probability of all that are not listed
 * @property {boolean} given whether the visitor chose it
 * @property {Alternative[]} alternatives
 * @property {import("./sampling_trace.js").Trace | null} trace null of a text that was scored
 */

/**
 * A sentence about the token.
 * @param {Texts} words
 * @param {Choice} choice
 * @returns {(Node | string)[]}
 */
export function chosen(words, { text, probability, rank, entropy }) {
  const line = fill(words.chosen, { probability: percent(probability), rank, bits: entropy });
  return [make("code", {}, visible(text)), " ", line];
}

/**
 * @param {Texts} words
 * @param {Choice} choice
 * @param {((id: number) => void) | null} goOn continue the answer from another token; null where
 *   there is no answer to continue
 */
export function alternatives(words, choice, goOn) {
  const after = choice.trace?.drawn_at === null ? words.after_settings : words.after;
  const head = make(
    "li",
    { class: "gl-head" },
    make("span"),
    make("span"),
    make("span", { class: "gl-number" }, words.before),
    make("span", { class: "gl-number" }, goOn && after),
    make("span"),
  );
  const rows = choice.alternatives.map(([id, text, before, then]) => {
    const after = goOn ? percent(then) : "";
    const go = goOn && goOnButton(words, visible(text), () => goOn(id));
    return row(make("code", {}, visible(text)), before, after, go);
  });
  const others = row(make("span", {}, words.others), choice.rest, "", null);
  return make("ul", { class: "gl-list" }, head, ...rows, others);
}

/**
 * @param {Texts} words
 * @param {string} name
 * @param {() => void} onclick
 */
const goOnButton = (words, name, onclick) =>
  make(
    "button",
    { type: "button", class: "gl-go", onclick, "aria-label": `${words.go_on} ${name}` },
    words.go_on,
  );

/**
 * @param {HTMLElement} name
 * @param {number} before
 * @param {string} after
 * @param {HTMLElement | null} go
 */
function row(name, before, after, go) {
  const share = make("i", { style: `width: ${before * 100}%` });
  return make(
    "li",
    {},
    name,
    make("div", { class: "gl-bar", "aria-hidden": "true" }, share),
    make("b", {}, percent(before)),
    make("span", { class: "gl-number" }, after),
    go ?? make("span"),
  );
}
