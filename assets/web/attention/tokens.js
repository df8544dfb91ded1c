// The text itself, token by token, painted with the weights of the one looked from; and the grid of
// all heads beside the views.

(() => {
  const parts = (window.showTell.attentionParts ??= {});
  const { make } = parts;

  // The text itself, painted with the active row's weights. A cross stack has two texts.
  function buildTokens(stage) {
    const cross = stage.stack.rows !== stage.stack.columns;
    const apart = cross || ["AB", "BA"].includes(stage.look.pair);
    const from = apart ? list(stage, "row", stage.rows) : null;
    const to = list(stage, "column", stage.columns);
    const title = (text) => make("span", { class: "at-tokens-title", "aria-hidden": "true" }, text);
    const nodes = from ? [title(stage.words.from), from, title(stage.words.to), to] : [to];
    const isWritten = ["cross", "decoder"].includes(stage.look.stack);
    if (isWritten)
      nodes.push(make("p", { class: "at-note at-written" }, stage.words.predicts_next));
    stage.parts.tokens.replaceChildren(...nodes);
    stage.parts.rowList = from;
    stage.parts.columnList = to;
  }

  function list(stage, side, pieces) {
    const chips = pieces.map((token, index) =>
      make(
        "span",
        {
          class: "at-token",
          role: "option",
          id: `at-${side}-${index}`,
          "data-index": index,
          "data-special": token.special || null,
          "data-b": (stage.data.pair && token.sentence === 1) || null,
          "data-glued": isGlued(pieces, index) || null,
        },
        token.label,
      ),
    );
    const list = make(
      "div",
      {
        class: "at-list",
        role: "listbox",
        tabindex: "0",
        "aria-label": stage.words[`${side}_list`],
      },
      ...chips,
    );
    const rowOf = (index) =>
      side === "row" || !stage.parts.rowList
        ? stage.rowAt.indexOf(side === "row" ? stage.rowAt[index] : stage.columnAt[index])
        : -1;
    list.onpointerover = (event) => {
      const index = indexOf(event);
      if (index === null) return;
      const row = rowOf(index);
      stage.point(row < 0 ? null : row, row < 0 ? index : null);
    };
    list.onpointerleave = () => stage.point(null, null);
    list.onclick = (event) => {
      const index = indexOf(event);
      if (index !== null && rowOf(index) >= 0) stage.pin(rowOf(index));
    };
    list.onkeydown = (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const { row } = stage.active;
      if (!by || row === null) return;
      event.preventDefault();
      const next = Math.max(0, Math.min(stage.rows.length - 1, row + by));
      stage.hover = { row: null, column: null };
      stage.pin(next);
      stage.parts.tokens.querySelector("[tabindex='0']")?.focus();
    };
    return list;
  }

  function paintTokens(stage) {
    const { row } = stage.active;
    const weights = row === null ? null : stage.rowWeights(row);
    stage.parts.columnList.childNodes.forEach((chip, column) => {
      const colour = weights ? parts.heat(weights[column]) : null;
      chip.style.backgroundColor = colour ? parts.css(colour) : "";
      chip.style.color = colour ? parts.textOn(colour) : "";
      chip.title = weights ? weights[column].toFixed(4) : "";
    });
    const rowList = stage.parts.rowList ?? stage.parts.columnList;
    const at = stage.parts.rowList
      ? row
      : row === null
        ? -1
        : stage.columnAt.indexOf(stage.rowAt[row]);
    rowList.childNodes.forEach((chip, index) =>
      chip.setAttribute("aria-selected", `${index === at}`),
    );
    if (at === null || at < 0) return;
    const chip = rowList.childNodes[at];
    rowList.setAttribute("aria-activedescendant", chip.id);
    const hidden =
      chip.offsetTop < rowList.scrollTop ||
      chip.offsetTop + chip.offsetHeight > rowList.scrollTop + rowList.clientHeight;
    if (hidden && stage.hover.row === null)
      rowList.scrollTop = chip.offsetTop - rowList.clientHeight / 2;
  }

  // In words: what the active token looks at most, or the weight of the cell pointed at.
  function read(stage) {
    const { row, column } = stage.active;
    const node = stage.parts.readout;
    if (row === null) return void (node.textContent = stage.words.choose_token);
    const weights = stage.rowWeights(row);
    const name = (token) => make("b", {}, token.label);
    if (column !== null) {
      node.replaceChildren(
        name(stage.rows[row]),
        " → ",
        name(stage.columns[column]),
        make("span", { class: "at-number" }, weights[column].toFixed(4)),
      );
      return;
    }
    const top = Array.from(weights, (weight, index) => ({ weight, index }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 5)
      .filter(({ weight }) => weight >= 0.0005);
    const list = top.map(({ weight, index }) =>
      make(
        "span",
        { class: "at-top" },
        stage.columns[index].label,
        make("span", { class: "at-number" }, weight.toFixed(3)),
      ),
    );
    node.replaceChildren(name(stage.rows[row]), ` ${stage.words.looks_at} `, ...list);
  }

  const indexOf = (event) => {
    const chip = event.target.closest("[data-index]");
    return chip ? +chip.dataset.index : null;
  };

  // Whether a piece continues the word before it.
  function isGlued(pieces, index) {
    const [token, before] = [pieces[index], pieces[index - 1]];
    return Boolean(
      before &&
        !token.special &&
        !before.special &&
        token.sentence === before.sentence &&
        token.start <= before.end &&
        !/^\s/.test(token.text),
    );
  }

  function drawGrid(stage) {
    const { grid } = stage.parts;
    const room = grid.parentElement;
    if (!room.offsetWidth) return; // not part of this view
    const chosen = {
      layer: ["layers", "all"].includes(stage.look.average) ? null : stage.look.layer - 1,
      head: ["heads", "all"].includes(stage.look.average) ? null : stage.look.head - 1,
    };
    const stacked = stage.element.offsetWidth < 760;
    const share = ["heat", "lines"].includes(stage.panel) ? 0.44 : 0.26; // tables need the room
    const wide = stacked ? stage.element.offsetWidth : stage.element.offsetWidth * share;
    stage.box = parts.drawThumbs(
      grid,
      stage.thumbs[stage.look.stack],
      wide,
      stacked ? 640 : 660,
      stage.words,
      chosen,
    );
    room.style.width = stacked ? "" : `${grid.offsetWidth}px`;
  }

  function wireGrid(stage) {
    const { grid } = stage.parts;
    const at = (event) => {
      const { left, top, cell, layers, heads } = stage.box;
      const head = Math.floor((event.offsetX - left) / cell);
      const layer = Math.floor((event.offsetY - top) / cell);
      return head >= 0 && head < heads && layer >= 0 && layer < layers
        ? { layer: layer + 1, head: head + 1 }
        : null;
    };
    grid.onpointermove = (event) => {
      const found = at(event);
      grid.title = found
        ? `${stage.words.layer} ${found.layer}, ${stage.words.head} ${found.head}`
        : "";
      grid.style.cursor = found ? "pointer" : "";
    };
    grid.onclick = (event) => {
      const found = at(event);
      if (found) stage.go({ ...found, average: "none" });
    };
  }

  Object.assign(parts, { buildTokens, paintTokens, read, drawGrid, wireGrid });
})();
