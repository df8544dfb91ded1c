// @ts-check
// A long text's picture has 8 bits a cell; the row whose numbers are read comes exactly.

import { unpack } from "../shared/packing.js";
import { paintTokens, read } from "./tokens.js";

const PAUSE = 90; // ms that a row is pointed at before its exact weights are asked for

/** @param {import("./stage.js").AttentionStage} stage */
export function wantExact(stage) {
  const { row } = stage.active;
  if (stage.matrix.bits !== 8 || row === null || stage.exact.has(row)) return;
  clearTimeout(stage.wanting);
  stage.wanting = setTimeout(async () => {
    const { matrix, exact } = stage;
    const look = { ...stage.look, token: stage.rowAt[row] + 1 };
    const answer = await stage.server.row({ key: stage.data.key, look });
    if (answer.error) return;
    exact.set(row, (await unpack(answer.weights)).values);
    if (matrix !== stage.matrix) return; // another one is on screen
    paintTokens(stage);
    read(stage);
  }, PAUSE);
}
