// @ts-check
// How a token is coloured: by its probability, its rank or the uncertainty at its place.

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
