"""Every text of the page in English and Simplified Chinese: the one catalogue.

A key maps to (English, Chinese). Fixed texts go to components as `t(key)` and are translated in
the browser (`gr.I18n`); texts with values in them are filled on the server by `say` and
`say_message`, in the language the browser asks for. Each tab's texts are in its `strings.py`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.messages import TEXTS, Message
from demos.shared.strings import glossary, messages, page

LANGUAGES = ("en", "zh")
TABS = Path(__file__).resolve().parents[2]  # a folder each


def _of_tabs() -> dict[str, tuple[str, str]]:
    """The texts of all tabs: what each folder's `strings.py` calls TEXTS."""
    texts: dict[str, tuple[str, str]] = {}
    for file in sorted(TABS.glob("*/strings.py")):
        texts |= import_module(f"demos.{file.parent.name}.strings").TEXTS
    return texts


CATALOGUE: dict[str, tuple[str, str]] = {
    **page.TEXTS,
    **glossary.TEXTS,
    **_of_tabs(),
    **{f"message.{code}": (english, messages.CHINESE[code]) for code, english in TEXTS.items()},
}

_keys = gr.I18n()


def t(key: str) -> Any:
    """A fixed text for a component, a gr.I18nData; the browser translates it. KeyError for an
    unknown key. (Some components take one although gradio's hints say str.)"""
    if key not in CATALOGUE:
        raise KeyError(f"no text has the key {key!r}")
    return _keys(key)


def in_html(key: str) -> Markup:
    """A fixed text inside HTML: a mark that the browser replaces, one in each component at most.

    Not escaped, or the mark would break: the catalogue is ours, and may use <b>.
    """
    return Markup(str(t(key)))  # noqa: S704


def say(language: str, key: str, **values: object) -> str:
    """A text in a language with its values filled in."""
    return CATALOGUE[key][LANGUAGES.index(language)].format(**values)


def unfilled(language: str, key: str) -> str:
    """A text in a language as the catalogue has it, for the browser to fill its values in."""
    return CATALOGUE[key][LANGUAGES.index(language)]


def say_message(language: str, message: Message) -> str:
    """A backend's message in a language; messages among its values are translated too."""
    values = {name: _say_value(language, value) for name, value in message.values.items()}
    return say(language, f"message.{message.code}", **values)


def _say_value(language: str, value: object) -> object:
    if isinstance(value, Message):
        return say_message(language, value)
    if isinstance(value, tuple):
        return " ".join(f"{_say_value(language, part)}." for part in value)
    return value


def language_of(request: gr.Request | None) -> str:
    """The catalogue's language for a visitor: their browser's first, if we speak it, else English.

    `Accept-Language` lists them by preference ("zh-CN,zh;q=0.9,en;q=0.8"); gr.I18n, which
    translates the fixed texts in the browser, also looks at the first one alone.
    """
    return language_in(request.headers.get("accept-language", "") if request else "")


def language_in(header: str) -> str:
    """The catalogue's language for an Accept-Language header."""
    first = header.lower().split(",")[0].split(";")[0].strip().split("-")[0]
    return first if first in LANGUAGES else LANGUAGES[0]


def seconds_in_words(language: str, seconds: float) -> str:
    """A duration: with a decimal below ten seconds."""
    return say(language, "common.seconds", seconds=f"{seconds:.{1 if seconds < 10 else 0}f}")


def translations(forced: str | None = None) -> gr.I18n:
    """The catalogue for `launch(i18n=...)`; a forced language is what every browser gets."""
    columns = {
        language: {
            key: pair[LANGUAGES.index(forced or language)] for key, pair in CATALOGUE.items()
        }
        for language in LANGUAGES
    }
    # Browsers say zh-CN, and gradio looks a locale up before its language.
    return gr.I18n(**columns, **{"zh-CN": columns["zh"]})
