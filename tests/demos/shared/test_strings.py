"""The catalogue is complete, and no text of the interface stands outside it."""

from __future__ import annotations

import ast
import json
import re
import string
from pathlib import Path

import gradio as gr
import pytest

from backend import Backend
from backend.errors import InputError
from backend.messages import TEXTS, message
from demos import TABS
from demos.page import build_page
from demos.shared.strings import (
    CATALOGUE,
    language_of,
    messages,
    say,
    say_message,
    seconds_in_words,
    t,
    translations,
)

DEMOS = Path(__file__).resolve().parents[3] / "demos"
# Arguments of components and of our own helpers that a visitor reads.
READ_BY_VISITORS = {"label", "info", "placeholder", "value", "title", "description"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    for key, (english, chinese) in CATALOGUE.items():
        assert english.strip() and chinese.strip(), key
        assert placeholders(english) == placeholders(chinese), key


def test_every_message_of_the_backend_has_a_chinese_text_and_none_is_left_over() -> None:
    assert set(messages.CHINESE) == set(TEXTS)


def test_chinese_texts_are_chinese() -> None:
    same_by_nature = {
        "generation.top_k",
        "generation.top_p",
        "attention.step_product",
        "attention.step_scaled",
    }
    for key, (english, chinese) in CATALOGUE.items():
        has_words = re.search("[a-z]", re.sub(r"\{[^}]*\}", "", english))
        if has_words and key not in same_by_nature:
            assert re.search("[\u4e00-\u9fff]", chinese), key


def test_every_key_that_the_code_uses_exists() -> None:
    used = re.compile(
        r"""(?:\bt|in_html|explain|say)\((?:language, |self\.language, )?"([a-z_.]+)\""""
    )
    for file in python_files():
        for key in used.findall(file.read_text(encoding="utf-8")):
            assert key in CATALOGUE, f"{file.name} uses {key}"


def test_every_text_is_used() -> None:
    """By its key in full, by a key that is put together behind a fixed beginning, or by a component
    of the page (the shared controls put their keys together from names alone)."""
    whole, composed = keys_in_code()
    on_page = keys_on_page()
    unused = [
        key
        for key in CATALOGUE
        if not key.startswith("message.")
        and key not in whole | on_page
        and not any(pattern.fullmatch(key) for pattern in composed)
    ]
    assert not unused


def test_every_message_of_the_backend_is_used() -> None:
    """As a string, or as the end of one that is put together (f"{what}_too_long")."""
    whole, ends = set[str](), set[str]()
    for top in ("backend", "demos"):
        for file in (DEMOS.parent / top).rglob("*.py"):
            if file.name not in ("messages.py", "strings.py"):
                for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        whole.add(node.value)
                    elif isinstance(node, ast.JoinedStr):
                        last = node.values[-1]
                        ends |= {str(last.value)} if isinstance(last, ast.Constant) else set()
    ends = {end for end in ends if re.fullmatch(r"_[a-z_]{5,}", end)}
    assert not [code for code in TEXTS if code not in whole and not code.endswith(tuple(ends))]


def test_no_component_has_a_text_outside_the_catalogue() -> None:
    for file in python_files():
        for call in (n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if is_component(n)):
            texts = [*call.args[:1], *(k.value for k in call.keywords if k.arg in READ_BY_VISITORS)]
            for text in texts:
                assert not holds_words(text), f"{file.name}:{text.lineno}"


def test_no_markup_holds_words_outside_the_catalogue() -> None:
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "<" in node.value:
                is_markup = re.match(r"\s*</?[a-z]", node.value)
                words = re.sub(r"<(style|script).*?</\1>|<[^>]*>?|\{\}|&\w+;", "", node.value)
                assert not (is_markup and words.strip()), f"{file.name}:{node.lineno}: {words}"


def keys_in_code() -> tuple[set[str], list[re.Pattern[str]]]:
    """Strings of the code that could be keys, and f-strings that begin with a part of one.

    A value inside an f-string stands for one part of the key, without dots.
    """
    whole: set[str] = set()
    composed: list[re.Pattern[str]] = []
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.Assign) and is_headline(node):  # figures of a run card
                names = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
                whole |= {f"{file.parent.name}.{name}" for name in names}
            elif isinstance(node, ast.JoinedStr) and begins_like_a_key(node, file):
                parts = [part_of_pattern(part, file) for part in node.values]
                composed.append(re.compile("".join(parts)))
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_card":
                whole |= figures_of_card(node, file)
    for file in DEMOS.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        whole |= set(re.findall(r"""["']([\w.]+)["']""", text))
        begun = re.findall(r"""["']([a-z_]+\.[\w.]*)["'] ~""", text)  # "tab.name." ~ value
        composed += [re.compile(re.escape(start) + r"[\w-]+(\.[\w-]+)?") for start in begun]
    return whole, composed


