// The views beside the grid of heads. Each function builds its part of the page for the stage's
// state and leaves `stage.drawPanel`, which draws it anew when something is pointed at.

(() => {
  const parts = (window.showTell.attentionParts ??= {});
  const { make, pick } = parts;

  const number = (value) =>
    Math.abs(value) >= 1000
      ? value.toFixed(0)
      : Math.abs(value) >= 10
        ? value.toFixed(2)
        : value.toFixed(3);
  const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

  // ---- heat-map and lines ----

  function legend(words) {
    const marks = [0, 0.01, 0.1, 0.25, 0.5, 1];
    return make(
      "div",
      { class: "at-legend" },
      make("span", {}, words.weight),
      make(
        "div",
        { class: "at-scale" },
        ...marks.map((mark) =>
          make("i", { style: `left:${Math.sqrt(mark) * 100}%` }, `${mark}`.replace(/^0\./, ".")),
        ),
      ),
    );
  }

  function zoomButton(stage) {
    if (!stage.canZoom) return null;
    const { words, zoom, panel } = stage;
    const flip = () => {
      zoom[panel] = !zoom[panel];
      stage.refresh();
    };
    return make(
      "button",
      { type: "button", class: "at-zoom", onclick: flip },
      zoom[panel] ? words.zoom_out : words.zoom_in,
    );
  }

  function heat(stage) {
    const canvas = make("canvas", {
      role: "img",
      class: "at-heat",
      "aria-label": stage.words.heat_label,
      "data-picture": true,
    });
    stage.parts.panel.replaceChildren(
      make("div", { class: "at-over" }, legend(stage.words), zoomButton(stage)),
      canvas,
    );
    let box = null;
    stage.drawPanel = () => {
      const width = stage.parts.panel.clientWidth;
      box = parts.drawHeat(
        canvas,
        stage.scene(),
        width,
        Math.max(460, Math.min(760, width * 0.95)),
      );
    };
    const at = (event) => {
      const row = box.r0 + Math.floor((event.offsetY - box.top) / box.cell);
      const column = box.c0 + Math.floor((event.offsetX - box.left) / box.cell);
      return {
        row: row >= box.r0 && row < box.r1 ? row : null,
        column: column >= box.c0 && column < box.c1 ? column : null,
      };
    };
    canvas.onpointermove = (event) => {
      const { row, column } = at(event);
      stage.point(row, row === null ? null : column);
    };
    canvas.onpointerleave = () => stage.point(null, null);
    canvas.onclick = (event) => {
      const { row } = at(event);
      if (row !== null) stage.pin(row);
    };
  }

  function lines(stage) {
    const canvas = make("canvas", {
      role: "img",
      class: "at-lines",
      "aria-label": stage.words.lines_label,
      "data-picture": true,
    });
    const all = make("input", {
      type: "checkbox",
      checked: stage.allLines,
      onchange: (event) => {
        stage.allLines = event.target.checked;
        stage.draw();
      },
    });
    stage.parts.panel.replaceChildren(
      make(
        "div",
        { class: "at-over" },
        make("label", { class: "at-check" }, all, make("span", {}, stage.words.all_lines)),
        zoomButton(stage),
      ),
      canvas,
    );
    let box = null;
    stage.drawPanel = () => {
      const scene = stage.scene();
      if (stage.allLines && stage.hover.row === null)
        scene.active = { row: null, column: stage.hover.column };
      box = parts.drawLines(canvas, scene, stage.parts.panel.clientWidth);
    };
    const at = (event) => {
      const index = Math.floor((event.offsetY - box.top) / box.step);
      if (event.offsetX < box.left + 30)
        return { row: box.r0 + index < box.r1 && index >= 0 ? box.r0 + index : null, column: null };
      if (event.offsetX > box.right - 30)
        return { row: null, column: box.c0 + index < box.c1 && index >= 0 ? box.c0 + index : null };
      return { row: null, column: null };
    };
    canvas.onpointermove = (event) => {
      const { row, column } = at(event);
      stage.point(row, column);
    };
    canvas.onpointerleave = () => stage.point(null, null);
    canvas.onclick = (event) => {
      const { row } = at(event);
      if (row !== null) stage.pin(row);
    };
  }

  // ---- step by step ----

  const math = (stage, inside) => {
    const holder = make("div", {
      class: "at-math",
      tabindex: "0",
      role: "group",
      "aria-label": stage.words.formula,
    });
    holder.innerHTML = `<math display="block">${inside}</math>`; // our own formula, no text of others
    return holder;
  };
  const row = (...inside) => `<mrow>${inside.join("")}</mrow>`;
  const FORMULA = row(
    "<mi>output</mi><mo>=</mo><munder><mo>∑</mo><mi>j</mi></munder>",
    "<msub><mrow><mi>softmax</mi><mo>(</mo>",
    "<mfrac><mrow><mi>q</mi><mo>·</mo><msub><mi>k</mi><mi>j</mi></msub></mrow><msqrt><mi>d</mi></msqrt></mfrac>",
    "<mo>+</mo><msub><mi>mask</mi><mi>j</mi></msub><mo>)</mo></mrow><mi>j</mi></msub>",
    "<mo>·</mo><msub><mi>v</mi><mi>j</mi></msub>",
  );

  function strip(values, most, label) {
    const canvas = make("canvas", {
      class: "at-strip",
      role: "img",
      "aria-label": label,
      title: Array.from(values, number).join("  "),
    });
    canvas.draw = () => parts.drawStrip(canvas, values, most, canvas.dataset.wide ? 300 : 104, 20);
    return canvas;
  }

  function numbers(values) {
    return make(
      "span",
      { class: "at-numbers" },
      `[${Array.from(values.slice(0, 3), number).join(", ")}, …]`,
    );
  }

  function failed(stage, text) {
    stage.drawPanel = null;
    stage.parts.panel.replaceChildren(make("div", { class: "st-notice", role: "alert" }, text));
    parts.buildExports(stage);
  }

  // Ask the server; the answer counts only if nothing else was asked for meanwhile.
  async function ask(stage, name, more = {}) {
    const asking = (stage.panelAsk = {});
    const answer = await stage.source[name]({ key: stage.data.key, look: stage.look, ...more });
    if (stage.panelAsk !== asking) return null;
    if (answer.error) failed(stage, answer.error);
    return answer.error ? null : answer;
  }

  async function steps(stage) {
    const { words } = stage;
    stage.drawPanel = null;
    const answer = await ask(stage, "steps");
    if (!answer) return;
    const asking = stage.panelAsk;
    const unpacked = {};
    for (const name of ["q", "k", "v", "output", "model_output"])
      unpacked[name] = await parts.unpack(answer[name]);
    if (stage.panelAsk !== asking) return;
    const size = answer.size;
    const at = (name, index) => unpacked[name].values.subarray(index * size, (index + 1) * size);
    const most = {
      k: largest(unpacked.k.values),
      q: largest(unpacked.q.values),
      v: largest(unpacked.v.values),
      o: largest(unpacked.output.values),
    };
    const query = stage.pieces[stage.stack.rows][stage.look.token - 1].label;
    const heads = [
      words.token,
      words.step_k,
      words.step_product,
      words.step_scaled,
      words.step_mask,
      words.step_weight,
      words.step_v,
    ];
    const body = answer.rows.map((line, index) => {
      const weight = line.weight;
      const label = stage.pieces[stage.stack.columns][line.column].label;
      return make(
        "tr",
        { "data-hidden": !line.visible || null },
        make("th", { scope: "row" }, pick(stage, stage.stack.columns, line.column)),
        make("td", {}, strip(at("k", index), most.k, `k ${label}`), numbers(at("k", index))),
        make("td", { class: "at-num" }, number(line.product)),
        make("td", { class: "at-num" }, number(line.scaled)),
        make("td", { class: "at-num" }, line.visible ? "0" : "−∞"),
        make(
          "td",
          { class: "at-num" },
          make("div", { class: "at-bar", style: `--share:${weight}` }, weight.toFixed(4)),
        ),
        make("td", {}, strip(at("v", index), most.v, `v ${label}`), numbers(at("v", index))),
      );
    });
    const rest = answer.hidden_tokens
      ? make(
          "p",
          { class: "at-note" },
          words.step_rest
            .replace("{count}", answer.hidden_tokens)
            .replace("{weight}", answer.hidden_weight.toFixed(4)),
        )
      : null;
    const wide = (canvas) => {
      canvas.dataset.wide = "1";
      return canvas;
    };
    stage.parts.panel.replaceChildren(
      math(stage, FORMULA),
      make(
        "p",
        { class: "at-note" },
        words.step_note
          .replace("{layer}", stage.look.layer)
          .replace("{head}", stage.look.head)
          .replace("{size}", size)
          .replace("{root}", Math.sqrt(size).toFixed(3)),
      ),
      make(
        "div",
        { class: "at-line" },
        make("b", {}, `q (${query})`),
        wide(strip(unpacked.q.values, most.q, `q ${query}`)),
        numbers(unpacked.q.values),
      ),
      make(
        "div",
        { class: "at-scroll", tabindex: "0", role: "group", "aria-label": words.panel_steps },
        make(
          "table",
          { class: "at-table" },
          make(
            "thead",
            {},
            make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head))),
          ),
          make("tbody", {}, ...body),
        ),
      ),
      ...(rest ? [rest] : []),
      make(
        "div",
        { class: "at-line" },
        make("b", {}, words.step_output),
        wide(strip(unpacked.output.values, most.o, "output")),
        numbers(unpacked.output.values),
      ),
      make(
        "div",
        { class: "at-line" },
        make("b", {}, words.step_model),
        wide(strip(unpacked.model_output.values, most.o, "model")),
        numbers(unpacked.model_output.values),
      ),
      make(
        "p",
        { class: "at-note at-proof" },
        words.step_difference.replace("{difference}", answer.difference.toExponential(1)),
        " ",
        parts.isWhole(stage.look) ? words.step_is_row : parts.ofOneHead(stage),
      ),
    );
    const drawStrips = () =>
      stage.parts.panel.querySelectorAll("canvas.at-strip").forEach((canvas) => canvas.draw());
    stage.drawPanel = drawStrips;
    drawStrips();
    parts.buildExports(stage); // the picture of the view before is gone
    parts.refocus(stage);
  }

  // ---- the tokenizer's pieces ----

  function pieces(stage) {
    const { words } = stage;
    stage.drawPanel = null;
    const side = (name) =>
      make(
        "div",
        {
          class: "at-scroll at-tall",
          tabindex: "0",
          role: "group",
          "aria-label": words.panel_pieces,
        },
        make(
          "table",
          { class: "at-table" },
          make(
            "thead",
            {},
            make(
              "tr",
              {},
              ...[
                words.piece_number,
                words.token,
                words.piece_vocabulary,
                words.piece_id,
                words.piece_characters,
              ].map((head) => make("th", { scope: "col" }, head)),
            ),
          ),
          make(
            "tbody",
            {},
            ...stage.pieces[name].map((token, index) =>
              make(
                "tr",
                {},
                make("td", { class: "at-num" }, `${index + 1}`),
                make("th", { scope: "row" }, pick(stage, name, index)),
                make("td", { class: "at-mono" }, token.token),
                make("td", { class: "at-num" }, `${token.id}`),
                make(
                  "td",
                  { class: "at-num" },
                  token.special ? words.piece_special : `${token.start}–${token.end}`,
                ),
              ),
            ),
          ),
        ),
      );
    stage.parts.panel.replaceChildren(
      make("p", { class: "at-note" }, words.pieces_note),
      ...Object.keys(stage.pieces).map(side),
    );
    parts.refocus(stage);
  }

  Object.assign(parts, { math, row, number, ask });
  parts.panels = { heat, lines, steps, pieces };
})();
