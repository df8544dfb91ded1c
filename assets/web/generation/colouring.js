// @ts-check
// How a token is coloured: by its probability, its rank or the uncertainty at its place.

import { make } from "../shared/dom.js";
import { atPlace, css, textOn } from "../shared/heat.js";

/**
 * As it is sent: [text, probability, rank, bits of entropy].
 * @typedef {[string, number, number, number]} Token
 */

/** How far along the scale a token is, 0 to 1. */
export const MODES = {
  /** @param {Token} token */
  surprise: ([, probability]) => -Math.log10(Math.max(probability, 1e-12)) / 3,
  /** @param {Token} token */
  rank: ([, , rank]) => Math.log10(rank) / 4,
  /** @param {Token} token */
  entropy: ([, , , bits]) => bits / 8,
};

/**
 * The style of a token on this page, light or dark.
 * @param {keyof typeof MODES} mode
 * @param {Token} token
 */
export function styleOf(mode, token) {
  const colour = atPlace(MODES[mode](token));
  return `background:${css(colour)};color:${textOn(colour)}`;
}

/** @param {string} label @param {boolean} pressed @param {() => void} onclick */
export const modeButton = (label, pressed, onclick) =>
  make(
    "button",
    { type: "button", class: "gl-mode", "aria-pressed": `${pressed}`, onclick },
    label,
  );
