// @ts-check
// Above the views: which layer and head, averages, what to hide, and the bar of views.

import { make } from "../shared/dom.js";

/** @typedef {import("./stage.js").AttentionStage} Stage */
/** @typedef {"average" | "hide"} MenuName */
/** @typedef {import("./stage.js").PanelName} PanelName */

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** @param {Stage} stage */
export function buildControls(stage) {
  const { look, stack, data } = stage;
  const isAll = look.average === "all";
  const nodes = [];
  const names = Object.keys(data.stacks).reverse(); // across first
  if (names.length > 1) {
    const open = { layer: null, head: null, token: null };
    nodes.push(buttons(stage, "stack", names, look.stack, (stack) => stage.go({ stack, ...open })));
  }
  nodes.push(stepper(stage, "layer", stack.layers, isAll || look.average === "layers"));
  nodes.push(stepper(stage, "head", stack.heads, isAll || look.average === "heads"));
  if (!stage.static) nodes.push(...matrixControls(stage));
  const focused =
    document.activeElement instanceof HTMLElement && document.activeElement.dataset.control;
  stage.parts.controls.replaceChildren(...nodes);
  /** @type {HTMLElement | null} */
  const control = stage.parts.controls.querySelector(`[data-control="${focused}"]`);
  control?.focus();
}

/**
 * What an exported file has not: averages and what to hide.
 * @param {Stage} stage
 */
function matrixControls(stage) {
  const { look, data } = stage;
  const nodes = [
    menu(stage, "average", ["none", "heads", "layers", "all"]),
    menu(stage, "hide", ["none", "special", "first"]),
  ];
  if (data.pair && look.stack === "self") {
    const pairs = ["all", "AA", "AB", "BA", "BB"];
    nodes.push(buttons(stage, "pair", pairs, look.pair, (pair) => stage.go({ pair })));
  }
  if (look.hide !== "none" || look.pair !== "all") nodes.push(renormalise(stage));
  return nodes;
}

/**
 * @param {Stage} stage
 * @param {string} name
 * @param {string[]} values
 * @param {string} chosen
 * @param {(value: string) => void} act
 * @returns {HTMLElement}
 */
function buttons(stage, name, values, chosen, act) {
  const all = values.map((value) =>
    make(
      "button",
      {
        type: "button",
        "aria-pressed": `${value === chosen}`,
        "data-control": `${name}-${value}`,
        onclick: () => act(value),
      },
      stage.words[`${name}_${value}`] ?? value,
    ),
  );
  const looks = { class: "at-buttons", role: "group", "aria-label": stage.words[name] };
  return make("div", looks, ...all);
}

/**
 * A menu of numbers between two arrows.
 * @param {Stage} stage
 * @param {"layer" | "head"} name
 * @param {number} count
 * @param {boolean} averaged
 */
function stepper(stage, name, count, averaged) {
  const title = stage.words[name];
  const value = stage.look[name];
  const select = make("select", {
    "aria-label": title,
    "data-control": name,
    disabled: averaged,
    onchange: () => stage.go({ [name]: Number(select.value) }),
  });
  for (let number = 1; number <= count; number += 1)
    select.append(make("option", { value: number, selected: number === value }, `${number}`));
  if (averaged) select.replaceChildren(make("option", {}, stage.words.mean));
  /** @param {1 | -1} by @param {string} mark */
  const arrow = (by, mark) =>
    make(
      "button",
      {
        type: "button",
        "aria-label": `${title} ${by < 0 ? "−" : "+"}`,
        "data-control": `${name}${by}`,
        disabled: averaged,
        onclick: () => stage.go({ [name]: ((value - 1 + by + count) % count) + 1 }),
      },
      mark,
    );
  return make(
    "div",
    { class: "at-stepper" },
    make("span", { "aria-hidden": "true" }, title),
    arrow(-1, "‹"),
    select,
    arrow(1, "›"),
    make("span", { class: "at-of", "aria-hidden": "true" }, `/ ${count}`),
  );
}

/**
 * @param {Stage} stage
 * @param {MenuName} name
 * @param {string[]} values
 * @returns {HTMLElement}
 */
function menu(stage, name, values) {
  const select = make("select", {
    "data-control": name,
    onchange: () => stage.go({ [name]: select.value }),
  });
  for (const value of values) {
    const looks = { value, selected: value === stage.look[name] };
    select.append(make("option", looks, stage.words[`${name}_${value}`]));
  }
  return make("label", { class: "at-menu" }, make("span", {}, stage.words[name]), select);
}

/** @param {Stage} stage */
function renormalise(stage) {
  const box = make("input", {
    type: "checkbox",
    "data-control": "renormalise",
    checked: stage.look.renormalise === "yes",
    onchange: () => stage.go({ renormalise: box.checked ? "yes" : "no" }),
  });
  return make("label", { class: "at-check" }, box, make("span", {}, stage.words.renormalise));
}

/**
 * The bar of views.
 * @param {Stage} stage
 * @param {PanelName[]} panels
 */
export function buildTabs(stage, panels) {
  const tabs = panels.map((name) =>
    make(
      "button",
      {
        type: "button",
        role: "tab",
        id: `at-tab-${name}`,
        "aria-selected": `${name === stage.panel}`,
        "aria-controls": "at-panel",
        tabindex: name === stage.panel ? "0" : "-1",
        onclick: () => stage.choose(name),
      },
      stage.words[`panel_${name}`],
    ),
  );
  const bar = stage.parts.tabs;
  const hadFocus = bar.contains(document.activeElement);
  bar.replaceChildren(...tabs);
  const at = panels.indexOf(stage.panel);
  bar.onkeydown = (event) => {
    const by = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    if (!by) return;
    event.preventDefault();
    stage.choose(panels[(at + by + panels.length) % panels.length]);
  };
  stage.parts.panel.setAttribute("aria-labelledby", tabs[at].id);
  if (hadFocus) tabs[at].focus();
}
