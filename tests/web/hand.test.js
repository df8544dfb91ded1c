// By hand: figures, what a step reads, and sums written out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { figure, term } from "../../assets/web/attention/hand/figures.js";
import { carried, reads } from "../../assets/web/attention/hand/flow.js";
import { byPowers, written } from "../../assets/web/attention/hand/sums.js";

const HALF = [
  [0.5, 0.5, 1, 0],
  [1, 0, 0.5, 0.5],
];
const grids = {
  x: [
    [1, -2],
    [0, 3],
  ],
  w_q: [
    [2, 0],
    [1, -1],
  ],
  q: [
    [0, 2],
    [3, -3],
  ],
  k: [
    [1, 1],
    [2, 0],
  ],
  products: [
    [0, 0, 2, 0],
    [3, 6, -3, 0],
  ],
  scaled: HALF,
  masked: [
    [0.5, null, 1, null],
    [1, 0, 0.5, 0.5],
  ],
  weights: HALF,
  v: [
    [4, 5],
    [6, 7],
  ],
  output: [
    [5, 5],
    [4, 6],
  ],
};

test("figures are short, and say minus and infinity as people write them", () => {
  const said = [0.1 + 0.2, 1, -0.0004, -1.2345, 12.345, 123.45, 12345.6, 3e8, -3e8, null];
  const texts = ["0.3", "1", "0", "−1.23", "12.35", "123.5", "12346", "3.0e+8", "−3.0e+8", "−∞"];
  assert.deepEqual(said.map(figure), texts);
  assert.equal(term(-0.5), "(−0.5)");
});

test("a product reads a row and a column", () => {
  assert.deepEqual(reads("query", { row: 1, column: 0 }, grids, 2), [
    { name: "x", rows: [1, 2], columns: [0, 2] },
    { name: "w_q", rows: [0, 2], columns: [0, 1] },
  ]);
  assert.equal(written("query", { row: 0, column: 1 }, grids, 2), "1·0 + (−2)·(−1) = 2");
});

test("a head reads its own columns", () => {
  const cell = { row: 1, column: 3 }; // the second word's score for the second word, head 2
  assert.deepEqual(reads("scores", cell, grids, 2), [
    { name: "q", rows: [1, 2], columns: [1, 2] },
    { name: "k", rows: [1, 2], columns: [1, 2] },
  ]);
  assert.equal(written("scores", cell, grids, 2), "−3·0 = 0");
  assert.equal(written("mix", { row: 0, column: 1 }, grids, 2), "1·5 + 0·7 = 5");
});

test("the mask adds minus infinity, and softmax makes nothing of it", () => {
  const cell = { row: 0, column: 1 };
  assert.equal(written("mask", cell, grids, 2), "0.5 + (−∞) = −∞");
  const sum = "e^(−∞) ÷ (e^0.5 + e^(−∞)) = 0 ÷ 1.65 = 0.5";
  assert.equal(written("softmax", cell, grids, 2), sum);
});

test("exponents are found, and the sum keeps its own parentheses", () => {
  const parts = ["", "3.56", " ÷ (", "−0.5", " + ", "3.56", ") = 35.16"];
  assert.deepEqual(byPowers("e^3.56 ÷ (e^(−0.5) + e^3.56) = 35.16"), parts);
  assert.deepEqual(byPowers("e^3.0e+8"), ["", "3.0e+8", ""]);
});

test("the next table's cell belongs to the same word and head", () => {
  const cell = { row: 1, column: 3 };
  assert.deepEqual(carried("weights", "output", cell, grids, 2), { row: 1, column: 1 });
  assert.deepEqual(carried("output", "weights", { row: 0, column: 1 }, grids, 2), {
    row: 0,
    column: 2,
  });
  assert.deepEqual(carried("weights", "", cell, grids, 2), cell);
});
