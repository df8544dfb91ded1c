// @ts-check
// The text-to-image tab's stage. It is sent steps of a picture under way, then the finished
// pictures, or a grid, or the way between two prompts; each of them is scrubbed and pointed at
// without asking the server.

import { make } from "../shared/dom.js";
import { Widget } from "../shared/widget.js";
import { grid } from "./grid.js";
import { InterpolationView } from "./interpolation.js";
import { PicturesView } from "./pictures.js";

/** @typedef {import("./pictures.js").LiveData} LiveData */
/** @typedef {import("./pictures.js").DrawnData} DrawnData */
/** @typedef {import("./interpolation.js").InterpolationData} InterpolationData */
/** @typedef {import("./grid.js").GridData} GridData */

/** @extends {Widget<LiveData | DrawnData | InterpolationData | GridData>} */
class PictureStage extends Widget {
  /** @type {PicturesView | InterpolationView | null} of the run on screen */
  view = null;

  /** @param {LiveData | DrawnData | InterpolationData | GridData} data */
  show(data) {
    if (data.kind === "grid") this.place(null, make("div", { class: "dr" }, grid(data)));
    else if (data.kind === "interpolation") this.interpolation(data);
    else this.pictures(data);
  }

  clear() {
    this.view?.strip.stop();
    this.view = null;
    super.clear();
  }

  /**
   * @param {PicturesView | InterpolationView | null} view
   * @param {HTMLElement} element
   */
  place(view, element) {
    this.clear();
    this.view = view;
    this.element.replaceChildren(element);
  }

  /** @param {InterpolationData} data */
  interpolation(data) {
    if (!(this.view instanceof InterpolationView && this.view.run === data.run)) {
      const view = new InterpolationView(data);
      this.place(view, view.element);
    }
    /** @type {InterpolationView} */ (this.view).show(data);
  }

  /** @param {LiveData | DrawnData} data */
  pictures(data) {
    if (!(this.view instanceof PicturesView && this.view.run === data.run)) {
      const view = new PicturesView(data, (number) => this.send("chose", { number }));
      this.place(view, view.element);
    }
    const view = /** @type {PicturesView} */ (this.view);
    if (data.kind === "live") view.live(data);
    else view.drawn(data);
  }
}

/** @param {Bridge} bridge */
export const mount = (bridge) => new PictureStage(bridge).follow();
