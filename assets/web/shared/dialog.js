// @ts-check
// A dialog over the page: closed by its button, by Escape, and by a click beside it; then it is gone.

import { make } from "./dom.js";
import { words } from "./language.js";

/**
 * @param {string} name its class
 * @param {string} title
 * @param {...import("./dom.js").Child} children
 */
export function openDialog(name, title, ...children) {
  document.querySelector("dialog.st-dialog")?.remove();
  const close = make(
    "button",
    {
      type: "button",
      class: "st-dialog-close",
      "aria-label": words().close,
      onclick: () => dialog.close(),
    },
    "×",
  );
  const dialog = make(
    "dialog",
    { class: `st-dialog ${name}`, "aria-labelledby": "st-dialog-title" },
    make("header", {}, make("h2", { id: "st-dialog-title" }, title), close),
    ...children,
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
  (document.querySelector(".gradio-container") ?? document.body).append(dialog);
  dialog.showModal();
}
