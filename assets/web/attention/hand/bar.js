// @ts-check
// Above the tables: numbers to begin with, the words, the mask and the number of heads.

import { make } from "../../shared/dom.js";

/** @typedef {import("./stage.js").HandStage} Stage */
/** @typedef {{element: HTMLElement, show: () => void}} Bar */

/** @param {Stage} stage @returns {Bar} */
export function barOf(stage) {
  const { words } = stage;
  const names = Object.keys(words).filter((name) => name.startsWith("preset_"));
  const presets = names
    .map((text) => text.replace("preset_", ""))
    .map((name) =>
      button(words[`preset_${name}`], () => stage.ask({ hand: name }), { "data-preset": name }),
    );
  const reset = button(words.reset, () => stage.ask({ hand: stage.preset }), { class: "hw-reset" });
  const tokens = listOf(words.tokens, (list) => stage.change({ tokens: list }));
  const vocabulary = listOf(words.vocabulary, (list) => stage.change({ vocabulary: list }));
  const heads = [1, 2].map((count) =>
    button(`${count}`, () => stage.change({ heads: count }), { "data-heads": count }),
  );
  const causal = make("input", {
    type: "checkbox",
    onchange: () => stage.change({ causal: causal.checked }),
  });
  const element = make(
    "div",
    { class: "hw-bar" },
    group(words.begin, [...presets, reset]),
    make("label", {}, make("span", {}, words.tokens), tokens),
    make("label", {}, make("span", {}, words.vocabulary), vocabulary),
    group(words.heads, heads),
    make("label", { class: "hw-check" }, causal, make("span", {}, words.causal)),
  );
  const show = () => {
    const { numbers, grids } = stage;
    for (const one of presets) press(one, one.dataset.preset === stage.preset);
    for (const one of heads) {
      press(one, Number(one.dataset.heads) === numbers.heads);
      one.disabled = grids.x[0].length % Number(one.dataset.heads) > 0;
    }
    reset.disabled = !stage.isChanged;
    causal.checked = numbers.causal;
    if (document.activeElement !== tokens) tokens.value = numbers.tokens.join(" ");
    if (document.activeElement !== vocabulary) vocabulary.value = numbers.vocabulary.join(" ");
  };
  return { element, show };
}

/** @param {string} label @param {(words: string[]) => void} changed */
function listOf(label, changed) {
  const input = make("input", {
    class: "hw-words",
    "aria-label": label,
    onchange: () => changed(input.value.split(/[\s，、；]+/).filter(Boolean)),
  });
  return input;
}

/** @param {string} text @param {() => void} onclick @param {Record<string, any>} more */
const button = (text, onclick, more) => make("button", { type: "button", onclick, ...more }, text);

/** @param {HTMLElement} one @param {boolean} pressed */
const press = (one, pressed) => one.setAttribute("aria-pressed", `${pressed}`);

/** @param {string} label @param {Node[]} children */
const group = (label, children) =>
  make(
    "div",
    { class: "hw-group", role: "group", "aria-label": label },
    make("span", { "aria-hidden": "true" }, label),
    ...children,
  );
