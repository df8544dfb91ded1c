// @ts-check
// For HTML that Python writes: a click on one of its buttons becomes an event with that button's
// number, which stands in the attribute data-<name>.

import { around } from "./dom.js";

/**
 * @param {Bridge} bridge
 * @param {{name: string, event: string, marks: boolean}} options `event` is sent with {name: number};
 *   with `marks` the button that was clicked alone is pressed
 */
export function mount({ element, trigger }, { name, event, marks }) {
  element.addEventListener("click", (click) => {
    const button = around(click, `[data-${name}]`);
    if (!button) return;
    if (marks)
      for (const one of element.querySelectorAll(`[data-${name}]`))
        one.setAttribute("aria-pressed", `${one === button}`);
    trigger(event, { [name]: Number(button.dataset[name]) });
  });
}
