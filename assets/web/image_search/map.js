// @ts-check
// The map of pictures: one sheet of small squares drawn on a canvas, words above, a picture on hover.

import { make, pen } from "../shared/dom.js";
import { Widget } from "../shared/widget.js";

const EDGE = 0.06; // of the canvas, free on each side
const HEIGHT = 0.62; // of its width
const NEAR = 40; // pixels from which a picture answers to the pointer

/** @typedef {[number, number]} Place from 0 to 1 on both axes; the second points up */
/**
 * @typedef {object} MapData
 * @property {string} sprite_sheet all pictures in one, as a data address
 * @property {number} tile_side pixels on a side of each
 * @property {number} columns of the sheet
 * @property {Place[]} places
 * @property {string[]} names
 * @property {string[]} sources addresses of the pictures in full; empty where there are none
 * @property {{text: string, place: Place}[]} texts
 * @property {string} label
 * @property {string} note
 */

/**
 * Where a place falls on a canvas.
 * @param {Place} place
 * @param {number} width
 * @param {number} height
 */
const spot = ([x, y], width, height) => [
  (EDGE + x * (1 - 2 * EDGE)) * width,
  (1 - EDGE - y * (1 - 2 * EDGE)) * height,
];

/** @extends {Widget<MapData>} */
class PictureMap extends Widget {
  /** @type {MapData | null} */ data = null;
  /** @type {number | null} the picture pointed at */ chosen = null;
  size = { width: 0, height: 0 };

  /** @param {MapData} data */
  show(data) {
    this.data = data;
    this.chosen = null;
    const canvas = make("canvas", {
      class: "pm-canvas",
      role: "img",
      "aria-label": `${data.label} ${data.texts.map((one) => one.text).join(", ")}`,
    });
    const frame = make("div", { class: "pm" }, canvas);
    this.element.replaceChildren(frame, make("p", { class: "st-quiet" }, data.note));
    const sheet = new Image();
    sheet.onload = () => this.begin(frame, canvas, sheet, data);
    sheet.src = data.sprite_sheet;
  }

  clear() {
    this.data = null;
    super.clear();
  }

  /**
   * Draw once the sheet is there.
   * @param {HTMLElement} frame
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLImageElement} sheet
   * @param {MapData} data
   */
  begin(frame, canvas, sheet, data) {
    if (data !== this.data) return; // another map came meanwhile
    const paint = () => {
      this.size = painted(canvas, sheet, data, this.chosen);
    };
    paint();
    frame.append(...data.texts.map(word));
    const card = new Card(frame, data, sheet);
    /** @param {number | null} number @param {number} x */
    const choose = (number, x) => {
      if (number === this.chosen) return;
      this.chosen = number;
      paint();
      card.show(number, x > this.size.width / 2);
    };
    canvas.onpointermove = (event) =>
      choose(nearest(data, this.size, event.offsetX, event.offsetY), event.offsetX);
    canvas.onpointerleave = () => choose(null, 0);
    new ResizeObserver(() => {
      if (canvas.clientWidth !== this.size.width) paint();
    }).observe(frame);
  }
}

/**
 * Draws all pictures, the chosen one larger; gives the size.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLImageElement} sheet
 * @param {MapData} data
 * @param {number | null} chosen
 */
function painted(canvas, sheet, data, chosen) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = Math.round(Math.max(width * HEIGHT, 320));
  canvas.style.height = `${height}px`;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = pen(canvas);
  context.scale(ratio, ratio);
  /** @param {number} number @param {number} side */
  const tile = (number, side) => {
    const [x, y] = spot(data.places[number], width, height);
    copyTile(context, sheet, data, number, [x - side / 2, y - side / 2, side]);
    return [x, y];
  };
  const side = Math.max(18, Math.min(40, (width / Math.sqrt(data.places.length)) * 0.85));
  for (const number of data.places.keys()) tile(number, side);
  if (chosen !== null) {
    const large = 1.8 * side;
    const [x, y] = tile(chosen, large);
    context.lineWidth = 3;
    context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--st-chosen");
    context.strokeRect(x - large / 2, y - large / 2, large, large);
  }
  return { width, height };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLImageElement} sheet
 * @param {MapData} data
 * @param {number} number
 * @param {[number, number, number]} target left, top, side
 */
function copyTile(context, sheet, { columns, tile_side: tile }, number, [left, top, side]) {
  const [column, row] = [number % columns, Math.floor(number / columns)];
  context.drawImage(sheet, column * tile, row * tile, tile, tile, left, top, side, side);
}

/** @param {{text: string, place: Place}} word */
function word({ text, place }) {
  const [x, y] = spot(place, 100, 100);
  return make("span", { class: "pm-word", style: `left:${x}%;top:${y}%` }, text);
}

/**
 * The number of the picture at a point, if one is near.
 * @param {MapData} data
 * @param {{width: number, height: number}} size
 * @param {number} x
 * @param {number} y
 */
function nearest(data, size, x, y) {
  /** @type {number | null} */
  let best = null;
  let least = NEAR * NEAR;
  for (const [number, place] of data.places.entries()) {
    const [left, top] = spot(place, size.width, size.height);
    const distance = (left - x) ** 2 + (top - y) ** 2;
    if (distance < least) [best, least] = [number, distance];
  }
  return best;
}

/** The picture under the pointer, large, in the map's corner that is farther away. */
class Card {
  /**
   * @param {HTMLElement} frame
   * @param {MapData} data
   * @param {HTMLImageElement} sheet
   */
  constructor(frame, data, sheet) {
    this.data = data;
    this.sheet = sheet;
    this.small = make("canvas", { width: data.tile_side, height: data.tile_side });
    this.large = make("img", { alt: "" });
    this.name = make("figcaption");
    this.box = make("figure", { class: "pm-card" }, this.small, this.large, this.name);
    frame.append(this.box);
    this.show(null, false);
  }

  /**
   * @param {number | null} number
   * @param {boolean} toTheRight where the pointer is
   */
  show(number, toTheRight) {
    this.box.hidden = number === null;
    if (number === null) return;
    this.box.dataset.side = toTheRight ? "left" : "right";
    this.name.textContent = this.data.names[number];
    const source = this.data.sources[number];
    this.large.hidden = !source;
    this.small.hidden = Boolean(source);
    if (source) this.large.src = source;
    else {
      const context = pen(this.small);
      context.clearRect(0, 0, this.data.tile_side, this.data.tile_side);
      copyTile(context, this.sheet, this.data, number, [0, 0, this.data.tile_side]);
    }
  }
}

/** @param {Bridge} bridge */
export const mount = (bridge) => new PictureMap(bridge).follow();
