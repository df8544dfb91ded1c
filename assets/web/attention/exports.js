// @ts-check
// The buttons that save the current view as a file.

import { make } from "../shared/dom.js";
import { onPaper } from "./canvas.js";

/** @typedef {import("./stage.js").AttentionStage} Stage */

/**
 * What this panel can be saved as: PNG is its picture, SVG the server's drawing of it, and the
 * others hold the matrix.
 * @param {Stage} stage
 */
export function buildExports(stage) {
  const drawn = pictureOf(stage) ? ["png"] : [];
  if (["heat", "lines"].includes(stage.panel)) drawn.push("svg");
  const names = stage.static
    ? drawn.filter((name) => name === "png")
    : [...drawn, "csv", "json", "html"];
  const buttons = names.map((name) => {
    const looks = { type: "button", "data-export": name, onclick: () => saveAs(stage, name) };
    return make("button", looks, name.toUpperCase());
  });
  stage.parts.exports.hidden = !names.length;
  stage.parts.exports.replaceChildren(make("span", {}, stage.words.save_as), ...buttons);
}

/**
 * @param {Stage} stage
 * @returns {HTMLCanvasElement | null}
 */
const pictureOf = (stage) => stage.parts.panel.querySelector("canvas[data-picture]");

/**
 * @param {Stage} stage
 * @param {string} format
 */
async function saveAs(stage, format) {
  const { look, panel, data } = stage;
  const file = `attention-${look.layer}-${look.head}.${format}`;
  const picture = pictureOf(stage);
  if (format === "png" && picture) {
    onPaper(picture).toBlob((blob) => blob && save(blob, file));
    return;
  }
  const every = stage.allLines;
  const answer = await stage.server.export({ key: data.key, look, panel, every, format });
  if (answer.error) stage.complain(answer.error);
  else save(new Blob([answer.text], { type: answer.type }), file);
}

/** @param {Blob} blob @param {string} file */
function save(blob, file) {
  const link = make("a", { href: URL.createObjectURL(blob), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
