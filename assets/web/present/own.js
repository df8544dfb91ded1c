// @ts-check
// "Save as a step": what a tab shows becomes the next step of the visitor's own deck, which the
// browser keeps; it is presented like any other, and can be saved as a file to be edited.

import { fill, make } from "../shared/dom.js";
import { words } from "../shared/language.js";

const STORE = "st-deck-mine";

/**
 * @param {string} query "?tab=...", as a link has it
 * @param {string} title
 */
export function saveStep(query, title) {
  if (!query.startsWith("?")) return query;
  const deck = own();
  deck.steps.push({ title, say: "", look: "", notes: "", show: query });
  try {
    localStorage.setItem(STORE, JSON.stringify(deck));
  } catch {
    return query; // the browser keeps nothing: the link is there all the same
  }
  say(deck, new URLSearchParams(query).get("tab") ?? "");
  return query;
}

/** @returns {{title: string, steps: object[]}} */
function own() {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "null") ?? { title: "Show & Tell", steps: [] };
  } catch {
    return { title: "Show & Tell", steps: [] };
  }
}

/**
 * What has been done, with a way to the deck and one to its file.
 * @param {{steps: object[]}} deck
 * @param {string} tab
 */
function say(deck, tab) {
  const step = deck.steps.length;
  const file = new Blob([JSON.stringify(deck, null, 2)], { type: "application/json" });
  const line = make(
    "p",
    { class: "st-step-saved", role: "status" },
    make(
      "a",
      { href: `./?present=1&deck=mine&step=${step}`, target: "_blank" },
      fill(words().deck_added, { step }),
    ),
    " · ",
    make("a", { href: URL.createObjectURL(file), download: "deck.json" }, "deck.json"),
  );
  const button = document.getElementById(`st-step-${tab}`);
  button?.parentElement?.querySelector(".st-step-saved")?.remove();
  button?.parentElement?.append(line);
}
