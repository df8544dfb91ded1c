// One head as lines: from the tokens that look to those looked at, as thick as the weights.

(() => {
  const parts = window.showTell.attentionParts;
  const { prepared, styleOf, rgbOf, font, shortened, css } = parts;

  function drawLines(canvas, scene, width) {
    const { matrix, rows, columns, window: seen, active } = scene;
    const count = Math.max(seen.r1 - seen.r0, seen.c1 - seen.c0);
    const step = Math.max(17, Math.min(44, 620 / count));
    const top = 34;
    const height = top + step * count + 8;
    const context = prepared(canvas, width, height);
    const side = Math.min(190, width * 0.32);
    const box = { step, top, side, left: side, right: width - side, ...seen };
    const y = (index, first) => top + (index - first + 0.5) * step;
    const accent = rgbOf(styleOf(canvas, "--st-accent"));
    const chosen = rgbOf(styleOf(canvas, "--st-chosen"));
    const drawn = [];
    for (let row = seen.r0; row < seen.r1; row += 1) {
      if (active.row !== null && row !== active.row) continue;
      for (let column = seen.c0; column < seen.c1; column += 1) {
        const weight = matrix.values[row * matrix.shape[1] + column];
        if (weight > 0.004) drawn.push({ row, column, weight });
      }
    }
    drawn.sort((a, b) => a.weight - b.weight);
    for (const { row, column, weight } of drawn.slice(-4000)) {
      context.beginPath();
      context.moveTo(box.left + 6, y(row, seen.r0));
      context.bezierCurveTo(
        width / 2,
        y(row, seen.r0),
        width / 2,
        y(column, seen.c0),
        box.right - 6,
        y(column, seen.c0),
      );
      context.strokeStyle = css(
        active.column === column ? chosen : accent,
        Math.min(1, 0.18 + weight * 0.82),
      );
      context.lineWidth = 0.8 + weight * Math.min(11, step * 0.45);
      context.stroke();
    }
    named(context, canvas, scene, box, y);
    return box;
  }

  function named(context, canvas, { matrix, rows, columns, active, words }, box, y) {
    const quiet = styleOf(canvas, "--st-quiet");
    const bold = styleOf(canvas, "--st-ink");
    const size = Math.max(12, Math.min(19, box.step * 0.62));
    context.textBaseline = "middle";
    context.font = font(14, 600);
    context.fillStyle = quiet;
    context.textAlign = "right";
    context.fillText(words.from, box.left - 6, 14);
    context.textAlign = "left";
    context.fillText(words.to, box.right + 6, 14);
    context.textAlign = "right";
    for (let row = box.r0; row < box.r1; row += 1) {
      const isActive = row === active.row;
      context.font = font(size, isActive ? 700 : 400);
      context.fillStyle = isActive || active.row === null ? bold : quiet;
      context.fillText(
        shortened(context, rows[row].label, box.left - 14),
        box.left - 6,
        y(row, box.r0),
      );
    }
    context.textAlign = "left";
    for (let column = box.c0; column < box.c1; column += 1) {
      const weight = active.row === null ? 0 : matrix.values[active.row * matrix.shape[1] + column];
      const isStrong = column === active.column || weight >= 0.1;
      context.font = font(size, isStrong ? 700 : 400);
      context.fillStyle = isStrong || active.row === null ? bold : quiet;
      const number = active.row !== null && weight >= 0.005 ? `  ${weight.toFixed(2)}` : "";
      context.fillText(
        shortened(context, columns[column].label, Math.min(118, box.side - 48)) + number,
        box.right + 6,
        y(column, box.c0),
      );
    }
  }

  Object.assign(parts, { drawLines });
})();
