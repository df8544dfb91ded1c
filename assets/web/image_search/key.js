// @ts-check
// A visitor's key to their own collections, made and kept in the browser.

const NAME = "show-and-tell-collections";
/** @type {string | null} */
let fallback = null; // where the browser keeps nothing (an iframe, a private window)

export function collectionsKey() {
  try {
    const kept = localStorage.getItem(NAME) ?? made();
    localStorage.setItem(NAME, kept);
    return kept;
  } catch {
    fallback ??= made();
    return fallback;
  }
}

function made() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
