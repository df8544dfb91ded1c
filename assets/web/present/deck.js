// @ts-check
// A deck on the screen: one step at a time, by arrow keys or a clicker; a pointer, a black screen,
// and a second window with the notes for whoever speaks. The address names deck and step.

import { fill, make } from "../shared/dom.js";
import { language, words } from "../shared/language.js";
import { watchLight } from "../shared/light.js";
import { notesOf } from "./notes.js";
import { slide, textOf } from "./slide.js";

/** @typedef {import("./slide.js").Step} Step */
/** @typedef {import("./slide.js").Text} Text */
/** @typedef {{title: Text, about?: Text, steps: Step[]}} Deck */

const OWN = "mine"; // the deck that the visitor has put together, which the browser keeps
const STORE = "st-deck-mine";
const STEPS = {
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 1,
  " ": 1,
  Enter: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -1,
  Backspace: -1,
};

const root = document.documentElement;
const asked = () => new URLSearchParams(window.location.search);
const channel = new BroadcastChannel(`st-deck-${asked().get("deck")}`);
/** @type {Deck} */
let deck;
let at = 0;

/** The page of a deck, of its notes, or of all decks. */
export async function present() {
  const name = asked().get("deck") ?? "";
  root.lang = language();
  watchLight();
  const found = await load(name);
  if (!found) return listAll();
  deck = found;
  document.title = `${textOf(deck.title)} · Show & Tell`;
  if (asked().get("notes") === "1") return notes();
  place().append(make("div", { class: "dk-dot", hidden: true, "aria-hidden": "true" }));
  document.addEventListener("keydown", pressed);
  document.addEventListener("pointermove", point);
  window.addEventListener("popstate", () => go(stepInAddress(), false));
  channel.onmessage = ({ data }) => {
    if (data.go !== undefined) go(data.go);
    if (data.black !== undefined) black(data.black);
    if (data.hello) tell();
  };
  return go(stepInAddress(), false);
}

const place = () => /** @type {HTMLElement} */ (document.querySelector("main"));
const stepInAddress = () => Number(asked().get("step") ?? 1) - 1;

/** @param {string} name @returns {Promise<Deck | null>} */
async function load(name) {
  if (name === OWN) return JSON.parse(localStorage.getItem(STORE) ?? "null");
  if (!/^[a-z0-9_-]+$/.test(name)) return null;
  const answer = await fetch(new URL(`../decks/${name}.json`, import.meta.url));
  return answer.ok ? answer.json() : null;
}

/** @param {number} step @param {boolean} isNew whether it is a step in the browser's history */
async function go(step, isNew = true) {
  at = Math.min(Math.max(0, step || 0), deck.steps.length - 1);
  const address = new URL(window.location.href);
  address.searchParams.set("step", `${at + 1}`);
  if (isNew) window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
  black(false);
  tell();
  const number = at;
  const made = await slide(deck, number);
  if (number === at) show(made);
}

/** @param {HTMLElement} made */
function show(made) {
  place().querySelector(".dk-slide")?.remove();
  place().prepend(made);
  made.append(controls());
  window.dispatchEvent(new Event("resize")); // what is drawn to a width measures it now
}

/** What the window with the notes shows. */
const tell = () => channel.postMessage({ at, of: deck.steps.length });

function controls() {
  const texts = words();
  /** @param {string} sign @param {string} name @param {() => void} act */
  const button = (sign, name, act) =>
    make("button", { type: "button", title: name, "aria-label": name, onclick: act }, sign);
  const count = fill("{step} / {steps}", { step: at + 1, steps: deck.steps.length });
  return make(
    "nav",
    { class: "dk-controls", "aria-label": textOf(deck.title) },
    button("‹", texts.deck_back, () => go(at - 1)),
    make("span", { role: "status" }, count),
    button("›", texts.deck_next, () => go(at + 1)),
    button("N", texts.deck_notes, openNotes),
    button("B", texts.deck_black, () => black(!isBlack())),
    button("P", texts.deck_pointer, () => root.classList.toggle("dk-points")),
  );
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest("input, textarea, select, [role=listbox], [role=tablist]")) return;
  const isButton = target.closest("button, a") && ["Enter", " "].includes(event.key);
  const by = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
  /** @type {Record<string, () => void>} */
  const others = {
    Home: () => go(0),
    End: () => go(deck.steps.length - 1),
    b: () => black(!isBlack()),
    ".": () => black(!isBlack()), // what clickers send
    p: () => root.classList.toggle("dk-points"),
    n: openNotes,
    f: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
    Escape: () => black(false),
  };
  const act = by
    ? () => go(at + by)
    : others[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act || isButton) return;
  event.preventDefault();
  act();
}

const isBlack = () => root.classList.contains("dk-black");
/** @param {boolean} is */
const black = (is) => root.classList.toggle("dk-black", is);

const openNotes = () => {
  const address = new URL(window.location.href);
  address.searchParams.set("notes", "1");
  window.open(address, "st-notes", "width=900,height=700");
};

/** @param {PointerEvent} event */
function point({ clientX, clientY }) {
  const dot = /** @type {HTMLElement | null} */ (document.querySelector(".dk-dot"));
  if (!dot) return;
  dot.hidden = !root.classList.contains("dk-points");
  dot.style.transform = `translate(${clientX}px, ${clientY}px)`;
}

/** The speaker's own window: it leads the other one, and follows it. */
function notes() {
  const view = notesOf(deck, {
    go: (step) => channel.postMessage({ go: step }),
    black: (is) => channel.postMessage({ black: is }),
  });
  place().replaceChildren(view.element);
  channel.onmessage = ({ data }) => {
    if (data.at !== undefined) view.show(data.at);
  };
  view.show(stepInAddress());
  channel.postMessage({ hello: true });
}

/** All decks there are, for an address that names none. */
function listAll() {
  /** @type {{name: string, title: Text, about?: Text}[]} */
  const decks = JSON.parse(document.getElementById("st-decks")?.textContent ?? "[]");
  const rows = decks.map(({ name, title, about }) =>
    make(
      "li",
      {},
      make("a", { href: `./?present=1&deck=${name}&step=1` }, textOf(title)),
      make("p", {}, textOf(about)),
    ),
  );
  place().replaceChildren(
    make("div", { class: "dk-all" }, make("h1", {}, words().decks), make("ul", {}, ...rows)),
  );
}
