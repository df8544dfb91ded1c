// The views through the layers (rollout, logit lens) and of attention beside effect.

(() => {
  const parts = window.showTell.attentionParts;
  const { make, ask, pick } = parts;

  // ---- through the layers ----

  async function layers(stage) {
    const { words } = stage;
    const rolled = make("div", { class: "at-rollout" });
    const guesses = make("div", { class: "at-lens" });
    stage.parts.panel.replaceChildren(
      make("h3", {}, words.rollout),
      make("p", { class: "at-note" }, words.rollout_note),
      rolled,
      guesses,
    );
    stage.drawPanel = null;
    if (stage.stack.rows === stage.stack.columns) await rollout(stage, rolled);
    else rolled.append(make("p", { class: "at-note" }, words.rollout_none));
    if (!guesses.isConnected) return; // another view was opened meanwhile
    if (stage.data.kind === "decoder") {
      guesses.append(
        make("h3", {}, words.lens),
        make("p", { class: "at-note" }, words.lens_note),
        make(
          "div",
          { class: "at-answer", "data-what": "lens" },
          make("p", { class: "at-note", role: "status" }, words.working),
        ),
      );
      stage.measure("lens");
    }
  }

  async function rollout(stage, holder) {
    const answer = await ask(stage, "rollout");
    if (!answer) return;
    const { shape, values } = parts.weightsOf(await parts.unpack(answer.weights));
    if (!holder.isConnected) return;
    const [count, tokens] = shape;
    const pieces = stage.pieces[stage.stack.columns];
    if (tokens > 40) return rolledPicture(stage, holder, { shape, values }, pieces);
    const lineOf = (layer) =>
      make(
        "div",
        { class: "at-rolled" },
        make("span", { class: "at-rolled-layer" }, `${layer + 1}`),
        ...pieces.map((token, index) => {
          const weight = values[layer * tokens + index];
          const colour = parts.heat(weight);
          return make(
            "span",
            {
              class: "at-token",
              "data-index": index,
              title: `${token.label} ${weight.toFixed(4)}`,
              style: `background:${parts.css(colour)};color:${parts.textOn(colour)}`,
            },
            token.label,
          );
        }),
      );
    const lines = Array.from({ length: count }, (_, layer) => lineOf(layer));
    const onclick = (event) => {
      const chip = event.target.closest("[data-index]");
      if (chip) stage.pinToken(+chip.dataset.index);
    };
    holder.replaceChildren(
      make(
        "div",
        {
          class: "at-scroll at-tall",
          tabindex: "0",
          role: "group",
          "aria-label": stage.words.rollout,
          onclick,
        },
        ...lines,
      ),
    );
  }

  const NUMBERS = 30; // pixels beside the picture, for the numbers of the layers

  // A longer text's rollout: no room for names, so the cell pointed at is read out.
  function rolledPicture(stage, holder, matrix, pieces) {
    const [layers, tokens] = matrix.shape;
    const { words } = stage;
    const canvas = make("canvas", {
      role: "img",
      class: "at-rollout-picture",
      "aria-label": words.rollout,
      "data-picture": true,
    });
    const said = make(
      "p",
      { class: "at-note at-rolled-cell", role: "status" },
      words.rollout_point,
    );
    holder.replaceChildren(canvas, said);
    stage.drawPanel = () =>
      parts.drawMatrix(
        canvas,
        matrix,
        stage.parts.panel.clientWidth - 4,
        Math.max(120, layers * 16),
        "heat",
        NUMBERS,
      );
    stage.drawPanel();
    parts.buildExports(stage);
    const at = (event) => {
      const index = Math.floor(
        ((event.offsetX - NUMBERS) / (canvas.clientWidth - NUMBERS)) * tokens,
      );
      const layer = Math.floor((event.offsetY / canvas.clientHeight) * layers);
      return index >= 0 && index < tokens && layer >= 0 && layer < layers ? { index, layer } : null;
    };
    canvas.onpointermove = (event) => {
      const cell = at(event);
      if (!cell) return;
      const weight = matrix.values[cell.layer * tokens + cell.index].toFixed(4);
      said.replaceChildren(
        `${words.layer} ${cell.layer + 1}: `,
        make("b", {}, pieces[cell.index].label),
        make("span", { class: "at-number" }, weight),
      );
    };
    canvas.onclick = (event) => {
      const cell = at(event);
      if (cell) stage.pinToken(cell.index);
    };
  }

  function lensTable(stage, value) {
    const spoken = (text) => text.replace(/\n/g, "⏎").replace(/ /g, "·") || "∅";
    const line = (row, layer) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, layer === 0 ? stage.words.lens_start : `${layer}`),
        ...row.map((cell, index) => {
          const [text, probability] = [cell[0], value.probabilities[layer][index][0]];
          const colour = parts.heat(probability);
          const others = cell
            .map(
              (other, at) => `${spoken(other)} ${value.probabilities[layer][index][at].toFixed(3)}`,
            )
            .join("\n");
          return make(
            "td",
            {
              title: others,
              style: `background:${parts.css(colour)};color:${parts.textOn(colour)}`,
            },
            spoken(text),
          );
        }),
      );
    return make(
      "div",
      { class: "at-scroll", tabindex: "0", role: "group", "aria-label": stage.words.lens },
      make(
        "table",
        { class: "at-table at-lens-table" },
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            make("th", { scope: "col" }, stage.words.layer),
            ...value.positions.map((position) =>
              make("th", { scope: "col" }, pick(stage, stage.stack.columns, position)),
            ),
          ),
        ),
        make("tbody", {}, ...value.tokens.map(line)),
      ),
    );
  }

  // ---- attention beside effect ----

  function effect(stage) {
    const { words } = stage;
    stage.drawPanel = null;
    stage.parts.panel.replaceChildren(
      make(
        "p",
        { class: "at-note" },
        stage.data.kind === "encoder" ? words.effect_note_encoder : words.effect_note_decoder,
      ),
      ...(parts.isWhole(stage.look)
        ? []
        : [make("p", { class: "at-note" }, parts.ofOneHead(stage))]),
      make(
        "div",
        { class: "at-answer", "data-what": "effect" },
        make("p", { class: "at-note", role: "status" }, words.working),
      ),
    );
    stage.measure("effect");
  }

  function effectTable(stage, value) {
    const { words } = stage;
    const most = {
      weight: Math.max(...value.weights, 1e-9),
      change: Math.max(...value.changes.map(Math.abs), 1e-9),
      head: Math.max(...value.head_changes.map(Math.abs), 1e-9),
    };
    const bar = (share, text, kind) =>
      make("div", { class: `at-bar at-${kind}`, style: `--share:${Math.abs(share)}` }, text);
    const digits = (change) =>
      Math.abs(change) < 0.001 && change !== 0 ? change.toExponential(1) : change.toFixed(3);
    const lines = value.sources.map((source, index) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, pick(stage, stage.stack.columns, source)),
        make(
          "td",
          {},
          bar(value.weights[index] / most.weight, value.weights[index].toFixed(3), "attention"),
        ),
        make(
          "td",
          {},
          bar(value.changes[index] / most.change, digits(value.changes[index]), "effect"),
        ),
      ),
    );
    const nameOf = (head) =>
      parts.picking(stage, `head-${head}`, head === stage.look.head, `${words.head} ${head}`, () =>
        stage.go({ head, average: "none" }),
      );
    const heads = value.head_changes.map((change, index) =>
      make(
        "tr",
        { "data-chosen": index + 1 === stage.look.head || null },
        make("th", { scope: "row" }, nameOf(index + 1)),
        make("td", {}, bar(change / most.head, digits(change), "effect")),
      ),
    );
    const rho =
      value.correlation === null
        ? words.effect_no_correlation
        : words.effect_correlation.replace("{rho}", value.correlation.toFixed(2));
    const column = (text) => make("th", { scope: "col" }, text);
    return [
      make(
        "p",
        { class: "at-finding" },
        make("b", {}, rho),
        " ",
        value.prediction
          ? words.effect_prediction.replace("{token}", value.prediction.replace(/\n/g, "⏎"))
          : "",
      ),
      make(
        "div",
        { class: "at-two" },
        make(
          "div",
          { class: "at-scroll", tabindex: "0", role: "group", "aria-label": words.panel_effect },
          make(
            "table",
            { class: "at-table" },
            make(
              "thead",
              {},
              make(
                "tr",
                {},
                column(words.token),
                column(words.effect_attention),
                column(value.measure === "logit" ? words.effect_logit : words.effect_cosine),
              ),
            ),
            make("tbody", {}, ...lines),
          ),
        ),
        make(
          "div",
          { class: "at-scroll", tabindex: "0", role: "group", "aria-label": words.effect_heads },
          make(
            "table",
            { class: "at-table" },
            make(
              "thead",
              {},
              make(
                "tr",
                {},
                column(words.effect_heads),
                column(value.measure === "logit" ? words.effect_logit : words.effect_cosine),
              ),
            ),
            make("tbody", {}, ...heads),
          ),
        ),
      ),
      ...(value.left_out
        ? [
            make(
              "p",
              { class: "at-note" },
              words.effect_left_out.replace("{count}", value.left_out),
            ),
          ]
        : []),
    ];
  }

  // What a run of the model sent for the panel that is open.
  function answered(stage, value) {
    const holder = stage.parts.panel.querySelector(`.at-answer[data-what="${value.what}"]`);
    if (!holder || value.number !== stage.measuring.number) return; // something else was asked since
    if (value.error)
      holder.replaceChildren(make("div", { class: "st-notice", role: "alert" }, value.error));
    else if (value.busy)
      holder.replaceChildren(make("p", { class: "at-note", role: "status" }, value.busy));
    else if (value.what === "lens") {
      holder.replaceChildren(lensTable(stage, value));
      holder.firstChild.scrollLeft = holder.firstChild.scrollWidth; // the chosen token is the last one
    } else holder.replaceChildren(...effectTable(stage, value));
    if (!value.busy) parts.refocus(stage);
  }

  Object.assign(parts.panels, { layers, effect, answered });
})();
