// @ts-check
// Saved views: a result that was kept as a file is drawn where nothing has run yet, and in a frame
// of its own. It asks no model and opens no connection; what needs one says so.

import { make } from "./dom.js";
import { takeBackground, tellHeight } from "./embed.js";
import { showExamples } from "./examples.js";
import { language, words } from "./language.js";
import { watchLight } from "./light.js";
import { awaitRun, watchRuns } from "./pressed.js";

/** @typedef {{html?: string, script?: string, styles?: string[], value?: object}} Fragment */
/** @typedef {{title: string, query?: string, words: Texts, fragments: Fragment[]}} View */
/**
 * @typedef {object} Entry of the index
 * @property {string} query the link that it is the view of
 * @property {string} place elem_id of the part that invites to this run
 * @property {string} button elem_id of the example's button
 * @property {Record<string, string>} files by language
 * @property {string} [picture] on the button, a path below the mount
 * @property {number[]} [shape] of the picture, in pixels
 * @property {string} [words] on the button, the first of its text
 */

const SETTLED_WITHIN = 600; // ms
const LOOKS_EVERY = 80; // ms
const STARTS = 'button[id$="-run"], button[id^="st-example-"]'; // what starts a run on the page
// assets/web, wherever the page is mounted. In a file that was taken away scripts have no address.
const root = () => new URL("../", import.meta.url);

/** @param {string} name */
const fetched = async (name) => (await fetch(new URL(name, root()))).json();

/** @type {Promise<Entry[]> | null} */
let index = null;

/** @returns {Promise<Entry[]>} fetched once */
const entriesOf = () => {
  index ??= fetched("saved/index.json").catch(() => []);
  return index;
};

/** The file of a link's saved view, below `saved/`; none where it is not saved. @param {string} link */
export async function fileOf(link) {
  const wanted = sorted(link);
  const found = (await entriesOf()).find(({ query }) => sorted(query) === wanted);
  return found?.files[language()];
}

/** @param {string} link */
function sorted(link) {
  const pairs = new URLSearchParams(link.replace(/^\?/, ""));
  pairs.sort();
  return `${pairs}`;
}

/** A saved view in the place of each invitation that one was made for, as they come. */
export async function watchInvitations() {
  const entries = await entriesOf();
  const look = () => {
    showExamples(entries, (path) => new URL(path, root()));
    for (const card of document.querySelectorAll(".st-empty:not([data-saved])")) {
      const entry = entries.find(({ place }) => place && card.closest(`#${place}`));
      card.setAttribute("data-saved", entry ? "yes" : "no");
      if (entry) show(card, entry);
    }
  };
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
  });
  document.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target).closest(STARTS);
    if (!pressed) return;
    starting(pressed);
    const entry = entries.find(({ button }) => button && button === pressed.id);
    awaitRun(entry?.place ?? "", entry && standIn(entry));
  });
  watchRuns();
  look();
}

/**
 * A first run may import libraries for seconds before the server says anything: until then the page
 * itself says that it starts, in the place of the saved views that are on the screen.
 * @param {Element} pressed
 */
function starting(pressed) {
  const views = pressed.closest('[id^="st-tab-"]')?.querySelectorAll(".st-saved[data-starting]");
  for (const view of /** @type {NodeListOf<HTMLElement>} */ (views ?? [])) {
    if (!view.offsetParent) continue;
    view.closest(".st-work")?.classList.add("st-begun"); // what a run changes around it, too
    const scale = make("div", { class: "st-scale", "aria-hidden": true });
    const line = make("p", {}, view.dataset.starting);
    view.replaceChildren(
      make("div", { class: "st-state st-loading", role: "status" }, scale, line),
    );
  }
}

/**
 * Put a view below the invitation that it stands for. Once a run begins, gradio writes its own
 * content there, and both are gone.
 * @param {Element} card
 * @param {Entry} entry
 */
async function show(card, entry) {
  const view = await fetched(`saved/${entry.files[language()]}`);
  const live = () => document.getElementById(entry.button)?.click();
  if (!card.isConnected) return;
  const made = await drawn(view, live);
  made.classList.add("st-coming");
  card.after(made);
  await settled(made);
  made.classList.remove("st-coming");
}

