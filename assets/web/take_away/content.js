// @ts-check
// What there is to take away: the results of a tab that are on the screen, live or saved, and what
// draws each of them again.

import { partsOf } from "../shared/kept.js";
import { viewOf } from "../shared/saved.js";

/** @typedef {import("../shared/kept.js").Part} Part */
/** @typedef {import("../shared/saved.js").Fragment} Fragment */

/**
 * @param {string} tab
 * @returns {{parts: Part[], query: string}} `query` is the link of a saved view, "" of a live result
 */
export function contentOf(tab) {
  const columns = /** @type {HTMLElement[]} */ (
    [...document.querySelectorAll(`#st-tab-${tab} .st-work`)].flatMap((row) =>
      [...row.children].slice(1),
    )
  ).filter((column) => column.offsetParent);
  const found = columns.map((column) => {
    const view = savedIn(column);
    return view ?? { parts: partsOf(column), query: "" };
  });
  return {
    parts: found.flatMap(({ parts }) => parts),
    query: found.find(({ query }) => query)?.query ?? "",
  };
}

/** The saved view that a column shows in place of a live result, if it does. @param {Element} column */
function savedIn(column) {
  const sections = /** @type {HTMLElement[]} */ ([...column.querySelectorAll(".st-saved")]);
  const section = sections.find((one) => one.offsetParent);
  const view = section && viewOf(section);
  if (!view) return null;
  const elements = /** @type {HTMLElement[]} */ ([...section.querySelectorAll(".st-saved-part")]);
  const parts = elements.map((element, at) => ({ element, fragment: view.fragments[at] }));
  return { parts, query: view.query ?? "" };
}

/**
 * What draws a part where there is no server to ask: some stages know how to bring all along.
 * @param {Part} part
 * @param {string} query the link, which says where on the stage the visitor is
 * @returns {Promise<Fragment>}
 */
export async function complete({ fragment, server }, query) {
  const value = /** @type {any} */ (fragment.value);
  if (typeof server?.whole !== "function" || !value?.first) return fragment;
  const asked = new URLSearchParams(query);
  const look = { ...value.first.look };
  for (const name of Object.keys(look)) look[name] = asked.get(name) ?? look[name];
  const panel = asked.get("view") ?? value.panel;
  const answer = await server.whole({ key: value.key, look, panel });
  return answer.error ? fragment : { ...fragment, ...answer };
}
