// @ts-check
// Examples that can be seen: on each button a small picture of its result, or the first words of its
// text (demos/saved_pictures.py).

import { make } from "./dom.js";

const WAITING = 'button[id^="st-example-"]:not(.st-example)';

const HEIGHT = 52; // pixels of a picture, as in the style sheet

/** @typedef {{button: string, picture?: string, shape?: number[], words?: string}} Entry of the index of saved views */

/**
 * @param {Entry[]} entries
 * @param {(path: string) => URL} address of a file below the mount
 */
export function showExamples(entries, address) {
  for (const button of document.querySelectorAll(WAITING)) {
    button.classList.add("st-example");
    const entry = entries.find((one) => one.button === button.id);
    if (entry?.picture) {
      button.classList.add("st-pictured");
      const [width, height] = entry.shape ?? [1, 1];
      const looks = { width: Math.round((HEIGHT * width) / height), height: HEIGHT, alt: "" };
      button.prepend(make("img", { ...looks, src: address(entry.picture).href, loading: "lazy" }));
    } else if (entry?.words && !button.textContent?.includes(entry.words)) {
      button.append(make("small", { "aria-hidden": "true" }, entry.words));
      button.setAttribute("aria-description", entry.words); // its name stays the example's
    }
  }
}