/**
 * Once a view has its height: what stages draw to its width comes a little later.
 * Time is counted in looks at it: a page that is slow to draw is slow to look, too.
 * @param {Element} view
 * @param {number} unchanged ms for which its height must have been the same
 * @param {number} within ms after which it is not waited for
 */
export const settled = (view, unchanged = LOOKS_EVERY, within = SETTLED_WITHIN) =>
  new Promise((resolve) => {
    let [height, same, all] = [-1, 0, 0];
    const look = () => {
      const now = view.clientHeight;
      same = now === height ? same + LOOKS_EVERY : 0;
      all += LOOKS_EVERY;
      height = now;
      if (same >= unchanged || all > within) resolve(undefined);
      else setTimeout(look, LOOKS_EVERY);
    };
    look();
  });

/** The saved view of an example that was pressed. @param {Entry} entry */
const standIn = async (entry) => drawn(await fetched(`saved/${entry.files[language()]}`), () => {});

/** The page of a frame: `data-view` names the file, `data-live` the page that can run it. */
export async function frame() {
  const main = /** @type {HTMLElement} */ (document.querySelector("main[data-view]"));
  watchLight();
  const view = await (await fetch(main.dataset.view ?? "")).json();
  const live = () => window.location.assign(main.dataset.live ?? "");
  takeBackground();
  tellHeight();
  main.replaceChildren(await drawn(view, live));
}

/** @type {WeakMap<Element, View>} */
const views = new WeakMap();

/** What is drawn in a section of a saved view. @param {Element} section */
export const viewOf = (section) => views.get(section);

/** A stage's script, from the server. @param {string} script */
const fromServer = (script) => import(new URL(script, root()).href);

/**
 * @param {View} view
 * @param {() => void} live what "Run it live" does
 * @param {(script: string) => Promise<any>} load where stages' scripts come from
 */
export async function drawn(view, live, load = fromServer) {
  const run = make(
    "button",
    { type: "button", class: "st-saved-run", onclick: live },
    view.words.run,
  );
  const mark = make("p", {}, make("b", {}, view.words.mark), ` ${view.title}`);
  const header = make("header", {}, mark, run);
  const place = make(
    "section",
    { class: "st-saved", "data-starting": view.words.starting },
    header,
  );
  for (const one of view.fragments) place.append(await fragment(one, view.words, load));
  views.set(place, view);
  const unfold = () => place.classList.add("st-whole");
  const more = { type: "button", class: "st-saved-more", onclick: unfold };
  place.append(make("button", more, words().show_all));
  return place;
}

/**
 * @param {Fragment} data
 * @param {Texts} words
 * @param {(script: string) => Promise<any>} load
 */
async function fragment(data, words, load) {
  const element = make("div", { class: "st-saved-part" });
  if (data.html !== undefined) {
    element.innerHTML = data.html; // the app's own, made by `make saved`
    element.addEventListener("click", (event) => sayItIsSaved(event, words));
  }
  if (!data.script) return element;
  for (const href of data.styles ?? []) needStyle(href);
  const { mount } = await load(data.script);
  mount({ element, ...withoutServer(JSON.stringify(data.value), words) }, {});
  return element;
}

/**
 * A button in HTML that Python wrote has nobody to ask: the heading says what would.
 * @param {Event} event
 * @param {Texts} words
 */
function sayItIsSaved(event, words) {
  const pressed = /** @type {Element} */ (event.target);
  const heading = pressed.closest(".st-saved")?.querySelector("header p");
  if (pressed.closest("button, input") && heading) heading.textContent = words.not_here;
}

/**
 * The rest of a stage's bridge: whatever it asks, the answer is that this is a saved view.
 * @param {string} value
 * @param {Texts} words
 */
function withoutServer(value, words) {
  const answer = async () => ({ error: words.not_here });
  const server = new Proxy({}, { get: () => answer });
  return { props: { value }, server, trigger() {}, watch() {}, saved: true };
}

/** @param {string} href as the page's own address has it: "show-and-tell/..." */
function needStyle(href) {
  const address = new URL(href.replace(/^[^/]+\//, ""), root()).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === address)) return;
  document.head.append(make("link", { rel: "stylesheet", href: address }));
}
