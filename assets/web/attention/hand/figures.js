// @ts-check
// Numbers as they stand in a cell or in a written-out sum.

const LARGE = 1e5;

/**
 * At most three decimals below 1, two above, and no zeros at the end: 0.5, −1.25, 0.299.
 * @param {number | null} value null stands for minus infinity
 */
export function figure(value) {
  if (value === null) return "−∞";
  const size = Math.abs(value);
  const text = size >= LARGE ? size.toExponential(1) : `${Number(size.toFixed(places(size)))}`;
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** @param {number} size */
const places = (size) => (size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3);

/**
 * Behind an operator: a negative one in parentheses.
 * @param {number | null} value
 */
export function term(value) {
  const text = figure(value);
  return text.startsWith("−") ? `(${text})` : text;
}
