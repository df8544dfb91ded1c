// @ts-check
// Word attribution maps (DAAM): a word lights the region where it acted, a place in the picture
// ranks the words. Some models also tell where the prompt changes the picture: their maps are the
// words' parts of that change, and the words are ranked among themselves.

import { fill, make, pen, percent } from "../shared/dom.js";
import { bytesOf } from "../shared/packing.js";

/**
 * @typedef {{words: string[], shape: [number, number, number], data: string,
 *   maps_of?: "attention" | "change"}} WordMapsData
 */

const FLAT = 0.04; // a map that varies less is shown paler: it says little
const FAINT = 0.25; // of the clearest word's range: a map of change with less is shown paler
const STILL = 0.01; // of a step's strongest change: with less, nothing changes at a place
const DARK = 0.78; // how dark the picture gets where a word did not act
const RANKED = 8; // words in the list

/** Shares of attention or of change: [steps, words + 1, cells, cells], the last of no word. */
class Maps {
  /** @param {WordMapsData} data the roots of the shares in 8 bits */
  constructor({ words, shape, data, maps_of = "attention" }) {
    const [steps, count, cells] = shape;
    this.words = words;
    this.seesChange = maps_of === "change";
    this.steps = steps;
    this.count = count;
    this.cells = cells;
    this.shares = Float32Array.from(bytesOf(data), (level) => (level / 255) ** 2);
    this.size = this.cells ** 2;
  }

  /**
   * One word's map at a step, or over all steps (null).
   * @param {number} word
   * @param {number | null} step
   */
  of(word, step) {
    const map = new Float32Array(this.size);
    const steps = step === null ? [...Array(this.steps).keys()] : [Math.min(step, this.steps - 1)];
    for (const at of steps) {
      const start = (at * this.count + word) * this.size;
      for (let cell = 0; cell < this.size; cell += 1)
        map[cell] += this.shares[start + cell] / steps.length;
    }
    return map;
  }

  /**
   * How much a map must vary to be shown in full contrast.
   * @param {number | null} step
   */
  flat(step) {
    if (!this.seesChange) return FLAT;
    return FAINT * Math.max(...this.words.map((_, word) => rangeOf(this.of(word, step))));
  }

  /**
   * Each word's share at a cell, or over the whole picture (null); most first.
   * @param {number | null} cell
   * @param {number | null} step
   */
  ranked(cell, step) {
    const counted = this.seesChange ? this.words.length : this.count;
    const shares = [...Array(counted).keys()].map((word) => {
      const map = this.of(word, step);
      const share =
        cell === null ? map.reduce((sum, value) => sum + value, 0) / this.size : map[cell];
      return { word, share };
    });
    const whole = shares.reduce((sum, { share }) => sum + share, 0);
    if (this.seesChange && cell !== null && whole < STILL) return [];
    return shares
      .map(({ word, share }) => ({ word, share: share / (whole || 1) }))
      .sort((a, b) => b.share - a.share);
  }
}

/** @param {Float32Array} map */
const rangeOf = (map) => Math.max(...map) - Math.min(...map);

/** The panel beside the picture, and the veil over it. */
export class WordPanel {
  /** @type {Maps | null} */ maps = null;
  /** @type {number | null} the step shown */ step = null;
  /** @type {number | null} a word */ pinned = null;
  /** @type {number | null} a word */ hovered = null;
  /** @type {number | null} of the picture, under the pointer */ cell = null;
  eachStep = false;

  /**
   * @param {Texts} texts
   * @param {HTMLCanvasElement} veil
   */
  constructor(texts, veil) {
    this.texts = texts;
    this.veil = veil;
    this.chips = make("div", { class: "dr-chips" });
    this.title = make("p", { class: "dr-rank-title" });
    this.list = make("ol", { class: "dr-rank" });
    this.note = make("p", { class: "dr-note", role: "status" });
    /** @param {boolean} each @param {string} text */
    const mode = (each, text) =>
      make(
        "button",
        {
          type: "button",
          "aria-pressed": `${this.eachStep === each}`,
          onclick: () => this.choose(each),
        },
        text,
      );
    const choices = [mode(false, texts.whole), mode(true, texts.this_step)];
    this.modes = make("div", { class: "dr-modes" }, ...choices);
    const parts = [this.chips, this.modes, this.note, this.title, this.list];
    this.element = make("section", { class: "dr-words" }, ...parts);
  }

  /** @param {WordMapsData | null} data */
  show(data) {
    this.maps = data && new Maps(data);
    this.element.hidden = !this.maps;
    this.pinned = this.hovered = this.cell = null;
    if (this.maps)
      this.chips.replaceChildren(...this.maps.words.map((text, word) => this.chip(text, word)));
    this.draw();
  }

