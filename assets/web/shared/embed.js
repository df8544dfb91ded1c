// @ts-check
// In a frame of another page (`embed=1`): the result alone. The form is folded to one line, and the
// page around the frame is told how high the content is, so that it can make room.

import { make } from "./dom.js";
import { words } from "./language.js";

const root = document.documentElement;
const asked = new URLSearchParams(window.location.search);

/** A frame without a background of its own, for a slide that has one. */
export function takeBackground() {
  if (asked.get("background") === "none") root.classList.add("st-transparent");
}

/** The page around this one hears `{type: "show-and-tell", height}` whenever the height changes. */
export function tellHeight() {
  if (window.parent === window) return;
  let last = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === last) return;
    last = height;
    // To any origin: a height is no secret, and a slide may be a file without an origin.
    window.parent.postMessage({ type: "show-and-tell", height }, "*");
  }).observe(document.body);
}

/** What `embed=1` changes. */
export function embed() {
  if (asked.get("embed") !== "1") return;
  root.classList.add("st-embed");
  takeBackground();
  tellHeight();
  const texts = words();
  const fold = () => {
    root.classList.toggle("st-form-open");
    button.setAttribute("aria-expanded", `${root.classList.contains("st-form-open")}`);
  };
  const button = make(
    "button",
    { type: "button", "aria-expanded": "false", onclick: fold },
    texts.embed_form,
  );
  const open = make("a", { href: whole(), target: "_blank", rel: "noopener" }, texts.embed_open);
  open.addEventListener("click", () => open.setAttribute("href", whole()));
  document.body.prepend(make("nav", { class: "st-embed-line" }, button, open));
}

/** The address without what makes it an embedded one. */
function whole() {
  const address = new URL(window.location.href);
  for (const name of ["embed", "background"]) address.searchParams.delete(name);
  return address.href;
}
