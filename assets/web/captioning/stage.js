// The captioning tab's stage: the picture, its caption word by word, and what else might have been
// said. Pointing at a word lights what the model looked at; the server is asked only to go on from
// another word.

(() => {
  const showTell = (window.showTell ??= {});
  const { make, fill } = showTell.dom;
  const DARK = 0.8; // how dark the picture gets where the model did not look
  const SIDE = 384; // pixels of the veil's width

  class Stage {
    constructor(element, pick) {
      this.element = element;
      this.pick = pick;
    }

    show(data) {
      if (!data) {
        this.run = null;
        return this.element.replaceChildren();
      }
      if (this.run !== data.run) this.begin(data);
      this.data = data;
      if (data.picture) this.image.src = data.picture;
      this.at = Math.min(this.at, Math.max(0, data.captions.length - 1));
      this.draw();
    }

    begin(data) {
      // What another word leads to is told about the same picture: it stays while the words come.
      const before = this.image?.src;
      this.run = data.run;
      this.at = 0;
      this.open = null;
      this.image = make("img", { alt: data.texts.picture_alt });
      this.image.onload = () => this.light(null);
      if (before) this.image.src = before;
      this.veil = make("canvas", { "aria-hidden": "true" });
      this.note = make("p", { class: "cp-note" });
      this.line = make("p", { class: "cp-line" });
      this.whole = make("p", { class: "cp-whole" });
      this.rivals = make("div", { class: "cp-rivals" });
      this.all = make("div", { class: "cp-all" });
      const { legend_low, legend_high } = data.texts;
      const legend = make(
        "div",
        { class: "cp-legend" },
        legend_low,
        make("i", { "aria-hidden": "true" }),
        legend_high,
      );
      const listens = {
        class: "cp-frame",
        onpointermove: (event) => this.pointAt(event),
        onpointerleave: () => this.light(this.open),
      };
      const figure = make(
        "figure",
        { class: "cp-figure" },
        make("div", listens, this.image, this.veil),
        this.note,
      );
      const said = make("div", { class: "cp-said" }, this.line, legend, this.whole);
      const others = make("div", { class: "cp-others" }, this.rivals, this.all);
      this.element.replaceChildren(make("div", { class: "cp" }, said, figure, others));
    }

    get caption() {
      return this.data.captions[this.at];
    }

    draw() {
      const { texts, done } = this.data;
      this.line.replaceChildren(
        ...(this.caption?.words ?? []).map((word, number) => this.word(word, number)),
      );
      this.whole.textContent = done ? fill(texts.probability, this.caption) : texts.end_of_stage;
      this.note.textContent = done ? texts.hint : "";
      this.listRivals();
      this.listCaptions();
      this.light(null);
    }

    word(word, number) {
      const label = fill(this.data.texts.word_label, { word: word.text, chance: word.chance });
      const properties = {
        type: "button",
        class: "cp-word",
        style: `background:${word.back};color:${word.ink}`,
        "aria-label": label,
        "aria-expanded": `${this.open === number}`,
        title: word.given ? this.data.texts.given : null,
        "data-given": word.given ? "" : null,
        onmouseenter: () => this.light(number),
        onmouseleave: () => this.light(this.open),
        onfocus: () => this.light(number),
        onblur: () => this.light(this.open),
        onclick: () => this.toggle(number),
      };
      return make(
        "button",
        properties,
        make("span", {}, word.text),
        make("small", {}, word.chance),
      );
    }

    toggle(number) {
      if (!this.data.done) return;
      this.open = this.open === number ? null : number;
      [...this.line.children].forEach((word, at) =>
        word.setAttribute("aria-expanded", `${at === this.open}`),
      );
      this.listRivals();
      this.light(number);
    }

    listRivals() {
      const word = this.open === null ? null : this.caption?.words[this.open];
      if (!word?.rivals) return this.rivals.replaceChildren();
      const { texts } = this.data;
      const row = (rival, number) => {
        const bar = make(
          "span",
          { class: "cp-bar", "aria-hidden": "true" },
          make("i", { style: `width:${100 * rival.share}%` }),
        );
        const properties = {
          type: "button",
          class: "cp-rival",
          title: fill(texts.pick, { word: rival.text }),
          onclick: () => this.choose(number),
        };
        return make(
          "button",
          properties,
          make("span", {}, rival.text),
          bar,
          make("b", {}, rival.chance),
        );
      };
      this.rivals.replaceChildren(
        make("h4", {}, fill(texts.alternatives, { word: word.text })),
        ...word.rivals.map(row),
      );
    }

    choose(rival) {
      this.pick({ caption: this.at, word: this.open, rival });
    }

    listCaptions() {
      const { captions, texts } = this.data;
      if (captions.length < 2) return this.all.replaceChildren();
      const row = (caption, number) => {
        const label = `${fill(texts.candidate, { number: number + 1 })}: ${caption.text}, ${caption.chance}`;
        const properties = {
          type: "button",
          "aria-pressed": `${number === this.at}`,
          "aria-label": label,
          onclick: () => this.turnTo(number),
        };
        return make(
          "button",
          properties,
          make("span", {}, caption.text),
          make("b", {}, caption.chance),
        );
      };
      this.all.replaceChildren(...captions.map(row));
    }

    turnTo(number) {
      this.at = number;
      this.open = null;
      this.draw();
      this.all.children[number].focus();
    }

    // Dark but for what the model looked at for a word; no veil for none.
    light(number) {
      const word = number === null ? null : this.caption?.words[number];
      [...this.line.children].forEach((one, at) => one.toggleAttribute("data-lit", at === number));
      const { naturalWidth: width, naturalHeight: height } = this.image;
      this.veil.width = SIDE;
      this.veil.height = Math.round((SIDE * height) / (width || 1)) || SIDE;
      if (!word?.look)
        return this.data?.done ? (this.note.textContent = this.data.texts.hint) : null;
      this.note.textContent = fill(this.data.texts.look_note, {
        word: word.text,
        most: word.look.most,
      });
      const context = this.veil.getContext("2d");
      const [left, top, wide, tall] = this.data.frame;
      const box = [
        left * this.veil.width,
        top * this.veil.height,
        wide * this.veil.width,
        tall * this.veil.height,
      ];
      context.fillStyle = `rgba(0, 0, 0, ${DARK})`;
      context.fillRect(0, 0, this.veil.width, this.veil.height);
      context.clearRect(...box);
      context.imageSmoothingQuality = "high";
      context.drawImage(this.map(word.look), ...box);
    }

    // A place in the picture: the words that look there most, and the first of them outlined.
    pointAt(event) {
      const words = this.caption?.words ?? [];
      if (!this.data.done || !words[0]?.look) return;
      const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
      const [x, y, wide, tall] = this.data.frame;
      const across = ((event.clientX - left) / width - x) / wide,
        down = ((event.clientY - top) / height - y) / tall;
      if (across < 0 || across >= 1 || down < 0 || down >= 1) return this.light(this.open);
      const shareOf = ({ rows, columns, data, share }) => {
        const cell = Math.floor(down * rows) * columns + Math.floor(across * columns);
        return (share * atob(data).charCodeAt(cell)) / 255;
      };
      const shares = words
        .map((word, number) => [shareOf(word.look), number])
        .sort((one, other) => other[0] - one[0]);
      this.light(null);
      this.line.children[shares[0][1]].toggleAttribute("data-lit", true);
      const named = shares
        .slice(0, 3)
        .map(([share, number]) => `“${words[number].text}” ${(100 * share).toFixed(1)} %`);
      this.note.textContent = fill(this.data.texts.region_note, { words: named.join(", ") });
    }

    map({ rows, columns, data }) {
      const small = make("canvas", { width: columns, height: rows });
      const pixels = new ImageData(columns, rows);
      [...atob(data)].forEach(
        (level, cell) =>
          (pixels.data[cell * 4 + 3] = Math.round(255 * DARK * (1 - level.charCodeAt(0) / 255))),
      );
      small.getContext("2d").putImageData(pixels, 0, 0);
      return small;
    }
  }

  // `trigger` hands a picked alternative to the server.
  function mount(element, props, trigger, watch) {
    const stage = new Stage(element, (picked) => trigger("click", picked));
    const follow = () => stage.show(props.value?.captions ? props.value : null);
    watch("value", follow);
    follow();
  }

  Object.assign(showTell, { captioning: { mount } });
})();
