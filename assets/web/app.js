// @ts-check
// What the page does without asking the server: the address bar, the clipboard, scrolling.
// Python names these functions (demos/shared/stage.py, `call`).

import { embed } from "./shared/embed.js";
import { onOpen, watchHistory } from "./shared/history.js";
import { watchLight } from "./shared/light.js";
import { watchModels } from "./shared/models.js";
import { watchInvitations } from "./shared/saved.js";
import { watchKeys } from "./shared/shortcuts.js";
import { watchForms } from "./shared/stale.js";

const KEPT = ["embed", "background", "__theme"]; // parameters of the page, not of a tab

const url = () => new URL(window.location.href);
/** @param {URL} address */
const show = (address) => window.history.replaceState(window.history.state, "", address);

/**
 * "?tab=..." becomes the address, goes to the clipboard, and comes back whole.
 * @param {string} query
 */
export async function copyLink(query) {
  if (!query.startsWith("?")) return query;
  const address = url();
  /** @type {[string, string][]} */
  const kept = [];
  for (const name of KEPT) {
    const value = address.searchParams.get(name);
    if (value !== null) kept.push([name, value]);
  }
  address.search = query;
  show(address);
  const link = address.href;
  for (const [name, value] of kept) address.searchParams.set(name, value);
  show(address);
  const field = document.getElementById(`st-link-${address.searchParams.get("tab")}`);
  try {
    await navigator.clipboard.writeText(link);
    field?.classList.add("st-copied");
  } catch {
    // No permission, or no https: the field shows the link, to be copied by hand.
    field?.classList.remove("st-copied");
  }
  return link;
}

/**
 * On a phone the result stands below the form: bring it into view when a run starts.
 * Of a tab with tabs inside it, the result of the open one.
 * @param {string} id
 */
export function reveal(id) {
  if (window.innerWidth >= 768) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const place = document.getElementById(id);
  /** @type {NodeListOf<HTMLElement> | undefined} */
  const results = place?.querySelectorAll('[role="tabpanel"] [id$="-result"]');
  const shown = [...(results ?? [])].find((result) => result.offsetParent) ?? place;
  shown?.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
}

/**
 * The link has been read and the form filled: from here on nothing changes by itself. gradio mounts
 * the open tab's fields after that, and a frame later writes their first values over what they hold.
 */
export function opened() {
  if (!document.querySelector('[role="tabpanel"] :is(textarea, input)')) {
    setTimeout(opened, 50);
    return;
  }
  const mark = () => {
    document.documentElement.classList.add("st-opened");
    onOpen();
  };
  requestAnimationFrame(() => requestAnimationFrame(mark));
}

embed();
watchLight();
watchKeys();
watchInvitations();
watchForms();
watchHistory();
watchModels();
