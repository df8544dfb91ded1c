// @ts-check
// Arrows lead through the steps and cells, wherever nothing else has a use for them.

/** @typedef {import("./stage.js").HandStage} Stage */

const BUSY = "input, textarea, select, [contenteditable=true], [role=tab], [role=slider]";

/** @param {Stage} stage */
export function watchKeys(stage) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!stage.data || !stage.element.offsetParent || document.querySelector("dialog[open]"))
      return;
    const target = /** @type {Element} */ (event.target);
    const isInside = stage.element.contains(target);
    if (target.closest?.(BUSY) || !(isInside || target === document.body)) return;
    const act = actionOf(stage, event.key, isInside);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** @param {Stage} stage @param {string} key @param {boolean} isInside */
function actionOf(stage, key, isInside) {
  /** @type {Record<string, () => void>} */
  const steps = { ArrowLeft: () => stage.by(-1), ArrowRight: () => stage.by(1) };
  /** @type {Record<string, () => void>} up and down scroll the page elsewhere */
  const cells = { ArrowUp: () => stage.cellBy(-1), ArrowDown: () => stage.cellBy(1) };
  return steps[key] ?? (isInside && stage.step !== "whole" ? cells[key] : undefined);
}
