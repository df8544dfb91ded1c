// @ts-check
// The pictures of one run: step by step while they are drawn, then finished, with their words.

import { fill, make } from "../shared/dom.js";
import { WordPanel } from "./attribution.js";
import { Choice } from "./choice.js";
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
 * @property {number} step from 1; 0 is the noise
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
 * @property {string[]} [frames] what was predicted after its steps; some may have been skipped
 * @property {boolean} [fromNoise] whether the first of them is its noise, as while it is drawn
 * @property {string[]} [noisy] what its steps began with, the noise first
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
    this.choice = new Choice(data.words, () => this.open(this.number ?? 0, false));
    this.all = make("div", { class: "dr-all" });
    this.saves = make("div");
    const below = [this.says, this.choice.element];
    const figure = make("figure", { class: "dr-figure" }, this.frame, ...below);
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
    this.pictures[data.number] ??= { frames: [], fromNoise: true };
    const picture = this.pictures[data.number];
    if (this.number !== data.number) this.open(data.number);
    const known = picture.frames ?? [];
    known[data.step] = data.frame;
    picture.steps = data.steps;
    // A step that was skipped shows the one before it.
    const frames = [...known].map(
      (frame, at) => frame ?? known.slice(0, at).findLast(Boolean) ?? data.frame,
    );
    this.strip.element.hidden = false;
    this.strip.fill(frames, this.captions(0, frames.length, data.steps));
    this.strip.go(frames.length - 1);
    this.choice.element.hidden = true;
    this.says.textContent = data.step ? data.words.drawing_now : data.words.noise_alone;
    this.list();
  }

  /** @param {DrawnData} data */
  drawn({ pictures }) {
    const following =
      this.number === null ||
      this.number === this.pictures.length - 1 ||
      this.number === pictures.length - 1;
    const before = this.pictures;
    this.pictures = pictures.map((picture, number) => {
      if (picture.frames?.length) return picture;
      const frames = (before[number]?.frames ?? []).filter(Boolean);
      return { ...picture, frames, fromNoise: before[number]?.fromNoise };
    });
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
    const frames = this.filmOf(picture);
    const steps = picture.steps ?? frames.length;
    this.strip.fill(frames, this.captions(this.first(picture), frames.length, steps));
    this.strip.element.hidden = frames.length < 2;
    this.choice.element.hidden = !picture.noisy?.length;
    this.image.alt = prompt ? fill(this.words.picture_label, { prompt }) : "";
    if (maps !== this.maps || changed) this.panel.show(maps ?? null);
    this.maps = maps;
    const last = frames.length - 1;
    if (frames.length) this.strip.go(toTheEnd ? last : Math.min(this.strip.at ?? 0, last));
    this.saves.replaceChildren(
      file ? saveLinks(this.words, { png: file, ...films, json: recipe }) : "",
    );
  }

  /**
   * The frames of a picture: its noise, then what is chosen to be seen, the finished picture last.
   * @param {Picture} picture
   * @returns {string[]}
   */
  filmOf({ frames, noisy, file }) {
    if (noisy?.length && frames?.length)
      return this.choice.isNoisy ? [...noisy, frames[frames.length - 1]] : [noisy[0], ...frames];
    if (frames?.length) return frames;
    return file ? [address(file)] : [];
  }

  /**
   * The step of a picture's first frame: 0 is its noise.
   * @param {Picture} picture
   */
  first({ noisy, fromNoise }) {
    return noisy?.length || fromNoise ? 0 : 1;
  }

  /** @param {number} first @param {number} count @param {number} steps */
  captions(first, count, steps) {
    return Array.from({ length: count }, (_, at) =>
      fill(this.words.step_of, { step: first + at, steps }),
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
    const step = this.first(picture) + index;
    const isWhole = file && picture.finished === "end";
    this.says.textContent = isWhole ? this.words.finished_picture : this.tells(step, Boolean(file));
    this.panel.at(Math.max(0, step - 1));
  }

  /**
   * What is on screen after that step.
   * @param {number} step
   * @param {boolean} isLast where drawing was stopped: what was predicted then is the picture
   */
  tells(step, isLast) {
    if (!step) return this.words.noise_alone;
    const isNoisy = this.choice.isNoisy && !isLast;
    return fill(isNoisy ? this.words.noisy_was : this.words.was, { step });
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
