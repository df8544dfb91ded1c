// @ts-check
// A result as one HTML file: its data, and the scripts, styles and pictures that draw it.

import { complete } from "./content.js";
import { htmlWithData, styles, valueWithData } from "./inline.js";

/** @typedef {import("./content.js").Part} Part */

const DATA = ["st-words", "st-scale", "st-signed", "st-scale-dark", "st-signed-dark"];

/**
 * @param {Part[]} parts
 * @param {string} link the whole address of the page that it was taken from
 * @param {string} title
 * @returns {Promise<Blob>}
 */
export async function asPage(parts, link, title) {
  const query = new URL(link).search;
  const fragments = await Promise.all(
    parts.map(async (part) => {
      const { html, script, value } = await complete(part, query);
      if (html !== undefined) return { html: await htmlWithData(html) };
      return { script, value: await valueWithData(value) };
    }),
  );
  const named = new Set(fragments.flatMap(({ script }) => script ?? []));
  const asked = new URLSearchParams([...named].map((script) => ["script", script]));
  const { imports } = await (await fetch(new URL(`bundle.json?${asked}`, document.baseURI))).json();
  const head = [
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title><style>${await styles()}</style>`,
    document.querySelector('meta[name="st-language"]')?.outerHTML ?? "",
    ...DATA.map((id) => document.getElementById(id)?.outerHTML ?? ""),
    `<script type="importmap">${inScript({ imports })}</script>`,
  ];
  const body = [
    '<div class="gradio-container"><main></main></div>',
    `<script type="application/json" id="st-taken">${inScript({ link, fragments })}</script>`,
    '<script type="module">import { taken } from "take_away/file.js"; taken();</script>',
  ];
  const text =
    `<!doctype html>\n<html lang="${document.documentElement.lang || "en"}" class="st-frame">` +
    `<head>${head.join("")}</head><body>${body.join("")}</body></html>`;
  return new Blob([text], { type: "text/html" });
}

/** JSON that no text in it can close the script with. @param {any} value */
const inScript = (value) =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
