// @ts-check
// What a run has left on the page, kept by the browser for as long as its tab is open: after a step
// back, a reload or a lost connection it stands there again, as a saved view.

import { make } from "./dom.js";
import { words } from "./language.js";
import { drawn, settled } from "./saved.js";

/** @typedef {import("./saved.js").View} View */
/** @typedef {{element: HTMLElement, fragment: View["fragments"][number], server?: GradioServer}} Part */
/** @typedef {{tab: string, columns: {at: number, row: number, fragments: View["fragments"]}[]}} Kept */

const RUNS = 'button[id$="-run"]';
const PAUSE = 700; // ms between two looks at a result that grows
const DRAWN = [400, 2000]; // ms without a change of height after which a result is drawn; at most
const MAX_VIEWS = 12; // the latest ones are kept
const RECONNECTS = "/app_id"; // what gradio asks for while it has lost the connection

// ---- the store: each name begins alike; where the browser refuses, nothing is kept ----

/** @param {string} name @returns {string | null} */
function stored(name) {
  try {
    return sessionStorage.getItem(`st-${name}`);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} text */
function store(name, text) {
  const order = JSON.parse(stored("order") ?? "[]").filter(
    (/** @type {string} */ one) => one !== name,
  );
  order.push(name);
  while (order.length > 2 * MAX_VIEWS) drop(order.shift());
  for (;;) {
    try {
      sessionStorage.setItem(`st-${name}`, text);
      sessionStorage.setItem("st-order", JSON.stringify(order));
      return;
    } catch {
      if (order.length < 2) return; // it alone is too large, or nothing may be kept at all
      drop(order.shift());
    }
  }
}

/** @param {string} name */
function drop(name) {
  try {
    sessionStorage.removeItem(`st-${name}`);
  } catch {
    // nothing was kept
  }
}

/** @param {string} name */
export function forget(name) {
  const text = stored(name);
  drop(name);
  return text;
}

/** @param {string} tab @param {string} selector what a live run has left */
const liveOf = (tab, selector) =>
  [...document.querySelectorAll(`#st-tab-${tab} ${selector}`)].filter(
    (one) => !one.closest(".st-kept, .st-saved"),
  );
/** What a tab keeps beside its result, such as a chat; none while its answer is being written.
 * @param {string} tab */
const textOf = (tab) => liveOf(tab, "[data-kept]")[0]?.getAttribute("data-kept");
/** Whether a chat has come to its second question. @param {string} tab */
const goesOn = (tab) => liveOf(tab, ".st-user").length > 1;
/** @param {string} id */
export const keptText = (id) => stored(`text-${id}`) ?? "";
/** @param {string} id @returns {Kept | null} */
export const keptView = (id) => JSON.parse((id && stored(`view-${id}`)) || "null");

// ---- what is on the page ----

/** @param {string} tab */
const placeOf = (tab) => document.getElementById(`st-tab-${tab}`);
/** @param {string} tab */
const rowsOf = (tab) => [...document.querySelectorAll(`#st-tab-${tab} .st-work`)];

/**
 * The results of a tab: of each row of columns those beside the form.
 * @param {string} tab
 * @param {Element} panel the tab, or the one inside it, in which the run is
 * @returns {Kept | null} null where there is no result
 */
function seen(tab, panel) {
  const columns = rowsOf(tab).flatMap((row, number) =>
    [...(panel.contains(row) ? row.children : [])].slice(1).map((column, at) => ({
      row: number,
      at: at + 1,
      fragments: fragmentsOf(/** @type {HTMLElement} */ (column)),
    })),
  );
  const full = columns.filter(({ fragments }) => fragments.length);
  return full.length ? { tab, columns: full } : null;
}

/** What a run left there: not what is kept already, nor what no run makes. @param {HTMLElement} column
 * @returns {View["fragments"]} */
const fragmentsOf = (column) =>
  column.matches(".st-has-kept, .st-no-run > *")
    ? []
    : partsOf(column).map(({ fragment }) => fragment);

/**
 * What a column shows of a live run, from top to bottom: the elements, and what draws each again.
 * @param {HTMLElement} column
 * @returns {Part[]}
 */
export function partsOf(column) {
  if (!column.offsetParent) return [];
  /** @type {Part[]} */
  const parts = [];
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (
    column.querySelectorAll(".html-container")
  )) {
    if (!element.offsetParent || element.querySelector(".st-empty, .st-saved")) continue;
    const stage = staged(element);
    const { textContent, innerHTML } = stage ? element : withoutProgress(element);
    if (stage) parts.push({ element, ...stage });
    else if (textContent?.trim() || innerHTML.includes("<img"))
      parts.push({ element, fragment: { html: innerHTML } });
  }
  return parts;
}

/** What says that a run is on is no part of its result. @param {HTMLElement} element */
function withoutProgress(element) {
  if (!element.querySelector(".st-loading")) return element;
  const copy = /** @type {HTMLElement} */ (element.cloneNode(true));
  for (const one of copy.querySelectorAll(".st-loading")) one.remove();
  return copy;
}

/** @param {HTMLElement} part */
function staged(part) {
  const element = [part, ...part.querySelectorAll("*")].find((one) => drawing.has(one));
  const found = element && drawing.get(element);
  if (!found) return null;
  const value = found.value();
  if (!value?.startsWith("{")) return null; // HTML that Python wrote, on which clicks are heard
  const { script, styles, server } = found;
  return { fragment: { script, value: JSON.parse(value), styles }, server };
}

