// @ts-check
// One step of a deck: a heading, a sentence, a formula, what to look at, and beside them a saved
// result or worked tables.

import { make } from "../shared/dom.js";
import { heatStyle } from "../shared/heat.js";
import { language, words } from "../shared/language.js";
import { drawn, fileOf } from "../shared/saved.js";

/** @typedef {string | {en: string, zh?: string} | undefined} Text in one language or in both */
/** @typedef {{name: Text, rows: (number | string | null)[][], top?: Text[], side?: Text[], heat?: boolean}} Table */
/**
 * @typedef {object} Step
 * @property {Text} title
 * @property {Text} [say] the sentence
 * @property {string} [formula] MathML
 * @property {Text} [look] what to look at
 * @property {Text} [notes] for whoever speaks
 * @property {string} [show] a link of the app: "?tab=..."
 * @property {Table[]} [tables]
 * @property {{text: string, link?: string}[]} [sources]
 */

// What a formula may hold: anybody can write a deck.
const MATH =
  "math mrow mi mn mo mtext msub msup msubsup munder mover munderover mfrac msqrt mroot mspace mtable mtr mtd mstyle".split(
    " ",
  );
const MATH_ATTRIBUTES = ["width", "stretchy", "mathvariant", "display", "displaystyle"];

/** @param {Text} text */
export const textOf = (text) =>
  typeof text === "string" ? text : (text?.[/** @type {"en"} */ (language())] ?? text?.en ?? "");

/**
 * @param {{title: Text, steps: Step[]}} deck
 * @param {number} number
 */
export async function slide(deck, number) {
  const step = deck.steps[number];
  const beside = step.show || step.tables ? await side(step) : null;
  const sources = (step.sources ?? []).map(source);
  return make(
    "article",
    { class: beside ? "dk-slide" : "dk-slide dk-alone" },
    make(
      "section",
      { class: "dk-text" },
      make("p", { class: "dk-deck" }, textOf(deck.title)),
      make("h1", {}, textOf(step.title)),
      step.say && make("p", { class: "dk-say" }, textOf(step.say)),
      step.formula && formula(step.formula),
      step.look && make("p", { class: "dk-look" }, textOf(step.look)),
      sources.length ? make("p", { class: "dk-sources" }, ...sources) : null,
    ),
    beside,
  );
}

/** @param {{text: string, link?: string}} one */
const source = ({ text, link }) =>
  make(
    "span",
    {},
    link ? make("a", { href: link, target: "_blank", rel: "noopener" }, text) : text,
  );

/** @param {Step} step */
async function side(step) {
  const tables = (step.tables ?? []).map(table);
  const shown = step.show ? await result(step.show) : null;
  return make(
    "section",
    { class: "dk-side" },
    tables.length ? make("div", { class: "dk-tables" }, ...tables) : null,
    shown,
  );
}

/**
 * The saved result of a link; the page itself where none is saved.
 * @param {string} link
 */
async function result(link) {
  const live = `./${link}`;
  const name = await fileOf(link);
  if (!name) {
    const frame = { class: "dk-frame", src: `${live}&embed=1`, title: link };
    return make("iframe", frame);
  }
  const view = await (await fetch(new URL(`../saved/${name}`, import.meta.url))).json();
  return drawn(view, () => window.open(live, "_blank"));
}

/** @param {Table} data */
function table({ name, rows, top, side: names, heat }) {
  const head = top && [
    names && make("td"),
    ...top.map((one) => make("th", { scope: "col" }, textOf(one))),
  ];
  const places = Math.max(...rows.flat().map(decimals));
  const lines = rows.map((row, number) =>
    make(
      "tr",
      {},
      names && make("th", { scope: "row" }, textOf(names[number])),
      ...row.map((value) => cell(value, places, Boolean(heat))),
    ),
  );
  return make(
    "table",
    { class: "dk-table" },
    make("caption", {}, textOf(name)),
    head && make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...lines),
  );
}

/** Places after the point, four at most. @param {number | string | null} value */
const decimals = (value) =>
  typeof value === "number" ? Math.min(4, `${value}`.split(".")[1]?.length ?? 0) : 0;

/** @param {number | string | null} value @param {number} places @param {boolean} heat */
const cell = (value, places, heat) =>
  make(
    "td",
    { style: heat && typeof value === "number" ? heatStyle(value) : null },
    value === null
      ? "−∞"
      : (typeof value === "number" ? value.toFixed(places) : value).replace(/^-/, "−"),
  );

/** @param {string} inside MathML */
function formula(inside) {
  const holder = make("div", { class: "dk-formula", role: "group", "aria-label": words().formula });
  holder.innerHTML = `<math display="block">${inside}</math>`;
  for (const element of holder.querySelectorAll("*")) {
    if (!MATH.includes(element.localName)) element.remove();
    for (const { name } of [...element.attributes])
      if (!MATH_ATTRIBUTES.includes(name)) element.removeAttribute(name);
  }
  return holder;
}
