// @ts-check
// The captioning tab's stage: the picture, its caption word by word, and the alternatives to each
// word. Pointing at a word lights what the model looked at; the server is asked only to continue
// from another word.

import { fill, make, percent } from "../shared/dom.js";
import { Widget } from "../shared/widget.js";
import { darken, lift, shareAt } from "./veil.js";

/** @typedef {import("./veil.js").AttributionMap} AttributionMap */
/** @typedef {{text: string, probability: string, share: number}} Alternative */
/**
 * @typedef {object} Word
 * @property {string} text
 * @property {string} probability as text
 * @property {boolean} given whether it was chosen, not written by the model
 * @property {string} style its colours
 * @property {Alternative[]} [alternatives]
 * @property {AttributionMap | null} [map]
 */
/** @typedef {{text: string, probability: string, words: Word[]}} Caption */
/**
 * @typedef {object} CaptionsData
 * @property {string} run
 * @property {boolean} done
 * @property {Texts} texts
 * @property {string | null} picture a data address; null where it stays as it is
 * @property {import("./veil.js").Frame} frame
 * @property {Caption[]} captions
 */

/** @extends {Widget<CaptionsData>} */
class CaptionStage extends Widget {
  /** @type {CaptionsData} */ data;
  /** @type {string | null} */ run = null;
  /** the number of the caption shown */ shown = 0;
  /** @type {number | null} the number of the word that is opened */ open = null;
  /** @type {HTMLImageElement} */ image;
  /** @type {HTMLCanvasElement} */ veil;
  /** @type {HTMLElement} a sentence under the picture */ note;
  /** @type {HTMLElement} the words */ line;
  /** @type {HTMLElement} the probability of the whole caption */ whole;
  /** @type {HTMLElement} */ alternatives;
  /** @type {HTMLElement} all captions */ all;

  /** @param {CaptionsData} data */
  show(data) {
    if (this.run !== data.run) this.begin(data);
    this.data = data;
    if (data.picture) this.image.src = data.picture;
    this.shown = Math.min(this.shown, Math.max(0, data.captions.length - 1));
    this.draw();
  }

  clear() {
    this.run = null;
    super.clear();
  }

  /** @param {CaptionsData} data */
  begin({ run, texts }) {
    // Continuing from another word keeps the picture: it stays while the words come.
    const before = this.image?.src;
    this.run = run;
    this.shown = 0;
    this.open = null;
    this.image = make("img", { alt: texts.picture_alt });
    this.image.onload = () => this.light(null);
    if (before) this.image.src = before;
    this.veil = make("canvas", { "aria-hidden": "true" });
    this.note = make("p", { class: "cp-note" });
    this.line = make("p", { class: "cp-line" });
    this.whole = make("p", { class: "cp-whole" });
    this.alternatives = make("div", { class: "cp-alternatives" });
    this.all = make("div", { class: "cp-all" });
    const scale = make("i", { "aria-hidden": "true" });
    const legend = make("div", { class: "cp-legend" }, texts.legend_low, scale, texts.legend_high);
    const listens = {
      class: "cp-frame",
      onpointermove: (/** @type {PointerEvent} */ event) => this.pointAt(event),
      onpointerleave: () => this.light(this.open),
    };
    const frame = make("div", listens, this.image, this.veil);
    this.element.replaceChildren(
      make(
        "div",
        { class: "cp" },
        make("div", { class: "cp-said" }, this.line, legend, this.whole),
        make("figure", { class: "cp-figure" }, frame, this.note),
        make("div", { class: "cp-others" }, this.alternatives, this.all),
      ),
    );
  }

  /** @type {Caption | undefined} */
  get caption() {
    return this.data.captions[this.shown];
  }

  draw() {
    const { texts, done } = this.data;
    this.line.replaceChildren(
      ...(this.caption?.words ?? []).map((word, number) => this.word(word, number)),
    );
    this.whole.textContent = done
      ? fill(texts.probability, this.caption ?? {})
      : texts.end_of_stage;
    this.note.textContent = done ? texts.hint : "";
    this.listAlternatives();
    this.listCaptions();
    this.light(null);
  }

