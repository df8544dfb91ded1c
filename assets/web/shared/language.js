// @ts-check
// The page's own texts in the visitor's language; Python hands them over with the page.

/** The page's language: the one that the server was told to answer in, else the browser's. */
export function language() {
  const forced = document.querySelector('meta[name="st-language"]')?.getAttribute("content");
  return (forced ?? navigator.language).startsWith("zh") ? "zh" : "en";
}

/**
 * The texts of the page (demos/shared/theme.py, WORDS), by their last name.
 * @returns {Texts}
 */
export const words = () =>
  JSON.parse(document.getElementById("st-words")?.textContent ?? "{}")[language()] ?? {};
