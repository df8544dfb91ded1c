// @ts-check
// "Take it away": the result on the screen as a picture, as data, as a page; and its link for everybody
// in the room, as a QR code.

import { openDialog } from "../shared/dialog.js";
import { fill, make } from "../shared/dom.js";
import { openTab } from "../shared/history.js";
import { words } from "../shared/language.js";
import { complete, contentOf } from "./content.js";
import { asCsv, asJson, opened } from "./data.js";
import { asPage } from "./page.js";
import { asPng, asSvg } from "./picture.js";

const MAX_CODE = 1200; // characters; a denser code is not read from the back of a room
const LOOPBACK = /^(localhost|127\.|\[::1\])/;

/** @typedef {import("./content.js").Part} Part */

/**
 * @param {string} query the link of the form: "?tab=..."; "" where it is too long for one
 */
export async function openMenu(query) {
  const tab = new URLSearchParams(query).get("tab") ?? openTab();
  const content = contentOf(tab);
  const link = new URL(content.query || query || `?tab=${tab}`, document.baseURI).href;
  const status = make("p", { role: "status", class: "ta-status" });
  if (!content.parts.length) status.textContent = words().take_nothing;
  const rows = groups(tab, content.parts, link, status);
  openDialog("ta", words().take, ...rows, status, code(link));
}

/** @param {string} tab @param {Part[]} parts @param {string} link @param {HTMLElement} status */
function groups(tab, parts, link, status) {
  const texts = words();
  const elements = parts.map(({ element }) => element);
  const query = new URL(link).search;
  const fragments = async () =>
    opened(await Promise.all(parts.map((part) => complete(part, query))));
  /** @type {[string, string, Record<string, () => Promise<Blob>>][]} */
  const rows = [
    [
      texts.take_picture,
      texts.take_picture_info,
      { png: () => asPng(elements), svg: () => asSvg(elements) },
    ],
    [
      texts.take_data,
      texts.take_data_info,
      {
        csv: async () => new Blob([asCsv(await fragments())], { type: "text/csv" }),
        json: async () => new Blob([asJson(await fragments(), link)], { type: "application/json" }),
      },
    ],
    [texts.take_page, texts.take_page_info, { html: () => asPage(parts, link, document.title) }],
  ];
  return rows.map(([title, about, formats]) => {
    const buttons = Object.entries(formats).map(([format, write]) => {
      const take = () => save(write, `show-and-tell-${tab}.${format}`, status);
      const looks = { type: "button", disabled: !parts.length, "data-take": format, onclick: take };
      return make("button", looks, format.toUpperCase());
    });
    const words = make("div", {}, make("h3", {}, title), make("p", {}, about));
    return make(
      "section",
      { class: "ta-row" },
      words,
      make("div", { class: "ta-buttons" }, ...buttons),
    );
  });
}

/** @param {() => Promise<Blob>} write @param {string} file @param {HTMLElement} status */
async function save(write, file, status) {
  const texts = words();
  status.textContent = texts.take_making;
  try {
    const address = URL.createObjectURL(await write());
    make("a", { href: address, download: file }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    status.textContent = fill(texts.take_made, { file });
  } catch (error) {
    console.warn(error);
    status.textContent = texts.take_failed;
  }
}

/** The link as a QR code, and what keeps others from it. @param {string} link */
function code(link) {
  const texts = words();
  const source = new URL("qr.svg", document.baseURI);
  source.searchParams.set("text", link);
  const isLong = link.length > MAX_CODE;
  const image = make("img", { src: source.href, alt: texts.take_code_alt, class: "ta-code" });
  const remark = isLong ? texts.take_long : LOOPBACK.test(window.location.host) && texts.take_local;
  return make(
    "section",
    { class: "ta-room" },
    !isLong &&
      make(
        "a",
        { href: source.href, download: "show-and-tell-link.svg", title: texts.take_code_save },
        image,
      ),
    make(
      "div",
      {},
      make("h3", {}, texts.take_room),
      make("p", {}, texts.take_room_info),
      make(
        "p",
        { class: "ta-link" },
        make("a", { href: link }, link.length > 200 ? `${link.slice(0, 200)}…` : link),
      ),
      remark && make("p", { class: "ta-remark" }, remark),
    ),
  );
}
