// @ts-check
// An unseen component that brings the stage what a run of the model answered.

import { Widget } from "../shared/widget.js";
import { measured } from "./stage.js";

/** @extends {Widget<object>} */
class Answer extends Widget {
  /** @param {object} value */
  show(value) {
    measured(value);
  }
}

/** @param {Bridge} bridge */
export const mount = (bridge) => new Answer(bridge).follow();