  /** @param {Word} word @param {number} number */
  word(word, number) {
    const { texts } = this.data;
    return make(
      "button",
      {
        type: "button",
        class: "cp-word",
        style: word.style,
        "aria-label": fill(texts.word_label, { word: word.text, probability: word.probability }),
        "aria-expanded": `${this.open === number}`,
        title: word.given ? texts.given : null,
        "data-given": word.given,
        onmouseenter: () => this.light(number),
        onmouseleave: () => this.light(this.open),
        onfocus: () => this.light(number),
        onblur: () => this.light(this.open),
        onclick: () => this.toggle(number),
      },
      make("span", {}, word.text),
      make("small", {}, word.probability),
    );
  }

  /** @param {number} number */
  toggle(number) {
    if (!this.data.done) return;
    this.open = this.open === number ? null : number;
    for (const [at, word] of [...this.line.children].entries())
      word.setAttribute("aria-expanded", `${at === this.open}`);
    this.listAlternatives();
    this.light(number);
  }

  listAlternatives() {
    const word = this.open === null ? null : this.caption?.words[this.open];
    if (!word?.alternatives) return this.alternatives.replaceChildren();
    const title = fill(this.data.texts.alternatives, { word: word.text });
    const rows = word.alternatives.map((other, number) => this.alternative(other, number));
    return this.alternatives.replaceChildren(make("h4", {}, title), ...rows);
  }

  /** @param {Alternative} other @param {number} place its number */
  alternative(other, place) {
    const width = make("i", { style: `width:${100 * other.share}%` });
    return make(
      "button",
      {
        type: "button",
        class: "cp-alternative",
        title: fill(this.data.texts.pick, { word: other.text }),
        onclick: () =>
          this.send("click", { caption: this.shown, word: this.open, alternative: place }),
      },
      make("span", {}, other.text),
      make("span", { class: "cp-bar", "aria-hidden": "true" }, width),
      make("b", {}, other.probability),
    );
  }

  listCaptions() {
    const { captions, texts } = this.data;
    if (captions.length < 2) return this.all.replaceChildren();
    const rows = captions.map((caption, number) => {
      const name = fill(texts.candidate, { number: number + 1 });
      return make(
        "button",
        {
          type: "button",
          "aria-pressed": `${number === this.shown}`,
          "aria-label": `${name}: ${caption.text}, ${caption.probability}`,
          onclick: () => this.turnTo(number),
        },
        make("span", {}, caption.text),
        make("b", {}, caption.probability),
      );
    });
    return this.all.replaceChildren(...rows);
  }

  /** @param {number} number */
  turnTo(number) {
    this.shown = number;
    this.open = null;
    this.draw();
    /** @type {HTMLElement} */ (this.all.children[number]).focus();
  }

  /**
   * Dark but for what the model looked at for a word; no veil for none.
   * @param {number | null} number
   */
  light(number) {
    const word = number === null ? null : this.caption?.words[number];
    for (const [at, one] of [...this.line.children].entries())
      one.toggleAttribute("data-lit", at === number);
    lift(this.veil, this.image);
    const { done, texts, frame } = this.data;
    if (word?.map) {
      this.note.textContent = fill(texts.map_note, { word: word.text, largest: word.map.largest });
      darken(this.veil, frame, word.map);
    } else if (done) this.note.textContent = texts.hint;
  }

  /**
   * A place in the picture: the words that look there most, and the first of them outlined.
   * @param {PointerEvent} event
   */
  pointAt(event) {
    const words = this.caption?.words ?? [];
    if (!this.data.done || !words[0]?.map) return;
    const { left, top, width, height } = /** @type {HTMLElement} */ (
      event.currentTarget
    ).getBoundingClientRect();
    const [x, y, wide, tall] = this.data.frame;
    const across = ((event.clientX - left) / width - x) / wide;
    const down = ((event.clientY - top) / height - y) / tall;
    if (across < 0 || across >= 1 || down < 0 || down >= 1) return this.light(this.open);
    const shares = words
      .map(({ text, map }, number) => ({
        text,
        number,
        share: map ? shareAt(map, across, down) : 0,
      }))
      .sort((one, other) => other.share - one.share);
    this.light(null);
    this.line.children[shares[0].number].toggleAttribute("data-lit", true);
    const named = shares.slice(0, 3).map(({ text, share }) => `“${text}” ${percent(share, 1)}`);
    this.note.textContent = fill(this.data.texts.region_note, { words: named.join(", ") });
  }
}

/** @param {Bridge} bridge */
export const mount = (bridge) => new CaptionStage(bridge).follow();
