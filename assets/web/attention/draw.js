// Pictures of attention on canvas: heat-maps, thumbnails, strips of numbers.
// Weights are drawn by the one colour scale of the app (--st-heat), at the square root of the
// weight, so that small ones can be seen; numbers are always shown as they are.

(() => {
  const parts = ((window.showTell ??= {}).attentionParts ??= {});

  // ---- data ----

  // What backend/packing.py packs: {bits, shape, data} -> {shape, values, level(i)}.
  async function unpack(packed) {
    const text = atob(packed.data);
    const raw = new Uint8Array(text.length);
    for (let at = 0; at < raw.length; at += 1) raw[at] = text.charCodeAt(at); // `from` is far slower
    const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
    const buffer = await new Response(stream).arrayBuffer();
    const Kind = { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }[packed.bits];
    return { shape: packed.shape, values: new Kind(buffer), bits: packed.bits };
  }

  // Levels -> weights: w = (level / scale)².
  function weightsOf({ shape, values, bits }) {
    const scale = 2 ** bits - 1;
    const weights = new Float32Array(values.length);
    for (let at = 0; at < weights.length; at += 1) weights[at] = (values[at] / scale) ** 2;
    return { shape, bits, values: weights };
  }

  // ---- colours ----

  const tables = new Map();
  function table(name) {
    if (!tables.has(name)) {
      tables.set(name, sampled(getComputedStyle(document.documentElement).getPropertyValue(name)));
    }
    return tables.get(name);
  }

  // 256 colours of a CSS gradient, as [r, g, b].
  function sampled(gradient) {
    const stops = gradient
      .match(/#[0-9a-f]{6}/gi)
      .map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    return Array.from({ length: 256 }, (_, index) => {
      const position = (index / 255) * (stops.length - 1);
      const left = Math.min(Math.floor(position), stops.length - 2);
      return stops[left].map((low, channel) =>
        Math.round(low + (stops[left + 1][channel] - low) * (position - left)),
      );
    });
  }

  const heatIndex = (weight) => Math.round(Math.sqrt(Math.min(Math.max(weight, 0), 1)) * 255);
  const heat = (weight) => table("--st-heat")[heatIndex(weight)];
  const css = (rgb, alpha = 1) => `rgba(${rgb.join(",")},${alpha})`;
  const rgbOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  // Black or white, whichever has the better contrast (WCAG 2.2); one always reaches 4.5 to 1.
  const linear = (channel) =>
    channel <= 10.3 ? channel / 3294.6 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const textOn = (rgb) => (luminance(rgb) > 0.179 ? "#000000" : "#ffffff");
  const signed = (value, largest) =>
    table("--st-signed")[
      Math.round(127.5 + 127.5 * Math.max(-1, Math.min(1, value / (largest || 1))))
    ];
  const styleOf = (canvas, name) => getComputedStyle(canvas).getPropertyValue(name).trim();

  // ---- canvas ----

  // A canvas of that many CSS pixels, sharp on every screen.
  function prepared(canvas, width, height) {
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  // A matrix as a picture of one pixel a cell.
  function picture(rows, columns, colourAt) {
    const small = document.createElement("canvas");
    small.width = columns;
    small.height = rows;
    const context = small.getContext("2d");
    const image = context.createImageData(columns, rows);
    const { data } = image;
    for (let cell = 0, at = 0; cell < rows * columns; cell += 1, at += 4) {
      [data[at], data[at + 1], data[at + 2]] = colourAt(cell);
      data[at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    return small;
  }

  // Kept with the matrix: pointing at a cell draws the frame anew, not a quarter of a million cells.
  function pictureOf(matrix, window) {
    const { r0, r1, c0, c1 } = window;
    const part = `${r0} ${r1} ${c0} ${c1}`;
    if (matrix.pictured === part) return matrix.picture;
    const columns = matrix.shape[1];
    const wide = c1 - c0;
    matrix.picture = picture(r1 - r0, wide, (cell) =>
      heat(matrix.values[(r0 + Math.floor(cell / wide)) * columns + c0 + (cell % wide)]),
    );
    matrix.pictured = part;
    return matrix.picture;
  }

  const FONT =
    '"Atkinson Hyperlegible Next", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
  const font = (size, weight = 400) => `${weight} ${size}px ${FONT}`;

  function shortened(context, text, width) {
    if (context.measureText(text).width <= width) return text;
    const letters = Array.from(text);
    let end = letters.length;
    while (end > 1 && context.measureText(`${letters.slice(0, end).join("")}…`).width > width)
      end -= 1;
    return `${letters.slice(0, end).join("")}…`;
  }

  // ---- all heads ----

  // thumbs: {shape: [layers, heads, r, c], values}. Returns where each thumbnail stands.
  function drawThumbs(canvas, thumbs, width, height, words, chosen) {
    const [layers, heads, rows, columns] = thumbs.shape;
    const left = 30;
    const top = 22;
    const gap = layers * heads > 150 ? 2 : 4;
    const room = { x: (width - left) / heads, y: (height - top) / layers };
    const cell = Math.max(14, Math.min(room.x, room.y, 112));
    const high = top + cell * layers;
    const context = prepared(canvas, left + cell * heads, high);
    const lut = table("--st-heat");
    const pictures = (thumbs.pictures ??= []);
    const size = rows * columns;
    context.imageSmoothingEnabled = false;
    for (let layer = 0; layer < layers; layer += 1) {
      for (let head = 0; head < heads; head += 1) {
        const from = (layer * heads + head) * size;
        const small = (pictures[layer * heads + head] ??= picture(
          rows,
          columns,
          (at) => lut[thumbs.values[from + at]],
        ));
        context.drawImage(small, left + head * cell, top + layer * cell, cell - gap, cell - gap);
      }
    }
    context.fillStyle = styleOf(canvas, "--st-quiet");
    context.font = font(Math.min(14, cell * 0.6), 600);
    context.textAlign = "center";
    for (let head = 0; head < heads; head += 1)
      context.fillText(`${head + 1}`, left + head * cell + (cell - gap) / 2, 15);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (let layer = 0; layer < layers; layer += 1)
      context.fillText(`${layer + 1}`, left - 8, top + layer * cell + (cell - gap) / 2);
    if (chosen.layer !== null || chosen.head !== null) {
      const at = {
        x: chosen.head === null ? left : left + chosen.head * cell,
        y: chosen.layer === null ? top : top + chosen.layer * cell,
      };
      const wide = (chosen.head === null ? heads * cell : cell) - gap;
      const tall = (chosen.layer === null ? layers * cell : cell) - gap;
      context.lineWidth = 3;
      context.strokeStyle = styleOf(canvas, "--st-chosen");
      context.strokeRect(at.x - 1.5, at.y - 1.5, wide + 3, tall + 3);
    }
    return { left, top, cell, layers, heads };
  }

  // ---- one head as a heat-map ----

  const LABELS = { left: 112, top: 92 };

  function drawHeat(canvas, scene, width, height) {
    const { matrix, rows, columns, window: seen, active } = scene;
    const tall = seen.r1 - seen.r0;
    const wide = seen.c1 - seen.c0;
    const left = Math.min(LABELS.left, width * 0.28);
    const over = 34; // the last name leans out to the right
    const cell = Math.max(
      Math.min((width - left - over) / wide, (height - LABELS.top) / tall, 64),
      0.5,
    );
    const context = prepared(canvas, width, LABELS.top + cell * tall + 6);
    const box = { left, top: LABELS.top, cell, ...seen };
    context.imageSmoothingEnabled = false;
    context.drawImage(pictureOf(matrix, seen), left, LABELS.top, cell * wide, cell * tall);
    const gap = cell > 12 ? 1 : 0;
    if (gap) ruled(context, box, wide, tall, styleOf(canvas, "--st-paper"));
    if (cell >= 38) numbered(context, scene, box);
    const size = Math.max(10, Math.min(16, cell * 0.75));
    labelled(context, canvas, scene, box, size);
    if (active.row !== null) framed(context, canvas, box, active, wide, tall);
    return box;
  }

  function ruled(context, box, wide, tall, colour) {
    context.fillStyle = colour;
    for (let row = 1; row < tall; row += 1)
      context.fillRect(box.left, box.top + row * box.cell - 0.5, wide * box.cell, 1);
    for (let column = 1; column < wide; column += 1)
      context.fillRect(box.left + column * box.cell - 0.5, box.top, 1, tall * box.cell);
  }

  function numbered(context, { matrix }, box) {
    context.font = font(Math.min(14, box.cell * 0.3));
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let row = box.r0; row < box.r1; row += 1) {
      for (let column = box.c0; column < box.c1; column += 1) {
        const weight = matrix.values[row * matrix.shape[1] + column];
        if (weight < 0.005) continue;
        context.fillStyle = textOn(heat(weight));
        const x = box.left + (column - box.c0 + 0.5) * box.cell;
        context.fillText(
          weight.toFixed(2).replace(/^0/, ""),
          x,
          box.top + (row - box.r0 + 0.5) * box.cell,
        );
      }
    }
  }

  // Token names; where there is no room for all, only every n-th and the active ones.
  function labelled(context, canvas, { rows, columns, active, matrix }, box, size) {
    const every = Math.max(1, Math.ceil((size + 2) / box.cell));
    const strong = strongestColumns(matrix, active.row, every > 1 ? 4 : 0);
    const quiet = styleOf(canvas, "--st-quiet");
    const bold = styleOf(canvas, "--st-ink");
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (let row = box.r0; row < box.r1; row += 1) {
      const isActive = row === active.row;
      if (!isActive && ((row - box.r0) % every || near(row, active.row, every))) continue;
      context.font = font(size, isActive ? 700 : 400);
      context.fillStyle = isActive ? bold : quiet;
      context.fillText(
        shortened(context, rows[row].label, box.left - 12),
        box.left - 7,
        box.top + (row - box.r0 + 0.5) * box.cell,
      );
    }
    context.textAlign = "left";
    for (let column = box.c0; column < box.c1; column += 1) {
      const isActive = column === active.column || strong.includes(column);
      const shadowed = [active.column, ...strong].some((other) => near(column, other, every));
      if (!isActive && ((column - box.c0) % every || shadowed)) continue;
      context.save();
      context.translate(box.left + (column - box.c0 + 0.5) * box.cell, box.top - 6);
      context.rotate(-Math.PI / 3);
      context.font = font(size, isActive ? 700 : 400);
      context.fillStyle = isActive ? bold : quiet;
      context.fillText(shortened(context, columns[column].label, 92), 0, 0);
      context.restore();
    }
  }

  const near = (index, other, every) =>
    every > 1 &&
    other !== null &&
    other !== undefined &&
    index !== other &&
    Math.abs(index - other) < every;

  function strongestColumns(matrix, row, count) {
    if (row === null || !count) return [];
    const columns = matrix.shape[1];
    const weights = Array.from(
      matrix.values.slice(row * columns, (row + 1) * columns),
      (weight, column) => ({ weight, column }),
    );
    const apart = [];
    for (const { column } of weights.sort((a, b) => b.weight - a.weight)) {
      if (apart.every((other) => Math.abs(other - column) > 6)) apart.push(column);
      if (apart.length === count) break;
    }
    return apart;
  }

  function framed(context, canvas, box, active, wide, tall) {
    context.strokeStyle = styleOf(canvas, "--st-chosen");
    context.lineWidth = 2.5;
    const inside = (index, low, high) => index !== null && index >= low && index < high;
    if (inside(active.row, box.r0, box.r1)) {
      context.strokeRect(
        box.left - 1,
        box.top + (active.row - box.r0) * box.cell - 1,
        wide * box.cell + 2,
        Math.max(box.cell, 2) + 2,
      );
    }
    if (inside(active.column, box.c0, box.c1)) {
      context.lineWidth = 1.5;
      context.strokeRect(
        box.left + (active.column - box.c0) * box.cell - 1,
        box.top - 1,
        Math.max(box.cell, 2) + 2,
        tall * box.cell + 2,
      );
    }
  }

  // ---- strips ----

  // Numbers as one row of coloured cells: negative orange, positive blue.
  function drawStrip(canvas, values, largest, width = 160, height = 18) {
    const context = prepared(canvas, width, height);
    context.imageSmoothingEnabled = false;
    const small = picture(1, values.length, (cell) => signed(values[cell], largest));
    context.drawImage(small, 0, 0, width, height);
  }

  // Any matrix (r, c) of weights or of signed numbers, cells as large as they fit; right of `left`,
  // where the rows are numbered if there is room.
  function drawMatrix(canvas, matrix, width, height, kind = "heat", left = 0) {
    const [rows, columns] = matrix.shape;
    const context = prepared(canvas, width, height);
    context.imageSmoothingEnabled = false;
    context.fillStyle = styleOf(canvas, "--st-quiet");
    context.font = font(12, 600);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (let row = 0; left && row < rows; row += 1)
      context.fillText(`${row + 1}`, left - 8, ((row + 0.5) * height) / rows);
    const colour =
      kind === "heat"
        ? (cell) => heat(matrix.values[cell])
        : (cell) => signed(matrix.values[cell], 1);
    context.drawImage(picture(rows, columns, colour), left, 0, width - left, height);
  }

  // A copy of a canvas on the paper's colour: alone, its light letters would stand on nothing.
  function onPaper(canvas) {
    const { width, height } = canvas;
    const page = Object.assign(document.createElement("canvas"), { width, height });
    const context = page.getContext("2d");
    context.fillStyle = styleOf(canvas, "--st-paper");
    context.fillRect(0, 0, width, height);
    context.drawImage(canvas, 0, 0);
    return page;
  }

  Object.assign(parts, {
    unpack,
    onPaper,
    weightsOf,
    heat,
    css,
    textOn,
    prepared,
    styleOf,
    rgbOf,
    font,
    shortened,
    drawThumbs,
    drawHeat,
    drawStrip,
    drawMatrix,
  });
})();
