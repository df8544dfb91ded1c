// @ts-check
// The way between two prompts, as a film.

import { make } from "../shared/dom.js";
import { saveLinks } from "./files.js";
import { Strip } from "./strip.js";

/**
 * @typedef {object} InterpolationData
 * @property {"interpolation"} kind
 * @property {string} run
 * @property {Texts} words
 * @property {string} from
 * @property {string} to
 * @property {string[]} frames data addresses, as far as they are there
 * @property {string[]} captions one for each
 * @property {Record<string, string>} films paths by format
 */

export class InterpolationView {
  /** @param {InterpolationData} data */
  constructor({ run, words, from, to }) {
    this.run = run;
    this.image = make("img", { class: "dr-image", alt: `${from} → ${to}` });
    this.strip = new Strip(words, words.film_label, (index) => {
      this.image.src = this.strip.frames[index];
    });
    this.saves = make("div");
    const frame = make("div", { class: "dr-frame" }, this.image);
    const figure = make("figure", { class: "dr-figure" }, frame);
    const main = make("div", { class: "dr-main" }, figure);
    this.element = make("div", { class: "dr" }, main, this.strip.element, this.saves);
  }

  /** @param {InterpolationData} data */
  show({ frames, captions, films, words }) {
    this.strip.fill(frames, captions);
    if (frames.length) this.strip.go(frames.length - 1);
    this.saves.replaceChildren(Object.keys(films).length ? saveLinks(words, films) : "");
  }
}
