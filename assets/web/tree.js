// Many draws of one prompt as a tree whose branches are as thick as their share. At first the share
// is that of the draws; with the slider it is the chance of each branch at another temperature, which
// was sent along: nothing is asked of the server.

(() => {
  const showTell = (window.showTell ??= {});
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const percent = (share) => (share >= 0.0995 ? `${(share * 100).toFixed(0)} %` : share >= 0.0001 ? `${(share * 100).toPrecision(2)} %` : `${share.toExponential(1)}`);
  const [TEXT, DRAWS, CHANCES, BRANCHES] = [0, 1, 2, 3]; // of a branch, as it is sent
  const LEAST = 0.005; // a smaller remainder is not shown

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  class Tree {
    constructor(element) {
      Object.assign(this, { element, data: null, at: null }); // at: a place of the grid; null: as drawn
    }

    show(data) {
      Object.assign(this, { data, at: null });
      if (!data) return this.element.replaceChildren();
      const { words, draws, greedy } = data;
      this.says = make("p", { role: "status" });
      this.place = make("div", { class: "tr-scroll", tabindex: "0", role: "group", "aria-label": fill(words.title, { draws }) });
      const known = data.tree[BRANCHES].some((branch) => branch[CHANCES].length);
      this.element.replaceChildren(make("div", { class: "tr" }, make("h3", {}, fill(words.title, { draws })), known ? this.tools() : null, this.says, this.place, greedy ? this.beside() : null));
      this.draw();
    }

    tools() {
      const { words, temperature, temperatures } = this.data;
      const nearest = temperatures.reduce((best, value, at) => (Math.abs(value - temperature) < Math.abs(temperatures[best] - temperature) ? at : best), 0);
      this.value = make("output", {}, temperature);
      const slide = (event) => this.turn(Number(event.target.value));
      this.slider = make("input", { type: "range", min: 0, max: temperatures.length - 1, step: 1, value: nearest, oninput: slide, "aria-valuetext": temperature });
      this.back = make("button", { type: "button", "aria-pressed": "true", onclick: () => this.turn(null) }, words.as_drawn);
      return make("div", { class: "tr-tools" }, make("label", {}, words.temperature, this.slider, this.value), this.back);
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
      const { words, prompt, tree, temperature, temperatures } = this.data;
      const isDone = this.value !== undefined && tree[BRANCHES].some((branch) => branch[CHANCES].length);
      const says = !isDone ? words.growing : this.at === null ? fill(words.drawn, { temperature }) : fill(words.expected, { temperature: temperatures[this.at] });
      this.says.textContent = says;
      this.place.replaceChildren(make("p", { class: "tr-prompt" }, prompt), this.level(tree, 1, "") ?? "");
    }

    // The branches after one; `share` is its own, `before` the text up to its end.
    level(branch, share, before) {
      if (!branch[BRANCHES].length) return null;
      const shares = branch[BRANCHES].map((one) => (this.at === null ? one[DRAWS] / this.data.draws : share * one[CHANCES][this.at]));
      const rows = branch[BRANCHES].map((one, at) => this.branch(one, shares[at], before));
      const others = share - shares.reduce((sum, value) => sum + value, 0);
      if (this.at !== null && others > LEAST) rows.push(this.others(others));
      return make("ul", { class: "tr-level" }, ...rows);
    }

    branch(one, share, before) {
      const { words, draws, greedy } = this.data;
      const text = before + one[TEXT];
      const isGreedy = greedy && one[TEXT] && greedy.text.startsWith(text);
      const name = fill(words.share, { count: one[DRAWS], draws });
      const title = [one[TEXT], name, isGreedy ? words.on_greedy : ""].filter(Boolean).join(" · ");
      const label = make("span", { class: `tr-text${isGreedy ? " is-greedy" : ""}`, title }, one[TEXT].replace(/\n/g, "⏎") || "⏹");
      if (!one[TEXT]) label.setAttribute("aria-label", words.end);
      const count = this.at === null ? (one[DRAWS] > 1 ? `×${one[DRAWS]}` : "") : percent(share);
      return make("li", { class: "tr-branch", style: `--share: ${share.toFixed(4)}` }, make("i", { class: "tr-band", "aria-hidden": "true" }), label, make("span", { class: "tr-count" }, count), this.level(one, share, text));
    }

    others(share) {
      return make("li", { class: "tr-branch tr-others", style: `--share: ${share.toFixed(4)}` }, make("i", { class: "tr-band", "aria-hidden": "true" }), make("span", {}, fill(this.data.words.others, { share: percent(share) })));
    }

    beside() {
      const { words, greedy, beams } = this.data;
      const told = (one) => make("li", {}, one.text || "⏹", make("small", {}, fill(words.whole, { chance: percent(Math.exp(-one.nats)) })));
      const section = (title, says, all) => make("section", {}, make("h3", {}, title), make("p", {}, says), make("ol", {}, ...all.map(told)));
      return make("div", { class: "tr-beside" }, section(words.greedy, words.greedy_says, [greedy]), section(words.beams, words.beams_says, beams));
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
