"""Makes the saved views: what the run of each example, and of each link in a deck, puts onto the
page, as files that need no model and no connection. `make saved` writes them into `assets/saved`.

A view is a list of fragments in the order of the page: HTML, or a stage of `assets/web` with the
JSON that it draws. Each comes from the tab's own handler, the one that a link runs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import mimetypes
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
from gradio.helpers import special_args

from backend import Backend
from demos import saved_pictures
from demos.page import build_page
from demos.shared import decks, saved, theme
from demos.shared.calls import Page
from demos.shared.endpoints import Json
from demos.shared.examples import Example
from demos.shared.permalinks import Form
from demos.shared.strings import CATALOGUE, LANGUAGES, say

SCRIPT = re.compile(rf"{theme.MOUNT}/([\w/]+\.js)")  # of a stage, in its js_on_load
STYLE = re.compile(r'href="([^"]+)"')
MARK = re.compile(r"__i18n__(\{.*?\})")  # a fixed text, which the browser would translate
VISITOR = "saved-views"
MAX_FILE = 60_000  # bytes of a file that a view brings along; a larger one is left out


def main(names: Sequence[str]) -> None:
    """Write the views of all tabs again, or of those that are named, and the index."""
    from demos import TABS

    chosen = [tab for tab in TABS if not names or tab.ID in names]
    index = [entry for entry in saved.index() if entry["tab"] not in [tab.ID for tab in chosen]]
    for tab in chosen:
        shutil.rmtree(saved.FOLDER / tab.ID, ignore_errors=True)
    for entry, by_language in views(Backend("bundled"), chosen):
        for language, made in by_language.items():
            path = saved.FOLDER / entry["files"][language]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(as_json(made), "utf-8")
            print(f"{entry['files'][language]}: {path.stat().st_size / 1000:.0f} kB")
        index.append(entry)
    saved_pictures.write(index)
    (saved.FOLDER / saved.INDEX).write_text(as_json(index), "utf-8")


def views(backend: Backend, tabs: Sequence[ModuleType]) -> Iterator[tuple[Json, dict[str, Json]]]:
    """(entry of the index, its view by language) of each example that runs by itself, and of each
    link that a deck shows."""
    page = build_page(backend, tabs)
    wanted = [
        *(
            (form, example, f"st-example-{form.tab}-{number}")
            for form in page.forms
            for number, example in enumerate(form.examples)
        ),
        *((form, example, "") for form, example in steps_of_decks(page.forms)),
    ]
    for form, example, button in wanted:
        made, place = {}, ""
        for language in LANGUAGES:
            shown = final_values(page, form, example.values, language)
            made[language] = view(form, example, language, shown)
            place = place_of(shown)
        if all(one["fragments"] for one in made.values()):
            yield _entry(form, button, example, place), made


def steps_of_decks(forms: Sequence[Form]) -> Iterator[tuple[Form, Example]]:
    """The links of all decks that no example has, as examples without a button."""
    known = {form.query(one.values) for form in forms for one in form.examples}
    for path in decks.paths():
        for step in decks.read(path)["steps"]:
            query = dict(parse_qsl(step.get("show", "").removeprefix("?")))
            form = next((one for one in forms if one.tab == query.get("tab")), None)
            if form is None:
                continue
            example = Example(f"tab.{form.tab}", form.read(query)[0])
            if (link := form.query(example.values)) not in known:
                known.add(link)
                yield form, example


def _entry(form: Form, button: str, example: Example, place: str) -> Json:
    """Only an example's view, which has a `button`, stands in its place on the page."""
    query = form.query(example.values)
    # A view's languages have files of one name: git packs what they share, its pictures, once.
    name = hashlib.sha256(query.encode()).hexdigest()[:10]
    return {
        "tab": form.tab,
        "query": query,
        "title": {language: say(language, example.key) for language in LANGUAGES},
        "place": place if button else "",
        "button": button,
        "files": {language: f"{form.tab}/{language}/{name}.json" for language in LANGUAGES},
    }


