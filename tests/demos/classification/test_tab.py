"""What links, clicks and stops do in the tab."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from backend import Backend
from backend.classification.expert import Expert
from backend.classification.results import Explanation, Scores, Taught
from backend.classification.service import Classification
from backend.classification.twins import gap_filler
from backend.errors import Cancelled
from backend.messages import message
from backend.models.registry import MODELS
from backend.run import Progress
from backend.words import words_of
from demos.classification import bias_probe, classify, picture, table
from demos.classification import tab as classification
from demos.classification.fields import expert_menu
from demos.classification.names import expert_name
from demos.shared.inner_tabs import of_view
from demos.shared.section import Panel

EVIL = "<img src=x onerror=alert(1)>"
SAFE = "&lt;img"


def explanation(text: str) -> Explanation:
    words = tuple(words_of(text))
    scores = tuple(float(n) - 1 for n in range(len(words)))
    lost = {"gradients": 0.5, "dropped": 0.4, "random": 0.1}
    return Explanation("positive", 0.9, words, scores, scores, 3.0, 0.001, 1.0, 1, lost)


def test_a_link_holds_what_the_view_on_screen_shows() -> None:
    class Param:
        def __init__(self, name: str) -> None:
            self.name = name

    class Section:
        def __init__(self, view: str, *params: str) -> None:
            self.view, self.params = view, [Param(param) for param in params]

        def is_in(self, view: str) -> bool:
            return self.view == view

    sections = [Section("classify", "text"), Section("masked", "gap"), Section("masked", "before")]
    values = {"view": "masked", "text": "a", "gap": "b", "before": "c"}
    assert of_view(sections, values) == {"view": "masked", "gap": "b", "before": "c"}  # type: ignore[arg-type]


HUB = "distilbert-sst2"  # an expert that is not on this disk


def test_a_link_never_names_a_model_that_would_be_downloaded(backend: Backend) -> None:
    with gr.Blocks():
        form = classification.build(backend)
    names = ("expert", "first_expert", "second_expert", "probe_expert")
    values, ignored = form.read(dict.fromkeys(names, HUB))
    assert (values, ignored) == ({}, list(names))
    values, ignored = form.read({"zero_shot_model": "deberta-zeroshot-large", "expert": "auto"})
    assert (values, ignored) == ({"expert": "auto"}, ["zero_shot_model"])
    assert form.read(dict.fromkeys(names, "emotion-expert"))[1] == []


def test_a_link_to_the_masked_view_runs_what_is_here_and_downloads_nothing(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[tuple[str, str]] = []

    def perform(self: Backend, operation: Any, model: str, visitor: str) -> Iterator[Any]:
        asked_for.append((operation.name, self.plan(operation.task, model)[0].id))
        return iter(())

    handlers: list[Any] = []
    monkeypatch.setattr(
        "demos.shared.permalinks.Form.when_asked",
        lambda form, handler, inputs, outputs: handlers.append((handler, len(inputs))),
    )
    monkeypatch.setattr(Backend, "perform", perform)
    with gr.Blocks():
        form = classification.build(backend)
    asked = {"view": "masked", "gap": "Paris is [MASK]."}
    given = [asked.get(param.name, param.default) for param in form.params]
    [(handler, count)] = handlers
    list(handler(request(), *given, *[None] * (count - len(given))))
    assert asked_for == [("classification.fill_mask", "smollm2-135m-gaps")]


def request() -> Any:
    return SimpleNamespace(session_hash="visitor", headers={}, query_params={})


@pytest.fixture
def changed() -> classify.View:
    parts = iter(("run", "stop", "result", "card", "why", "shown"))
    panel = Panel(*(next(parts) for _ in range(4)))  # type: ignore[arg-type]
    return classify.View(panel, next(parts), next(parts))  # type: ignore[arg-type]


def dropping(changed: classify.View, shown: Any, word: object) -> dict[Any, Any]:
    """All updates of a click, the last of each component."""
    found: dict[Any, Any] = {}
    event = SimpleNamespace(word=word)
    for update in classify.drop(None, changed, request(), shown, event):  # type: ignore[arg-type]
        found |= update
    return found


def test_with_every_word_dropped_no_scores_are_shown(changed: classify.View) -> None:
    classified = SimpleNamespace(text="so bad", route=None, scores=Scores(("a", "b"), (0.9, 0.1)))
    shown = classify.Shown(classified, explanation("so bad"), (0,))  # type: ignore[arg-type]
    told = dropping(changed, shown, 1)
    assert "nothing is left to classify" in told["result"]
    assert told["shown"].dropped == (0, 1)


@pytest.mark.parametrize("word", [-1, 2, 10**9, "0", None, 0.5])
def test_a_word_that_is_not_there_is_not_dropped(changed: classify.View, word: object) -> None:
    classified = SimpleNamespace(text="so bad", route=None, scores=Scores(("a", "b"), (0.9, 0.1)))
    shown = classify.Shown(classified, explanation("so bad"))  # type: ignore[arg-type]
    assert set(dropping(changed, shown, word)) == {"why"}


def test_a_stopped_table_keeps_what_is_done(
    backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_chunk(model: Expert, texts: list[str], check: Any) -> Iterator[Any]:
        yield model.probabilities(texts[:2], check)
        raise Cancelled

    monkeypatch.setattr(Expert, "chunks", one_chunk)
    file = tmp_path / "in.csv"
    file.write_text(f"text,gold\n{EVIL},positive\nI hate it,{EVIL}\nlast,neutral\n")
    panel = Panel("run", "stop", "result", "card")  # type: ignore[arg-type]
    changed = table.View(panel, "file", "column", "gold", "out")  # type: ignore[arg-type]
    found: dict[Any, Any] = {}
    asked = (str(file), "text", "gold", "sentiment-expert")
    for update in table.classify(Classification(backend), changed, request(), asked):
        found |= update
    assert "2 of 3 rows are done" in found["result"]
    assert found["out"].visible and Path(found["out"].value["path"]).exists()
    assert "<img" not in found["result"] and SAFE in found["result"]


@pytest.mark.parametrize("header", ["Text,Label", "文本,标签", "ＴＥＸＴ,ｌａｂｅｌ", "TEXT;LABEL"])
def test_the_columns_of_texts_and_labels_are_chosen_by_their_names(
    backend: Backend, tmp_path: Path, header: str
) -> None:
    names, sign = re.split("[,;]", header), ";" if ";" in header else ","
    (file := tmp_path / "in.csv").write_bytes(f"{header}\n很好{sign}a\n".encode())
    panel = Panel("run", "stop", "result", "card")  # type: ignore[arg-type]
    changed = table.View(panel, "file", "column", "gold", "out")  # type: ignore[arg-type]
    found = table.open_table(Classification(backend), changed, request(), str(file))
    assert [found["column"].value, found["gold"].value] == names


def test_how_a_table_was_read_is_said(backend: Backend, tmp_path: Path) -> None:
    text = "文本,标签\n这家酒店的早餐非常好吃,正面\n房间又脏又吵,负面\n"
    (file := tmp_path / "in.csv").write_bytes(text.encode("gbk").replace(b"\xc3\xe6", b"\xff", 1))
    panel = Panel("run", "stop", "result", "card")  # type: ignore[arg-type]
    changed = table.View(panel, "file", "column", "gold", "out")  # type: ignore[arg-type]
    told = table.open_table(Classification(backend), changed, request(), str(file))["result"]
    assert "read as GB18030" in told and "Damaged places in the file: 1" in told


def test_how_a_file_of_examples_was_read_is_said_beside_the_lesson(
    backend: Backend, tmp_path: Path
) -> None:
    text = "文本,标签\n非常好吃,正面\n服务热情,正面\n又脏又吵,负面\n再也不来,负面\n"
    (file := tmp_path / "in.csv").write_bytes(text.encode("gbk"))
    service = Classification(backend)
    read = service.examples("", file)
    *_, taught = service.teach(read.rows, "visitor", read.notes)
    assert isinstance(taught, Taught) and taught.lesson.head.labels == ("正面", "负面")
    assert [note.code for note in taught.card.notes] == ["guessed_encoding"]


def test_a_file_with_an_open_quote_is_answered_with_its_line(
    backend: Backend, tmp_path: Path
) -> None:
    (file := tmp_path / "in.csv").write_text('text,label\na,b\n"c,d\ne,f\n')
    panel = Panel("run", "stop", "result", "card")  # type: ignore[arg-type]
    changed = table.View(panel, "file", "column", "gold", "out")  # type: ignore[arg-type]
    told = table.open_table(Classification(backend), changed, request(), str(file))
    assert "line 3" in told["result"] and "never closed" in told["result"]


def test_a_new_expert_is_in_every_menu_and_has_a_name() -> None:
    sentiment = next(row for row in MODELS if row.id == "sentiment-expert")
    row = replace(sentiment, id="weather-expert", name="Weather")
    service = Classification(Backend("bundled", models=(*MODELS, row)))
    with gr.Blocks():
        for auto in (True, False):
            assert ("Weather", "weather-expert") in expert_menu(service.experts(), auto).choices
        form = classification.build(service.backend)
    names = ("expert", "first_expert", "second_expert", "probe_expert")
    assert form.read(dict.fromkeys(names, "weather-expert"))[1] == []
    assert expert_name("zh", row) == "Weather"


def test_the_probe_offers_the_label_that_moves_most_and_each_of_the_expert() -> None:
    assert bias_probe.label_choices("zh", ("positive", "other")) == [
        ("变化最大的标签", ""),
        ("积极", "positive"),
        ("other", "other"),
    ]


def test_nothing_can_be_remembered_before_a_run(backend: Backend) -> None:
    service = Classification(backend)
    changed = picture.View("panel", "picture", "last", "pairs", "note")  # type: ignore[arg-type]
    told = picture.remember(service, changed, request(), "cat", None, [])
    assert "nothing to remember yet" in told["note"]


def test_a_chinese_gap_is_filled_by_the_model_that_has_learnt_chinese() -> None:
    verse = Backend("bundled").row_for("verse_gaps")
    assert gap_filler(verse, "床前明月光，疑是地上[MASK]。") == "verse-writer-gaps"
    assert gap_filler(verse, "床前明月光，", "疑是地上霜。") == "verse-writer-gaps"
    assert gap_filler(verse, "The film [MASK] 好.") == ""


def test_the_app_picks_no_zero_shot_model_that_it_would_have_to_download() -> None:
    for has_gpu in (True, False):
        service = Classification(Backend("auto", has_gpu=lambda gpu=has_gpu: gpu))
        assert service._zero_shot_model("", "It rains.") == ("generation", "smollm2-135m")
    stream = service.zero_shot(
        "It rains.", ("a", "b"), "visitor", "It is {}.", False, "multilingual-e5-small"
    )
    assert next(stream) == Progress(message("starting"), 0.0)
