// @ts-check
// In the header: the form folded or not, light or dark, and the keys of the page.

import { fill, make } from "./dom.js";
import { words } from "./language.js";
import { CHOICES, choice, choose } from "./light.js";
import { foldForm, showKeys } from "./shortcuts.js";

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  fold: "M3 5h18v14H3zM10 5v14M19 9l-3 3 3 3", // a window whose left part goes
  auto: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18", // a circle, half of it filled
  light:
    "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12 1v3M12 20v3M1 12h3M20 12h3M4.2 4.2l2.1 2.1M17.7 17.7l2.1 2.1M4.2 19.8l2.1-2.1M17.7 6.3l2.1-2.1",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
};

/** @param {Bridge} bridge */
export function mount({ element }) {
  const texts = words();
  const light = make("button", { type: "button", id: "st-light" });
  const show = () => {
    const now = choice();
    const name = fill(texts.theme, {
      now: texts[`theme_${now}`],
      next: texts[`theme_${next(now)}`],
    });
    light.setAttribute("aria-label", name);
    light.title = name;
    light.replaceChildren(icon(ICONS[now]));
  };
  light.addEventListener("click", () => {
    choose(next(choice()));
    show();
  });
  show();
  const fold = make(
    "button",
    {
      type: "button",
      id: "st-fold",
      title: texts.keys_fold,
      "aria-label": texts.keys_fold,
      "aria-pressed": "false",
      onclick: foldForm,
    },
    icon(ICONS.fold),
  );
  const looks = { type: "button", id: "st-keys-open", title: texts.keys, "aria-label": texts.keys };
  element.replaceChildren(fold, light, make("button", { ...looks, onclick: showKeys }, "?"));
}

/** @param {import("./light.js").Choice} now */
const next = (now) => CHOICES[(CHOICES.indexOf(now) + 1) % CHOICES.length];

/** @param {string} path */
function icon(path) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}
