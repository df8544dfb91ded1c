// Every token under glass: the tokens of an answer or of a text that was read, coloured by how
// surprising each was. Choosing one asks the server for what stood beside it and how it was chosen.

(() => {
  const showTell = (window.showTell ??= {});
  const { make, fill } = showTell.dom;
  const MODES = {
    // how dark a token is, 0 to 1
    surprise: ([, probability]) => -Math.log10(Math.max(probability, 1e-12)) / 3,
    rank: ([, , rank]) => Math.log10(rank) / 4,
    entropy: ([, , , bits]) => bits / 8,
  };
  const DEEP = 0.55; // from here on the scale is dark, and letters are white
  let stage = null;

  const clamp = (value) => Math.min(Math.max(value, 0), 1);
  const percent = (share) =>
    share >= 0.0995
      ? `${(share * 100).toFixed(0)} %`
      : share >= 0.0001
        ? `${(share * 100).toPrecision(2)} %`
        : "< 0.01 %";
  const seen = (text) => text.replace(/ /g, "␣").replace(/\n/g, "⏎").replace(/\t/g, "⇥");

  class Glass {
    constructor(element, server, report) {
      Object.assign(this, {
        element,
        server,
        report,
        mode: "surprise",
        spaces: false,
        branch: "",
        data: null,
      });
    }

    show(data) {
      const grows =
        this.text &&
        data &&
        !data.key &&
        data.kind === this.data?.kind &&
        data.tokens.length >= this.data.tokens.length &&
        !this.data.key;
      Object.assign(this, { asked: null, data, place: null, branch: "" });
      if (!data || !data.tokens.length) {
        this.text = null;
        return this.element.replaceChildren();
      }
      if (grows) this.grow();
      else this.build();
    }

    // While it streams, what is there stays, and what is new is added.
    grow() {
      const last = this.nodes.pop(); // it may have been the first part of a character
      last?.remove();
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
      const { words, key } = this.data;
      const name = this.isAnswer ? words.title : words.title_read;
      this.text = make(
        "div",
        { class: "gl-text", role: "group", "aria-label": name },
        this.data.first ? make("span", { class: "gl-first" }, this.shown(this.data.first)) : null,
      );
      this.nodes = this.groups().map((group) => this.token(group));
      this.text.append(...this.nodes);
      this.said = make("p", { class: "gl-says", role: "status" });
      this.panel = make("div", { class: "gl-panel", hidden: true });
      const hint = make(
        "p",
        { class: "gl-hint" },
        key ? (this.isAnswer ? words.hint : words.hint_read) : " ",
      );
      this.element.replaceChildren(
        make(
          "div",
          { class: "gl" },
          make("h3", {}, name),
          this.tools(),
          this.text,
          hint,
          this.surprising(),
          this.said,
          this.panel,
        ),
      );
    }

    // Tokens that only together make a character are one piece on the page.
    groups() {
      const groups = [];
      let first = 0;
      this.data.tokens.forEach(([text], index) => {
        const isLast = index === this.data.tokens.length - 1;
        if (text || isLast) {
          groups.push({ text, first, last: index });
          first = index + 1;
        }
      });
      return groups;
    }

    // Of a group, the place that says most: its least likely token.
    placeOf({ first, last }) {
      let place = first;
      for (let at = first; at <= last; at += 1)
        if (this.data.tokens[at][1] < this.data.tokens[place][1]) place = at;
      return place;
    }

    token(group) {
      const place = this.placeOf(group);
      const line = this.data.tokens[place];
      const weight = clamp(MODES[this.mode](line));
      const isEnd = this.data.ended && group.last === this.data.tokens.length - 1 && !group.text;
      const label = group.text || (isEnd ? this.data.words.end : "…");
      return make(
        "button",
        {
          type: "button",
          class: `gl-token${weight > DEEP ? " gl-deep" : ""}`,
          style: `--w: ${weight.toFixed(3)}`,
          tabindex: group.first === 0 ? "0" : "-1",
          title: `${percent(line[1])} · ${fill(this.data.words.rank_of, { rank: line[2] })} · ${fill(this.data.words.bits, { bits: line[3] })}`,
          "aria-label": fill(this.data.words.token, {
            text: seen(label),
            probability: percent(line[1]),
          }),
          "aria-pressed": "false",
          "data-place": place,
          onclick: () => this.open(place),
          onkeydown: (event) => this.moved(event),
        },
        group.text ? this.shown(group.text) : isEnd ? "⏹" : "…",
      );
    }

    shown(text) {
      return this.spaces
        ? text.replace(/ /g, "·").replace(/\t/g, "⇥\t").replace(/\n/g, "⏎\n")
        : text;
    }

    tools() {
      const { words } = this.data;
      const pick = (label, pressed, act) =>
        make(
          "button",
          { type: "button", class: "gl-mode", "aria-pressed": `${pressed}`, onclick: act },
          label,
        );
      const modes = Object.keys(MODES).map((mode, index) =>
        pick(words[mode], mode === this.mode, () => this.again({ mode }, index)),
      );
      const spaces = pick(words.space, this.spaces, () =>
        this.again({ spaces: !this.spaces }, modes.length),
      );
      const ends =
        this.mode === "entropy"
          ? [words.certain, words.uncertain]
          : [words.expected, words.unexpected];
      const legend = make(
        "span",
        { class: "gl-legend" },
        ends[0],
        make("i", { "aria-hidden": "true" }),
        ends[1],
      );
      return make(
        "div",
        { class: "gl-tools" },
        make("span", {}, words.colour_by),
        make("div", { class: "gl-modes" }, ...modes),
        spaces,
        legend,
      );
    }

    // Drawn anew; the button that was pressed has the focus again.
    again(change, pressed) {
      Object.assign(this, change);
      const place = this.place;
      this.build();
      this.element.querySelectorAll(".gl-mode")[pressed]?.focus();
      if (place !== null) this.open(place);
    }

    // The most surprising tokens of a text that was read.
    surprising() {
      if (this.isAnswer || !this.data.key) return null;
      const places = this.data.tokens
        .map((_, place) => place)
        .sort((a, b) => this.data.tokens[a][1] - this.data.tokens[b][1]);
      const picks = places
        .slice(0, 5)
        .map((place) =>
          make(
            "button",
            { type: "button", class: "gl-go", onclick: () => this.open(place) },
            `${seen(this.data.tokens[place][0]) || "…"} ${percent(this.data.tokens[place][1])}`,
          ),
        );
      return make(
        "div",
        { class: "gl-tools gl-surprising" },
        make("span", {}, this.data.words.surprising),
        ...picks,
      );
    }

    moved(event) {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = this.nodes[this.nodes.indexOf(event.currentTarget) + step];
      if (!next) return;
      this.stopAt(next);
      next.focus();
    }

    // One token alone is a stop of the Tab key.
    stopAt(node) {
      for (const each of this.nodes) each.tabIndex = each === node ? 0 : -1;
    }

    // ---- one choice ----

    async open(place) {
      if (!this.data.key) return; // while it grows
      this.place = place;
      for (const node of this.nodes) {
        const isIt = Number(node.dataset.place) === place;
        node.setAttribute("aria-pressed", `${isIt}`);
        if (isIt) this.stopAt(node);
      }
      const asked = (this.asked = `${this.data.key} ${place}`);
      const answer = await this.server
        .choice({ key: this.data.key, place })
        .catch(() => ({ error: this.data.words.failed }));
      if (asked !== this.asked) return; // a later click has overtaken this one
      this.panel.hidden = false;
      this.said.replaceChildren();
      if (answer.error)
        return this.panel.replaceChildren(
          make("p", { class: "gl-error", role: "alert" }, answer.error),
        );
      this.says(answer);
      this.panel.replaceChildren(
        this.alternatives(answer, place),
        ...(answer.steps ? this.steps(answer.steps, answer.given) : []),
      );
    }

    says(answer) {
      const line = fill(this.data.words.chosen, {
        probability: percent(answer.before),
        rank: answer.rank,
        bits: answer.bits,
      });
      this.said.replaceChildren(make("code", {}, seen(answer.text)), " ", line);
    }

    alternatives(answer, place) {
      const { words } = this.data;
      const after =
        answer.steps && answer.steps.drawn_at === null ? words.after_settings : words.after;
      const head = make(
        "li",
        { class: "gl-head" },
        make("span"),
        make("span"),
        make("span", { class: "gl-number" }, words.before),
        make("span", { class: "gl-number" }, this.isAnswer ? after : ""),
        make("span"),
      );
      const rows = answer.alternatives.map(([id, text, before, then]) =>
        this.row(text, before, then, id, place),
      );
      return make(
        "ul",
        { class: "gl-list" },
        head,
        ...rows,
        this.row(null, answer.rest, null, null),
      );
    }

    row(text, before, after, id, place) {
      const { words } = this.data;
      const name = text === null ? make("span", {}, words.others) : make("code", {}, seen(text));
      const go =
        id === null || !this.isAnswer
          ? make("span")
          : make(
              "button",
              {
                type: "button",
                class: "gl-go",
                onclick: () => this.goOn(place, id),
                "aria-label": `${words.go_on} ${seen(text)}`,
              },
              words.go_on,
            );
      return make(
        "li",
        {},
        name,
        make(
          "div",
          { class: "gl-bar", "aria-hidden": "true" },
          make("i", { style: `width: ${before * 100}%` }),
        ),
        make("b", {}, percent(before)),
        make(
          "span",
          { class: "gl-number" },
          after === null || !this.isAnswer ? "" : after === 0 ? "0" : percent(after),
        ),
        go,
      );
    }

    goOn(place, id) {
      if (this.branch) return; // it is on its way
      this.branch = `${this.data.key},${place},${id}`;
      this.report();
    }

    steps(steps, given) {
      const { words } = this.data;
      const title = steps.drawn_at === null ? words.shares_title : words.bar_title;
      return [
        make("h3", {}, words.steps_title),
        make(
          "div",
          { class: "gl-scroll", tabindex: "0", role: "group", "aria-label": words.steps_title },
          this.table(steps),
        ),
        make("h3", {}, title),
        this.bar(steps, given),
      ];
    }

    table({ token, followed, stages }) {
      const { words } = this.data;
      const heads = stages.map((stage, index) => {
        const cut =
          index && stage.cut_mass > 0
            ? ` · ${fill(words.cut, { mass: percent(stage.cut_mass) })}`
            : "";
        return make(
          "th",
          { scope: "col" },
          words[`step_${stage.name}`],
          make("small", {}, `${fill(words.kept, { count: stage.kept.toLocaleString() })}${cut}`),
        );
      });
      const rows = followed.map(([id, text], at) => {
        const cells = stages.map((stage) => this.cell(stage, at));
        return make(
          "tr",
          { class: id === token ? "gl-is" : null },
          make("th", { scope: "row" }, make("code", {}, seen(text))),
          ...cells,
        );
      });
      return make(
        "table",
        { class: "gl-steps" },
        make("thead", {}, make("tr", {}, make("th"), ...heads)),
        make("tbody", {}, ...rows),
      );
    }

    cell(stage, at) {
      const logit = stage.logits[at];
      if (logit === null) return make("td", { class: "gl-cut" }, "0");
      return make("td", {}, percent(stage.probabilities[at]), make("small", {}, logit.toFixed(2)));
    }

    bar({ token, bar, drawn_at }, given) {
      const { words } = this.data;
      const stretches = bar.map(([id, text, start, length]) =>
        make(
          "span",
          {
            class: id === token ? "gl-is" : null,
            style: `left: ${start * 100}%; width: ${length * 100}%`,
            title: `${seen(text)} ${percent(length)}`,
          },
          length > 0.03 ? seen(text) : "",
        ),
      );
      if (drawn_at === null) {
        return make(
          "div",
          {},
          make("div", { class: "gl-stretches" }, ...stretches),
          make("p", { class: "gl-hint" }, given ? words.given : words.likeliest),
        );
      }
      const mark = make(
        "div",
        { class: `gl-mark${drawn_at > 0.7 ? " gl-late" : ""}`, style: `left: ${drawn_at * 100}%` },
        make("b", {}, drawn_at.toFixed(4)),
      );
      return make(
        "div",
        {},
        make(
          "div",
          { class: "gl-draw" },
          make("div", { class: "gl-stretches" }, ...stretches),
          mark,
        ),
        make("p", { class: "gl-hint" }, fill(words.drawn, { place: drawn_at.toFixed(4) })),
      );
    }
  }

  function mount(element, props, server, trigger, watch) {
    stage = new Glass(element, server, () => trigger("branched"));
    const follow = () => stage.show(props.value ? JSON.parse(props.value) : null);
    watch("value", follow);
    follow();
  }

  // "key,place,id" of the alternative to go on from, new each time.
  const branch = () => `${stage?.branch ?? ""},${Date.now()}`;

  showTell.glass = { mount, branch };
})();
