// @ts-check
// The drawer of models behind the header's button, and the line under a bundled model's result that
// offers a larger one. What both say comes from the server (demos/shared/models_page.py).

const OURS = { "X-Show-And-Tell": "models" }; // another website's page cannot send this here
const EVERY = 1000; // ms between two looks
const KEPT = 30_000; // ms for which the offers are believed

/** @typedef {{ id: string, sentence: string, button: string, stop: string, failed: string }} Offer */
/** @typedef {{ done_bytes: number, total_bytes: number, words: string }} Fetched */
/** @typedef {{ id: string, on_disk: boolean, download: Fetched | null, error: string | null }} Model */
/** @typedef {{ models: Model[], offers: Record<string, Record<string, Offer>> }} Listing */

/** @param {string} path */
const address = (path) => new URL(path, document.baseURI);
/** @param {number} ms */
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns {Promise<Listing>} */
async function listing() {
  const answer = await fetch(address("models.json"));
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

/**
 * Do something with a model; what was wrong, in words, or "".
 * @param {string} model
 * @param {string} action
 */
async function press(model, action) {
  const path = `models/${encodeURIComponent(model)}/${action}`;
  const answer = await fetch(address(path), { method: "POST", headers: OURS });
  return answer.ok ? "" : String((await answer.json()).error);
}

/** The drawer opens with the header's button, and is drawn again every second while it is open. */
function drawer() {
  const dialog = document.createElement("dialog");
  dialog.id = "st-models";
  dialog.className = "st-models";
  dialog.setAttribute("aria-labelledby", "st-models-title");
  document.body.append(dialog);
  let shown = "";

  async function draw() {
    const answer = await fetch(address("models.html"));
    const html = await answer.text();
    if (!answer.ok || html === shown) return;
    const held = document.activeElement?.closest("[data-model]")?.getAttribute("data-model");
    shown = html;
    dialog.innerHTML = html;
    const again = held && dialog.querySelector(`[data-model="${CSS.escape(held)}"] button`);
    if (again instanceof HTMLElement) again.focus();
  }

  async function open() {
    dialog.showModal();
    while (dialog.open) {
      await draw().catch(() => undefined); // the server may be busy; the next look comes
      await later(EVERY);
    }
  }

  dialog.addEventListener("click", async (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const action = target.closest("[data-action]")?.getAttribute("data-action");
    if (target === dialog || action === "close") return dialog.close();
    const row = target.closest("[data-model]");
    if (!action || !row) return;
    const problem = await press(row.getAttribute("data-model") ?? "", action);
    await draw();
    if (problem) say(row.getAttribute("data-model") ?? "", problem);
  });

  /**
   * @param {string} model
   * @param {string} problem
   */
  function say(model, problem) {
    const line = document.createElement("p");
    line.className = "st-model-error";
    line.setAttribute("role", "alert");
    line.textContent = problem;
    dialog.querySelector(`[data-model="${CSS.escape(model)}"]`)?.append(line);
  }
  return open;
}

/** @type {Promise<Listing> | null} */
let asked = null;
let askedAt = 0;

function offers() {
  if (!asked || Date.now() - askedAt > KEPT) {
    asked = listing();
    askedAt = Date.now();
  }
  return asked.catch(() => null);
}

/**
 * Under the card of a run that a bundled model did, what would do better.
 * @param {Element} card
 */
async function offer(card) {
  const name = card.querySelector("dl dd")?.textContent ?? "";
  const place = card.closest('[id$="-card"]');
  const found = name && place ? (await offers())?.offers[name] : undefined;
  if (!found || !place || !card.isConnected || card.querySelector(".st-offer")) return;
  const section = place.id.replace(/-card$/, "");
  const best = bestFor(section, found);
  if (best) card.append(line(best, section));
}

const GAPS = ["classification-gap", "classification-next"]; // sections of a task of their own

/**
 * A model may have rows in several tasks: the offer is one of this section's.
 * @param {string} section
 * @param {Record<string, Offer>} found
 */
export function bestFor(section, found) {
  const tab = section.split("-")[0] ?? "";
  if (GAPS.includes(section)) return found.masked_word;
  if (tab === "classification") return found.zero_shot;
  if (tab !== "attention") return found[tab];
  return Object.entries(found).find(([task]) => task.startsWith("attention"))?.[1];
}

/**
 * @param {Offer} best
 * @param {string} section What the ids of the section's buttons begin with.
 */
function line(best, section) {
  const place = document.createElement("p");
  place.className = "st-offer";
  const words = document.createElement("span");
  words.textContent = best.sentence;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = best.button;
  button.addEventListener("click", () => fetchAndRun(best, words, button, section));
  place.append(words, button);
  return place;
}

/**
 * @param {Offer} best
 * @param {HTMLElement} words
 * @param {HTMLButtonElement} button
 * @param {string} section
 */
async function fetchAndRun(best, words, button, section) {
  if (button.dataset.running) {
    await press(best.id, "stop");
    return;
  }
  button.dataset.running = "yes";
  button.textContent = best.stop;
  words.setAttribute("role", "status");
  const problem = await press(best.id, "download").catch(() => best.failed);
  const ended = problem || (await untilFetched(best, words).catch(() => best.failed));
  delete button.dataset.running;
  button.textContent = best.button;
  words.textContent = ended || best.sentence;
  asked = null;
  if (!ended && words.isConnected) runAgain(section);
}

/**
 * A chat has emptied its field: there an unseen button asks the last question again.
 * @param {string} section
 */
function runAgain(section) {
  const same = document.getElementById(`${section}-same`);
  (same ?? document.getElementById(`${section}-run`))?.click();
}

/**
 * Says how far the download is until it has ended; what was wrong, or "" where the model is here.
 * @param {Offer} best
 * @param {{ textContent: string | null }} words
 */
export async function untilFetched(best, words) {
  let begun = false;
  while (true) {
    const now = (await listing()).models.find((model) => model.id === best.id);
    if (!now || now.error) return now?.error ?? best.failed;
    if (now.on_disk) return "";
    if (!now.download && begun) return best.sentence; // it was stopped
    if (now.download) {
      begun = true;
      words.textContent = now.download.words;
    }
    await later(EVERY);
  }
}

/** From now on the header's button opens the drawer, and results of bundled models have an offer. */
export function watchModels() {
  /** @type {(() => void) | null} */
  let open = null;
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (!target.closest?.("#st-models-open")) return;
    open ??= drawer();
    open();
  });
  const watch = new MutationObserver((changes) => {
    for (const change of changes) {
      for (const added of change.addedNodes) {
        if (!(added instanceof Element)) continue;
        const card = added.matches(".st-card") ? added : added.querySelector(".st-card");
        if (card) offer(card);
      }
    }
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
}
