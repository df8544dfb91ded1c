"""A run of Describe as updates of its components: captions as they grow, then the ranking."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.captioning.request import CaptionRequest, check_sentence
from backend.captioning.results import Described, Ranked
from backend.captioning.service import Captioning
from backend.errors import Cancelled, DeadlineExceeded, ShowTellError
from backend.messages import Message
from backend.run import Progress, RunCard
from demos.captioning.payload import stage_text
from demos.shared import html, states
from demos.shared.handlers import visitor_of
from demos.shared.section import Panel, Updates, render_card
from demos.shared.strings import say_message

TAB = "captioning"


@dataclass(frozen=True)
class View:
    """What the section's runs change."""

    panel: Panel
    stage: gr.HTML
    fit: gr.HTML  # the ranking
    picture: gr.Image
    shown: gr.State  # the Described on screen, or None

    @property
    def outputs(self) -> list[gr.components.Component]:
        return [self.stage, self.fit, self.picture, self.shown]

    def updates_of(self, language: str, run: str, update: Result, own: object) -> Updates:
        """`own` is the visitor's sentence; `run` identifies the run on the page."""
        if isinstance(update, Comparing):  # below the words, which stay where they are
            waiting = update.progress
            return {self.fit: states.loading(language, waiting) if waiting else ""}
        if isinstance(update, Ranked):
            return {self.fit: ranking(language, update, own)}
        if isinstance(update, Message):
            return {self.fit: states.error(language, update)}
        stage = stage_text(language, run, update)
        shown: Updates = {self.panel.result: "", self.stage: stage}
        if update.card:
            shown[self.shown] = update
            shown[self.panel.card] = render_card(language, update.card, "caption_seconds", task=TAB)
            shown[self.panel.result] = remark(language, update.card)
        return shown


@dataclass(frozen=True)
class Comparing:
    """The captions are there, the sentences are still being compared."""

    progress: Progress | None  # None: it was stopped, the captions stay


Result = Described | Comparing | Ranked | Message


def stream(
    service: Captioning,
    view: View,
    request: gr.Request,
    check: Callable[[], CaptionRequest],
    own: object,
    model: str,
) -> Iterator[Updates]:
    """A run of the request that `check()` returns; errors it raises are shown, too."""
    run, visitor = str(uuid.uuid4()), visitor_of(request)

    def results() -> Iterator[Progress | Result]:
        return describe_and_rank(service, check, own, visitor, model)

    def render(language: str, update: Result) -> Updates:
        return view.updates_of(language, run, update, own)

    yield {view.fit: "", view.shown: None}
    yield from view.panel.stream(request, results, render)


def describe_and_rank(
    service: Captioning, check: Callable[[], CaptionRequest], own: object, visitor: str, model: str
) -> Iterator[Progress | Result]:
    """Captions, then which of them or `own` fits best. Where that fails, the captions stay."""
    sentence = check_sentence(own, "own")
    described: Described | None = None
    for update in service.describe(check(), visitor, model):
        described = update if isinstance(update, Described) else described
        yield update
    assert described
    sentences = [*(caption.text for caption in described.captions), sentence]
    try:
        asked = described.request
        for ranked in service.rank(asked.picture, sentences, visitor, asked.example):
            yield Comparing(ranked) if isinstance(ranked, Progress) else ranked
    except ShowTellError as error:
        yield error.message
    except (Cancelled, DeadlineExceeded):
        yield Comparing(None)


def remark(language: str, card: RunCard) -> str:
    """What has to be read before the words: that the question was not answered."""
    notes = [note for note in card.notes if note.code == "cannot_answer"]
    return states.notice(say_message(language, notes[0])) if notes else ""


def ranking(language: str, ranked: Ranked, own: object) -> str:
    """The sentences with their cosine similarities; the visitor's own is marked."""
    sentence = " ".join(str(own or "").split())
    return html.render(
        "captioning/ranking.html",
        language,
        model=ranked.card.spec.name,
        best=max(ranked.rows[0][1], 1e-9),
        rows=[(text, cosine, text == sentence) for text, cosine in ranked.rows],
    )


def picked(described: Described | None, places: list[Any]) -> tuple[int, ...] | None:
    """The tokens that a caption with a picked alternative begins with. `places` are the numbers of
    caption, word and alternative, from the page; None for numbers that fit nothing."""
    if described is None or not all(type(place) is int and place >= 0 for place in places):
        return None
    caption, word, alternative = places
    try:
        return described.captions[caption].with_alternative(word, alternative)
    except IndexError:
        return None
