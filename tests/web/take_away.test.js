// The data that is taken away, as far as it needs no browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { asCsv, asJson, cell, opened, tablesOfData } from "../../assets/web/take_away/data.js";

test("a cell is quoted where CSV needs it, and is never a formula", () => {
  const cells = ["plain", 'say "hi", you', "=1+1", "-0.5", "+12 %", "−5", "@name", "a\nb"].map(
    cell,
  );
  assert.deepEqual(cells, [
    "plain",
    '"say ""hi"", you"',
    "'=1+1",
    "-0.5",
    "+12 %",
    "−5",
    "'@name",
    '"a\nb"',
  ]);
});

test("lists of records and of numbers are tables, inner ones too", () => {
  const data = {
    tokens: [
      { text: "a", p: 0.5, others: [{ text: "b", p: 0.25 }] },
      { text: "c", p: 1, others: [] },
    ],
    places: [
      [0, 1],
      [2, 3],
    ],
    note: "none",
  };
  assert.deepEqual(tablesOfData(data), [
    {
      title: "tokens",
      rows: [
        ["text", "p"],
        ["a", "0.5"],
        ["c", "1"],
      ],
    },
    {
      title: "tokens[0].others",
      rows: [
        ["text", "p"],
        ["b", "0.25"],
      ],
    },
    {
      title: "places",
      rows: [
        ["0", "1"],
        ["2", "3"],
      ],
    },
  ]);
});

test("the page's own texts and keys are no data", () => {
  const value = { words: { run: "Run" }, key: "secret", rows: [{ a: 1 }] };
  const fragments = [{ script: "x/stage.js", value }];
  assert.deepEqual(JSON.parse(asJson(fragments, "http://here/?tab=x")), {
    link: "http://here/?tab=x",
    parts: [{ drawn_by: "x/stage.js", data: { rows: [{ a: 1 }] } }],
  });
  assert.equal(asCsv(fragments), "\ufeffrows\r\na\r\n1\r\n");
});

test("a packed matrix of weights is numbers, and one that stays packed is no table", async () => {
  const data = deflateSync(Uint8Array.of(0, 255, 51, 102)).toString("base64");
  const packed = { bits: 8, shape: [2, 2], data };
  const value = { first: { weights: packed }, heads: [[packed]] };
  const [one] = await opened([{ script: "x/file.js", value }]);
  assert.deepEqual(tablesOfData(one.value), [
    {
      title: "first.weights",
      rows: [
        ["0", "1"],
        ["0.04", "0.16"],
      ],
    },
  ]);
});