  /** @param {string} text @param {number} word */
  chip(text, word) {
    return make(
      "button",
      {
        type: "button",
        class: "dr-word",
        "aria-pressed": "false",
        onclick: () => this.pin(word),
        onmouseenter: () => this.point(word),
        onmouseleave: () => this.point(null),
        onfocus: () => this.point(word),
        onblur: () => this.point(null),
      },
      text,
    );
  }

  /** @param {boolean} eachStep */
  choose(eachStep) {
    this.eachStep = eachStep;
    for (const [number, button] of [...this.modes.children].entries())
      button.setAttribute("aria-pressed", `${Boolean(number) === eachStep}`);
    this.draw();
  }

  /** @param {number} step */
  at(step) {
    this.step = step;
    if (this.eachStep) this.draw();
  }

  /** @param {number} word */
  pin(word) {
    this.pinned = this.pinned === word ? null : word;
    this.draw();
  }

  /** @param {number | null} word */
  point(word) {
    this.hovered = word;
    this.draw();
  }

  /**
   * The pointer on the picture, in parts of its width and height; null when it left.
   * @param {[number, number] | null} place
   */
  over(place) {
    if (!this.maps) return;
    const { cells } = this.maps;
    const [column, row] = (place ?? []).map((part) =>
      Math.min(cells - 1, Math.max(0, Math.floor(part * cells))),
    );
    this.cell = place && row * cells + column;
    this.rank(this.maps);
  }

  get shownStep() {
    return this.eachStep ? this.step : null;
  }

  draw() {
    const word = this.hovered ?? this.pinned;
    for (const [number, chip] of [...this.chips.children].entries()) {
      chip.setAttribute("aria-pressed", `${number === this.pinned}`);
      chip.toggleAttribute("data-lit", number === word);
    }
    pen(this.veil).clearRect(0, 0, this.veil.width, this.veil.height);
    this.note.textContent = this.texts.word_hint;
    if (!this.maps) return;
    this.rank(this.maps);
    if (word !== null) this.light(this.maps, word);
  }

  /**
   * Dark where the word did not act; a small picture of the veil, stretched smoothly.
   * @param {Maps} maps
   * @param {number} word
   */
  light(maps, word) {
    const { cells } = maps;
    const map = maps.of(word, this.shownStep);
    const [low, high] = [Math.min(...map), Math.max(...map)];
    const flat = maps.flat(this.shownStep) || 1;
    const range = Math.max(high - low, flat);
    const darkest = 255 * DARK * Math.min(1, (high - low) / flat);
    const power = maps.seesChange ? 0.5 : 1; // changes are squared: their roots are what one sees
    const pixels = new ImageData(cells, cells);
    for (const [cell, share] of map.entries())
      pixels.data[cell * 4 + 3] = Math.round(darkest * (1 - ((share - low) / range) ** power));
    const small = make("canvas", { width: cells, height: cells });
    pen(small).putImageData(pixels, 0, 0);
    const context = pen(this.veil);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(small, 0, 0, this.veil.width, this.veil.height);
    this.note.textContent = fill(this.saying("between_cells", maps), {
      word: maps.words[word],
      low: percent(low, 1),
      high: percent(high, 1),
      cells,
    });
  }

  /**
   * The text that says it of these maps.
   * @param {string} key
   * @param {Maps} maps
   */
  saying(key, maps) {
    return this.texts[maps.seesChange ? `${key}_changed` : key];
  }

  /** @param {Maps} maps */
  rank(maps) {
    const ranked = maps.ranked(this.cell, this.shownStep);
    const words = ranked.filter(({ word }) => word < maps.words.length).slice(0, RANKED);
    const rest = ranked.find(({ word }) => word === maps.words.length);
    const most = words[0]?.share || 1;
    const isStill = this.cell !== null && !ranked.length;
    const title = this.saying(this.cell === null ? "everywhere" : "here", maps);
    this.title.textContent = isStill ? this.texts.unchanged : title;
    const rows = words.map(({ word, share }) => {
      const bar = make("i", { style: `width:${((100 * share) / most).toFixed(1)}%` });
      return line(maps.words[word], make("span", { class: "dr-bar" }, bar), share);
    });
    if (rest) {
      const last = line(this.texts.rest, make("span", {}, this.texts.no_word), rest.share);
      last.className = "dr-rest";
      rows.push(last); // what no word got stands last
    }
    this.list.replaceChildren(...rows);
  }
}

/**
 * @param {string} name
 * @param {HTMLElement} middle
 * @param {number} share
 */
const line = (name, middle, share) =>
  make(
    "li",
    {},
    make("span", { class: "dr-rank-word" }, name),
    middle,
    make("b", {}, percent(share, 1)),
  );
