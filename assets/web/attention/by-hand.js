// The view "By hand": a small table of one's own, worked through, and positions as waves.

(() => {
  const parts = window.showTell.attentionParts;
  const { make, math, row, number } = parts;

  function hand(stage) {
    const { words } = stage;
    stage.drawPanel = null;
    stage.hand ??= structuredClone(stage.data.hand);
    const result = make("div", { class: "at-hand-result" });
    const state = stage.hand;
    let asked = 0;
    const work = async () => {
      const number = ++asked;
      const answer = await stage.source.hand(state);
      if (number !== asked) return; // a later figure has overtaken this one
      if (answer.error)
        return result.replaceChildren(
          make("div", { class: "st-notice", role: "alert" }, answer.error),
        );
      result.replaceChildren(...handResult(stage, state, answer));
    };
    const table = (name) =>
      make(
        "table",
        { class: "at-table at-hand", "data-table": name },
        make("caption", {}, name.toUpperCase()),
        make(
          "tbody",
          {},
          ...state[name].map((line, row) =>
            make(
              "tr",
              {},
              make("th", { scope: "row" }, state.words[row]),
              ...line.map((cell, column) =>
                make(
                  "td",
                  {},
                  make("input", {
                    value: `${cell}`,
                    inputmode: "decimal",
                    "aria-label": `${name.toUpperCase()} ${state.words[row]} ${column + 1}`,
                    oninput: (event) => {
                      state[name][row][column] = event.target.value.trim();
                      work();
                    },
                  }),
                ),
              ),
            ),
          ),
        ),
      );
    const named = make("input", {
      class: "at-words",
      value: state.words.join(" "),
      "aria-label": words.hand_words,
      onchange: (event) => rename(stage, event.target.value),
    });
    const causal = make("input", {
      type: "checkbox",
      checked: state.causal,
      onchange: (event) => {
        state.causal = event.target.checked;
        work();
      },
    });
    const reset = make(
      "button",
      {
        type: "button",
        class: "at-zoom",
        onclick: () => {
          stage.hand = undefined;
          hand(stage);
        },
      },
      words.hand_reset,
    );
    const encoding = make("canvas", { role: "img", "aria-label": words.positions });
    stage.parts.panel.replaceChildren(
      make("p", { class: "at-note" }, words.hand_note),
      make(
        "div",
        { class: "at-over" },
        make("label", { class: "at-menu" }, make("span", {}, words.hand_words), named),
        make("label", { class: "at-check" }, causal, make("span", {}, words.hand_causal)),
        reset,
      ),
      make("div", { class: "at-three" }, table("q"), table("k"), table("v")),
      result,
      make("h3", {}, words.positions),
      math(
        stage,
        row(
          "<msub><mi>PE</mi><mrow><mi>pos</mi><mo>,</mo><mn>2</mn><mi>i</mi></mrow></msub><mo>=</mo><mi>sin</mi><mo>(</mo><mfrac><mi>pos</mi><msup><mn>10000</mn><mrow><mn>2</mn><mi>i</mi><mo>/</mo><mi>d</mi></mrow></msup></mfrac><mo>)</mo><mspace width='2em'/><msub><mi>PE</mi><mrow><mi>pos</mi><mo>,</mo><mn>2</mn><mi>i</mi><mo>+</mo><mn>1</mn></mrow></msub><mo>=</mo><mi>cos</mi><mo>(</mo><mfrac><mi>pos</mi><msup><mn>10000</mn><mrow><mn>2</mn><mi>i</mi><mo>/</mo><mi>d</mi></mrow></msup></mfrac><mo>)</mo>",
        ),
      ),
      make("p", { class: "at-note" }, words.positions_note),
      encoding,
    );
    work();
    encodingPicture(stage, encoding);
  }

  function rename(stage, text) {
    const named = text.trim().split(/\s+/).filter(Boolean).slice(0, 8);
    if (!named.length) return;
    const state = stage.hand;
    const size = state.q[0].length;
    for (const name of ["q", "k", "v"])
      state[name] = named.map(
        (_, row) =>
          state[name][row] ??
          Array.from({ length: size }, (_, column) => (column === row % size ? 1 : 0)),
      );
    state.words = named;
    hand(stage);
  }

  async function encodingPicture(stage, canvas) {
    const { shape, values } = await parts.unpack(stage.data.positions);
    if (!canvas.isConnected) return; // another view was opened meanwhile
    stage.drawPanel = () =>
      parts.drawMatrix(
        canvas,
        { shape, values },
        Math.min(640, stage.parts.panel.clientWidth - 4),
        260,
        "signed",
      );
    stage.drawPanel();
  }

  function handResult(stage, state, answer) {
    const { words } = stage;
    const grid = (title, rows, kind) =>
      make(
        "table",
        { class: "at-table at-hand" },
        make("caption", {}, title),
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            make("td", {}),
            ...(kind === "output"
              ? answer.output[0].map((_, index) => make("th", { scope: "col" }, `${index + 1}`))
              : state.words.map((word) => make("th", { scope: "col" }, word))),
          ),
        ),
        make(
          "tbody",
          {},
          ...rows.map((line, index) =>
            make(
              "tr",
              {},
              make("th", { scope: "row" }, state.words[index]),
              ...line.map((cell) => {
                const colour = kind === "weights" ? parts.heat(cell) : null;
                return make(
                  "td",
                  {
                    class: "at-num",
                    style: colour
                      ? `background:${parts.css(colour)};color:${parts.textOn(colour)}`
                      : null,
                  },
                  cell === null ? "−∞" : number(cell),
                );
              }),
            ),
          ),
        ),
      );
    return [
      make(
        "div",
        { class: "at-three" },
        grid(words.hand_products, answer.products),
        grid(
          words.hand_scaled.replace("{size}", answer.size) +
            (state.causal ? words.hand_masked : ""),
          answer.masked,
        ),
        grid(words.hand_weights, answer.weights, "weights"),
        grid(words.hand_output, answer.output, "output"),
      ),
    ];
  }

  parts.panels.hand = hand;
})();
