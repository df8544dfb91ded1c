// @ts-check
// "Copy embed": a result as an iframe for somebody else's page, as high as what it shows.

import { make } from "./dom.js";
import { fileOf } from "./saved.js";

const FRAME_WIDTH = 960; // pixels: half of a slide, or the column of an article
const HEIGHTS = { min: 240, max: 2400 }; // pixels
const DRAWN_WITHIN = 5000; // ms for a saved view

/**
 * "?tab=..." becomes an iframe for somebody else's page, in the clipboard and in the field.
 * @param {string} query
 */
export async function copyEmbed(query) {
  if (!query.startsWith("?")) return query;
  const address = new URL("frame", document.baseURI);
  address.search = query;
  const tab = new URLSearchParams(query).get("tab");
  const content = (await fileOf(query)) ? await savedHeight(address) : liveHeight();
  const height = Math.min(HEIGHTS.max, Math.max(HEIGHTS.min, content));
  const source = address.href.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
  const snippet =
    `<iframe src="${source}" title="Show &amp; Tell" width="100%" height="${height}" ` +
    'style="border: 0" loading="lazy"></iframe>';
  const field = document.getElementById(`st-link-${tab}`);
  try {
    await navigator.clipboard.writeText(snippet);
    field?.classList.add("st-copied");
  } catch {
    field?.classList.remove("st-copied"); // no permission: the field shows it, to be copied by hand
  }
  return snippet;
}

/** How high the page of a saved view is: it is drawn out of sight. @param {URL} address */
async function savedHeight(address) {
  const looks = `position:fixed;left:-9999px;width:${FRAME_WIDTH}px;height:600px;border:0`;
  const frame = make("iframe", { src: address.href, style: looks, inert: true });
  document.body.append(frame);
  const giveUp = performance.now() + DRAWN_WITHIN;
  const isDrawn = () => frame.contentDocument?.querySelector(".st-saved-part");
  while (!isDrawn() && performance.now() < giveUp) await later(50);
  await later(300); // pictures and fonts of ours have come
  const height = frame.contentDocument?.body.getBoundingClientRect().height ?? 0;
  frame.remove();
  return Math.ceil(height);
}

/** @param {number} ms */
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** How high the open result is in a frame: this page for a moment looks as it would there. */
function liveHeight() {
  const body = document.body;
  const width = body.style.width;
  document.documentElement.classList.add("st-embed");
  body.style.width = `${FRAME_WIDTH}px`;
  const height = Math.ceil(contentOf().getBoundingClientRect().height) + LINE;
  body.style.width = width;
  document.documentElement.classList.remove("st-embed");
  return height;
}

const LINE = 48; // pixels of the line above the result, "The form"
const contentOf = () => document.querySelector(".gradio-container") ?? document.body;
