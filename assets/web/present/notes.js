// @ts-check
// The speaker's window: the notes of the step on the screen, what comes next, and a clock.

import { make } from "../shared/dom.js";
import { words } from "../shared/language.js";
import { textOf } from "./slide.js";

/**
 * @param {import("./deck.js").Deck} deck
 * @param {{go: (step: number) => void, black: (is: boolean) => void}} lead
 */
export function notesOf(deck, lead) {
  const texts = words();
  let at = 0;
  let isBlack = false;
  let began = Date.now();
  const clock = make("time", { class: "dk-clock", role: "timer" });
  const here = make("div", { class: "dk-here", "aria-live": "polite" });
  /** @param {string} name @param {() => void} act */
  const button = (name, act) => make("button", { type: "button", onclick: act }, name);
  const element = make(
    "div",
    { class: "dk-notes" },
    make(
      "header",
      {},
      clock,
      button(texts.deck_restart, () => {
        began = Date.now();
        tick();
      }),
      button(texts.deck_back, () => lead.go(at - 1)),
      button(texts.deck_next, () => lead.go(at + 1)),
      button(texts.deck_black, () => {
        isBlack = !isBlack;
        lead.black(isBlack);
      }),
    ),
    here,
  );
  const tick = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    const rest = `${seconds % 60}`.padStart(2, "0");
    clock.textContent = `${Math.floor(seconds / 60)}:${rest}`;
  };
  setInterval(tick, 1000);
  tick();
  document.addEventListener("keydown", ({ key }) => {
    if (["ArrowRight", "PageDown", " "].includes(key)) lead.go(at + 1);
    if (["ArrowLeft", "PageUp"].includes(key)) lead.go(at - 1);
  });
  /** @param {number} number */
  const show = (number) => {
    at = number;
    isBlack = false;
    const [step, next] = [deck.steps[at], deck.steps[at + 1]];
    here.replaceChildren(
      make("p", { class: "dk-deck" }, `${at + 1} / ${deck.steps.length}`),
      make("h1", {}, textOf(step.title)),
      ...textOf(step.notes)
        .split("\n")
        .map((line) => make("p", { class: "dk-note" }, line)),
      make("p", { class: "dk-look" }, textOf(step.look)),
      make("p", { class: "dk-next" }, next ? `${texts.deck_then} ${textOf(next.title)}` : ""),
    );
  };
  return { element, show };
}
