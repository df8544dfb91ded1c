"""The run card tells what ran, and never hides a fallback."""

from __future__ import annotations

from backend.device import Device
from backend.messages import message
from backend.models.registry import MODELS
from backend.run import RunCard
from demos.shared import run_card

CPU = Device("cpu", "CPU", "float32", message("device_cpu_no_gpu"))
FIGURES = {"tokens_per_second": 21.25, "answer_tokens": 1234, "seed": 7}


def card(**changes: object) -> RunCard:
    spec = next(spec for spec in MODELS if spec.id == "smollm2-135m")
    return RunCard(**{"spec": spec, "device": CPU, "seconds": 2.5, "figures": FIGURES, **changes})  # type: ignore[arg-type]


def test_it_names_model_size_licence_device_and_reason() -> None:
    page = run_card.render("en", card(), ("tokens_per_second", "answer_tokens"), "Done.")
    for fact in ("SmolLM2-135M-Instruct", "135 M", "Apache-2.0", "no GPU was found", "float32"):
        assert fact in page
    for fact in ("21.2", "1,234", "2.5 s", "Done.", ">7<"):
        assert fact in page


def test_a_figure_that_was_not_measured_is_left_out() -> None:
    assert "first" not in run_card.render("en", card(), ("first_token_seconds",))


def test_a_fallback_says_that_it_fell_back_and_why_in_the_visitors_language() -> None:
    fell = card(falls=(message("fell_memory", model="<Big>"),))
    assert "A smaller model answered" in run_card.render("en", fell, ())
    assert "&lt;Big&gt; ran out of memory" in run_card.render("en", fell, ())
    assert "&lt;Big&gt; 内存不足" in run_card.render("zh", fell, ())


def test_notes_on_the_input_are_shown() -> None:
    assert "3 unreadable" in run_card.render("en", card(notes=(message("cleaned", count=3),)), ())


def test_others_runs_are_counted_and_their_time_stands_apart() -> None:
    busy = card(served_beside=31, waited_seconds=4.25)
    english, chinese = (run_card.render(language, busy, ()) for language in ("en", "zh"))
    assert "Other runs served beside it</dt><dd>31<" in english
    assert "Waited for other runs</dt><dd>4.2 s<" in english
    assert "同时服务的其他运行</dt><dd>31<" in chinese
    assert "等待其他运行</dt><dd>4.2 秒<" in chinese


def test_a_run_that_was_alone_says_nothing_of_others() -> None:
    assert "other runs" not in run_card.render("en", card(waited_seconds=0.01), ()).lower()


def test_a_saved_result_says_how_old_it_is_in_the_visitors_language() -> None:
    saved = card().aged(250)
    assert "Made 4 minutes ago for the same question" in run_card.render("en", saved, ())
    assert "4 分钟前为同一问题得出的结果" in run_card.render("zh", saved, ())
    assert "2.5 s" in run_card.render("en", saved, ())  # the time is that run's
