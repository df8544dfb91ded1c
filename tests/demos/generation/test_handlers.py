"""What the buttons do, without a browser: each component is a name here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import pytest

from backend.generation.request import OPTIONS
from backend.models.registry import VERSE
from demos.generation.components import Components
from demos.generation.handlers import Handlers
from demos.generation.modes import MODES
from demos.shared.permalinks import Form, Param
from tests.backend.fakes import spec

NAMES = ("prompt", "system", "model", "second", "stop", *OPTIONS)
DEFAULTS = {name: row.default for name, row in OPTIONS.items()}
FORM = {"prompt": "The fox", "system": "", "model": "", "second": "small", "stop": "", **DEFAULTS}
FORM |= {"seed": 3, "max_new_tokens": 6, "draws": 4, "temperature": 1.5, "top_k": 0}
VISITOR: Any = SimpleNamespace(session_hash="ann", headers={})


@pytest.fixture
def handlers(tiny_generation: Any) -> Handlers:
    names: dict[str, Any] = {field.name: field.name for field in fields(Components)}
    page = Components(**{**names, "examples": ()})
    params: Any = tuple(Param(name, name, str) for name in NAMES)  # type: ignore[arg-type]
    return Handlers(tiny_generation, Form("generation", params, "prompt", *[None] * 3), page)  # type: ignore[arg-type]


def after(updates: Iterator[dict[Any, Any]]) -> dict[Any, Any]:
    """What all updates together leave on the page."""
    page: dict[Any, Any] = {}
    for update in updates:
        page |= update
    return page


def run(handlers: Handlers, **changed: Any) -> dict[Any, Any]:
    values = {**FORM, **changed}
    return after(handlers.run(VISITOR, [], {}, *(values[name] for name in NAMES)))


def event(**data: Any) -> Any:
    return SimpleNamespace(_data=data)


def other_token(handlers: Handlers, key: str, place: int) -> int:
    token = handlers.service.answer(key).token_at(place)
    return next(one.id for one in token.choice.alternatives if one.id != token.choice.id)


@pytest.mark.parametrize("mode", MODES)
def test_each_mode_runs_to_its_end_and_is_on_screen(handlers: Handlers, mode: str) -> None:
    page = run(handlers, mode=mode)
    assert page["last_run"]["mode"] == mode and page["last_run"]["prompt"] == "The fox"
    assert page["run"].interactive and not page["stop"].interactive
    shown = {"read": "inspector", "draws": "tree"}.get(mode, "answer")
    assert page[shown]


def test_an_unknown_mode_is_an_error_on_the_page(handlers: Handlers) -> None:
    assert "poem" in run(handlers, mode="poem")["answer"]


def test_a_branch_goes_on_from_the_token_that_the_event_names(handlers: Handlers) -> None:
    first = run(handlers, mode="completion")
    last = first["last_run"]
    token = other_token(handlers, last["key"], 2)
    chosen = event(key=last["key"], place=2, id=token)
    page = after(handlers.run_branch(VISITOR, chosen, first["attempts"], [], last))
    made = page["attempts"]
    assert [attempt.number for attempt in made] == [1, 2]
    assert (made[1].parent, made[1].place) == (last["key"], 2)
    assert handlers.service.answer(made[1].key).ids[2] == token


@pytest.mark.parametrize(
    "data",
    [
        {"key": "another", "place": 0, "id": 5},
        {"key": None, "place": 0, "id": 5},
        {"place": 99, "id": 5},
        {"place": "0", "id": 5},
        {"place": 0, "id": "5"},
        {"place": 0, "id": -1},
        {},
    ],
)
def test_a_branch_that_cannot_be_is_an_error_on_the_page(
    handlers: Handlers, data: dict[str, Any]
) -> None:
    first = run(handlers, mode="completion")
    named = {"key": first["last_run"]["key"]} | data
    page = after(handlers.run_branch(VISITOR, event(**named), [], [], first["last_run"]))
    assert "st-error" in page["answer"] and "attempts" not in page


def test_without_a_run_on_screen_nothing_is_continued(handlers: Handlers) -> None:
    assert list(handlers.run_branch(VISITOR, event(key="x", place=0, id=1), [], [], {})) == []
    assert list(handlers.run_on(VISITOR, [], [], {})) == []


def test_an_answer_is_continued_and_the_first_one_reopened(handlers: Handlers) -> None:
    first = run(handlers, mode="chat")
    page = after(handlers.run_on(VISITOR, first["attempts"], first["history"], first["last_run"]))
    assert page["attempts"][1].text.startswith(page["attempts"][0].text)
    assert len(page["history"]) == 2
    back = handlers.reopen(
        VISITOR, first["last_run"]["key"], page["attempts"], page["history"], page["last_run"]
    )
    assert back["last_run"] == first["last_run"] and back["history"] == first["history"]


def test_an_answer_that_was_let_go_is_not_reopened(handlers: Handlers) -> None:
    first = run(handlers, mode="chat")
    handlers.service.backend.leave("ann")
    shown = handlers.reopen(
        VISITOR, first["last_run"]["key"], first["attempts"], first["history"], first["last_run"]
    )
    assert set(shown) == {"notice"} and "st-error" in shown["notice"]


def test_try_again_replaces_the_last_exchange(handlers: Handlers) -> None:
    first = run(handlers, mode="chat")
    values = [{**FORM, "mode": "chat", "prompt": "Something else"}[name] for name in NAMES]
    again = handlers.run_again(VISITOR, first["history"], first["last_run"], *values)
    page = after(again)
    assert [turn["content"] for turn in page["history"][::2]] == ["The fox"]
    assert page["last_run"]["seed"] != first["last_run"]["seed"]
    same = after(handlers.run_same(VISITOR, page["history"], first["last_run"], *values))
    assert same["history"] == first["history"]
    assert same["last_run"]["seed"] == first["last_run"]["seed"]


def test_a_page_that_has_outlived_its_server_repeats_nothing(handlers: Handlers) -> None:
    for repeat in (handlers.run_again, handlers.run_same):
        (shown,) = repeat(VISITOR, [], {}, *FORM.values())
        assert set(shown) == {handlers.page.again}


@pytest.fixture
def with_verse(handlers: Handlers, monkeypatch: pytest.MonkeyPatch) -> Handlers:
    """The same, with a second row that is asked for by name: the verse writer."""
    backend = handlers.service.backend
    poet = replace(spec("poet"), languages=VERSE, role="verse", only_by_name=True)
    monkeypatch.setattr(backend, "models", (poet, *backend.models))
    return handlers


@pytest.mark.parametrize("mode", ["chat", "completion", "read", "draws"])
def test_the_verse_writer_is_offered_for_chinese_alone(with_verse: Handlers, mode: str) -> None:
    for prompt, offered in (("明月几时有", True), ("The fox", False)):
        page = run(with_verse, mode=mode, prompt=prompt)
        assert page["to_verse"].visible is offered
        assert ("and no Chinese" in page["card"]) is offered


@pytest.mark.parametrize(
    ("mode", "then"), [("chat", "completion"), ("completion", "completion"), ("read", "read")]
)
def test_the_verse_writer_takes_over_what_is_on_screen(
    with_verse: Handlers, mode: str, then: str
) -> None:
    first = run(with_verse, mode=mode, prompt="明月几时有")
    values = [{**FORM, "mode": mode, "prompt": ""}[name] for name in NAMES]
    page = after(
        with_verse.run_verse(VISITOR, first.get("history", []), first["last_run"], *values)
    )
    assert (page["model"], page["mode"], page["prompt"]) == ("poet", then, "明月几时有")
    assert "Poet" in page["card"] and not page["to_verse"].visible
    assert page["last_run"]["prompt"] == "明月几时有"


def test_without_a_run_on_screen_the_verse_writer_is_not_asked(with_verse: Handlers) -> None:
    page = after(with_verse.run_verse(VISITOR, [], {}, *(FORM[name] for name in NAMES)))
    assert set(page) == {"to_verse"}


def test_a_question_goes_back_into_the_field(handlers: Handlers) -> None:
    roles = ("user", "assistant") * 2
    turns = [{"role": role, "content": text} for role, text in zip(roles, "abcd", strict=True)]
    page = handlers.edit(VISITOR, event(turn=2), turns)
    assert (page["prompt"], page["history"], page["mode"]) == ("c", turns[:2], "chat")
    assert handlers.edit(VISITOR, event(turn=1), turns) == {"notice": ""}


def test_a_script_that_the_model_does_not_know_is_remarked_on(handlers: Handlers) -> None:
    notice = handlers.page.notice
    assert "English" in run(handlers, prompt="你好吗？", mode="completion")[notice]
    assert not run(handlers, prompt="How are you?", mode="completion").get(notice)


def test_two_models_say_before_the_run_what_they_will_do(handlers: Handlers) -> None:
    asked: Any = ("", "bundled", "sampling", 0.7)
    assert handlers.announce(VISITOR, "chat", *asked) == ""
    assert "so it answers twice" in handlers.announce(VISITOR, "versus", *asked)
    cold = handlers.announce(VISITOR, "versus", "", "bundled", "sampling", 0)
    assert "drawn at random" in cold
    assert handlers.announce(VISITOR, "versus", "gpt-9", "bundled", "sampling", 0.7) == ""
