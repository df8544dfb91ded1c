// The map of pictures: one sheet of small squares drawn on a canvas, words above, a picture on hover.

(() => {
  const EDGE = 0.06; // of the canvas, free on each side
  const HEIGHT = 0.62; // of its width
  const NEAR = 40; // pixels from which a picture answers to the pointer

  const make = (name, className, parent) => {
    const element = document.createElement(name);
    element.className = className;
    parent?.append(element);
    return element;
  };

  // Where a place from 0 to 1 falls on the canvas; the second axis points up.
  const spot = ([x, y], width, height) => [
    (EDGE + x * (1 - 2 * EDGE)) * width,
    (1 - EDGE - y * (1 - 2 * EDGE)) * height,
  ];

  function paint(canvas, sheet, data, chosen) {
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = Math.round(Math.max(width * HEIGHT, 320));
    canvas.style.height = `${height}px`;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const side = Math.max(18, Math.min(40, (width / Math.sqrt(data.places.length)) * 0.85));
    const tile = (number, size) => {
      const [x, y] = spot(data.places[number], width, height);
      const column = number % data.columns;
      const row = Math.floor(number / data.columns);
      pen.drawImage(
        sheet,
        column * data.tile,
        row * data.tile,
        data.tile,
        data.tile,
        x - size / 2,
        y - size / 2,
        size,
        size,
      );
      return [x, y];
    };
    pen.globalCompositeOperation = "source-over";
    data.places.forEach((_, number) => tile(number, side));
    if (chosen !== null) {
      const size = 1.8 * side;
      const [x, y] = tile(chosen, size);
      pen.lineWidth = 3;
      pen.strokeStyle = getComputedStyle(canvas).getPropertyValue("--st-chosen");
      pen.strokeRect(x - size / 2, y - size / 2, size, size);
    }
    return { width, height };
  }

  function words(frame, data) {
    for (const { text, place } of data.texts) {
      const [x, y] = spot(place, 100, 100);
      const word = make("span", "pm-word", frame);
      word.textContent = text;
      word.style.left = `${x}%`;
      word.style.top = `${y}%`;
    }
  }

  function nearest(data, size, x, y) {
    let best = null;
    let least = NEAR * NEAR;
    data.places.forEach((place, number) => {
      const [left, top] = spot(place, size.width, size.height);
      const distance = (left - x) ** 2 + (top - y) ** 2;
      if (distance < least) [best, least] = [number, distance];
    });
    return best;
  }

  // The picture under the pointer, large, beside the map's corner that is farther away.
  function card(frame, data, sheet) {
    const box = make("figure", "pm-card", frame);
    const picture = make("canvas", "", box);
    const large = make("img", "", box);
    const name = make("figcaption", "", box);
    large.alt = "";
    return (number, toTheRight) => {
      box.hidden = number === null;
      if (number === null) return;
      box.dataset.side = toTheRight ? "left" : "right";
      name.textContent = data.names[number];
      const source = data.sources[number];
      large.hidden = !source;
      picture.hidden = Boolean(source);
      if (source) {
        large.src = source;
        return;
      }
      picture.width = picture.height = data.tile;
      const [column, row] = [number % data.columns, Math.floor(number / data.columns)];
      picture
        .getContext("2d")
        .drawImage(
          sheet,
          column * data.tile,
          row * data.tile,
          data.tile,
          data.tile,
          0,
          0,
          data.tile,
          data.tile,
        );
    };
  }

  function draw(element, data) {
    element.replaceChildren();
    if (!data) return;
    const frame = make("div", "pm", element);
    const canvas = make("canvas", "pm-canvas", frame);
    canvas.setAttribute("role", "img");
    canvas.setAttribute(
      "aria-label",
      `${data.label} ${data.texts.map((one) => one.text).join(", ")}`,
    );
    make("p", "st-quiet", element).textContent = data.note;
    const sheet = new Image();
    sheet.onload = () => {
      let chosen = null;
      let size = paint(canvas, sheet, data, chosen);
      words(frame, data);
      const show = card(frame, data, sheet);
      show(null, false);
      const choose = (number, x) => {
        if (number === chosen) return;
        chosen = number;
        size = paint(canvas, sheet, data, chosen);
        show(chosen, x > size.width / 2);
      };
      canvas.addEventListener("pointermove", (event) =>
        choose(nearest(data, size, event.offsetX, event.offsetY), event.offsetX),
      );
      canvas.addEventListener("pointerleave", () => choose(null, 0));
      new ResizeObserver(() => {
        if (canvas.clientWidth !== size.width) size = paint(canvas, sheet, data, chosen);
      }).observe(frame);
    };
    sheet.src = data.sheet;
  }

  (window.showTell ??= {}).pictureMap = { draw };
})();
