// @ts-check
// Where the tables stand: three bands, products below their matrices.

import { fill, make } from "../../shared/dom.js";
import { symbol, tableOf } from "./table.js";
import { columnsOf, rowsOf, SYMBOLS, YOURS } from "./tables.js";

/** @typedef {import("./stage.js").HandStage} Stage */
/** @typedef {(string | Node)[]} Formula */

const [X, Q, K, H] = ["x", "q", "k", "attended"];
/** What stands behind the symbol of a table. @type {Record<string, (words: Texts) => Formula>} */
const FORMULAS = {
  x: () => [" = ", symbol("embedding"), " + ", symbol("position")],
  q: () => [" = ", symbol(X), symbol("w_q")],
  k: () => [" = ", symbol(X), symbol("w_k")],
  v: () => [" = ", symbol(X), symbol("w_v")],
  joined: (words) => [` ${words.joined}`],
  attended: () => [" = ", symbol(X), " + ", symbol("joined"), symbol("w_o")],
  hidden: () => [" = max(0, ", symbol(H), symbol("w_1"), ")"],
  stream: () => [" = ", symbol(H), " + ", symbol("hidden"), symbol("w_2")],
  logits: () => [" = ", symbol("stream"), symbol("w_u")],
  probabilities: () => [" = softmax ", symbol("logits")],
};

/** The tables of a shape that is not on the page yet. @param {Stage} stage */
export function build(stage) {
  stage.cells.clear();
  stage.place.replaceChildren(...bands(stage));
  const { numbers, grids } = stage;
  const [width, hidden] = [grids.x[0].length, grids.hidden[0].length];
  const [rows, heads] = [numbers.tokens.length, numbers.heads];
  // In columns, each table's names counted as one: the widest band; in rows, all bands.
  const ofHeads = heads * (3 * rows + width / heads + 2);
  const rest = 6 * (Math.max(width, hidden, numbers.vocabulary.length) + 0.9);
  stage.place.style.setProperty("--across", `${Math.max(ofHeads, rest)}`);
  stage.place.style.setProperty("--down", `${3 * rows + width + Math.max(width, hidden)}`);
}

/** @param {Stage} stage @returns {HTMLElement[]} the three bands */
function bands(stage) {
  const { words } = stage;
  const own = (/** @type {string} */ name) => tableFor(stage, name);
  const top = ["embedding", "position", X, "w_q", Q, "w_k", K, "w_v", "v"].map(own);
  const legend = make("div", { class: "hw-legend" }, ...legendOf(words));
  const heads = Array.from({ length: stage.numbers.heads }, (_, head) => headOf(stage, head));
  const rest = ["joined", "w_o", H, "w_1", "hidden", "w_2", "stream", "w_u", "logits"];
  const after = make("div", { class: "hw-after", role: "note" });
  const last = [...rest, "probabilities"].map(own);
  return [
    band("hw-top", words.embeddings, [make("div", { class: "hw-grid" }, ...top, legend)]),
    band("hw-heads", words.attention, heads),
    band("hw-rest", words.rest, [make("div", { class: "hw-grid" }, ...last, after)]),
  ];
}

/** @param {string} name @param {string} label @param {Node[]} children */
const band = (name, label, children) =>
  make("section", { class: `hw-band ${name}`, "aria-label": label }, ...children);

/** @param {Stage} stage @param {string} name */
function tableFor(stage, name) {
  const { grids, numbers, words } = stage;
  const [rows, columns] = [grids[name].length, grids[name][0].length];
  const formula = FORMULAS[name]?.(words) ?? [];
  const shape = {
    name,
    label: SYMBOLS[name].filter(Boolean).join("_"),
    caption: [symbol(name), ...formula].map(asNode),
    rows: rowsOf(name, numbers, rows),
    columns: columnsOf(name, numbers, columns),
  };
  const changed = YOURS.includes(name) ? stage.changed : null;
  return tableOf(shape, stage.cells, changed);
}

/** The four tables of a head. @param {Stage} stage @param {number} head */
function headOf(stage, head) {
  const { grids, numbers, words } = stage;
  const below = numbers.heads > 1 ? `${head + 1}` : "";
  const size = grids.q[0].length / numbers.heads;
  const mask = numbers.causal ? ` ${words.mask}` : "";
  const of = (/** @type {string} */ name) => symbol(name, below);
  const transposed = make("sup", {}, "T");
  /** @type {[string, Formula][]} */
  const tables = [
    ["products", [of("products"), " = ", of(Q), of(K), transposed]],
    ["masked", [of("masked"), " = ", of("products"), ` ÷ √${size}${mask}`]],
    ["weights", [of("weights"), " = softmax ", of("masked")]],
    ["output", [of("output"), " = ", of("weights"), of("v")]],
  ];
  const made = tables.map(([name, caption]) => {
    const each = grids[name][0].length / numbers.heads;
    const from = head * each;
    const columns = columnsOf(name, numbers, grids[name][0].length);
    const own = columns.length === each ? columns : columns.slice(from, from + each);
    const label = `${SYMBOLS[name][0]}${below}`;
    const shape = { name, label, caption: caption.map(asNode), rows: numbers.tokens, columns: own };
    return tableOf({ ...shape, from }, stage.cells, null);
  });
  const looks = {
    class: "hw-row",
    role: "group",
    "aria-label": fill(words.head, { head: head + 1 }),
  };
  return make("div", looks, ...made);
}

/** @param {Texts} words */
function legendOf(words) {
  const keys = ["yours", "read", "written"].map((name) =>
    make("span", { class: `hw-key hw-key-${name}` }, words[`key_${name}`]),
  );
  return [make("p", {}, ...keys), make("p", {}, words.left_out)];
}

/** @param {string | Node} part */
const asNode = (part) => (typeof part === "string" ? document.createTextNode(part) : part);
