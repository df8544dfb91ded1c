// @ts-check
// The token inspector: the tokens of an answer, or of a text that was scored, coloured by how
// surprising each was. Choosing one asks the server for its alternatives and how it was sampled.

import { fill, make, percent, visible } from "../shared/dom.js";
import { whenPainted } from "../shared/heat.js";
import { Widget } from "../shared/widget.js";
import { alternatives, chosen } from "./choice.js";
import { MODES, modeButton, styleOf } from "./colouring.js";
import { samplingTrace } from "./sampling_trace.js";

/** @typedef {import("./colouring.js").Token} Token */
/**
 * @typedef {object} TokensData
 * @property {Texts} words
 * @property {"answer" | "score"} kind
 * @property {string} first the text of a token that nothing stands before
 * @property {Token[]} tokens
 * @property {string} key comes when the run is over: from then on tokens can be opened
 * @property {boolean} ended whether the last token is the one that ends an answer
 */
/** Tokens that only together make a character: one piece on the page.
 * @typedef {{text: string, first: number, last: number}} Group */
/** @typedef {keyof typeof MODES} Mode */

const SURPRISING = 5; // tokens that are named
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** @extends {Widget<TokensData>} */
class TokenInspector extends Widget {
  /** @type {TokensData | null} */ shown = null;
  /** @type {Mode} */ mode = "surprise";
  spaces = false;
  isLeaving = false; // a branch is on its way
  /** @type {number | null} the token that is open */ place = null;
  /** @type {string | null} what the server was asked last */ asked = null;
  /** @type {HTMLButtonElement[]} */ nodes = [];
  /** @type {HTMLElement} */ text;
  /** @type {HTMLElement} */ said;
  /** @type {HTMLElement} */ panel;

  /** @type {TokensData} */
  get data() {
    return /** @type {TokensData} */ (this.shown);
  }

  /** @param {TokensData} data */
  show(data) {
    const before = this.shown;
    const grows =
      before &&
      !before.key &&
      !data.key &&
      data.kind === before.kind &&
      data.tokens.length >= before.tokens.length;
    this.asked = this.place = null;
    this.isLeaving = false;
    if (!data.tokens.length) return this.clear();
    this.shown = data;
    if (grows) this.grow();
    else this.build();
  }

  clear() {
    [this.shown, this.asked, this.place, this.nodes] = [null, null, null, []];
    super.clear();
  }

  /** While it streams, what is there stays, and what is new is added. */
  grow() {
    this.nodes.pop()?.remove(); // it may have been the first part of a character
    const more = this.groups()
      .slice(this.nodes.length)
      .map((group) => this.token(group));
    this.nodes.push(...more);
    this.text.append(...more);
  }

  get isAnswer() {
    return this.data.kind === "answer";
  }

  build() {
    const { words, key, first } = this.data;
    const name = this.isAnswer ? words.title : words.title_read;
    const before = first && make("span", { class: "gl-first" }, this.spaced(first));
    this.nodes = this.groups().map((group) => this.token(group));
    const looks = { class: "gl-text", role: "group", "aria-label": name };
    this.text = make("div", looks, before, ...this.nodes);
    this.said = make("p", { class: "gl-says", role: "status" });
    this.panel = make("div", { class: "gl-panel", hidden: true });
    const hint = this.isAnswer ? words.hint : words.hint_read;
    this.element.replaceChildren(
      make(
        "div",
        { class: "gl" },
        make("h3", {}, name),
        this.tools(),
        this.text,
        make("p", { class: "gl-hint" }, key ? hint : " "),
        this.surprising(),
        this.said,
        this.panel,
      ),
    );
  }

  /** @returns {Group[]} */
  groups() {
    const { tokens } = this.data;
    /** @type {Group[]} */
    const groups = [];
    let first = 0;
    for (const [index, [text]] of tokens.entries()) {
      if (!text && index < tokens.length - 1) continue;
      groups.push({ text, first, last: index });
      first = index + 1;
    }
    return groups;
  }

  /**
   * Of a group, the place that says most: its least likely token.
   * @param {Group} group
   */
  placeOf({ first, last }) {
    const { tokens } = this.data;
    let place = first;
    for (let at = first; at <= last; at += 1) if (tokens[at][1] < tokens[place][1]) place = at;
    return place;
  }

  /** @param {Group} group */
  token(group) {
    const { words, tokens, ended } = this.data;
    const place = this.placeOf(group);
    const [, probability, rank, bits] = tokens[place];
    const isEnd = ended && group.last === tokens.length - 1 && !group.text;
    const name = visible(group.text || (isEnd ? words.end : "…"));
    const figures = [
      percent(probability),
      fill(words.rank_of, { rank }),
      fill(words.bits, { bits }),
    ];
    return make(
      "button",
      {
        type: "button",
        class: "gl-token",
        style: styleOf(this.mode, tokens[place]),
        tabindex: group.first === 0 ? "0" : "-1",
        title: figures.join(" · "),
        "aria-label": fill(words.token, { text: name, probability: percent(probability) }),
        "aria-pressed": "false",
        "data-place": place,
        onclick: () => this.open(place),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.moved(event),
      },
      this.spaced(group.text) || (isEnd ? "■" : "…"),
    );
  }

