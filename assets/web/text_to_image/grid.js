// What if: a grid of pictures under two settings, and two pictures with what changed between them.

(() => {
  const parts = window.showTell.drawingParts;
  const { make, saveLinks } = parts;

  const picture = (cell) =>
    cell
      ? cell.blocked
        ? make("span", { class: "dr-blocked" }, "–")
        : make("img", { src: cell.file, alt: cell.prompt })
      : make("span", { class: "dr-waiting", "aria-hidden": "true" });

  function grid(data) {
    if (data.swap) return swap(data);
    const columns = data.columns.values;
    const head = make(
      "tr",
      {},
      make("td"),
      ...columns.map((value) => make("th", { scope: "col" }, value)),
    );
    const row = (value, number) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, value),
        ...columns.map((_, column) =>
          make("td", {}, picture(data.pictures[number * columns.length + column])),
        ),
      );
    const caption = make(
      "caption",
      {},
      make("b", {}, `${data.rows.name} ↓`),
      make("b", {}, `${data.columns.name} →`),
    );
    const table = make(
      "table",
      { class: "dr-grid" },
      caption,
      make("thead", {}, head),
      make("tbody", {}, ...data.rows.values.map(row)),
    );
    return make(
      "div",
      {
        class: "dr-scroll",
        tabindex: "0",
        role: "region",
        "aria-label": `${data.rows.name}, ${data.columns.name}`,
      },
      table,
      data.sheet ? saveLinks(data.words, { png: data.sheet }) : null,
    );
  }

  function swap(data) {
    const figure = (content, text, hint) =>
      make(
        "figure",
        {},
        content,
        make("figcaption", {}, make("b", {}, text), hint ? make("span", {}, hint) : null),
      );
    const pictures = data.columns.values.map((word, number) =>
      figure(picture(data.pictures[number]), word, data.pictures[number]?.prompt),
    );
    const changed = data.difference
      ? figure(
          make("img", { src: data.difference, alt: data.words.difference }),
          data.words.difference,
          data.words.difference_hint,
        )
      : null;
    return make(
      "div",
      {},
      make("div", { class: "dr-swap" }, ...pictures, changed),
      data.sheet ? saveLinks(data.words, { png: data.sheet }) : null,
    );
  }

  Object.assign(parts, { grid });
})();
