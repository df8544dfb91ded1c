"""What is drawn is right, and nothing of a visitor's is markup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from backend import Backend
from backend.classification.expert import Expert
from backend.classification.explanation import Explanation
from backend.classification.metrics import calibration
from backend.classification.scores import Scores
from backend.classification.service import Classification
from backend.classification.teach import CurvePoint
from backend.errors import Cancelled
from backend.messages import message
from backend.run import Progress
from backend.words import words_of
from demos.classification import bias_probe, expert, masked, picture, table, teach, why_view
from demos.classification import tab as classification
from demos.classification.charts import bars, confusion, grid, learning_curve, percent, reliability
from demos.classification.labels import label_name
from demos.shared.inner_tabs import of_view

EVIL = "<img src=x onerror=alert(1)>"
SAFE = "&lt;img"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.0 %"), (1e-5, "<0.1 %"), (0.5, "50.0 %"), (0.9999, ">99.9 %"), (1, "100.0 %")],
)
def test_what_is_nearly_sure_is_not_said_to_be_sure(value: float, text: str) -> None:
    assert percent(value) == text


def test_labels_texts_and_column_names_are_escaped() -> None:
    for drawn in (
        bars("en", Scores((EVIL, "b"), (0.7, 0.3))),
        grid("en", [EVIL], [(EVIL, [0.5])], "title"),
        confusion("en", [EVIL, "b"], [[1, 0], [0, 1]]),
    ):
        assert "<img" not in drawn and SAFE in drawn
    assert '">&lt;</span>' in why_view.render("en", explanation(EVIL))


def explanation(text: str) -> Explanation:
    words = tuple(words_of(text))
    scores = tuple(float(n) - 1 for n in range(len(words)))
    fall = {"gradients": 0.5, "dropped": 0.4, "random": 0.1}
    return Explanation("positive", 0.9, words, scores, scores, 3.0, 0.001, 1.0, 1, fall)


def test_bars_come_likeliest_first_and_keep_the_order_of_before() -> None:
    before, now = Scores(("a", "b"), (0.9, 0.1)), Scores(("a", "b"), (0.2, 0.8))
    alone, moved = bars("en", now), bars("en", now, before)
    assert alone.index(">b<") < alone.index(">a<")
    assert moved.index(">a<") < moved.index(">b<")
    assert "-70.0" in moved and "+70.0" in moved


def test_a_dropped_word_is_marked_and_every_word_is_a_button() -> None:
    drawn = why_view.render("en", explanation("not so bad"), dropped=(1,))
    assert drawn.count("<button") == 3
    assert drawn.count('aria-pressed="true"') == 1
    assert 'data-word="1" aria-pressed="true"' in drawn


def test_words_for_and_against_go_to_different_sides() -> None:
    drawn = why_view.render("en", explanation("not so bad"))
    assert 'class="st-against" style="width:50.0%"' in drawn
    assert 'class="st-for" style="width:50.0%"' in drawn


def test_charts_have_a_name_and_their_numbers_as_text() -> None:
    curve = learning_curve("en", [CurvePoint(4, 0.5), CurvePoint(8, 1.0)])
    assert "4: 50.0 %" in curve and 'role="img"' in curve
    diagram = reliability("zh", calibration([0.95, 0.55], [True, False]))
    assert diagram.count("<rect") == 2 and "可靠性" in diagram


def test_our_own_labels_are_translated_and_others_are_not() -> None:
    assert label_name("zh", "positive") == "积极"
    assert label_name("zh", "grief") == "grief"


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


@pytest.fixture(scope="module")
def backend() -> Backend:
    return Backend("bundled")


def test_a_link_never_names_a_model_that_would_be_downloaded(backend: Backend) -> None:
    with gr.Blocks():
        form = classification.build(backend)
    names = ("expert", "first_expert", "second_expert", "probe_expert")
    values, ignored = form.read(dict.fromkeys(names, HUB))
    assert (values, ignored) == ({}, list(names))
    values, ignored = form.read({"zero_shot_model": "deberta-zeroshot-large", "expert": "auto"})
    assert (values, ignored) == ({"expert": "auto"}, ["zero_shot_model"])
    assert form.read(dict.fromkeys(names, "emotion-expert"))[1] == []


def test_a_link_to_the_masked_view_asks_before_it_downloads(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*given: Any) -> Iterator[Any]:
        raise AssertionError("the model was asked for")

    handlers: list[Any] = []
    monkeypatch.setattr(
        "demos.shared.permalinks.Form.when_asked",
        lambda form, handler, inputs, outputs: handlers.append((handler, len(inputs))),
    )
    monkeypatch.setattr(Classification, "fill_mask", never)
    with gr.Blocks():
        form = classification.build(backend)
    asked = {"view": "masked", "gap": "Paris is [MASK]."}
    given = [asked.get(param.name, param.default) for param in form.params]
    [(handler, count)] = handlers
    [update] = handler(request(), *given, *[None] * (count - len(given)))
    [told] = update.values()
    assert "BERT base, uncased is not on this disk" in told and "440 MB" in told


def request() -> Any:
    return SimpleNamespace(session_hash="visitor", headers={}, query_params={})


@pytest.fixture
def view() -> expert.View:
    parts = iter(("run", "stop", "result", "card", "why", "shown"))
    panel = expert.Panel(*(next(parts) for _ in range(4)))  # type: ignore[arg-type]
    return expert.View(panel, next(parts), next(parts))  # type: ignore[arg-type]


def dropping(view: expert.View, shown: Any, word: object) -> dict[Any, Any]:
    """All updates of a click, the last of each component."""
    found: dict[Any, Any] = {}
    event = SimpleNamespace(word=word)
    for update in expert.drop(None, view, request(), shown, event):  # type: ignore[arg-type]
        found |= update
    return found


def test_with_every_word_dropped_no_scores_are_shown(view: expert.View) -> None:
    classified = SimpleNamespace(text="so bad", route=None, scores=Scores(("a", "b"), (0.9, 0.1)))
    shown = expert.Shown(classified, explanation("so bad"), (0,))  # type: ignore[arg-type]
    told = dropping(view, shown, 1)
    assert "nothing is left to classify" in told["result"]
    assert told["shown"].dropped == (0, 1)


@pytest.mark.parametrize("word", [-1, 2, 10**9, "0", None, 0.5])
def test_a_word_that_is_not_there_is_not_dropped(view: expert.View, word: object) -> None:
    classified = SimpleNamespace(text="so bad", route=None, scores=Scores(("a", "b"), (0.9, 0.1)))
    shown = expert.Shown(classified, explanation("so bad"))  # type: ignore[arg-type]
    assert set(dropping(view, shown, word)) == {"why"}


def test_a_stopped_table_keeps_what_is_done(
    backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_chunk(model: Expert, texts: list[str], check: Any) -> Iterator[Any]:
        yield model.probabilities(texts[:2], check)
        raise Cancelled

    monkeypatch.setattr(Expert, "chunks", one_chunk)
    file = tmp_path / "in.csv"
    file.write_text(f"text,gold\n{EVIL},positive\nI hate it,{EVIL}\nlast,neutral\n")
    panel = expert.Panel("run", "stop", "result", "card")  # type: ignore[arg-type]
    found: dict[Any, Any] = {}
    asked = (str(file), "text", "gold", "sentiment-expert")
    for update in table._classify(Classification(backend), panel, "out", request(), asked):  # type: ignore[arg-type]
        found |= update
    assert "2 of 3 rows are done" in found["result"]
    assert found["out"].visible and Path(found["out"].value["path"]).exists()
    assert "<img" not in found["result"] and SAFE in found["result"]


def test_markup_in_a_preview_a_lesson_and_a_probe_stays_text() -> None:
    preview = table._preview("en", table.tables.parse_table(f"{EVIL},b\n{EVIL},c\n".encode()))
    hard = SimpleNamespace(
        example=SimpleNamespace(text=EVIL, label=EVIL), said=EVIL, probability=0.5
    )
    row = SimpleNamespace(word=EVIL, probability=0.5)
    probe = SimpleNamespace(
        label=EVIL, rows=[row], spread=0.1, deviation=0.1, most=True, labels=("a", "b")
    )
    for drawn in (
        preview,
        teach._hardest("en", (hard,)),  # type: ignore[arg-type]
        bias_probe.render("en", SimpleNamespace(probe=probe)),  # type: ignore[arg-type]
    ):
        assert "<img" not in drawn and SAFE in drawn


def test_the_probe_offers_the_label_that_moves_most_and_each_of_the_expert() -> None:
    assert bias_probe.label_choices("zh", ("positive", "other")) == [
        ("变化最大的标签", ""),
        ("积极", "positive"),
        ("other", "other"),
    ]


def test_nothing_can_be_remembered_before_a_run() -> None:
    told = picture._keep(request(), "cat", None, [], "pairs", "note")  # type: ignore[arg-type]
    assert "nothing to remember yet" in told["note"]


def test_what_the_masked_view_would_download_is_named() -> None:
    row = Classification(Backend("bundled")).masked_model()
    assert "BERT base, uncased" in masked.asks_for_download(row, "zh")


def test_the_app_picks_no_zero_shot_model_that_it_would_have_to_download() -> None:
    for has_gpu in (True, False):
        service = Classification(Backend("auto", has_gpu=lambda gpu=has_gpu: gpu))
        assert service._zero_shot_model("") == ("generation", "smollm2-135m")
    stream = service.zero_shot("It rains.", ("a", "b"), "visitor", "It is {}.", False, "minilm")
    assert next(stream) == Progress(message("starting"), 0.0)
