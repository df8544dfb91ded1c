// @ts-check
// The stage in an exported file: it brings every head's matrix, or of a long text one layer's.

import { fill } from "../shared/dom.js";
import { AttentionStage } from "./stage.js";

/** @typedef {import("../shared/packing.js").Packed} Packed */
/** @typedef {import("./stage.js").Look} Look */
/**
 * @typedef {import("./stage.js").AttentionData & {
 *   heads: Record<string, (Packed | null)[][]>,
 *   shown: Record<string, {rows: number[], columns: number[]}>
 * }} FileData the weights by stack, layer and head, and the tokens that they are of
 */

/**
 * In a saved view: the data comes as the component's value.
 * @param {Bridge} bridge
 */
export function mount({ element, props }) {
  open(element, JSON.parse(props.value ?? "{}"));
}

/**
 * @param {HTMLElement} element
 * @param {FileData} data
 */
export function open(element, data) {
  /** @param {{look: Look}} ask */
  const look = async ({ look: wanted }) => {
    const heads = data.heads[wanted.stack];
    const held = heads.findIndex(([first]) => first) + 1;
    const full = {
      ...wanted,
      layer: wanted.layer ?? held,
      head: wanted.head ?? 1,
      token: wanted.token ?? 1,
      average: "none",
    };
    const weights = heads[full.layer - 1][full.head - 1];
    if (!weights) return { error: fill(data.words.not_in_file, { layer: held }) };
    return { look: full, weights, ...data.shown[full.stack] };
  };
  const server = { look, row: async () => ({ error: "-" }) };
  const bridge = { element, props: { value: null }, server, trigger() {}, watch() {} };
  new AttentionStage(bridge, true).show(data);
}
