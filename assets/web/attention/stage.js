// The attention tab's stage: one state, and views that follow it. A token or a head chosen in one
// view is chosen in all. Numbers come from the server as they are asked for; an exported file
// brings its own (see `source`).

(() => {
  const showTell = (window.showTell ??= {});
  const parts = (showTell.attentionParts ??= {});
  const { make, piece, PANELS } = parts;
  const ZOOM = 44; // tokens on a side of the enlarged part of a long text
  let stage = null;

  // ---- the stage ----

  class Stage {
    constructor(element, source, options = {}) {
      this.element = element;
      this.source = source;
      this.moved = options.moved ?? (() => {});
      this.static = options.static ?? false;
      this.asked = 0;
      new ResizeObserver(() => this.resized()).observe(element);
      new MutationObserver(() => this.draw()).observe(document.body, {
        attributeFilter: ["class"],
      });
    }

    // A new recording.
    async show(data) {
      this.asked += 1; // what was asked of the last one is not awaited any more
      this.data = data;
      this.words = data.words;
      this.pieces = Object.fromEntries(
        Object.entries(data.pieces).map(([side, list]) => [side, list.map(piece)]),
      );
      this.thumbs = {};
      for (const [name, stack] of Object.entries(data.stacks))
        this.thumbs[name] = await parts.unpack(stack.thumbs);
      this.hover = { row: null, column: null };
      this.zoom = { heat: false, lines: true }; // lines of hundreds of tokens cannot be told apart
      this.panel = PANELS.includes(data.panel) ? data.panel : (this.panel ?? "heat");
      this.build();
      await this.take(data.first);
    }

    get stack() {
      return this.data.stacks[this.look.stack];
    }

    // Change how to look, and fetch what that shows.
    async go(change) {
      const look = { ...this.look, ...change };
      const asked = ++this.asked;
      const answer = await this.source.look({ key: this.data.key, look });
      if (asked !== this.asked) return; // a later click has overtaken this one
      if (answer.error) {
        parts.buildControls(this); // they show what is on the screen, not what could not be had
        return this.complain(answer.error);
      }
      await this.take(answer);
    }

    async take(answer) {
      const matrix = parts.weightsOf(await parts.unpack(answer.weights));
      this.matrix = matrix;
      this.look = answer.look;
      const { rows, columns } = this.stack;
      this.rowAt = answer.rows ?? this.pieces[rows].map((_, index) => index);
      this.columnAt = answer.columns ?? this.pieces[columns].map((_, index) => index);
      this.rows = this.rowAt.map((index) => this.pieces[rows][index]);
      this.columns = this.columnAt.map((index) => this.pieces[columns][index]);
      this.exact = new Map();
      this.hover = { row: null, column: null };
      this.complain("");
      this.moved(this.place());
      this.refresh();
    }

    // What a link holds.
    place() {
      return { ...this.look, panel: this.panel };
    }

    // The row that is looked from: hovered, else pinned; null if the pinned one is hidden.
    get active() {
      const pinned = this.rowAt.indexOf(this.look.token - 1);
      const row = this.hover.row ?? (pinned < 0 ? null : pinned);
      return { row, column: this.hover.column };
    }

    // A row that is shown.
    pin(row) {
      this.pinToken(this.rowAt[row]);
    }

    // One of the tokens that look, whether its row is shown or hidden.
    pinToken(index) {
      const token = index + 1;
      if (token === this.look.token) return;
      this.look = { ...this.look, token };
      this.hover = { row: null, column: null };
      this.moved(this.place());
      if (["heat", "lines"].includes(this.panel)) this.draw();
      else this.refresh(); // the others show numbers of the pinned token
      this.wantExact();
    }

    point(row, column) {
      if (row === this.hover.row && column === this.hover.column) return;
      this.hover = { row, column };
      this.draw();
      this.wantExact();
    }

    choose(panel) {
      this.panel = panel;
      this.moved(this.place());
      this.refresh();
    }

    complain(text) {
      this.parts.problem.textContent = text;
      this.parts.problem.hidden = !text;
    }

    // The weights of a row: exact where they are at hand, else as precise as the picture's.
    rowWeights(row) {
      const wide = this.matrix.shape[1];
      return this.exact.get(row) ?? this.matrix.values.subarray(row * wide, (row + 1) * wide);
    }

    // A long text's picture has 8 bits a cell; the row whose numbers are read comes exactly.
    wantExact() {
      const { row } = this.active;
      if (this.matrix.bits !== 8 || row === null || this.exact.has(row)) return;
      clearTimeout(this.wanting);
      this.wanting = setTimeout(async () => {
        const { matrix } = this;
        const answer = await this.source.row({
          key: this.data.key,
          look: { ...this.look, token: this.rowAt[row] + 1 },
        });
        if (matrix !== this.matrix || answer.error) return;
        this.exact.set(row, (await parts.unpack(answer.weights)).values);
        parts.paintTokens(this);
        parts.read(this);
      }, 90);
    }

    // ---- what is on the page ----

    build() {
      this.listed = null;
      const words = this.words;
      const part = (this.parts = {});
      part.problem = make("div", { class: "st-notice", role: "alert", hidden: true });
      part.controls = make("div", { class: "at-controls" });
      part.tokens = make("div", { class: "at-tokens" });
      part.readout = make("p", { class: "at-readout", role: "status" });
      part.grid = make("canvas", { role: "img", "aria-label": words.grid_label });
      part.tabs = make("div", { class: "at-tabs", role: "tablist", "aria-label": words.views });
      part.panel = make("div", {
        class: "at-panel",
        role: "tabpanel",
        id: "at-panel",
        tabindex: "0",
      });
      part.exports = make("div", { class: "at-exports" });
      this.element.replaceChildren(
        make(
          "div",
          { class: "at" },
          part.problem,
          part.controls,
          part.tokens,
          part.readout,
          part.tabs,
          make(
            "div",
            { class: "at-main" },
            make(
              "figure",
              { class: "at-heads" },
              make("figcaption", {}, words.all_heads, make("span", {}, words.all_heads_hint)),
              part.grid,
            ),
            make("section", { class: "at-view" }, part.panel, part.exports),
          ),
        ),
      );
      parts.wireGrid(this);
    }

    refresh() {
      parts.buildControls(this);
      parts.buildTabs(this);
      const { stack, hide, pair } = this.look;
      const shown = [stack, hide, pair, this.data.key].join(" ");
      if (shown !== this.listed) parts.buildTokens(this); // another head has the same tokens
      this.listed = shown;
      this.element.firstChild.dataset.panel = this.panel;
      this.panelAsk = null; // a late answer for another panel has no place in this one
      parts.panels[this.panel](this);
      parts.buildExports(this);
      this.draw();
      this.wantExact();
    }

    draw() {
      if (!this.look || !this.element.isConnected || !this.element.offsetWidth) return;
      parts.drawGrid(this);
      parts.paintTokens(this);
      parts.read(this);
      this.drawPanel?.();
    }

    resized() {
      const width = this.element.offsetWidth;
      if (width === this.width) return;
      this.width = width;
      if (this.look) {
        cancelAnimationFrame(this.frame);
        this.frame = requestAnimationFrame(() => this.draw());
      }
    }

    // The part of the matrix that is seen: all of it, or, enlarged, what surrounds the pinned token.
    window() {
      const [rows, columns] = this.matrix.shape;
      if (!this.zoom[this.panel] || Math.max(rows, columns) <= ZOOM)
        return { r0: 0, r1: rows, c0: 0, c1: columns };
      const row = Math.max(0, this.rowAt.indexOf(this.look.token - 1));
      const column =
        this.stack.rows === this.stack.columns
          ? this.columnAt.findIndex((index) => index >= this.rowAt[row])
          : this.strongest(row);
      const around = (middle, count) => {
        const first = Math.max(0, Math.min(count - ZOOM, middle - Math.floor(ZOOM * 0.7)));
        return [first, Math.min(count, first + ZOOM)];
      };
      const [r0, r1] = around(row, rows);
      const [c0, c1] = around(Math.max(0, column), columns);
      return { r0, r1, c0, c1 };
    }

    strongest(row) {
      const weights = this.rowWeights(row);
      return weights.indexOf(Math.max(...weights));
    }

    get canZoom() {
      return Math.max(...this.matrix.shape) > ZOOM;
    }

    scene() {
      return {
        matrix: this.matrix,
        rows: this.rows,
        columns: this.columns,
        window: this.window(),
        active: this.active,
        words: this.words,
      };
    }
  }

  // ---- what the page calls ----

  // Inside the app: `server` is gradio's, `trigger` reports a change to the form.
  function mount(element, props, server, trigger, watch) {
    const source = Object.fromEntries(
      ["look", "row", "steps", "rollout", "hand", "export"].map((name) => [
        name,
        (ask) => server[name](ask),
      ]),
    );
    stage = new Stage(element, source, {
      moved: (place) => {
        stage.moving = place;
        trigger("moved");
      },
    });
    stage.measure = (what) => {
      const number = (stage.measuring?.number ?? 0) + 1;
      stage.measuring = { key: stage.data.key, look: stage.look, what, number };
      trigger("measure", stage.measuring);
    };
    const follow = () =>
      props.value?.stacks ? stage.show(props.value) : element.replaceChildren();
    watch("value", follow);
    if (props.value) follow();
  }

  // The form's hidden fields, in the order of `names`.
  const place = (names) => names.map((name) => `${stage?.moving?.[name] ?? ""}`);

  // What a run of the model answered to `measure`.
  function answer(value) {
    if (value && stage && value.key === stage.data?.key) parts.panels.answered(stage, value);
  }

  // In an exported file: data with every head's picture in it, or one layer's if the text is long.
  function open(element, data) {
    const look = async ({ look: wanted }) => {
      const heads = data.heads[wanted.stack];
      const held = heads.findIndex(([first]) => first) + 1;
      const full = {
        ...wanted,
        layer: wanted.layer ?? held,
        head: wanted.head ?? 1,
        token: wanted.token ?? 1,
      };
      const weights = heads[full.layer - 1][full.head - 1];
      if (!weights) return { error: data.words.not_in_file.replace("{layer}", held) };
      return { look: { ...full, average: "none" }, weights, ...data.shown[full.stack] };
    };
    stage = new Stage(element, { look, row: async () => ({ error: "-" }) }, { static: true });
    return stage.show(data);
  }

  showTell.attention = { mount, place, answer, open };
})();
