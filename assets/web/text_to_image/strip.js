// @ts-check
// A film's steps: thumbnails over a slider, and a play button.

import { make } from "../shared/dom.js";

const TICK = 140; // ms a step
const REST = 1400; // ms on the last one

export class Strip {
  /** @type {string[]} */ frames = [];
  /** @type {string[]} */ captions = [];
  /** @type {number | undefined} the step shown */ at = undefined;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ playing = undefined;

  /**
   * @param {Texts} words
   * @param {string} label
   * @param {(index: number) => void} show is called with the step to show
   */
  constructor(words, label, show) {
    this.words = words;
    this.show = show;
    this.thumbs = make("div", { class: "dr-thumbs" });
    this.slider = make("input", {
      type: "range",
      min: 0,
      max: 0,
      value: 0,
      "aria-label": label,
      oninput: () => this.go(Number(this.slider.value), true),
    });
    this.button = make(
      "button",
      { type: "button", class: "dr-play", onclick: () => this.toggle() },
      words.play,
    );
    this.caption = make("span", { class: "dr-caption" });
    const scrub = make("div", { class: "dr-scrub" }, this.button, this.slider, this.caption);
    this.element = make("div", { class: "dr-strip" }, this.thumbs, scrub);
  }

  get last() {
    return this.frames.length - 1;
  }

  /**
   * @param {string[]} frames
   * @param {string[]} captions
   */
  fill(frames, captions) {
    this.captions = captions;
    for (const [index, frame] of frames.entries()) {
      if (this.frames[index] === frame) continue;
      const thumb = make("img", { src: frame, alt: "", onclick: () => this.go(index, true) });
      const old = this.thumbs.children[index];
      if (old) old.replaceWith(thumb);
      else this.thumbs.append(thumb);
    }
    while (this.thumbs.children.length > frames.length) this.thumbs.lastChild?.remove();
    this.frames = [...frames];
    this.slider.max = `${Math.max(0, this.last)}`;
    this.button.disabled = frames.length < 2;
  }

  /** @param {number} index */
  go(index, byHand = false) {
    if (byHand) this.stop();
    this.at = index;
    this.slider.value = `${index}`;
    this.caption.textContent = this.captions[index] ?? "";
    this.slider.setAttribute("aria-valuetext", this.captions[index] ?? "");
    for (const [number, thumb] of [...this.thumbs.children].entries())
      thumb.toggleAttribute("data-on", number === index);
    this.show(index);
  }

  toggle() {
    if (this.playing) return this.stop();
    this.button.textContent = this.words.pause;
    if (this.at === this.last) this.go(0);
    const next = () => {
      if (!this.element.isConnected) return this.stop();
      this.go(this.at === this.last ? 0 : (this.at ?? -1) + 1);
      this.playing = setTimeout(next, this.at === this.last ? REST : TICK);
    };
    this.playing = setTimeout(next, TICK);
  }

  stop() {
    clearTimeout(this.playing);
    this.playing = undefined;
    this.button.textContent = this.words.play;
  }
}
