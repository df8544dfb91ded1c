// @ts-check
// The view "Tokens": what the tokenizer made of the text.

import { make } from "../../shared/dom.js";
import { pick, refocus } from "../names.js";
import { head, lineHead, note, scroll, table } from "./parts.js";

/** @typedef {import("../stage.js").AttentionStage} Stage */

/** @param {Stage} stage */
export function tokenTablePanel(stage) {
  const { words } = stage;
  stage.drawPanel = null;
  const sides = Object.keys(stage.tokens).map((side) =>
    scroll(words.panel_pieces, [tokensOf(stage, side)], "at-scroll at-tall"),
  );
  stage.parts.panel.replaceChildren(note(words.pieces_note), ...sides);
  refocus(stage);
}

/** @param {Stage} stage @param {string} side */
function tokensOf(stage, side) {
  const { words } = stage;
  const heads = [
    words.piece_number,
    words.token,
    words.piece_vocabulary,
    words.piece_id,
    words.piece_characters,
  ];
  const lines = stage.tokens[side].map((token, index) => {
    const characters = token.special ? words.piece_special : `${token.start}–${token.end}`;
    return make(
      "tr",
      {},
      make("td", { class: "at-num" }, `${index + 1}`),
      lineHead(pick(stage, side, index)),
      make("td", { class: "at-mono" }, token.token),
      make("td", { class: "at-num" }, `${token.id}`),
      make("td", { class: "at-num" }, characters),
    );
  });
  return table(heads.map(head), lines);
}
