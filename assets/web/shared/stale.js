// @ts-check
// A result that no longer belongs to the form is marked, until the form is run again or is as it was.

import { make } from "./dom.js";
import { words } from "./language.js";

const RUNS = 'button[id$="-run"]';
const FILLING = 8000; // ms after which an example that did not come is not waited for
const FIELDS = 'input:not([type="file"]), textarea, select';

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */
/** @typedef {Map<Field, string | boolean>} Held what each field of a form holds */

/** @type {WeakMap<Element, Held>} what a form held when it was run, by its button */
const runs = new WeakMap();

/** @param {Element} form @returns {Held} */
function held(form) {
  const fields = /** @type {Field[]} */ ([...form.querySelectorAll(FIELDS)]);
  return new Map(fields.map((field) => [field, contentOf(field)]));
}

/** @param {Field} field */
const contentOf = (field) =>
  field instanceof HTMLInputElement && ["radio", "checkbox"].includes(field.type)
    ? field.checked
    : field.value;

/** The form that a button runs: the column in which it stands. @param {Element} button */
const formOf = (button) => button.closest(".st-work > *");

/** @param {Element} form the other columns of its row */
const resultsOf = (form) =>
  [...(form.parentElement?.children ?? [])].filter((column) => column !== form);

/** From here on every run is noticed, and every change after it. */
export function watchForms() {
  const buttons = new MutationObserver((changes) => {
    for (const { target } of changes) {
      const button = /** @type {HTMLButtonElement} */ (target);
      if (button.matches(RUNS)) noticed(button);
    }
  });
  buttons.observe(document.body, { subtree: true, attributeFilter: ["disabled"] });
  document.addEventListener("click", filling, { passive: true });
  for (const event of ["input", "change", "click"])
    document.addEventListener(event, () => requestAnimationFrame(compareAll), { passive: true });
}

/**
 * An example fills the form and then runs it: until it does, what runs a half-filled form is off.
 * @param {Event} event
 */
function filling(event) {
  const example = /** @type {Element} */ (event.target).closest('[id^="st-example-"]');
  const tab = example?.closest('[id^="st-tab-"]');
  if (!tab) return;
  tab.classList.add("st-filling");
  setTimeout(() => tab.classList.remove("st-filling"), FILLING);
}

/** A run button is off while its run lasts. @param {HTMLButtonElement} button */
function noticed(button) {
  const form = formOf(button);
  if (!form) return;
  button.closest(".st-filling")?.classList.remove("st-filling");
  if (button.disabled) {
    runs.set(button, held(form));
    mark(form, false);
  } else compare(button);
}

function compareAll() {
  for (const button of document.querySelectorAll(RUNS)) compare(button);
}

/** @param {Element} button */
function compare(button) {
  const [form, before] = [formOf(button), runs.get(button)];
  if (!form || !before || /** @type {HTMLButtonElement} */ (button).disabled) return;
  const isChat = resultsOf(form).some((column) => column.querySelector(".st-user"));
  const changed = [...before].some(
    ([field, value]) =>
      field.isConnected && contentOf(field) !== value && !(isChat && field.closest(".st-prompt")), // the next question, not another one
  );
  mark(form, changed);
}

/** @param {Element} form @param {boolean} isStale */
function mark(form, isStale) {
  for (const column of resultsOf(form)) {
    const line = column.querySelector(":scope > .st-stale");
    if (!isStale) line?.remove();
    else if (!line) column.prepend(make("p", { class: "st-stale", role: "status" }, words().stale));
  }
}
