// @ts-check
// What to see of each step: the prediction, or the noisy picture that it was made from.

import { make } from "../shared/dom.js";

export class Choice {
  isNoisy = false;

  /**
   * @param {Texts} words
   * @param {() => void} changed is called after each choice
   */
  constructor(words, changed) {
    /** @param {boolean} noisy @param {string} text */
    const button = (noisy, text) =>
      make(
        "button",
        {
          type: "button",
          "aria-pressed": `${noisy === this.isNoisy}`,
          onclick: () => this.choose(noisy),
        },
        text,
      );
    this.changed = changed;
    this.buttons = [button(false, words.guess), button(true, words.noisy)];
    const group = { class: "dr-modes", role: "group", "aria-label": words.which_film };
    this.element = make("div", { ...group, hidden: true }, ...this.buttons);
  }

  /** @param {boolean} noisy */
  choose(noisy) {
    this.isNoisy = noisy;
    for (const [number, each] of this.buttons.entries())
      each.setAttribute("aria-pressed", `${Boolean(number) === noisy}`);
    this.changed();
  }
}
