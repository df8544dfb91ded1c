// @ts-check
// The enlarged part of a long text's matrix.

export const ZOOM = 44; // tokens on a side

/**
 * Where the largest weight is.
 * @param {number[]} weights
 */
const strongest = (weights) => weights.indexOf(Math.max(...weights));

/**
 * The part of the matrix that is seen: all of it, or, enlarged, what surrounds the pinned token.
 * @param {import("./stage.js").AttentionStage} stage
 * @returns {import("./canvas.js").Window}
 */
export function windowOf(stage) {
  const [rows, columns] = stage.matrix.shape;
  if (!stage.zoom[stage.panel] || !stage.canZoom) return { r0: 0, r1: rows, c0: 0, c1: columns };
  const row = Math.max(0, stage.rowAt.indexOf(stage.look.token - 1));
  const isSquare = stage.stack.rows === stage.stack.columns;
  const column = isSquare
    ? stage.columnAt.findIndex((index) => index >= stage.rowAt[row])
    : strongest(stage.rowWeights(row));
  const [r0, r1] = span(row, rows);
  const [c0, c1] = span(Math.max(0, column), columns);
  return { r0, r1, c0, c1 };
}

/**
 * ZOOM places around one, of `count`.
 * @param {number} middle
 * @param {number} count
 */
function span(middle, count) {
  const first = Math.max(0, Math.min(count - ZOOM, middle - Math.floor(ZOOM * 0.7)));
  return [first, Math.min(count, first + ZOOM)];
}