def figures_of_card(call: ast.Call, file: Path) -> set[str]:
    """The keys of the figures that a tab's run card shows large: `render_card(_, _, "seconds")`."""
    names = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    return {f"{file.parent.name}.{name}" for name in names}


def is_headline(node: ast.Assign) -> bool:
    return any(isinstance(to, ast.Name) and to.id.endswith("HEADLINE") for to in node.targets)


def begins_like_a_key(node: ast.JoinedStr, file: Path) -> bool:
    """f"generation.{name}", or f"{TAB}.{name}" in a tab's own folder."""
    first = node.values[0]
    if isinstance(first, ast.Constant):
        return bool(re.match(r"[a-z_]+\.", str(first.value)))
    return file.parent.name != "shared" and names_the_tab(first)


def names_the_tab(part: ast.expr) -> bool:
    value = part.value if isinstance(part, ast.FormattedValue) else None
    return isinstance(value, ast.Name) and value.id in ("ID", "TAB")


def part_of_pattern(part: ast.expr, file: Path) -> str:
    if isinstance(part, ast.Constant):
        return re.escape(str(part.value))
    return file.parent.name if names_the_tab(part) else r"[\w-]+"


def keys_on_page() -> set[str]:
    """The keys of all texts that components of the whole page hold."""
    config = json.dumps(build_page(Backend("bundled"), TABS).get_config_file(), default=str)
    return {key for key in CATALOGUE if f'{key}\\"' in config}


def python_files() -> list[Path]:
    """The tabs and what they share, the catalogue left out."""
    return [
        file
        for file in DEMOS.rglob("*.py")
        if file.name != "strings.py"
        if file.parent.name != "strings" or file.name == "__init__.py"
    ]


def holds_words(node: ast.AST) -> bool:
    """A string, or an f-string with letters between its values."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return any(
        isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and any(character.isalpha() for character in part.value)
        for part in parts
    )


def is_component(node: ast.AST) -> bool:
    """gr.Something(...): a component with a capital letter."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "gr"
        and node.func.attr[0].isupper()
        and node.func.attr not in {"State", "Blocks", "HTML"}
    )


def test_an_unknown_key_is_an_error_where_it_is_written() -> None:
    with pytest.raises(KeyError, match=r"no\.such\.key"):
        t("no.such.key")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-TW", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("fr-FR,fr;q=0.9,zh;q=0.8", "en"),
        ("fr", "en"),
        ("", "en"),
        (";;;,,q=", "en"),
    ],
)
def test_the_browsers_first_language_is_taken_if_we_speak_it(header: str, language: str) -> None:
    class Request:
        headers = {"accept-language": header}  # noqa: RUF012 (a fake, not a class of ours)

    assert language_of(Request()) == language  # type: ignore[arg-type]


def test_messages_inside_messages_are_translated_too() -> None:
    inner = message("device_missing")
    outer = message("fell_load", model="M", cause=inner)
    assert say_message("zh", outer) == "M 无法载入：这台机器上没有找到 GPU"
    assert say_message("en", outer) == str(outer)


def test_an_errors_text_is_the_same_in_the_api_and_on_an_english_page() -> None:
    error = InputError("out_of_range", name="top_k", low="0", high="9", value="12")
    assert say_message("en", error.message) == str(error) == "top_k must be from 0 to 9, not 12."


def test_values_are_filled_in() -> None:
    assert say("zh", "common.seconds", seconds=3) == "3 秒"
    assert seconds_in_words("en", 6.93) == "6.9 s"
    assert seconds_in_words("zh", 13.6) == "14 秒"


def test_a_forced_language_is_what_every_browser_gets() -> None:
    forced = translations("zh").translations
    assert forced["en"]["generation.run"] == forced["zh"]["generation.run"] == "生成"


def test_the_browser_gets_both_languages_by_default() -> None:
    both = translations().translations
    assert (both["en"]["generation.run"], both["zh-CN"]["generation.run"]) == ("Generate", "生成")
    assert isinstance(t("generation.run"), gr.i18n.I18nData)
