// @ts-check
// The stage "By hand": a transformer of one layer, all its numbers on one screen. The server computes;
// what is lit, and the sums written out, are the browser's.

import { make } from "../../shared/dom.js";
import { whenPainted } from "../../shared/heat.js";
import { Widget } from "../../shared/widget.js";
import { barOf } from "./bar.js";
import { cardOf } from "./card.js";
import { complain, typed, undo, writeFields } from "./fields.js";
import { carried, NAMES, WRITES } from "./flow.js";
import { watchKeys } from "./keys.js";
import { build } from "./layout.js";
import { paint } from "./paint.js";
import { gridsOf } from "./tables.js";
import { wavesOf } from "./waves.js";

/** @typedef {import("./tables.js").Answer} Answer */
/** @typedef {import("./flow.js").Cell} Cell */
/** @typedef {Answer & {words: Texts, waves: any, step?: string, cell?: string}} Data */
/** @typedef {Record<"hand" | "step" | "cell", string>} Place */

const PAUSE = 150; // ms after a key, so that a number is asked about once

/** @extends {Widget<Data>} */
export class HandStage extends Widget {
  /** @type {Data} */ data;
  /** @type {Texts} */ words;
  /** @type {import("../../shared/packing.js").Packed} */ packed;
  /** @type {string} */ preset;
  /** @type {Answer["numbers"]} the last that were good */ numbers;
  /** @type {import("./tables.js").Grids} */ grids;
  /** @type {import("./table.js").Cells} */ cells = new Map();
  /** @type {import("./card.js").Card} */ card;
  /** @type {import("./bar.js").Bar} */ bar;
  /** @type {{element: HTMLElement, draw: () => void}} */ waves;
  /** @type {HTMLElement} */ place;
  /** @type {HTMLElement} */ problem;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ waiting = undefined;
  step = NAMES[0];
  /** @type {Cell} */ cell = { row: 0, column: 0 };
  shape = ""; // of the tables that are on the page
  asked = 0; // only the answer to the last question counts

  /** @param {Bridge} bridge */
  constructor(bridge) {
    super(bridge);
    this.element.classList.add("at-root");
    new ResizeObserver(() => this.waves?.draw()).observe(this.element);
    whenPainted(this.element, () => this.data && this.paint());
    watchKeys(this);
  }

  /** What Python sent, or a saved view has. @param {Data} data */
  show(data) {
    if (JSON.stringify(data) === JSON.stringify(this.data)) return; // it is what stands here
    this.begin(data);
    this.take(data);
    if (data.step) this.lit(data.step, data.cell ?? "");
  }

  /** Nothing was sent: the stage asks. */
  clear() {}

  /** @param {Data} data */
  begin({ words, waves }) {
    this.words = words;
    this.packed = waves;
    this.card = cardOf(this);
    this.bar = barOf(this);
    this.waves = wavesOf(words, waves);
    this.problem = make("div", { class: "st-notice hw-problem", role: "alert", hidden: true });
    this.place = make("div", { class: "hw-bands" });
    const looks = { class: "at hw", role: "group", "aria-label": words.title };
    this.element.replaceChildren(
      make(
        "div",
        looks,
        this.bar.element,
        this.card.element,
        this.problem,
        this.place,
        this.waves.element,
      ),
    );
    this.place.addEventListener("click", (event) => this.clicked(event));
    this.place.addEventListener("focusout", () => undo(this));
  }

  /**
   * Ask for numbers: those of a link, or the visitor's own.
   * @param {object} question
   * @param {Partial<Place>} [at]
   */
  async ask(question, at) {
    clearTimeout(this.waiting);
    this.asked += 1;
    const number = this.asked;
    const opening = !this.words;
    const answer = await this.server.toy({ ...question, opening });
    if (number !== this.asked) return; // a later figure has overtaken this one
    if (opening && answer.words) this.begin(answer);
    if (answer.error && !this.data)
      this.ask({}); // a link that the page has left out
    else if (answer.error) complain(this, answer);
    else {
      this.take(answer);
      if (at) this.lit(at.step ?? "", at.cell ?? "");
      this.tell();
    }
  }

  /** @param {Record<string, any>} change of the numbers */
  change(change) {
    this.ask({ preset: this.preset, numbers: { ...typed(this), ...change } });
  }

