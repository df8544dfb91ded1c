// What the stages share, as far as it needs no browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { fill, percent, visible } from "../../assets/web/shared/dom.js";
import { css, rgbOf, textOn } from "../../assets/web/shared/heat.js";
import { bestFor, untilFetched } from "../../assets/web/shared/models.js";
import { unpack, unpackWeights } from "../../assets/web/shared/packing.js";
import { Widget } from "../../assets/web/shared/widget.js";

test("a share reads as a percentage, a tiny one as a power of ten", () => {
  const said = [1, 0.5, 0.0995, 0.0123, 0.0001, 0.00004, 1e-12, 0].map((share) => percent(share));
  assert.deepEqual(said, ["100 %", "50 %", "10 %", "1.2 %", "0.010 %", "10⁻⁴", "10⁻¹²", "0 %"]);
  assert.equal(percent(0.1234, 1), "12.3 %");
});

test("a text is filled with what there is, zero too", () => {
  assert.equal(fill("{step} of {steps}, {other}", { step: 0, steps: "6" }), "0 of 6, {other}");
});

test("blanks can be seen", () => {
  assert.equal(visible("a b\n\tc"), "a␣b⏎⇥c");
});

test("colours are read, written and written on", () => {
  assert.deepEqual(rgbOf("#fffbe0"), [255, 251, 224]);
  assert.equal(css([20, 40, 94], 0.5), "rgba(20,40,94,0.5)");
  assert.deepEqual([textOn([255, 251, 224]), textOn([20, 40, 94])], ["#000000", "#ffffff"]);
});

test("packed numbers come back in their shape, weights as squares of their levels", async () => {
  const data = deflateSync(Uint8Array.of(0, 51, 255, 102)).toString("base64");
  const levels = await unpack({ bits: 8, shape: [2, 2], data });
  assert.deepEqual(
    [levels.shape, [...levels.values]],
    [
      [2, 2],
      [0, 51, 255, 102],
    ],
  );
  const weights = await unpackWeights({ bits: 8, shape: [4], data });
  assert.deepEqual(
    [...weights.values].map((weight) => weight.toFixed(2)),
    ["0.00", "0.04", "1.00", "0.16"],
  );
});

test("a widget shows what comes, and clears when nothing does", () => {
  const seen = [];
  class Seen extends Widget {
    show(data) {
      seen.push(data);
    }
    clear() {
      seen.push(null);
    }
  }
  const props = { value: '{"a": 1}' };
  let change = () => {};
  const watch = (_, callback) => {
    change = callback;
  };
  new Seen({ props, watch }).follow();
  props.value = null;
  change();
  assert.deepEqual(seen, [{ a: 1 }, null]);
});

test("a section is offered the larger model of its own task", () => {
  const offer = (id) => ({ id, sentence: "", button: "", stop: "", failed: "" });
  const found = {
    generation: offer("qwen"),
    masked_word: offer("bert"),
    "attention-decoder": offer("gpt"),
  };
  const best = ["generation", "classification-gap", "classification-next", "attention"];
  assert.deepEqual(
    best.map((section) => bestFor(section, found)?.id),
    ["qwen", "bert", "bert", "gpt"],
  );
  assert.equal(bestFor("classification-zero_shot", found), undefined);
  assert.equal(bestFor("captioning-describe", found), undefined);
});

/** What a server says of the model "qwen", one look after the other; no time passes between. */
function lookingAt(t, ...looks) {
  const row = { id: "qwen", on_disk: false, download: null, error: null };
  const { fetch, setTimeout } = globalThis;
  globalThis.document = { baseURI: "http://localhost/" };
  globalThis.fetch = async () => {
    const next = looks.shift();
    if (!next) throw new Error("the server has gone");
    return { ok: true, json: async () => ({ models: [{ ...row, ...next }], offers: {} }) };
  };
  globalThis.setTimeout = (call) => queueMicrotask(call);
  t.after(() => Object.assign(globalThis, { fetch, setTimeout, document: undefined }));
}

const QWEN = { id: "qwen", sentence: "Better", button: "", stop: "", failed: "No answer" };
const HALF = { download: { done_bytes: 1, total_bytes: 2, words: "1 B / 2 B" } };

test("a download is told until it has ended, was stopped, or has failed", async (t) => {
  const words = { textContent: "" };
  lookingAt(t, {}, HALF, { on_disk: true }, HALF, {}, HALF, { error: "The disk is full" });
  assert.equal(await untilFetched(QWEN, words), "");
  assert.equal(words.textContent, "1 B / 2 B");
  assert.equal(await untilFetched(QWEN, words), "Better");
  assert.equal(await untilFetched(QWEN, words), "The disk is full");
});

test("a download that was stopped and is begun again is waited for", async (t) => {
  const words = { textContent: "" };
  lookingAt(t, HALF, {}, {}, HALF, { on_disk: true });
  assert.equal(await untilFetched(QWEN, words), "Better");
  assert.equal(await untilFetched(QWEN, words), "");
});
