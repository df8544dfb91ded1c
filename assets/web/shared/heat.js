// @ts-check
// The colour scales of the app, which Python hands over with the page (demos/shared/theme.py):
// "st-scale" for weights from 0 to 1, "st-signed" for numbers with a sign, and each of them for a
// dark page. Weights are drawn at their square root, so that small ones can be seen; numbers are
// always shown as they are.

/** @typedef {[number, number, number]} Rgb */

/** @type {Map<string, Rgb[]>} */
const scales = new Map();

const COMING = 10_000; // ms within which what is made is put into the page

/** Whether the page is dark. */
export const isDark = () => document.body.classList.contains("dark");

/**
 * Do it each time that the page turns dark or light, for as long as the element is in it.
 * @param {Element} element
 * @param {() => void} paint
 */
export function whenPainted(element, paint) {
  const begun = performance.now();
  const light = new MutationObserver(() => {
    if (element.isConnected || performance.now() - begun < COMING) paint();
    else light.disconnect();
  });
  light.observe(document.body, { attributeFilter: ["class"] });
}

/**
 * The 256 colours of a scale, on this page.
 * @param {"st-scale" | "st-signed"} name
 */
export function scale(name) {
  const id = isDark() ? `${name}-dark` : name;
  const known = scales.get(id);
  if (known) return known;
  /** @type {string[]} */
  const colours = JSON.parse(document.getElementById(id)?.textContent ?? "[]");
  const made = colours.map(rgbOf);
  scales.set(id, made);
  return made;
}

/**
 * The colour of a weight from 0 to 1.
 * @param {number} weight
 */
export const heat = (weight) =>
  scale("st-scale")[Math.round(Math.sqrt(Math.min(Math.max(weight, 0), 1)) * 255)];

/**
 * The colour at a place of the scale, 0 to 1.
 * @param {number} place
 */
export const atPlace = (place) =>
  scale("st-scale")[Math.round(Math.min(Math.max(place, 0), 1) * 255)];

/**
 * The colour of a number with a sign, on a scale that ends at `largest`.
 * @param {number} value
 * @param {number} largest
 */
export const signed = (value, largest) =>
  scale("st-signed")[Math.round(127.5 + 127.5 * Math.max(-1, Math.min(1, value / (largest || 1))))];

/** @param {string} hex "#rrggbb" @returns {Rgb} */
export const rgbOf = (hex) => {
  const channel = (/** @type {number} */ at) => parseInt(hex.slice(at, at + 2), 16);
  return [channel(1), channel(3), channel(5)];
};

/** @param {Rgb} rgb */
export const css = (rgb, alpha = 1) => `rgba(${rgb.join(",")},${alpha})`;

/**
 * Black or white, whichever has the better contrast on a colour (WCAG 2.2); one always reaches 4.5 to 1.
 * @param {Rgb} rgb
 */
export const textOn = (rgb) => (luminance(rgb) > 0.179 ? "#000000" : "#ffffff");

/**
 * The style of a cell whose colour is its weight.
 * @param {number} weight
 */
export function heatStyle(weight) {
  const colour = heat(weight);
  return `background:${css(colour)};color:${textOn(colour)}`;
}

/** @param {Rgb} rgb */
const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
/** @param {number} channel 0 to 255 */
const linear = (channel) =>
  channel <= 10.3 ? channel / 3294.6 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
