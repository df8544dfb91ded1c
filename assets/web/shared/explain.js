// @ts-check
// "What am I seeing?": the explanation comes when it is first looked at; the part about the open view is
// unfolded. A term with a dotted underline says its sentence while it is pointed at, focused or tapped.

import { make } from "./dom.js";
import { WRITTEN } from "./history.js";

/** @param {Bridge} bridge */
export async function mount({ element, server }) {
  const { html } = await server.explanation({});
  element.innerHTML = html; // the app's own texts
  unfold(element);
  // A view that is chosen is in the address a little later: how much, the machine decides.
  for (const change of [WRITTEN, "popstate"])
    window.addEventListener(change, () => unfold(element));
  for (const term of element.querySelectorAll(".st-term")) tell(/** @type {HTMLElement} */ (term));
}

/** Unfold the part about the view that the address names, or the first. @param {HTMLElement} element */
function unfold(element) {
  const asked = new URLSearchParams(window.location.search);
  const view = asked.get("view") ?? asked.get("mode") ?? "";
  const parts = [...element.querySelectorAll("details")];
  const shown = parts.find((part) => part.dataset.view?.split(" ").includes(view)) ?? parts[0];
  if (!shown || element.dataset.shown === shown.dataset.view) return;
  element.dataset.shown = shown.dataset.view; // what the visitor unfolds besides stays
  for (const part of parts) part.open = part === shown;
}

/** @param {HTMLElement} term */
function tell(term) {
  /** @type {HTMLElement | null} */
  let meaning = null;
  const hide = () => {
    meaning?.remove();
    meaning = null;
    term.removeAttribute("aria-describedby");
  };
  const show = () => {
    if (meaning) return;
    for (const other of document.querySelectorAll(".st-meaning")) other.remove();
    meaning = make(
      "span",
      { class: "st-meaning", role: "tooltip", id: "st-meaning" },
      term.dataset.says,
    );
    term.after(meaning);
    term.setAttribute("aria-describedby", "st-meaning");
    place(term, meaning);
  };
  for (const event of ["pointerenter", "focus", "click"]) term.addEventListener(event, show);
  for (const event of ["pointerleave", "blur"]) term.addEventListener(event, hide);
  term.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}

/** Below the term, within the text's width. @param {HTMLElement} term @param {HTMLElement} meaning */
function place(term, meaning) {
  const text = /** @type {HTMLElement} */ (meaning.offsetParent ?? document.body);
  const room = Math.max(0, text.clientWidth - meaning.offsetWidth);
  meaning.style.left = `${Math.min(term.offsetLeft, room)}px`;
  meaning.style.top = `${term.offsetTop + term.offsetHeight + 4}px`;
}
