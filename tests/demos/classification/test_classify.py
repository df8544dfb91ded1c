"""The scores come first and stay; the reasons follow."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gradio as gr

from backend.messages import message
from backend.run import Progress
from demos.classification import classify
from demos.classification.classify import View
from demos.shared.section import Panel

CARD = SimpleNamespace(spec=SimpleNamespace(id="expert"))
REQUEST: Any = SimpleNamespace(headers={}, session_hash="ann")


class Slow:
    """Its reasons keep the visitor waiting."""

    def classify(self, text: str, *_: str) -> Iterator[Any]:
        yield SimpleNamespace(text=text, card=CARD)

    def explain(self, *_: str) -> Iterator[Any]:
        yield Progress(message("waiting"), 5.0)


def test_waiting_for_the_reasons_leaves_the_scores_where_they_are(monkeypatch: Any) -> None:
    with gr.Blocks():
        panel = Panel(gr.Button(), gr.Button(), gr.HTML(), gr.HTML())
        why = gr.HTML()
        changed = View(panel, why, gr.State())
    monkeypatch.setattr(classify.view, "scores", lambda *_: "the scores")
    monkeypatch.setattr(classify.view, "shown", lambda panel, drawn, *_: {panel.result: drawn})
    service: Any = Slow()
    shown: dict[Any, Any] = {}
    waits = []
    for updates in classify.classify(
        service, changed, REQUEST, {"text": "Hello", "expert": "auto"}
    ):
        shown |= updates
        waits.append(str(shown.get(why, "")))
    assert shown[panel.result] == "the scores"
    assert any("Waiting for another run" in text for text in waits)
