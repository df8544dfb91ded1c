// @ts-check
// In a page that was taken away: one file, in which the result is drawn with nobody to ask.

import { words } from "../shared/language.js";
import { watchLight } from "../shared/light.js";
import { drawn } from "../shared/saved.js";

/** Draw what the file brings along (page.js). */
export async function taken() {
  watchLight();
  const place = document.getElementById("st-taken");
  const { link, fragments } = JSON.parse(place?.textContent ?? "{}");
  const texts = words();
  const own = { mark: texts.take_mark, run: texts.embed_open, not_here: texts.take_not_here };
  const view = { title: document.title, words: { ...own, starting: "" }, query: link, fragments };
  const open = () => window.location.assign(link);
  // The import map knows each script by its name.
  const section = await drawn(view, open, (script) => import(script));
  section.classList.add("st-whole");
  document.querySelector("main")?.replaceChildren(section);
}
