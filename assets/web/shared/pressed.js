// @ts-check
// An example that is pressed shows its saved view at once: below what the server says of the live
// run, and until that has a result, which takes its place.

import { make } from "./dom.js";
import { words } from "./language.js";

/** @typedef {{place: string, view: Element | null, hasBegun: boolean}} Awaited a run, and its stand-in */

/** @type {Awaited | null} */
let awaited = null;

/**
 * A run was asked for, which has a stand-in or none.
 * @param {string} place elem_id of the part that the run will fill
 * @param {Promise<Element>} [coming]
 */
export function awaitRun(place, coming) {
  awaited?.view?.remove();
  awaited = coming ? { place, view: null, hasBegun: false } : null;
  const own = awaited;
  coming?.then((view) => {
    if (!own || own !== awaited) return; // the live result was faster, or another was pressed
    view.querySelector(".st-saved-run")?.replaceWith(make("span", {}, words().saved_until));
    own.view = view;
    follow();
  });
}

export function watchRuns() {
  new MutationObserver(follow).observe(document.body, {
    subtree: true,
    childList: true,
  });
}

/** Each line of progress replaces the one before it; the view goes along. */
function follow() {
  if (!awaited) return;
  const loading = [...document.querySelectorAll(`#${awaited.place} .st-loading`)].find(
    (one) => /** @type {HTMLElement} */ (one).offsetParent,
  );
  if (!loading && awaited.hasBegun) {
    awaited.view?.remove();
    awaited = null;
  } else if (loading) {
    awaited.hasBegun = true;
    if (awaited.view && loading.nextElementSibling !== awaited.view) loading.after(awaited.view);
  }
}
