// @ts-check
// The attention tab's stage: one state, and views that follow it. A token or a head chosen in one
// view is chosen in all. Numbers come from the server as they are asked for; in an exported file
// file.js stands in for it.

import { whenPainted } from "../shared/heat.js";
import { unpack, unpackWeights } from "../shared/packing.js";
import { Widget } from "../shared/widget.js";
import { buildControls, buildTabs } from "./controls.js";
import { wantExact } from "./exact_row.js";
import { buildExports } from "./exports.js";
import { drawGrid, wireGrid } from "./heads.js";
import { layOut } from "./layout.js";
import { tokenOf } from "./names.js";
import { effectAnswered, effectPanel } from "./panels/effect.js";
import { heatPanel } from "./panels/heat.js";
import { layersPanel, lensAnswered } from "./panels/layers.js";
import { linesPanel } from "./panels/lines.js";
import { stepsPanel } from "./panels/steps.js";
import { tokenTablePanel } from "./panels/token_table.js";
import { buildTokens, paintTokens, read } from "./tokens.js";
import { windowOf, ZOOM } from "./zoom.js";

/** @typedef {import("./names.js").Token} Token */
/** @typedef {keyof typeof PANELS} PanelName */
/** @typedef {import("./names.js").Look} Look */
/** @typedef {import("./names.js").Looked} Looked */
/** @typedef {import("./names.js").AttentionData} AttentionData */
/** @typedef {import("./canvas.js").Place} Place */

const PANELS = {
  heat: heatPanel,
  lines: linesPanel,
  steps: stepsPanel,
  layers: layersPanel,
  effect: effectPanel,
  pieces: tokenTablePanel,
};
const IN_FILE = ["heat", "lines", "pieces"]; // those that need no server

/** @extends {Widget<AttentionData>} */
export class AttentionStage extends Widget {
  /** @type {AttentionData} */ data;
  /** @type {Texts} */ words;
  /** @type {Record<string, Token[]>} by side */ tokens;
  /** @type {Record<string, import("./heads.js").Thumbnails>} by stack */ thumbnails;
  /** @type {Look} */ look;
  /** @type {import("./canvas.js").Matrix} on screen */ matrix;
  /** @type {Token[]} of the matrix */ rows;
  /** @type {Token[]} */ columns;
  /** @type {number[]} number of each row among the side's tokens */ rowAt;
  /** @type {number[]} */ columnAt;
  /** @type {Map<number, ArrayLike<number>>} exact weights by row */ exact;
  /** @type {import("./layout.js").Parts} */ parts;
  /** @type {import("./heads.js").GridBox} */ box;
  /** @type {Place} */ hover = { row: null, column: null };
  /** @type {PanelName} */ panel = "heat";
  /** @type {(() => void) | null} draws the open view again */ drawPanel = null;
  /** @type {Partial<Record<PanelName, boolean>>} whether a long text is enlarged */ zoom = {};
  /** @type {string | null} the button that was pressed in a view */ picked = null;
  /** @type {object | null} the open view's question to the server */ asking = null;
  /** @type {{number: number} | null} the last question that needs the model */ measuring = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ wanting = undefined;
  /** @type {string | null} which tokens are listed */ listed = null;
  allLines = false;
  asked = 0; // looks so far: only the answer to the last one counts
  width = 0;
  frame = 0;

  /** @param {Bridge} bridge */
  constructor(bridge, isFile = false) {
    super(bridge);
    this.static = isFile;
    this.panels = /** @type {PanelName[]} */ (Object.keys(PANELS)).filter(
      (name) => !isFile || IN_FILE.includes(name),
    );
    this.element.classList.add("at-root");
    new ResizeObserver(() => this.resized()).observe(this.element);
    whenPainted(this.element, () => this.draw());
  }

  /**
   * A new recording.
   * @param {AttentionData} data
   */
  async show(data) {
    this.asked += 1; // what was asked of the last one is not awaited any more
    const number = this.asked;
    /** @type {Record<string, import("./heads.js").Thumbnails>} */
    const thumbnails = {};
    for (const [name, stack] of Object.entries(data.stacks))
      thumbnails[name] = await unpack(stack.thumbnails);
    if (number !== this.asked) return; // another one has come meanwhile
    const sides = Object.entries(data.tokens).map(([side, lines]) => [side, lines.map(tokenOf)]);
    this.data = data;
    this.words = data.words;
    this.tokens = Object.fromEntries(sides);
    this.thumbnails = thumbnails;
    this.hover = { row: null, column: null };
    this.zoom = { heat: false, lines: true }; // lines of hundreds of tokens cannot be told apart
    this.panel = this.panels.find((name) => name === data.panel) ?? this.panel;
    this.listed = null;
    this.parts = layOut(data.words);
    wireGrid(this);
    await this.take(data.first);
  }

  get stack() {
    return this.data.stacks[this.look.stack];
  }

  /**
   * Change how to look, and fetch what that shows.
   * @param {{[name in keyof Look]?: Look[name] | null}} change null: as the server chooses
   */
  async go(change) {
    const look = { ...this.look, ...change };
    this.asked += 1;
    const number = this.asked;
    const answer = await this.server.look({ key: this.data.key, look });
    if (number !== this.asked) return; // a later click has overtaken this one
    if (answer.error) {
      buildControls(this); // they show what is on the screen, not what could not be had
      this.complain(answer.error);
    } else await this.take(answer);
  }

