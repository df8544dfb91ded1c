// @ts-check
// Tokens as they are shown, and picking one.

import { fill, make } from "../shared/dom.js";

/** @typedef {import("./stage.js").AttentionStage} Stage */
/**
 * As it is sent: [text, token, id, start, end, special, sentence, part, parts].
 * @typedef {[string, string, number, number, number, boolean, number, number, number]} TokenLine
 */
/**
 * @typedef {object} Token
 * @property {string} text what it stands for in the text
 * @property {string} token as the tokenizer writes it
 * @property {number} id
 * @property {number} start character of the text
 * @property {number} end
 * @property {boolean} special
 * @property {number} sentence 0 or 1 of a pair
 * @property {string} label what is shown
 */

/**
 * @param {TokenLine} line
 * @returns {Token}
 */
export function tokenOf([text, token, id, start, end, special, sentence, part, parts]) {
  const blank = special ? token : "␣";
  const shown = text.replace(/\n/g, "⏎").replace(/\t/g, "⇥").trim() || blank;
  const label = parts > 1 ? `${shown} ${part}/${parts}` : shown;
  return { text, token, id, start, end, special, sentence, label };
}

/**
 * A token's name, as a button that pins it where it is one of those that look.
 * @param {Stage} stage
 * @param {string} side
 * @param {number} index
 */
export function pick(stage, side, index) {
  const { label } = stage.tokens[side][index];
  if (side !== stage.stack.rows) return label;
  const pressed = index === stage.look.token - 1;
  return picking(stage, `token-${index}`, pressed, label, () => stage.pinToken(index));
}

/**
 * @param {Stage} stage
 * @param {string} name
 * @param {boolean} pressed
 * @param {string} label
 * @param {() => void} act
 */
export function picking(stage, name, pressed, label, act) {
  const onclick = () => {
    stage.picked = name;
    act();
  };
  return make(
    "button",
    {
      type: "button",
      class: "at-pick",
      "data-pick": name,
      "aria-pressed": `${pressed}`,
      onclick,
    },
    label,
  );
}

/**
 * Of a table that was built again the button that was pressed has the focus.
 * @param {Stage} stage
 */
export function refocus(stage) {
  /** @type {HTMLElement | null} */
  const button = stage.parts.panel.querySelector(`[data-pick="${stage.picked}"]`);
  button?.focus();
  stage.picked = null;
}

/**
 * Whether the heat-map is that of one head over all tokens, as the numbers of the other views are.
 * @param {import("./stage.js").Look} look
 */
export const isWhole = ({ average, hide, pair }) =>
  average === "none" && hide === "none" && pair === "all";

/** @param {Stage} stage */
export const ofOneHead = ({ look, words }) =>
  fill(words.of_one_head, { layer: look.layer, head: look.head });

/**
 * How the attention is looked at; layers, heads and tokens count from 1.
 * @typedef {object} Look
 * @property {string} stack
 * @property {number} layer
 * @property {number} head
 * @property {number} token
 * @property {string} average "none", "heads", "layers" or "all"
 * @property {string} hide "none", "special" or "first"
 * @property {string} pair "all", "AA", "AB", "BA" or "BB"
 * @property {string} renormalise "yes" or "no"
 */
/**
 * One matrix, and which of the stack's tokens its rows and columns are (null: all).
 * @typedef {{look: Look, rows: number[] | null, columns: number[] | null, weights: Packed}} Looked
 */
/**
 * @typedef {object} Stack
 * @property {number} layers
 * @property {number} heads
 * @property {string} rows side whose tokens look
 * @property {string} columns side whose tokens are looked at
 * @property {Packed} thumbnails
 */
/**
 * @typedef {object} AttentionData
 * @property {string} key of the recording
 * @property {string} kind "encoder", "decoder" or "seq2seq"
 * @property {Texts} words
 * @property {Record<string, Stack>} stacks
 * @property {Record<string, TokenLine[]>} tokens those by side
 * @property {boolean} pair whether there are two sentences
 * @property {Looked} first
 * @property {string} [panel]
 */
/** @typedef {import("../shared/packing.js").Packed} Packed */
