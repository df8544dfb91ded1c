"""Describe: a picture to words with their chances, where it looked, and which sentence fits."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.captioning.request import OPTIONS, CaptionRequest, check_request, check_sentence
from backend.captioning.service import Captioning, Described, Ranked
from backend.errors import Cancelled, DeadlineExceeded, ShowTellError
from backend.messages import Message
from backend.options import ChoiceOption, NumberOption
from backend.run import Progress, RunCard
from demos.captioning.payload import stage_of
from demos.captioning.pictures import PICTURES, picture_of, picture_with_example
from demos.captioning.stage import build_stage
from demos.shared import states
from demos.shared.handlers import LOOKS, RUNS, visitor_of
from demos.shared.model_menu import linked_model, model_menu
from demos.shared.permalinks import Param
from demos.shared.section import Panel, Section, Updates, buttons, render_card, result
from demos.shared.strings import say, say_message, t

SECTION, TAB = "describe", "captioning"


@dataclass(frozen=True)
class Comparing:
    """The captions are there, the sentences are still being compared."""

    progress: Progress | None  # None: it was stopped, the captions stay


@dataclass(frozen=True)
class View:
    """What the section's runs change; `shown` is the Described on screen, or None."""

    panel: Panel
    stage: gr.HTML
    fit: gr.HTML
    picture: gr.Image
    shown: gr.State

    @property
    def outputs(self) -> list[Any]:
        return [self.stage, self.fit, self.picture, self.shown]


def build(service: Captioning) -> tuple[Section, gr.Column]:
    """Lay out and wire the section; the column is for the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            picture, example = picture_with_example("picture", height=260)
            run, stop = buttons(SECTION, TAB)
            examples = gr.Column()
            params, model = _settings(service)
        with gr.Column(scale=8, min_width=320, elem_id="captioning-right"):
            panel = result(SECTION, run, stop, card_later=True, tab=TAB)
            stage = build_stage()
            fit = gr.HTML(elem_id="captioning-fit", apply_default_css=False)
            panel.card.render()
    view = View(replace(panel, clears=(stage, fit)), stage, fit, picture, gr.State(None))

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        yield from describe(service, view, request, values)

    menu = linked_model(service.models())
    all_params = (example, *params, Param("model", model, menu, ""))
    lines = {param.name: param.component for param in params}
    starts = [run.click, lines["question"].submit, lines["prefix"].submit, lines["own"].submit]
    unlinked = {"picture": picture}
    section = Section(SECTION, view.panel, all_params, answer, starts, view.outputs, unlinked)
    _connect_choice(service, view, lines["own"])
    return section, examples


def _settings(service: Captioning) -> tuple[tuple[Param, ...], gr.Dropdown]:
    question, prefix, own = _line("question"), _line("prefix"), _line("own")
    with gr.Accordion(t("common.settings"), open=False, elem_id="captioning-settings"):
        parts: dict[str, Any] = {name: _choice(name) for name in ("strategy", "length")}
        parts |= {name: _slider(name) for name in ("candidates", "temperature", "top_p")}
        seed = _line("seed")
        model = model_menu(service.models())
    options = tuple(Param.option(OPTIONS[name], part) for name, part in parts.items())
    lines = {"question": question, "prefix": prefix, "own": own}
    texts = tuple(Param.text(name, line) for name, line in lines.items())
    return (*texts, *options, Param.place(OPTIONS["seed"], seed)), model


def _line(name: str) -> gr.Textbox:
    return gr.Textbox(
        "",
        label=t(f"captioning.{name}"),
        info=t(f"captioning.{name}.info"),
        max_lines=1,
        elem_id=f"captioning-{name}",
    )


def _choice(name: str) -> gr.Radio:
    row = OPTIONS[name]
    assert isinstance(row, ChoiceOption)
    choices = [(t(f"captioning.{name}.{choice}"), choice) for choice in row.choices]
    return gr.Radio(choices, value=row.default, label=t(f"captioning.{name}"))


def _slider(name: str) -> gr.Slider:
    row = OPTIONS[name]
    assert isinstance(row, NumberOption)
    return gr.Slider(
        row.low, row.high, row.default, step=row.step,
        label=t(f"captioning.{name}"), info=t(f"captioning.{name}.info"),
    )  # fmt: skip


def describe(
    service: Captioning, view: View, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    """The form's picture."""

    def asked() -> CaptionRequest:
        given = {name: values[name] for name in OPTIONS}
        return check_request(picture_of(values), values["prefix"], values["question"], **given)

    if values.get("example") in PICTURES:
        yield {view.picture: picture_of(values)}
    yield from tell(service, view, request, asked, values["own"], values["model"] or "")


