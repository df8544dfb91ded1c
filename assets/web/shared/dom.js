// @ts-check
// What every stage builds with: elements, texts with values in them, shares as text.

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element. "onclick" and the like listen; true is an attribute without a value; what is false or
 * missing is left out, as a child too.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} attributes
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (isGiven(value)) element.setAttribute(name, value === true ? "" : `${value}`);
  }
  element.append(...children.filter(isGiven));
  return element;
}

/**
 * @template T
 * @param {T | null | undefined | false} value
 * @returns {value is T}
 */
const isGiven = (value) => value !== null && value !== undefined && value !== false;

/**
 * "Step {step} of {steps}" with its values.
 * @param {string} text
 * @param {Record<string, any>} values
 */
export const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => `${values[name] ?? whole}`);

/**
 * A share of one as text: "12 %", "0.35 %", "10⁻⁷"; with `decimals` exactly that many.
 * @param {number} share
 * @param {number} [decimals]
 */
export function percent(share, decimals) {
  if (decimals !== undefined) return `${(share * 100).toFixed(decimals)} %`;
  if (share === 0) return "0 %";
  if (share >= 0.0995) return `${(share * 100).toFixed(0)} %`;
  if (share >= 0.0001) return `${(share * 100).toPrecision(2)} %`;
  const power = `${Math.round(Math.log10(share))}`;
  return `10${power.replace(/./g, (sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)]))}`;
}

/**
 * Text whose blanks, line breaks and tabs can be seen.
 * @param {string} text
 */
export const visible = (text) => text.replace(/ /g, "␣").replace(/\n/g, "⏎").replace(/\t/g, "⇥");

/**
 * The context of a canvas to draw on.
 * @param {HTMLCanvasElement} canvas
 */
export const pen = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * The element with that attribute around the place where an event happened.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export const around = (event, selector) =>
  event.target instanceof Element ? event.target.closest(selector) : null;
