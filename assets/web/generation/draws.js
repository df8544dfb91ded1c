// Many draws of one prompt as a tree whose branches are as thick as their share. At first the share
// is that of the draws; with the slider it is the chance of each branch at another temperature, which
// was sent along: nothing is asked of the server.

(() => {
  const showTell = (window.showTell ??= {});
  const { make, fill } = showTell.dom;

  // "12 %"; very small ones as powers of ten.
  function percent(share) {
    if (share === 0) return "0 %";
    if (share >= 0.0995) return `${(share * 100).toFixed(0)} %`;
    if (share >= 0.0001) return `${(share * 100).toPrecision(2)} %`;
    return `10^${Math.round(Math.log10(share))}`.replace(/\^(-?\d+)/, (_, power) =>
      power.replace(/./g, (sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign])),
    );
  }

  const [TEXT, DRAWS, CHANCES, BRANCHES, GREEDY] = [0, 1, 2, 3, 4]; // of a branch, as it is sent
  const LEAST = 0.005; // a smaller remainder is not shown

  class Tree {
    constructor(element) {
      Object.assign(this, { element, data: null, at: null }); // at: a place of the grid; null: as drawn
    }

    show(data) {
      const before = this.data;
      this.data = data;
      if (!data) return this.element.replaceChildren();
      if (before && this.slider && data.finished) return this.finish(); // the slider stays in the hand
      this.at = null;
      this.slider = null;
      const { words, draws } = data;
      this.says = make("p", { role: "status" });
      this.place = make("div", {
        class: "tr-scroll",
        tabindex: "0",
        role: "group",
        "aria-label": fill(words.title, { draws }),
      });
      this.all = make(
        "div",
        { class: "tr" },
        make("h3", {}, fill(words.title, { draws })),
        this.isKnown ? this.tools() : null,
        this.says,
        this.place,
      );
      this.element.replaceChildren(this.all);
      this.finish();
    }

    // The last update comes into a tree that may be in use: greedy and beams, or that it was stopped.
    finish() {
      if (this.data.greedy) this.all.append(this.beside());
      this.draw();
    }

    get isKnown() {
      return this.data.tree[BRANCHES].some((branch) => branch[CHANCES].length);
    }

    tools() {
      const { words, temperature, temperatures } = this.data;
      const nearest = temperatures.reduce(
        (best, value, at) =>
          Math.abs(value - temperature) < Math.abs(temperatures[best] - temperature) ? at : best,
        0,
      );
      this.value = make("span", { class: "tr-value", "aria-hidden": "true" }, temperature);
      const slide = (event) => this.turn(Number(event.target.value));
      this.slider = make("input", {
        type: "range",
        min: 0,
        max: temperatures.length - 1,
        step: 1,
        value: nearest,
        oninput: slide,
        "aria-valuetext": temperature,
      });
      this.back = make(
        "button",
        { type: "button", "aria-pressed": "true", onclick: () => this.turn(null) },
        words.as_drawn,
      );
      return make(
        "div",
        { class: "tr-tools" },
        make("label", {}, words.temperature, this.slider, this.value),
        this.back,
      );
    }

    turn(at) {
      this.at = at;
      const shown = at === null ? this.data.temperature : this.data.temperatures[at];
      this.value.textContent = shown;
      this.slider.setAttribute("aria-valuetext", shown);
      this.back.setAttribute("aria-pressed", `${at === null}`);
      this.draw();
    }

    draw() {
      const { words, prompt, tree, temperature, temperatures, finished } = this.data;
      const unknown = finished ? words.stopped : words.growing;
      const known =
        this.at === null
          ? fill(words.drawn, { temperature })
          : fill(words.expected, { temperature: temperatures[this.at] });
      const says = this.isKnown ? known : unknown;
      if (this.says.textContent !== says) this.says.textContent = says;
      this.place.replaceChildren(
        make("p", { class: "tr-prompt" }, prompt),
        this.level(tree, 1) ?? "",
      );
    }

    // The branches after one; `share` is its own.
    level(branch, share) {
      if (!branch[BRANCHES].length) return null;
      const shares = branch[BRANCHES].map((one) =>
        this.at === null ? one[DRAWS] / this.data.draws : share * one[CHANCES][this.at],
      );
      const rows = branch[BRANCHES].map((one, at) => this.branch(one, shares[at]));
      const others = share - shares.reduce((sum, value) => sum + value, 0);
      if (this.at !== null && others > LEAST) rows.push(this.others(others));
      return make("ul", { class: "tr-level" }, ...rows);
    }

    branch(one, share) {
      const { words, draws } = this.data;
      const isEnd = !one[TEXT] && !one[BRANCHES].length;
      const name = fill(words.share, { count: one[DRAWS], draws });
      const said = [isEnd ? words.end : "", one[GREEDY] ? words.on_greedy : ""]
        .filter(Boolean)
        .join(", ");
      const label = make(
        "span",
        { class: `tr-text${one[GREEDY] ? " is-greedy" : ""}`, title: name },
        one[TEXT].replace(/\n/g, "⏎") || (isEnd ? "⏹" : "…"),
      );
      const count = this.at === null ? (one[DRAWS] > 1 ? `×${one[DRAWS]}` : "") : percent(share);
      return make(
        "li",
        { class: "tr-branch", style: `--share: ${share.toFixed(4)}` },
        make("i", { class: "tr-band", "aria-hidden": "true" }),
        label,
        said ? make("span", { class: "tr-unseen" }, ` (${said})`) : null,
        make("span", { class: "tr-count" }, count),
        this.level(one, share),
      );
    }

    others(share) {
      return make(
        "li",
        { class: "tr-branch tr-others", style: `--share: ${share.toFixed(4)}` },
        make("i", { class: "tr-band", "aria-hidden": "true" }),
        make("span", {}, fill(this.data.words.others, { share: percent(share) })),
      );
    }

    beside() {
      const { words, greedy, beams } = this.data;
      const told = (one) =>
        make(
          "li",
          {},
          one.text || "⏹",
          make("small", {}, fill(words.whole, { chance: percent(Math.exp(-one.nats)) })),
        );
      const section = (title, says, all) =>
        make(
          "section",
          {},
          make("h3", {}, title),
          make("p", {}, says),
          make("ol", {}, ...all.map(told)),
        );
      return make(
        "div",
        { class: "tr-beside" },
        section(words.greedy, words.greedy_says, [greedy]),
        section(words.beams, words.beams_says, beams),
      );
    }
  }

  function mount(element, props, watch) {
    const tree = new Tree(element);
    const follow = () => tree.show(props.value ? JSON.parse(props.value) : null);
    watch("value", follow);
    follow();
  }

  showTell.tree = { mount };
})();