  /** @param {Looked} answer */
  async take(answer) {
    this.matrix = await unpackWeights(answer.weights);
    if (!this.parts.all.isConnected) this.element.replaceChildren(this.parts.all); // drawn at once
    this.look = answer.look;
    const { rows, columns } = this.stack;
    this.rowAt = answer.rows ?? [...this.tokens[rows].keys()];
    this.columnAt = answer.columns ?? [...this.tokens[columns].keys()];
    this.rows = this.rowAt.map((index) => this.tokens[rows][index]);
    this.columns = this.columnAt.map((index) => this.tokens[columns][index]);
    this.exact = new Map();
    this.hover = { row: null, column: null };
    this.complain("");
    this.send("moved");
    this.refresh();
  }

  /** What a link holds. */
  get place() {
    return { ...this.look, panel: this.panel };
  }

  /** The row that is looked from: hovered, else pinned; null if the pinned one is hidden. */
  get active() {
    const pinned = this.rowAt.indexOf(this.look.token - 1);
    return { row: this.hover.row ?? (pinned < 0 ? null : pinned), column: this.hover.column };
  }

  /**
   * A row that is shown.
   * @param {number} row
   */
  pin(row) {
    this.pinToken(this.rowAt[row]);
  }

  /**
   * One of the tokens that look, whether its row is shown or hidden.
   * @param {number} index
   */
  pinToken(index) {
    const token = index + 1;
    if (token === this.look.token) return;
    this.look = { ...this.look, token };
    this.hover = { row: null, column: null };
    this.send("moved");
    if (["heat", "lines"].includes(this.panel)) this.draw();
    else this.refresh(); // the others show numbers of the pinned token
    wantExact(this);
  }

  /** @param {number | null} row @param {number | null} column */
  point(row, column) {
    if (row === this.hover.row && column === this.hover.column) return;
    this.hover = { row, column };
    this.draw();
    wantExact(this);
  }

  /** @param {PanelName} panel */
  choose(panel) {
    this.panel = panel;
    this.send("moved");
    this.refresh();
  }

  /** @param {string} text */
  complain(text) {
    this.parts.problem.textContent = text;
    this.parts.problem.hidden = !text;
  }

  /**
   * The weights of a row: exact where they are at hand, else as precise as the picture's.
   * @param {number} row
   */
  rowWeights(row) {
    const wide = this.matrix.shape[1];
    const drawn = this.matrix.values.subarray(row * wide, (row + 1) * wide);
    return Array.from(this.exact.get(row) ?? drawn);
  }

  /**
   * Ask for what needs a run of the model.
   * @param {"lens" | "effect"} what
   */
  measure(what) {
    const number = (this.measuring?.number ?? 0) + 1;
    this.measuring = { number };
    this.send("measure", { key: this.data.key, look: this.look, what, number });
  }

  /**
   * What that run sent.
   * @param {any} value
   */
  measured(value) {
    if (value.key !== this.data?.key) return;
    if (value.what === "lens") lensAnswered(this, value);
    else effectAnswered(this, value);
  }

  // ---- what is on the page ----

  refresh() {
    buildControls(this);
    buildTabs(this, this.panels);
    const { stack, hide, pair } = this.look;
    const shown = [stack, hide, pair, this.data.key].join(" ");
    if (shown !== this.listed) buildTokens(this); // another head has the same tokens
    this.listed = shown;
    this.parts.all.dataset.panel = this.panel;
    this.asking = null; // a late answer for another view has no place in this one
    PANELS[this.panel](this);
    buildExports(this);
    this.draw();
    wantExact(this);
  }

  draw() {
    if (!this.look || !this.element.isConnected || !this.element.offsetWidth) return;
    drawGrid(this);
    paintTokens(this);
    read(this);
    this.drawPanel?.();
  }

  resized() {
    const width = this.element.offsetWidth;
    if (width === this.width) return;
    if (this.look && !this.width) this.send("moved"); // back from "By hand": the address follows
    this.width = width;
    if (!this.look) return;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  get canZoom() {
    return Math.max(...this.matrix.shape) > ZOOM;
  }

  /** @returns {import("./canvas.js").Scene} */
  scene() {
    const { matrix, rows, columns, active, words } = this;
    return { matrix, rows, columns, active, words, window: windowOf(this) };
  }
}

/** @type {AttentionStage | null} the page's */
let mounted = null;
/** @param {Bridge} bridge */
export function mount(bridge) {
  const stage = new AttentionStage(bridge);
  if (!bridge.saved) mounted = stage; // a kept view stands beside it
  stage.follow();
}

/**
 * For the form's hidden fields: what the stage shows, in the order of `names`; while the form's `view`
 * is "hand", it stays.
 * @param {(keyof AttentionStage["place"])[]} names @param {string} view
 */
export const place = (names, view) =>
  names.map((name) =>
    name === "panel" && view === "hand" && !mounted?.width ? view : `${mounted?.place[name] ?? ""}`,
  );

/**
 * What a run of the model answered to `measure`.
 * @param {any} value
 */
export const measured = (value) => mounted?.measured(value);
