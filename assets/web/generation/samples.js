// @ts-check
// Many samples of one prompt as a tree whose branches are as thick as their share. At first the
// share is that of the samples; with the slider it is the probability of each branch at another
// temperature, which was sent along: nothing is asked of the server.

import { fill, make, percent } from "../shared/dom.js";
import { Widget } from "../shared/widget.js";

/**
 * As it is sent: [text, samples, probability at each temperature, branches, whether greedy decoding
 * goes here].
 * @typedef {[string, number, number[], Branch[], boolean]} Branch
 */
/** @typedef {{text: string, logprob: number}} ScoredText */
/**
 * @typedef {object} SamplesData
 * @property {Texts} words
 * @property {string} prompt
 * @property {number} samples
 * @property {number} temperature
 * @property {number[]} temperatures those of the slider
 * @property {Branch} tree
 * @property {ScoredText | null} greedy
 * @property {ScoredText[]} beams
 * @property {boolean} finished
 */

const SMALLEST = 0.005; // a smaller remainder is not shown

/** @extends {Widget<SamplesData>} */
class SamplesTree extends Widget {
  /** @type {SamplesData | null} */ data = null;
  /** @type {number | null} a place among the slider's temperatures; null: as drawn */ at = null;
  /** @type {HTMLInputElement | null} */ slider = null;
  /** @type {HTMLElement} */ all;
  /** @type {HTMLElement} */ says;
  /** @type {HTMLElement} */ place;

  clear() {
    this.data = null;
    super.clear();
  }

  /** @param {SamplesData} data */
  show(data) {
    const isMore = this.data && this.slider && data.finished;
    this.data = data;
    if (!isMore) this.build(data); // else the slider stays in the hand
    // The last update comes into a tree that may be in use: greedy and beams, or that it was stopped.
    if (data.greedy) this.all.append(beside(data.words, data.greedy, data.beams));
    this.draw(data);
  }

  /** @param {SamplesData} data */
  build(data) {
    this.at = null;
    this.slider = null;
    const title = fill(data.words.title, { draws: data.samples });
    this.says = make("p", { role: "status" });
    const looks = { class: "tr-scroll", tabindex: "0", role: "group", "aria-label": title };
    this.place = make("div", looks);
    const tools = isKnown(data) && this.tools(data);
    this.all = make("div", { class: "tr" }, make("h3", {}, title), tools, this.says, this.place);
    this.element.replaceChildren(this.all);
  }

  /** @param {SamplesData} data */
  tools({ words, temperature, temperatures }) {
    const distance = (/** @type {number} */ at) => Math.abs(temperatures[at] - temperature);
    const nearest = [...temperatures.keys()].reduce((best, at) =>
      distance(at) < distance(best) ? at : best,
    );
    const value = make("span", { class: "tr-value", "aria-hidden": "true" }, `${temperature}`);
    const slider = make("input", {
      type: "range",
      min: 0,
      max: temperatures.length - 1,
      step: 1,
      value: nearest,
      oninput: () => turn(Number(slider.value)),
      "aria-valuetext": temperature,
    });
    const looks = { type: "button", "aria-pressed": "true", onclick: () => turn(null) };
    const back = make("button", looks, words.as_drawn);
    /** @param {number | null} at */
    const turn = (at) => {
      this.at = at;
      const shown = `${at === null ? temperature : temperatures[at]}`;
      value.textContent = shown;
      slider.setAttribute("aria-valuetext", shown);
      back.setAttribute("aria-pressed", `${at === null}`);
      if (this.data) this.draw(this.data);
    };
    this.slider = slider;
    return make(
      "div",
      { class: "tr-tools" },
      make("label", {}, words.temperature, slider, value),
      back,
    );
  }

  /** @param {SamplesData} data */
  draw(data) {
    const { words, prompt, tree, temperature, temperatures, finished } = data;
    const unknown = finished ? words.stopped : words.growing;
    const known =
      this.at === null
        ? fill(words.drawn, { temperature })
        : fill(words.expected, { temperature: temperatures[this.at] });
    const says = isKnown(data) ? known : unknown;
    if (this.says.textContent !== says) this.says.textContent = says;
    const root = make("p", { class: "tr-prompt" }, prompt);
    this.place.replaceChildren(root, this.level(data, tree, 1) ?? "");
  }

  /**
   * The branches after one; `share` is its own.
   * @param {SamplesData} data
   * @param {Branch} branch
   * @param {number} share
   * @returns {HTMLElement | null}
   */
  level(data, [, , , branches], share) {
    const { at } = this;
    if (!branches.length) return null;
    const shares = branches.map(([, samples, probabilities]) =>
      at === null ? samples / data.samples : share * probabilities[at],
    );
    const rows = branches.map((one, number) => this.branch(data, one, shares[number]));
    const others = share - shares.reduce((sum, value) => sum + value, 0);
    if (at !== null && others > SMALLEST) {
      const name = fill(data.words.others, { share: percent(others) });
      rows.push(row("tr-branch tr-others", others, make("span", {}, name)));
    }
    return make("ul", { class: "tr-level" }, ...rows);
  }

  /**
   * @param {SamplesData} data
   * @param {Branch} branch
   * @param {number} share
   */
  branch(data, branch, share) {
    const { words, samples } = data;
    const [text, count, , branches, isGreedy] = branch;
    const isEnd = !text && !branches.length;
    const said = [isEnd && words.end, isGreedy && words.on_greedy].filter(Boolean).join(", ");
    const looks = {
      class: `tr-text${isGreedy ? " is-greedy" : ""}`,
      title: fill(words.share, { count, draws: samples }),
    };
    const label = make("span", looks, text.replace(/\n/g, "⏎") || (isEnd ? "■" : "…"));
    const times = count > 1 ? `×${count}` : "";
    return row(
      "tr-branch",
      share,
      label,
      said && make("span", { class: "tr-unseen" }, ` (${said})`),
      make("span", { class: "tr-count" }, this.at === null ? times : percent(share)),
      this.level(data, branch, share),
    );
  }
}

/**
 * Whether the probabilities have come.
 * @param {SamplesData} data
 */
const isKnown = ({ tree }) => tree[3].some(([, , probabilities]) => probabilities.length);

/**
 * A branch: its band, as thick as its share, and what follows it.
 * @param {string} name
 * @param {number} share
 * @param {...import("../shared/dom.js").Child} children
 */
const row = (name, share, ...children) =>
  make(
    "li",
    { class: name, style: `--share: ${share.toFixed(4)}` },
    make("i", { class: "tr-band", "aria-hidden": "true" }),
    ...children,
  );

/**
 * What greedy decoding and beam search write.
 * @param {Texts} words
 * @param {ScoredText} greedy
 * @param {ScoredText[]} beams
 */
function beside(words, greedy, beams) {
  /** @param {ScoredText} scored */
  const item = ({ text, logprob }) => {
    const whole = fill(words.whole, { probability: percent(Math.exp(logprob)) });
    return make("li", {}, text || "■", make("small", {}, whole));
  };
  /** @param {string} title @param {string} says @param {ScoredText[]} all */
  const section = (title, says, all) =>
    make(
      "section",
      {},
      make("h3", {}, title),
      make("p", {}, says),
      make("ol", {}, ...all.map(item)),
    );
  return make(
    "div",
    { class: "tr-beside" },
    section(words.greedy, words.greedy_says, [greedy]),
    section(words.beams, words.beams_says, beams),
  );
}

/** @param {Bridge} bridge */
export const mount = (bridge) => new SamplesTree(bridge).follow();
