// @ts-check
// The data of a result. JSON has what each stage draws and, of HTML, its text, lists and tables; CSV has
// the tables, one after another. Texts of the page itself are left out.

import { unpackWeights } from "../shared/packing.js";

/** @typedef {import("../shared/saved.js").Fragment} Fragment */
/** @typedef {{title: string, rows: string[][]}} Table the first row names the columns */

const FORMULA = /^[=+\-@\t\r＝＋－＠]/; // what a spreadsheet would compute
const NUMBER = /^[+-]?(\d[\d,]*)?(\.\d+)?(e[+-]?\d+)?( ?%)?$/i;
const OF_THE_PAGE = ["words", "key"];
const PAIRS = ["li", ".st-figure", "dl > div", ".st-word", ".search-hit"]; // a line each, of parts

/**
 * @param {Fragment[]} fragments
 * @param {string} link
 */
export function asJson(fragments, link) {
  const parts = fragments.map((one) =>
    one.script ? { drawn_by: one.script, data: plain(one.value) } : ofHtml(one.html ?? ""),
  );
  return JSON.stringify({ link, parts }, null, 1);
}

/** @param {Fragment[]} fragments */
export function asCsv(fragments) {
  const tables = fragments.flatMap((one) =>
    one.script ? tablesOfData(plain(one.value)) : ofHtml(one.html ?? "").tables,
  );
  const texts = tables.map(({ title, rows }) =>
    [...(title ? [[title]] : []), ...rows].map((row) => row.map(cell).join(",")).join("\r\n"),
  );
  return `\ufeff${texts.join("\r\n\r\n")}\r\n`; // with the mark by which Excel knows UTF-8
}

/** A cell, which no spreadsheet takes for a formula. @param {string} text */
export function cell(text) {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Whether it is an array that travels as text (backend/packing.py). @param {any} value */
const isPacked = (value) => Boolean(value?.bits && value.shape && typeof value.data === "string");

/**
 * Fragments whose matrices of weights are numbers: what is on the screen, not every head there is.
 * @param {Fragment[]} fragments
 * @returns {Promise<Fragment[]>}
 */
export function opened(fragments) {
  return Promise.all(
    fragments.map(async (one) => {
      const first = /** @type {any} */ (one.value)?.first;
      if (!isPacked(first?.weights)) return one;
      const weights = await matrix(first.weights);
      return { ...one, value: { ...one.value, first: { ...first, weights } } };
    }),
  );
}

/** @param {import("../shared/packing.js").Packed} packed of two dimensions */
async function matrix(packed) {
  const { shape, values } = await unpackWeights(packed);
  const [rows, columns] = shape;
  return Array.from({ length: rows }, (_, row) =>
    Array.from(values.slice(row * columns, (row + 1) * columns), (one) =>
      Number(one.toPrecision(6)),
    ),
  );
}

/** Without the texts of the page. @param {any} value @returns {any} */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (!value || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([name]) => !OF_THE_PAGE.includes(name));
  return Object.fromEntries(kept.map(([name, one]) => [name, plain(one)]));
}

/**
 * Lists of objects, and of lists of numbers, as tables.
 * @param {any} value
 * @param {string} title
 * @returns {Table[]}
 */
export function tablesOfData(value, title = "") {
  if (!value || typeof value !== "object" || isPacked(value)) return [];
  if (!Array.isArray(value))
    return Object.entries(value).flatMap(([name, one]) =>
      tablesOfData(one, title ? `${title}.${name}` : name),
    );
  if (!value.length) return [];
  const inside = value.flatMap((one, at) =>
    Object.entries(isRecord(one) ? one : {}).flatMap(([name, part]) =>
      tablesOfData(part, `${title}[${at}].${name}`),
    ),
  );
  if (value.every(isRecord)) return [...recordsTable(value, title), ...inside];
  if (value.every((row) => Array.isArray(row) && row.every(isPlain)))
    return [{ title, rows: value.map((row) => row.map(text)) }];
  return value.every(isPlain) ? [{ title, rows: value.map((one) => [text(one)]) }] : inside;
}

/** @param {Record<string, any>[]} records @param {string} title */
function recordsTable(records, title) {
  const names = [...new Set(records.flatMap(Object.keys))].filter((name) =>
    records.every((record) => isPlain(record[name])),
  );
  const rows = records.map((record) => names.map((name) => text(record[name])));
  return names.length ? [{ title, rows: [names, ...rows] }] : [];
}

/** @param {any} value */
const isRecord = (value) => Boolean(value) && typeof value === "object" && !Array.isArray(value);
/** @param {any} value */
const isPlain = (value) => value === null || typeof value !== "object";
/** @param {any} value */
const text = (value) => (value === null || value === undefined ? "" : `${value}`);

/** @param {string} html @returns {{text: string[], tables: Table[]}} */
function ofHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const found = template.content;
  for (const button of found.querySelectorAll("button:not(.st-word, .search-hit)")) button.remove();
  const tables = [...found.querySelectorAll("table")].map(ofTable);
  const lines = [...found.querySelectorAll(PAIRS.join(", "))].filter(
    (line) => !line.closest("table") && !line.parentElement?.closest(PAIRS.join(", ")),
  );
  for (const parent of new Set(lines.map((line) => line.parentElement)))
    tables.push({
      title: parent?.getAttribute("aria-label") ?? "",
      rows: lines.filter((line) => line.parentElement === parent).map(cells),
    });
  const texts = [...found.querySelectorAll("p, h3, h4, q, figcaption, .st-user, .st-answer")];
  return { text: texts.map(textOf).filter(Boolean), tables };
}

/** @param {HTMLTableElement} table @returns {Table} */
const ofTable = (table) => ({
  title: textOf(table.querySelector("caption")),
  rows: [...table.rows].map((row) =>
    [...row.cells].map((one) => textOf(one) || one.querySelector("img")?.alt || ""),
  ),
});

/** A line's parts: the texts of its innermost elements. @param {Element} line */
function cells(line) {
  const parts = [...line.querySelectorAll("*")].filter((one) =>
    [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
  );
  const outer = parts.filter((one) => !parts.some((other) => other !== one && other.contains(one)));
  return outer.length > 0 ? outer.map(textOf) : [textOf(line)];
}

/** @param {Element | null} element */
const textOf = (element) => element?.textContent?.replace(/\s+/g, " ").trim() ?? "";