def view(form: Form, example: Example, language: str, shown: Mapping[Any, Any]) -> Json:
    """{"title", "query", "words", "fragments"} of what an example's run has left on the page."""
    fragments = [
        fragment(part, value, language)
        for part, value in shown.items()
        if isinstance(part, gr.HTML) and isinstance(value, str) and value
    ]
    return {
        "title": say(language, example.key),
        "query": form.query(example.values),
        "words": saved.words(language),
        "fragments": fragments,
    }


def place_of(shown: Mapping[Any, Any]) -> str:
    """elem_id of the part that invites to this run as long as there is none."""
    empty = (part for part in shown if "st-empty" in str(getattr(part, "value", "")))
    return str(next((part.elem_id for part in empty), ""))


def final_values(
    page: Page, form: Form, values: Mapping[str, Any], language: str
) -> dict[Any, Any]:
    """What a link's run leaves in each component that it changes, in the order of the page."""
    runs = next(
        one
        for one in page.fns.values()
        if (form.run._id, "change") in one.targets and one.outputs and one.fn
    )
    handler: Any = runs.fn
    by_component: dict[Any, Any] = {
        param.component: values.get(param.name, param.default) for param in form.params
    }
    given = [by_component.get(part, getattr(part, "value", None)) for part in runs.inputs]
    arguments, *_ = special_args(handler, given, asking(language))
    shown: dict[Any, Any] = {}
    for update in handler(*arguments):
        named = update if isinstance(update, dict) else dict(zip(runs.outputs, update, strict=True))
        shown |= {part: value for part, value in named.items() if not _is_skip(value)}
    return {part: shown[part] for part in in_order(page) if part in shown}


def in_order(page: Page) -> list[Any]:
    """The page's components from top to bottom."""

    def below(place: Json) -> Iterator[Any]:
        yield page.blocks[place["id"]]
        for child in place.get("children") or ():
            yield from below(child)

    layout: Any = page.get_config_file()["layout"]
    return [part for child in layout["children"] for part in below(child)]


def asking(language: str) -> Any:
    """As much of a visitor's gr.Request as the handlers look at."""
    return SimpleNamespace(
        headers={"accept-language": language}, session_hash=VISITOR, query_params={}
    )


def _is_skip(value: Any) -> bool:
    return isinstance(value, dict) and value.get("__type__") == "update" and len(value) == 1


def fragment(part: gr.HTML, value: str, language: str) -> Json:
    """A component's value as the page can draw it without gradio."""
    loads = SCRIPT.search(part.js_on_load or "")
    if not loads or not value.startswith("{"):
        return {"html": translated(value, language)}
    drawn = whole(part, json.loads(value), language) or {
        "script": loads.group(1),
        "value": with_files(json.loads(value)),
    }
    return {**drawn, "styles": STYLE.findall(part.head or "")}


def whole(part: gr.HTML, value: Json, language: str) -> Json | None:
    """{"script", "value"} of a stage that asks the server for more than its value has, and knows
    what to bring along in its place."""
    functions = {function.__name__: function for function in part.server_fns}
    if "whole" not in functions:
        return None
    question = {"key": value["key"], "look": value["first"]["look"], "panel": value["panel"]}
    answer: Json = functions["whole"](question, asking(language))
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer


def translated(html: str, language: str) -> str:
    """Fixed texts in a language, as the browser would put them in."""
    column = LANGUAGES.index(language)
    return MARK.sub(lambda found: CATALOGUE[json.loads(found.group(1))["key"]][column], html)


def with_files(value: Any) -> Any:
    """Paths of files that the server made become the files themselves, as data URLs."""
    if isinstance(value, dict):
        return {name: with_files(one) for name, one in value.items()}
    if isinstance(value, list):
        return [with_files(one) for one in value]
    if isinstance(value, str) and value.startswith("/") and Path(value).is_file():
        return data_url(Path(value))
    return value


def data_url(path: Path) -> str | None:
    content = path.read_bytes()
    if len(content) > MAX_FILE:
        return None
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1:])
