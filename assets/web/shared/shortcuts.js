// @ts-check
// The page's keys. Those of one letter are silent while somebody writes, and can be switched off (who
// speaks to the computer sets them off by accident).

import { openDialog } from "./dialog.js";
import { make } from "./dom.js";
import { openTab } from "./history.js";
import { words } from "./language.js";

const STORE = "st-keys";
const FIELDS = "input, textarea, select, [contenteditable=true]";
const TYPED = 'input:not([type]), input[type="text"], textarea, input[type="search"]';

/** @param {string} selector the first one to be seen in the open tab @returns {HTMLElement | undefined} */
const seen = (selector) =>
  /** @type {HTMLElement[]} */ ([
    ...document.querySelectorAll(`#st-tab-${openTab()} ${selector}`),
  ]).find((one) => one.offsetParent);

/** @param {number} number from 1 */
const tab = (number) =>
  /** @type {HTMLElement | undefined} */ (
    document.querySelectorAll(
      '#st-tabs > .tab-wrapper [role="tablist"]:not([aria-hidden]) [role="tab"]',
    )[number - 1]
  )?.click();

/** @type {Record<string, () => void>} of one letter */
const KEYS = {
  "?": showKeys,
  "/": toInput,
  p: () => window.location.assign(new URL("?present=1", document.baseURI)),
  t: () => seen('[id^="st-take-"]')?.click(),
  f: foldForm,
};

/** @type {[string[], string][]} the keys that do the same, and the name of what they do */
const LISTED = [
  [["/"], "keys_prompt"],
  [["Ctrl", "Enter"], "keys_run"],
  [["Esc"], "keys_stop"],
  [["F"], "keys_fold"],
  [["1", "…", "6"], "keys_tabs"],
  [["T"], "keys_take"],
  [["P"], "keys_present"],
  [["?"], "keys_list"],
];
/** @type {typeof LISTED} those of a view, once Tab has led into it: each view listens by itself */
const IN_VIEWS = [
  [["←", "→"], "keys_tokens"],
  [["←", "→"], "keys_views"],
  [["←", "→", "↑", "↓"], "keys_pictures"],
  [["←", "→"], "keys_steps"],
  [["↑", "↓"], "keys_cells"],
  [["←", "→", "↑", "↓"], "keys_table"],
];

export function watchKeys() {
  document.addEventListener("keydown", pressed);
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const { key, defaultPrevented, isComposing } = event;
  const target = /** @type {Element} */ (event.target);
  if (defaultPrevented || isComposing || document.querySelector("dialog[open]")) return;
  const act = (event.ctrlKey || event.metaKey ? withControl : plain)(key, target);
  if (!act || event.altKey) return;
  event.preventDefault();
  act();
}

/** @param {string} key */
const withControl = (key) =>
  key === "Enter" ? () => inForm('button[id$="-run"]:not(:disabled)')?.click() : null;

/** @param {string} key @param {Element} target */
function plain(key, target) {
  if (key === "Escape") {
    const stop = inForm(".st-actions button.stop:not(:disabled)");
    return stop ? () => stop.click() : null;
  }
  if (target.closest?.(FIELDS) || !areOn()) return null;
  if (/^[1-9]$/.test(key)) return () => tab(Number(key));
  return KEYS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

const FOLDED = "st-folded";
const root = document.documentElement;

/** For a projector: the result takes the width of the window. Going to the input unfolds it. */
export function foldForm() {
  const isFolded = root.classList.toggle(FOLDED);
  document.getElementById("st-fold")?.setAttribute("aria-pressed", `${isFolded}`);
  window.dispatchEvent(new Event("resize")); // what is drawn to a width measures it now
}

function toInput() {
  if (root.classList.contains(FOLDED)) foldForm();
  seen(`.st-work > :first-child :is(${TYPED})`)?.focus();
}

/** A button that a folded form has, too. @param {string} selector */
function inForm(selector) {
  const isFolded = root.classList.contains(FOLDED);
  root.classList.remove(FOLDED);
  const button = seen(selector);
  root.classList.toggle(FOLDED, isFolded);
  return button;
}

function areOn() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

/** @param {boolean} on */
function switchOn(on) {
  try {
    localStorage.setItem(STORE, on ? "on" : "off");
  } catch {
    // the browser keeps nothing
  }
}

/** The list of keys, in a dialog. */
export function showKeys() {
  const texts = words();
  const box = make("input", { type: "checkbox", checked: areOn() });
  box.addEventListener("change", () => switchOn(box.checked));
  openDialog(
    "st-keys",
    texts.keys,
    table(LISTED, texts),
    make("label", {}, box, texts.keys_on),
    make("h3", {}, texts.keys_inside),
    table(IN_VIEWS, texts),
  );
}

/** @param {typeof LISTED} listed @param {Texts} texts */
function table(listed, texts) {
  const rows = listed.map(([keys, name]) =>
    make(
      "div",
      {},
      make("dt", {}, ...keys.map((key) => (key === "…" ? "…" : make("kbd", {}, key)))),
      make("dd", {}, texts[name]),
    ),
  );
  return make("dl", {}, ...rows);
}
