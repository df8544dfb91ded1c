// The buttons that save the current view as a file.

(() => {
  const parts = window.showTell.attentionParts;
  const { make } = parts;

  // What this panel can be saved as: PNG is its picture, SVG the server's drawing of it, and the
  // others hold the matrix.
  function buildExports(stage) {
    const drawn = stage.parts.panel.querySelector("[data-picture]") ? ["png"] : [];
    if (["heat", "lines"].includes(stage.panel)) drawn.push("svg");
    const names = stage.static
      ? drawn.filter((name) => name === "png")
      : [...drawn, "csv", "json", "html"];
    const button = (name) =>
      make(
        "button",
        { type: "button", "data-export": name, onclick: () => saveAs(stage, name) },
        name.toUpperCase(),
      );
    stage.parts.exports.hidden = !names.length;
    stage.parts.exports.replaceChildren(
      make("span", {}, stage.words.save_as),
      ...names.map(button),
    );
  }

  async function saveAs(stage, name) {
    const { look, panel } = stage;
    const file = `attention-${look.layer}-${look.head}.${name}`;
    if (name === "png") {
      const picture = stage.parts.panel.querySelector("[data-picture]");
      return parts.onPaper(picture).toBlob((blob) => save(blob, file));
    }
    const answer = await stage.source.export({
      key: stage.data.key,
      look,
      panel,
      every: stage.allLines ?? false,
      format: name,
    });
    if (answer.error) return stage.complain(answer.error);
    save(new Blob([answer.text], { type: answer.type }), file);
  }

  function save(blob, file) {
    const link = make("a", { href: URL.createObjectURL(blob), download: file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  Object.assign(parts, { buildExports });
})();
