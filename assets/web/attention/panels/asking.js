// @ts-check
// What a view asks of the server: at once, or as a run of the model (`stage.measure`).

import { buildExports } from "../exports.js";
import { problem, status } from "./parts.js";

/** @typedef {import("../stage.js").AttentionStage} Stage */

/**
 * The answer counts only if nothing else was asked for meanwhile: null otherwise, and where the
 * view shows an error.
 * @param {Stage} stage
 * @param {"steps" | "rollout"} name
 */
export async function ask(stage, name) {
  const asking = {};
  stage.asking = asking;
  const answer = await stage.server[name]({ key: stage.data.key, look: stage.look });
  if (stage.asking !== asking) return null;
  if (!answer.error) return answer;
  stage.drawPanel = null;
  stage.parts.panel.replaceChildren(problem(answer.error));
  buildExports(stage);
  return null;
}

/**
 * What a run of the model sends for a view: progress, an error, or what was measured.
 * @typedef {{key: string, what: "lens" | "effect", number: number, busy?: string, error?: string}} Measured
 */

/**
 * Where a view waits for that.
 * @param {Stage} stage
 * @param {Measured} value
 * @returns {HTMLElement | null} null if something else was asked for meanwhile
 */
export function holderOf(stage, { what, number }) {
  if (number !== stage.measuring?.number) return null;
  return stage.parts.panel.querySelector(`.at-answer[data-what="${what}"]`);
}

/**
 * Shows progress or an error; true if it was one of them.
 * @param {HTMLElement} holder
 * @param {Measured} value
 */
export function isUnfinished(holder, { busy, error }) {
  if (error) holder.replaceChildren(problem(error));
  else if (busy) holder.replaceChildren(status(busy));
  return Boolean(error || busy);
}