/** @type {WeakMap<Element, {script: string, styles: string[], server: GradioServer, value: () => string | null}>} */
const drawing = new WeakMap();

/**
 * A stage says what draws it (demos/shared/stage.py).
 * @param {Bridge} bridge
 * @param {string} script
 */
export function draws({ element, props, server }, script) {
  const styles = [...document.querySelectorAll('link[rel="stylesheet"]')]
    .map((link) => link.getAttribute("href") ?? "")
    .filter((href) => href.includes(`/${script.split("/")[0]}/`));
  drawing.set(element, { script, styles, server, value: () => props.value });
}

// ---- showing it again ----

/**
 * @param {string} tab
 * @param {Kept} kept
 * @param {boolean} wasLost whether the connection was
 */
export async function showView(tab, kept, wasLost) {
  showLive(tab);
  const rows = rowsOf(tab);
  const run = () => {
    const buttons = [...document.querySelectorAll(`#st-tab-${tab} ${RUNS}`)];
    /** @type {HTMLElement | undefined} */ (
      buttons.find((one) => /** @type {HTMLElement} */ (one).offsetParent)
    )?.click();
  };
  for (const { row, at, fragments } of kept.columns) {
    const column = rows[row]?.children[at];
    if (!column) continue;
    const texts = words();
    const title = wasLost ? texts.lost : texts.was;
    const own = { mark: texts.kept, run: texts.again, not_here: texts.not_here, starting: "" };
    const view = await drawn({ title, words: own, fragments }, run);
    view.classList.add("st-kept");
    column.querySelector(":scope > .st-kept")?.remove();
    column.prepend(make("div", { class: "st-kept" }, view));
    column.classList.add("st-has-kept");
  }
}

/** The page's own results again. @param {string} tab */
export function showLive(tab) {
  for (const view of document.querySelectorAll(`#st-tab-${tab} .st-kept`)) view.remove();
  for (const column of document.querySelectorAll(`#st-tab-${tab} .st-has-kept`))
    column.classList.remove("st-has-kept");
}

// ---- keeping it ----

/** @param {{begun: () => void, id: () => string}} run what a run's begin does, and the entry it has */
export function watchResults({ begun, id }) {
  /** @type {Set<Element>} buttons whose run is on */
  const running = new Set();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let looking;
  /** @type {{tab: string, panel: Element} | null} where the run is that is on, or was last */
  let ran = null;
  /** @type {Record<string, string>} what each tab keeps beside its result: a chat as it was last whole */
  const texts = {};
  const keep = () => {
    const view = ran && seen(ran.tab, ran.panel);
    if (!view || !id()) return false;
    const { tab } = view;
    const whole = textOf(tab);
    if (whole !== undefined || !goesOn(tab)) texts[tab] = whole ?? "";
    store(`view-${id()}`, JSON.stringify(view));
    store(`text-${id()}`, texts[tab] ?? "");
    return true;
  };
  // Who looks at another tab when the run ends sees its result later, and it is kept then.
  const look = () => {
    if (keep() && !running.size) clearInterval(looking);
  };
  // What stands below a result is seen again when that is drawn.
  const over = async (/** @type {string} */ tab) => {
    const place = placeOf(tab);
    const isOn = () => [...running].some((one) => place?.contains(one));
    if (place && !isOn()) await settled(place, ...DRAWN);
    if (isOn()) return;
    place?.classList.remove("st-running");
    keep();
  };
  const changed = (/** @type {HTMLButtonElement} */ button) => {
    const tab = button.closest('[id^="st-tab-"]')?.id.slice(7);
    if (!tab || button.disabled === running.has(button)) return;
    // Of two runs at once the one that began or ended last is kept.
    ran = { tab, panel: button.closest('[role="tabpanel"]') ?? document.body };
    clearInterval(looking);
    looking = setInterval(look, PAUSE);
    if (button.disabled) {
      texts[tab] = textOf(tab) ?? texts[tab] ?? keptText(id());
      if (!running.size) begun();
      running.add(button);
      placeOf(tab)?.classList.add("st-running");
      return;
    }
    running.delete(button);
    over(tab);
    // At once, for the visitor may leave it now; and once more when it is drawn.
    if (!running.size) keep();
  };
  new MutationObserver((changes) => {
    for (const { target } of changes)
      if (target instanceof HTMLButtonElement && target.matches(RUNS)) changed(target);
  }).observe(document.body, { subtree: true, attributeFilter: ["disabled"] });
  // Another tab hides the result, which may have been drawn whole only now.
  const leaves = (/** @type {Event} */ { target }) =>
    /** @type {Element} */ (target).closest('[role="tab"]') && keep();
  document.addEventListener("click", leaves, { capture: true, passive: true });
  const lost = watchConnection();
  window.addEventListener("pagehide", () => {
    keep(); // its result may have come just now
    if (lost()) store("lost", "yes");
  });
}

/** @returns {() => boolean} whether gradio has asked for the server again, before it loads the page */
function watchConnection() {
  let isLost = false;
  const note = (/** @type {PerformanceEntryList} */ asked) => {
    isLost ||= asked.some(({ name }) => new URL(name).pathname.endsWith(RECONNECTS));
  };
  const requests = new PerformanceObserver((list) => note(list.getEntries()));
  requests.observe({ type: "resource" });
  return () => {
    note(requests.takeRecords());
    return isLost;
  };
}
