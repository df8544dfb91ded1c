// @ts-check
// The gallery as it stands in the search before the first query: small pictures, each of which asks for
// pictures like it. Arrow keys go from one to the next.

import { make } from "../shared/dom.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
const ENDS = { Home: 0, End: -1 };

/** @typedef {{about: string, pictures: [string, string][]}} Gallery addresses and captions */

/** @param {Bridge} bridge */
export async function mount({ element, server, trigger }) {
  /** @type {Gallery} */
  const { about, pictures } = await server.pictures({});
  const buttons = pictures.map(([source, caption], number) => {
    const address = new URL(source, document.baseURI).href;
    const image = make("img", {
      src: address,
      alt: caption,
      loading: "lazy",
      width: 72,
      height: 72,
    });
    const looks = { type: "button", title: caption, tabindex: number ? -1 : 0 };
    return make("button", { ...looks, onclick: () => trigger("picked", { number }) }, image);
  });
  const group = make(
    "div",
    { class: "search-gallery", role: "group", "aria-label": about },
    ...buttons,
  );
  group.addEventListener("keydown", (event) => move(event, buttons));
  element.replaceChildren(make("p", { class: "st-quiet" }, about), group);
}

/** @param {KeyboardEvent} event @param {HTMLButtonElement[]} buttons */
function move(event, buttons) {
  const now = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
  const across = Math.max(
    1,
    buttons.findIndex((one) => one.offsetTop > buttons[0].offsetTop),
  );
  /** @type {Record<string, number>} */
  const rows = { ArrowDown: across, ArrowUp: -across };
  const by = { ...STEPS, ...rows }[event.key];
  const end = ENDS[/** @type {keyof typeof ENDS} */ (event.key)];
  const next = buttons.at(end ?? now + (by ?? 0));
  if (now < 0 || (by === undefined && end === undefined) || !next) return;
  event.preventDefault();
  buttons[now].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
