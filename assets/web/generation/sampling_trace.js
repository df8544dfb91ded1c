// @ts-check
// How a token was sampled: what each setting left of the probabilities, and where the random number
// fell.

import { fill, make, percent, visible } from "../shared/dom.js";

/**
 * What one setting leaves of the tokens that are followed; a logit is null where it cut the token.
 * @typedef {object} Step
 * @property {string} name
 * @property {(number | null)[]} logits
 * @property {number[]} probabilities
 * @property {number} kept tokens that are left of the whole vocabulary
 * @property {number} cut_mass probability of those that it cut
 */
/**
 * @typedef {object} Trace
 * @property {number} token its id
 * @property {[number, string][]} followed ids and texts
 * @property {Step[]} steps
 * @property {[number, string, number, number][]} bar id, text, start and length of a stretch
 * @property {number | null} drawn_at the random number; null where nothing was drawn
 */

const ROOM = 0.03; // a shorter stretch has no room for its text

/**
 * Table and bar; nothing for a token that was not sampled.
 * @param {Texts} words
 * @param {{trace: Trace | null, given: boolean}} choice
 * @returns {HTMLElement[]}
 */
export function samplingTrace(words, { trace, given }) {
  if (!trace) return [];
  const title = trace.drawn_at === null ? words.shares_title : words.bar_title;
  const scroll = {
    class: "gl-scroll",
    tabindex: "0",
    role: "group",
    "aria-label": words.steps_title,
  };
  return [
    make("h3", {}, words.steps_title),
    make("div", scroll, table(words, trace)),
    make("h3", {}, title),
    bar(words, trace, given),
  ];
}

/** @param {Texts} words @param {Trace} trace */
function table(words, { token, followed, steps }) {
  const heads = steps.map((step, index) => head(words, step, index > 0));
  const rows = followed.map(([id, text], at) => {
    const name = make("th", { scope: "row" }, make("code", {}, visible(text)));
    const cells = steps.map((step) => cell(step, at));
    return make("tr", { class: id === token ? "gl-is" : null }, name, ...cells);
  });
  return make(
    "table",
    { class: "gl-steps" },
    make("thead", {}, make("tr", {}, make("th"), ...heads)),
    make("tbody", {}, ...rows),
  );
}

/** @param {Texts} words @param {Step} step @param {boolean} cuts */
function head(words, { name, kept, cut_mass: mass }, cuts) {
  const cut = cuts && mass > 0 ? ` · ${fill(words.cut, { mass: percent(mass) })}` : "";
  const left = fill(words.kept, { count: kept.toLocaleString() });
  return make("th", { scope: "col" }, words[`step_${name}`], make("small", {}, `${left}${cut}`));
}

/** @param {Step} step @param {number} at */
function cell({ logits, probabilities }, at) {
  const logit = logits[at];
  if (logit === null) return make("td", { class: "gl-cut" }, "0");
  return make("td", {}, percent(probabilities[at]), make("small", {}, logit.toFixed(2)));
}

/** @param {Texts} words @param {Trace} trace @param {boolean} given */
function bar(words, { token, bar: parts, drawn_at: drawn }, given) {
  const stretches = parts.map(([id, text, start, length]) => {
    const looks = {
      class: id === token ? "gl-is" : null,
      style: `left: ${start * 100}%; width: ${length * 100}%`,
      title: `${visible(text)} ${percent(length)}`,
    };
    return make("span", looks, length > ROOM && visible(text));
  });
  const line = make("div", { class: "gl-stretches" }, ...stretches);
  /** @param {HTMLElement} drawing @param {string} hint */
  const explained = (drawing, hint) =>
    make("div", {}, drawing, make("p", { class: "gl-hint" }, hint));
  if (drawn === null) return explained(line, given ? words.given : words.likeliest);
  const place = drawn.toFixed(4);
  const looks = {
    class: `gl-mark${drawn > 0.7 ? " gl-late" : ""}`,
    style: `left: ${drawn * 100}%`,
  };
  const mark = make("div", looks, make("b", {}, place));
  return explained(make("div", { class: "gl-draw" }, line, mark), fill(words.drawn, { place }));
}
