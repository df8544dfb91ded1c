// Words to pixels: a word lights the region where it acted, a place in the picture ranks the words.

(() => {
  const parts = window.showTell.drawingParts;
  const { make, fill } = parts;
  const FLAT = 0.04; // a map that varies less is shown paler: it says little
  const DARK = 0.78; // how dark the picture gets where a word did not act

  // Shares of attention: [steps, words + 1, cells, cells], the last of no word.
  class Maps {
    constructor({ words, shape, data }) {
      this.words = words;
      [this.steps, this.count, this.cells] = shape;
      const levels = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      this.shares = Float32Array.from(levels, (level) => (level / 255) ** 2);
      this.size = this.cells ** 2;
    }

    // One word's map at a step, or over all steps (null).
    of(word, step) {
      const map = new Float32Array(this.size);
      const steps =
        step === null ? [...Array(this.steps).keys()] : [Math.min(step, this.steps - 1)];
      for (const at of steps) {
        const start = (at * this.count + word) * this.size;
        for (let cell = 0; cell < this.size; cell += 1)
          map[cell] += this.shares[start + cell] / steps.length;
      }
      return map;
    }

    // Each word's share at a cell, or over the whole picture (null); most first.
    ranked(cell, step) {
      const shares = [...Array(this.count).keys()].map((word) => {
        const map = this.of(word, step);
        const share =
          cell === null ? map.reduce((sum, value) => sum + value, 0) / this.size : map[cell];
        return { word, share };
      });
      const whole = shares.reduce((sum, { share }) => sum + share, 0) || 1;
      return shares
        .map(({ word, share }) => ({ word, share: share / whole }))
        .sort((a, b) => b.share - a.share);
    }
  }

  // The panel beside the picture, and the veil over it.
  class Words {
    constructor(texts, veil) {
      this.texts = texts;
      this.veil = veil;
      this.step = null;
      this.eachStep = false;
      this.chips = make("div", { class: "dr-chips" });
      this.title = make("p", { class: "dr-rank-title" });
      this.list = make("ol", { class: "dr-rank" });
      this.note = make("p", { class: "dr-note", role: "status" });
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
      this.modes = make(
        "div",
        { class: "dr-modes" },
        mode(false, texts.whole),
        mode(true, texts.this_step),
      );
      this.element = make(
        "section",
        { class: "dr-words" },
        this.chips,
        this.modes,
        this.note,
        this.title,
        this.list,
      );
    }

    show(attention) {
      this.maps = attention ? new Maps(attention) : null;
      this.element.hidden = !this.maps;
      this.pinned = this.hovered = this.cell = null;
      if (!this.maps) return this.draw();
      const chip = (text, word) =>
        make(
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
      this.chips.replaceChildren(...this.maps.words.map(chip));
      this.draw();
    }

    choose(eachStep) {
      this.eachStep = eachStep;
      [...this.modes.children].forEach((button, number) =>
        button.setAttribute("aria-pressed", `${Boolean(number) === eachStep}`),
      );
      this.draw();
    }

    at(step) {
      this.step = step;
      if (this.eachStep) this.draw();
    }

    pin(word) {
      this.pinned = this.pinned === word ? null : word;
      this.draw();
    }

    point(word) {
      this.hovered = word;
      this.draw();
    }

    // The pointer on the picture, in parts of its width and height; null when it left.
    over(x, y) {
      if (!this.maps) return;
      const { cells } = this.maps;
      const inside = (part) => Math.min(cells - 1, Math.max(0, Math.floor(part * cells)));
      this.cell = x === null ? null : inside(y) * cells + inside(x);
      this.rank();
    }

    draw() {
      const context = this.veil.getContext("2d");
      const word = this.hovered ?? this.pinned;
      [...this.chips.children].forEach((chip, number) => {
        chip.setAttribute("aria-pressed", `${number === this.pinned}`);
        chip.toggleAttribute("data-lit", number === word);
      });
      context.clearRect(0, 0, this.veil.width, this.veil.height);
      this.note.textContent = this.texts.word_hint;
      if (this.maps) this.rank();
      if (!this.maps || word === null) return;
      const map = this.maps.of(word, this.eachStep ? this.step : null);
      const [low, high] = [Math.min(...map), Math.max(...map)];
      this.light(context, map, low, high);
      const percent = (share) => `${(100 * share).toFixed(1)}%`;
      this.note.textContent = fill(this.texts.between_cells, {
        word: this.maps.words[word],
        low: percent(low),
        high: percent(high),
        cells: this.maps.cells,
      });
    }

    // Dark where the word did not act; a small picture of the veil, stretched smoothly.
    light(context, map, low, high) {
      const { cells } = this.maps;
      const small = make("canvas", { width: cells, height: cells });
      const pixels = new ImageData(cells, cells);
      const range = Math.max(high - low, FLAT);
      map.forEach(
        (share, cell) =>
          (pixels.data[cell * 4 + 3] = Math.round(
            255 * DARK * (1 - (share - low) / range) * Math.min(1, (high - low) / FLAT),
          )),
      );
      small.getContext("2d").putImageData(pixels, 0, 0);
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = "high";
      context.drawImage(small, 0, 0, this.veil.width, this.veil.height);
    }

    rank() {
      const ranked = this.maps.ranked(this.cell, this.eachStep ? this.step : null);
      const isRest = (row) => row.word === this.maps.words.length;
      const words = ranked.filter((row) => !isRest(row));
      const rows = [...words.slice(0, 8), ...ranked.filter(isRest)]; // what no word got stands last
      this.title.textContent = this.cell === null ? this.texts.everywhere : this.texts.here;
      const most = words[0]?.share || 1;
      const item = (row) => {
        const { word, share } = row;
        const rest = isRest(row);
        return make(
          "li",
          { class: rest ? "dr-rest" : null },
          make("span", { class: "dr-rank-word" }, rest ? this.texts.rest : this.maps.words[word]),
          rest
            ? make("span", {}, this.texts.no_word)
            : make(
                "span",
                { class: "dr-bar" },
                make("i", { style: `width:${((100 * share) / most).toFixed(1)}%` }),
              ),
          make("b", {}, `${(100 * share).toFixed(1)}%`),
        );
      };
      this.list.replaceChildren(...rows.map(item));
    }
  }

  Object.assign(parts, { Words, Maps });
})();