  /** @param {string} text */
  spaced(text) {
    if (!this.spaces) return text;
    return text.replace(/ /g, "·").replace(/\t/g, "⇥\t").replace(/\n/g, "⏎\n");
  }

  tools() {
    const { words } = this.data;
    const names = /** @type {Mode[]} */ (Object.keys(MODES));
    const modes = names.map((mode, index) =>
      modeButton(words[mode], mode === this.mode, () => this.again({ mode }, index)),
    );
    const spaces = modeButton(words.space, this.spaces, () =>
      this.again({ spaces: !this.spaces }, modes.length),
    );
    const isEntropy = this.mode === "entropy";
    const [low, high] = isEntropy
      ? [words.certain, words.uncertain]
      : [words.expected, words.unexpected];
    const scale = make("i", { "aria-hidden": "true" });
    return make(
      "div",
      { class: "gl-tools" },
      make("span", {}, words.colour_by),
      make("div", { class: "gl-modes" }, ...modes),
      spaces,
      make("span", { class: "gl-legend" }, low, scale, high),
    );
  }

  /** The page has turned dark, or light. */
  paint() {
    for (const node of this.nodes)
      node.style.cssText = styleOf(this.mode, this.data.tokens[Number(node.dataset.place)]);
  }

  /**
   * Drawn again; the button that was pressed has the focus.
   * @param {{mode?: Mode, spaces?: boolean}} change
   * @param {number} pressed
   */
  again(change, pressed) {
    Object.assign(this, change);
    const { place } = this;
    this.build();
    /** @type {NodeListOf<HTMLElement>} */
    const buttons = this.element.querySelectorAll(".gl-mode");
    buttons[pressed]?.focus();
    if (place !== null) this.open(place);
  }

  /** The most surprising tokens of a text that was scored. */
  surprising() {
    const { tokens, words, key } = this.data;
    if (this.isAnswer || !key) return null;
    const places = [...tokens.keys()].sort((a, b) => tokens[a][1] - tokens[b][1]);
    const picks = places.slice(0, SURPRISING).map((place) => {
      const [text, probability] = tokens[place];
      const looks = { type: "button", class: "gl-go", onclick: () => this.open(place) };
      return make("button", looks, `${visible(text) || "…"} ${percent(probability)}`);
    });
    const title = make("span", {}, words.surprising);
    return make("div", { class: "gl-tools gl-surprising" }, title, ...picks);
  }

  /** @param {KeyboardEvent} event */
  moved(event) {
    const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    if (!step) return;
    event.preventDefault();
    const at = this.nodes.indexOf(/** @type {HTMLButtonElement} */ (event.currentTarget));
    const next = this.nodes[at + step];
    if (!next) return;
    this.stopAt(next);
    next.focus();
  }

  /**
   * One token alone is a stop of the Tab key.
   * @param {HTMLButtonElement} node
   */
  stopAt(node) {
    for (const each of this.nodes) each.tabIndex = each === node ? 0 : -1;
  }

  // ---- one token ----

  /** @param {number} place */
  async open(place) {
    const { key, words } = this.data;
    if (!key) return; // while it grows
    this.place = place;
    for (const node of this.nodes) {
      const isIt = Number(node.dataset.place) === place;
      node.setAttribute("aria-pressed", `${isIt}`);
      if (isIt) this.stopAt(node);
    }
    const asked = `${key} ${place}`;
    this.asked = asked;
    const answer = await this.server.choice({ key, place }).catch(() => ({ error: words.failed }));
    if (asked === this.asked) this.answered(place, answer); // else a later click overtook this one
  }

  /**
   * @param {number} place
   * @param {import("./choice.js").Choice & {error?: string}} answer
   */
  answered(place, answer) {
    const { words } = this.data;
    this.panel.hidden = false;
    if (answer.error) {
      this.said.replaceChildren();
      this.panel.replaceChildren(make("p", { class: "gl-error", role: "alert" }, answer.error));
      return;
    }
    const goOn = this.isAnswer ? (/** @type {number} */ id) => this.goOn(place, id) : null;
    this.said.replaceChildren(...chosen(words, answer));
    this.panel.replaceChildren(alternatives(words, answer, goOn), ...samplingTrace(words, answer));
  }

  /**
   * The answer is to continue from another token.
   * @param {number} place
   * @param {number} id
   */
  goOn(place, id) {
    if (this.isLeaving) return;
    this.isLeaving = true;
    this.send("branched", { key: this.data.key, place, id });
  }
}

/** @param {Bridge} bridge */
export function mount(bridge) {
  const inspector = new TokenInspector(bridge);
  whenPainted(bridge.element, () => inspector.paint());
  inspector.follow();
}
