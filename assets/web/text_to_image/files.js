// @ts-check
// Files that the server made, and links to save them.

import { make } from "../shared/dom.js";

/**
 * The address of a file of the server, wherever the page is mounted; a saved view has its own.
 * @param {string} path
 */
export const address = (path) =>
  path.startsWith("data:") ? path : new URL(`gradio_api/file=${path}`, document.baseURI).href;

/**
 * @param {Texts} words
 * @param {Record<string, string | null | undefined>} files path by format
 */
export function saveLinks(words, files) {
  const links = Object.entries(files).map(
    ([name, path]) =>
      path &&
      make(
        "a",
        {
          href: address(path),
          download: path.split("/").pop(),
          class: "dr-save",
          "data-save": name,
        },
        name.toUpperCase(),
      ),
  );
  return make("div", { class: "dr-saves" }, make("span", {}, words.save_as), ...links);
}
