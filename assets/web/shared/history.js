// @ts-check
// Where the visitor is: tabs, inner tabs and runs are entries of the browser's history, and the
// address holds the form. A form is filled from an entry by the server (demos/shared/visited.py),
// which knows what each value may be; what a run has left on the page comes back from the browser's
// own store (kept.js).

import { forget, keptText, keptView, showLive, showView, watchResults } from "./kept.js";

const OF_THE_PAGE = ["embed", "background", "__theme", "__lang"]; // parameters of the page, not of a tab
export const WRITTEN = "st-address"; // event on the window: the address names something else
const MAX_ADDRESS = 7000; // characters; servers refuse much longer ones

/** @typedef {{id: string, ran: boolean}} Entry what the browser keeps with an address */
/** @typedef {[string, unknown][]} Row names of a form's parameters, and their defaults */

/** @type {Record<string, string>} each tab's form as a query */
const forms = {};
/** Whether the visitor has done something since the last run began: what changes otherwise is no
 * step of theirs. */
let acted = false;
/** @type {string | null} the query that is being filled in: its changes are not the visitor's */
let filling = null;
/** @type {((name: string, data: object) => void) | null} tells the server where the visitor went */
let tell = null;
/** @type {string | null} the entry whose result stands on the page itself */
let live = null;

/** @returns {Entry} */
const entry = () => window.history.state?.st ?? { id: "", ran: false };
const query = () => new URLSearchParams(window.location.search);
export const openTab = () => query().get("tab") ?? document.querySelector(TABS)?.id.slice(7) ?? "";
const TABS = '[id^="st-tab-"]:not(button)'; // gradio names a tab's button after it

/**
 * @param {string} search "?tab=..."
 * @param {boolean} isNew an entry of its own, or this one rewritten
 */
function write(search, isNew, ran = isNew ? false : entry().ran) {
  const address = new URL(window.location.href);
  const kept = OF_THE_PAGE.map((name) => [name, address.searchParams.get(name)]);
  address.search = search.length > MAX_ADDRESS ? `?tab=${openTab()}` : search;
  for (const [name, value] of kept)
    if (name && value !== null) address.searchParams.set(name, value);
  const id = isNew || !entry().id ? newId() : entry().id;
  const state = { ...window.history.state, st: { id, ran } };
  if (isNew) window.history.pushState(state, "", address);
  else window.history.replaceState(state, "", address);
  window.dispatchEvent(new Event(WRITTEN));
}

// crypto.randomUUID is not there over plain http.
const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(36)).join("");

/**
 * A form has changed: the address follows, once the page shows whether a run has begun with it.
 * @param {string} tab
 * @param {Row} rows
 * @param {unknown[]} values
 */
export function remember(tab, rows, ...values) {
  setTimeout(follow, 0, tab, rows, values);
}

/**
 * @param {string} tab
 * @param {Row} rows
 * @param {unknown[]} values
 */
function follow(tab, rows, values) {
  // A run's own doing: a chat empties its box. The link of the run holds what it was asked.
  if (filling === null && entry().ran && !acted && tab === openTab()) return;
  const pairs = rows.flatMap(([name, usual], at) => {
    const value = values[at];
    const isUsual = value === null || value === undefined || value === "" || value === usual;
    return isUsual ? [] : [[name, asText(value)]];
  });
  const search = `?${new URLSearchParams([["tab", tab], ...pairs])}`;
  const before = forms[tab] ?? (acted ? window.location.search : search); // or as the page came
  forms[tab] = search;
  if (before === search) return;
  if (filling !== null || tab !== openTab() || isRunning(tab)) return;
  const view = (/** @type {string} */ text) => new URLSearchParams(text).get("view");
  const isNew = acted && (entry().ran || view(search) !== view(before));
  write(search, isNew);
}

/** @param {unknown} value */
const asText = (value) =>
  typeof value === "number" ? `${Number(value.toPrecision(10))}` : `${value}`;

/** @param {string} tab */
const isRunning = (tab) =>
  Boolean(document.querySelector(`#st-tab-${tab} button[id$="-run"]:disabled`));

/**
 * A tab was chosen. gradio also reports the one that it selects itself while the page opens: only a
 * visitor's choice is a step, or told to the server.
 * @param {string} tab
 * @param {string} known what the server was told last
 */
export function rememberTab(tab, known) {
  if (!acted || filling !== null) return known;
  if (query().get("tab") !== tab) write(forms[tab] ?? `?tab=${tab}`, true);
  return tab;
}

/** A run begins. */
function begun() {
  const tab = openTab();
  const search = forms[tab] ?? window.location.search;
  write(search, entry().ran, true);
  live = entry().id;
  showLive(tab);
  acted = false;
}

/** The visitor went back or forward. */
function went() {
  const { id, ran } = entry();
  const tab = openTab();
  filling = window.location.search;
  tell?.("went", { query: filling, kept: keptText(id) });
  const view = keptView(id);
  if (id === live || !view) showLive(tab);
  else if (ran) showView(tab, view, false);
}

/** What was kept before the page opened: a link's run may be over, and kept, before it is ready. */
const kept = keptView(entry().id);

/** @returns {string} what the server should know of a page that has just opened */
export function onOpening() {
  const { id, ran } = entry();
  const [navigation] = performance.getEntriesByType("navigation");
  const isFresh = /** @type {PerformanceNavigationTiming} */ (navigation)?.type === "navigate";
  return JSON.stringify({ run: !kept && (ran || isFresh), text: keptText(id) });
}

/** The page is open and its form is filled. */
export function onOpen() {
  if (!entry().id) write(window.location.search, false);
  if (kept) showView(openTab(), kept, forget("lost") === "yes");
}

/** A component without anything to see: its events tell the server where the visitor went.
 * @param {Bridge} bridge */
export function mount({ trigger }) {
  tell = trigger;
}

/** The server has filled the form in. */
export function filled() {
  setTimeout(() => {
    filling = null;
  }, 300); // its changes are reported a little later
}

export function watchHistory() {
  for (const event of ["pointerdown", "keydown", "input", "change", "drop"])
    document.addEventListener(
      event,
      ({ isTrusted }) => {
        acted ||= isTrusted;
      },
      { capture: true, passive: true },
    );
  window.addEventListener("popstate", went);
  watchResults({ begun, id: () => live ?? entry().id });
}
