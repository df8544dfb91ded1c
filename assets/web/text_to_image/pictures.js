// @ts-check
// The pictures of one run: step by step while they are drawn, then finished, with their words.

import { fill, make } from "../shared/dom.js";
import { WordPanel } from "./attribution.js";
import { address, saveLinks } from "./files.js";
import { Strip } from "./strip.js";

/**
 * A step of a picture under way.
 * @typedef {object} LiveData
 * @property {"live"} kind
 * @property {string} run
 * @property {Texts} words
 * @property {number} number the picture's
 * @property {number} count of pictures in the run
 * @property {number} step from 1
 * @property {number} steps
 * @property {string} frame a data address
 */
/**
 * @typedef {object} DrawnData
 * @property {"pictures"} kind
 * @property {string} run
 * @property {Texts} words
 * @property {Picture[]} pictures
 */
/**
 * @typedef {object} Picture what is known of it so far
 * @property {boolean} [blocked]
 * @property {string[]} [frames] its steps; some of them may have been skipped
 * @property {number} [steps]
 * @property {string} [finished] "end" if it was drawn to the end
 * @property {string} [prompt]
 * @property {number} [seed]
 * @property {string} [file] path of the picture
 * @property {string} [recipe] path
 * @property {Record<string, string>} [films] paths by format
 * @property {import("./attribution.js").WordMapsData | null} [word_maps]
 */

export class PicturesView {
  /** @type {Picture[]} */ pictures = [];
  /** @type {number | null} of the picture on screen */ number = null;
  /** @type {import("./attribution.js").WordMapsData | null | undefined} */ maps = undefined;
  filmed = false;

  /**
   * @param {LiveData | DrawnData} data
   * @param {(number: number) => void} chose is called with the number of each picture that is opened
   */
  constructor(data, chose) {
    this.chose = chose;
    this.run = data.run;
    this.words = data.words;
    this.count = data.kind === "live" ? data.count : data.pictures.length;
    this.image = make("img", { class: "dr-image", alt: "" });
    const size = { width: 256, height: 256 };
    const veil = make("canvas", { class: "dr-veil", "aria-hidden": "true", ...size });
    this.panel = new WordPanel(data.words, veil);
    this.frame = make("div", { class: "dr-frame" }, this.image, veil);
    this.frame.addEventListener("pointermove", (event) => this.over(event));
    this.frame.addEventListener("pointerleave", () => this.panel.over(null));
    this.says = make("p", { class: "dr-says", role: "status" });
    this.strip = new Strip(data.words, data.words.film_label, (index) => this.scrubbed(index));
    this.all = make("div", { class: "dr-all" });
    this.saves = make("div");
    const figure = make("figure", { class: "dr-figure" }, this.frame, this.says);
    this.element = make(
      "div",
      { class: "dr" },
      make("div", { class: "dr-main" }, figure, this.panel.element),
      this.strip.element,
      this.all,
      this.saves,
    );
    this.panel.show(null);
  }

  /** @param {LiveData} data */
  live(data) {
    this.pictures[data.number] ??= { frames: [] };
    const picture = this.pictures[data.number];
    if (this.number !== data.number) this.open(data.number);
    const known = picture.frames ?? [];
    known[data.step - 1] = data.frame;
    picture.steps = data.steps;
    // A step that was skipped shows the one before it.
    const frames = [...known].map(
      (frame, at) => frame ?? known.slice(0, at).findLast(Boolean) ?? data.frame,
    );
    this.strip.element.hidden = false;
    this.strip.fill(frames, this.captions(frames.length, data.steps));
    this.strip.go(frames.length - 1);
    this.says.textContent = data.words.drawing_now;
    this.list();
  }

  /** @param {DrawnData} data */
  drawn({ pictures }) {
    const following =
      this.number === null ||
      this.number === this.pictures.length - 1 ||
      this.number === pictures.length - 1;
    const before = this.pictures;
    this.pictures = pictures.map((picture, number) => ({
      ...picture,
      frames: picture.frames?.length
        ? picture.frames
        : (before[number]?.frames ?? []).filter(Boolean),
    }));
    this.count = Math.max(pictures.length, 1);
    const number = following ? pictures.length - 1 : (this.number ?? 0);
    this.open(number, this.strip.at === undefined || !this.filmed);
    this.filmed = pictures.some((picture) => picture.films?.webp);
  }

  /**
   * Put a picture on screen, at its last step or at the one shown.
   * @param {number} number
   */
  open(number, toTheEnd = true) {
    const changed = this.number !== number;
    this.number = number;
    const picture = this.pictures[number];
    this.element.classList.toggle("dr-is-blocked", Boolean(picture.blocked));
    if (picture.blocked) this.blocked();
    else this.opened(picture, changed, toTheEnd);
    this.list();
    if (changed && !picture.blocked) this.chose(number);
  }

  blocked() {
    this.strip.fill([], []);
    this.image.removeAttribute("src");
    this.panel.show(null);
    this.saves.replaceChildren();
  }

  /**
   * @param {Picture} picture
   * @param {boolean} changed whether another one was on screen
   * @param {boolean} toTheEnd
   */
  opened(picture, changed, toTheEnd) {
    const { prompt, file, films, recipe, word_maps: maps } = picture;
    const whole = file ? [address(file)] : [];
    const frames = picture.frames?.length ? picture.frames : whole;
    this.strip.fill(frames, this.captions(frames.length, picture.steps ?? frames.length));
    this.strip.element.hidden = frames.length < 2;
    this.image.alt = prompt ? fill(this.words.picture_label, { prompt }) : "";
    if (maps !== this.maps || changed) this.panel.show(maps ?? null);
    this.maps = maps;
    const last = frames.length - 1;
    if (frames.length) this.strip.go(toTheEnd ? last : Math.min(this.strip.at ?? 0, last));
    this.saves.replaceChildren(
      file ? saveLinks(this.words, { png: file, ...films, json: recipe }) : "",
    );
  }

  /** @param {number} count @param {number} steps */
  captions(count, steps) {
    return Array.from({ length: count }, (_, at) =>
      fill(this.words.step_of, { step: at + 1, steps }),
    );
  }

  /** @param {PointerEvent} event */
  over(event) {
    const { left, top, width, height } = this.frame.getBoundingClientRect();
    this.panel.over([(event.clientX - left) / width, (event.clientY - top) / height]);
  }

  /**
   * The slider stands at that step.
   * @param {number} index
   */
  scrubbed(index) {
    const picture = this.pictures[this.number ?? 0];
    const file = index === this.strip.last ? picture.file : undefined;
    const source = file ? address(file) : this.strip.frames[index];
    if (source && this.image.src !== source) this.image.src = source;
    this.says.textContent =
      file && picture.finished === "end"
        ? this.words.finished_picture
        : fill(this.words.was, { step: index + 1 });
    this.panel.at(index);
  }

  /** All pictures of the run, where there are several. */
  list() {
    const isOne = this.count < 2 && this.pictures.length < 2;
    const buttons = isOne
      ? []
      : this.pictures.map((picture, number) => this.button(picture, number));
    this.all.replaceChildren(...buttons);
  }

  /** @param {Picture} picture @param {number} number */
  button({ seed, file, frames }, number) {
    const label = fill(this.words.picture_number, { number: number + 1, seed: seed ?? "" });
    const source = file ? address(file) : frames?.filter(Boolean).at(-1);
    return make(
      "button",
      {
        type: "button",
        "aria-pressed": `${number === this.number}`,
        "aria-label": label,
        title: label,
        onclick: () => this.open(number),
      },
      source ? make("img", { src: source, alt: "" }) : "–",
    );
  }
}