def tell(
    service: Captioning, view: View, request: gr.Request, asked: Any, own: object, model: str
) -> Iterator[Updates]:
    """A run of what `asked()` gives: the caption as it grows, then which sentence fits."""
    run, visitor = str(uuid.uuid4()), visitor_of(request)

    def updates() -> Iterator[Any]:
        sentence = check_sentence(own, "own")
        told: Described | None = None
        for update in service.describe(asked(), visitor, model):
            told = update if isinstance(update, Described) else told
            yield update
        assert told
        try:
            sentences = [*(caption.text for caption in told.captions), sentence]
            for update in service.rank(told.request.picture, sentences, visitor):
                yield Comparing(update) if isinstance(update, Progress) else update
        except ShowTellError as error:  # the captions stay
            yield error.message
        except (Cancelled, DeadlineExceeded):
            yield Comparing(None)

    def render(language: str, update: Described | Comparing | Ranked | Message) -> Updates:
        if isinstance(update, Comparing):  # below the words, which stay where they are
            waiting = update.progress
            return {view.fit: states.loading(language, waiting) if waiting else ""}
        if isinstance(update, Ranked):
            return {view.fit: ranking(language, update, own)}
        if isinstance(update, Message):
            return {view.fit: states.error(language, update)}
        shown: Updates = {view.panel.result: "", view.stage: stage_of(language, run, update)}
        if update.card:
            shown[view.shown] = update
            shown[view.panel.card] = render_card(language, update.card, "caption_seconds", task=TAB)
            shown[view.panel.result] = remark(language, update.card)
        return shown

    yield {view.fit: "", view.shown: None}
    yield from view.panel.stream(request, updates, render)


def remark(language: str, card: RunCard) -> str:
    """What must be read before the words: that the question was not answered."""
    notes = [note for note in card.notes if note.code == "cannot_answer"]
    return states.notice(say_message(language, notes[0])) if notes else ""


def ranking(language: str, ranked: Ranked, own: object) -> str:
    """The sentences with their cosines; one's own is marked."""
    most = max(ranked.rows[0][1], 1e-9)  # the best comes first
    mine = " ".join(str(own or "").split())
    rows = Markup("").join(
        Markup(
            '<li class="{}"><span class="cp-sentence">{}{}</span><span class="st-bar-track">'
            '<span class="st-bar-fill" style="width:{:.1f}%"></span></span><b>{}</b></li>'
        ).format(
            "st-top" if number == 0 else "",
            text,
            Markup(" <i>{}</i>").format(say(language, "captioning.yours")) if text == mine else "",
            100 * max(cosine, 0) / most,
            f"{cosine:.3f}",
        )
        for number, (text, cosine) in enumerate(ranked.rows)
    )
    return Markup(
        '<section class="st-panel cp-fit"><h3>{}</h3><p class="st-quiet">{}</p><ol>{}</ol>'
        "</section>"
    ).format(
        say(language, "captioning.fit"),
        say(language, "captioning.fit.hint", model=ranked.card.spec.name),
        rows,
    )


def _connect_choice(service: Captioning, view: View, own: Any) -> None:
    """An alternative that is picked: the caption begins so, and the model goes on from there."""

    def go_on(
        request: gr.Request, told: Described | None, sentence: str, event: gr.EventData
    ) -> Iterator[Updates]:
        places = [getattr(event, name, None) for name in ("caption", "word", "rival")]
        begun = picked(told, places)
        if told is None or told.card is None or begun is None:
            return
        asked = replace(told.request, prefix="", begun=begun, strategy="greedy")
        yield from tell(service, view, request, lambda: asked, sentence, told.card.spec.id)

    outputs = [*view.panel.components, *view.outputs]
    view.stage.click(go_on, [view.shown, own], outputs, **LOOKS, **RUNS)


def picked(told: Described | None, places: list[Any]) -> tuple[int, ...] | None:
    """The pieces that a picked alternative begins with; None for places that are none."""
    if told is None or not all(type(place) is int and place >= 0 for place in places):
        return None
    caption, word, rival = places
    try:
        return told.captions[caption].with_rival(word, rival)
    except IndexError:
        return None