  /** A figure is being typed. @param {HTMLInputElement} _input */
  changed = (_input) => {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.change({}), PAUSE);
  };

  /** Numbers that are good. @param {Answer} answer */
  take(answer) {
    this.data = { ...answer, words: this.words, waves: this.packed };
    this.preset = answer.preset;
    this.numbers = answer.numbers;
    this.grids = gridsOf(answer);
    complain(this, null);
    const { tokens, vocabulary, heads, causal } = answer.numbers;
    const shape = JSON.stringify([tokens, vocabulary, heads, causal, this.grids.hidden[0].length]);
    if (shape !== this.shape) build(this);
    this.shape = shape;
    writeFields(this);
    this.cell = this.clamped(this.cell);
    this.paint();
  }

  /** Figures, colours, and what is lit. */
  paint() {
    paint(this);
    this.card.show();
    this.bar.show();
  }

  /** @param {string} name @param {number} row @param {number} column */
  holder = (name, row, column) => this.cells.get(`${name}:${row}:${column}`)?.closest("td");

  get isChanged() {
    return this.data.hand.startsWith("{");
  }

  // ---- the way through ----

  /** @param {number} steps */
  by(steps) {
    const at = NAMES.indexOf(this.step) + steps;
    if (NAMES[at]) this.goTo(NAMES[at]);
  }

  /** @param {string} step @param {Cell} [cell] the one of the same word and head, if none is named */
  goTo(step, cell) {
    const [before, after] = [WRITES[this.step], WRITES[step]];
    const heads = this.numbers.heads;
    const next =
      cell ?? (before ? carried(before, after, this.cell, this.grids, heads) : this.cell);
    this.step = step;
    this.cell = this.clamped(next);
    this.paint();
    this.bringIntoView();
    this.tell();
  }

  /** The next cell, or the one before, of the table that the step writes. @param {number} by */
  cellBy(by) {
    const table = WRITES[this.step];
    if (!table) return;
    const [rows, columns] = [this.grids[table].length, this.grids[table][0].length];
    const at = this.cell.row * columns + this.cell.column + by;
    const inside = (at + rows * columns) % (rows * columns);
    this.goTo(this.step, { row: Math.floor(inside / columns), column: inside % columns });
  }

  /** @param {Cell} cell */
  clamped({ row, column }) {
    const grid = this.grids[WRITES[this.step]];
    if (!grid) return { row, column };
    return { row: Math.min(row, grid.length - 1), column: Math.min(column, grid[0].length - 1) };
  }

  /** As a link has it: "2.3", from 1. @param {string} step @param {string} cell */
  lit(step, cell) {
    const [row, column] = cell.split(".").map((text) => Math.max(0, Number(text) - 1 || 0));
    this.step = NAMES.includes(step) ? step : NAMES[0];
    this.cell = this.clamped({ row: row ?? 0, column: column ?? 0 });
    this.paint();
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const cell = event.target instanceof Element && event.target.closest("td[data-cell]");
    if (!cell) return;
    const [name, row, column] = (cell.getAttribute("data-cell") ?? "").split(":");
    const named = NAMES.filter((step) => WRITES[step] === name);
    const step = named.includes(this.step) ? this.step : named[cell.matches(".hw-masked") ? 1 : 0];
    this.goTo(step ?? named[0], { row: Number(row), column: Number(column) });
  }

  bringIntoView() {
    const cell = this.holder(WRITES[this.step], this.cell.row, this.cell.column);
    if (!cell) return;
    const { top, bottom, left, right } = cell.getBoundingClientRect();
    const card = this.card.element.getBoundingClientRect();
    const end = card.top > window.innerHeight / 2 ? card.top : window.innerHeight;
    if (top < 0 || bottom > end || left < 0 || right > window.innerWidth)
      cell.scrollIntoView({ block: "center", inline: "nearest" });
  }

  // ---- for links, and to be taken away ----

  /** @returns {Place} */
  get where() {
    const { row, column } = this.cell;
    const isFirst = this.step === NAMES[0];
    return {
      hand: this.data.hand,
      step: isFirst ? "" : this.step,
      cell: isFirst ? "" : `${row + 1}.${column + 1}`,
    };
  }

  tell() {
    const { step, cell } = this.where;
    this.props.value = JSON.stringify({ ...this.data, step, cell });
    this.send("moved");
  }
}

/** @type {HandStage | null} the page's */
let mounted = null;

/** @param {Bridge} bridge */
export function mount(bridge) {
  const stage = new HandStage(bridge);
  stage.follow();
  if (bridge.saved) return;
  mounted = stage;
  stage.ask(asked(), asked());
}

/** What the address asks for. @returns {Place} */
function asked() {
  const query = new URLSearchParams(window.location.search);
  const [hand, step, cell] = ["hand", "step", "cell"].map((name) => query.get(name) ?? "");
  return { hand, step, cell };
}

/** The visitor went back or forward. */
window.addEventListener("popstate", () => {
  const now = mounted?.data && mounted.where;
  const then = asked();
  const isSame = JSON.stringify(now) === JSON.stringify(then);
  if (now && !isSame) mounted?.ask(then, then);
});

/** For the form's hidden fields: where the stage is. */
export const place = () => Object.values(mounted?.data ? mounted.where : asked());
