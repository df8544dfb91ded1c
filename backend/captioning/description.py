"""One picture described: captions word by word, then where the model looked for each word."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from backend.captioning.caption_model import CaptionModel
from backend.captioning.decoding import Hypotheses, Hypothesis, decode
from backend.captioning.request import CaptionRequest
from backend.captioning.results import Caption, Described
from backend.captioning.words import caption_of, note_on_control_tokens, note_on_language
from backend.jobs import keeping_what_is_done
from backend.messages import Message, message
from backend.run import Progress, Run
from backend.stoppable import Figures


def describe(
    model: CaptionModel, run: Run, request: CaptionRequest
) -> Generator[Progress | Described, None, None]:
    """The picture, then its captions as they grow, then with maps and card."""
    model = model.speaking(request.language)
    yield run.progress(message("looking"))
    begun = run.job.clock()
    notes = tuple(_notes(model, request, run.spec.name))
    cut = (*notes, message("caption_cut"))
    request = _answerable(model, request)
    described = Described(request, (), model.frame(request.picture))
    yield described
    encoded = model.encode(request.picture, request.question, request.length)
    hypotheses: Hypotheses = []
    with keeping_what_is_done(lambda: bool(described.captions)) as ending:
        for hypotheses in decode(model, encoded, request, run.job.check):
            captions = tuple(caption_of(model, one) for one in hypotheses)
            figures = _figures(request, run.job.clock() - begun)
            described = replace(described, captions=captions, notes=cut, figures=figures)
            yield described
    if ending.finished != "end":
        notes = cut
    finished = []
    for one in _distinct(hypotheses):
        yield from run.pause()
        finished.append(_with_maps(model, encoded, one))
    card = run.card(notes, _figures(request, run.job.clock() - begun))
    yield replace(described, captions=tuple(finished), card=card)


def _distinct(hypotheses: Hypotheses) -> Hypotheses:
    """Captions that were sampled twice count once."""
    return list({tuple(one.ids(())): one for one in hypotheses}.values())


def _with_maps(model: CaptionModel, encoded: Any, hypothesis: Hypothesis) -> Caption:
    line = hypothesis.ids(model.start)
    maps = model.attribution_maps(encoded, line) if hypothesis.tokens else None
    return caption_of(model, hypothesis, maps)


def _answerable(model: CaptionModel, request: CaptionRequest) -> CaptionRequest:
    """For a model that cannot answer, a prefix takes the question's place."""
    if not request.question or model.can_answer:
        return request
    return replace(request, question="", prefix=_prefix(model, request))


def _prefix(model: CaptionModel, request: CaptionRequest) -> str:
    return request.prefix or model.question_prefix


def _notes(model: CaptionModel, request: CaptionRequest, name: str) -> Iterator[Message]:
    if request.question and not model.can_answer:
        yield message("cannot_answer", model=name, prefix=_prefix(model, request))
    yield from note_on_language(model, request.language, name)
    yield from note_on_control_tokens(model, request.prefix, request.question)
    yield message(model.maps_method)
    if request.length == "detailed" and not model.can_detail:
        yield message("no_detail")


def _figures(request: CaptionRequest, seconds: float) -> Figures:
    figures: Figures = {
        "caption_seconds": round(seconds, 3),
        "strategy": request.strategy,
    }
    if request.strategy == "sample":
        figures["seed"] = request.seed
    return figures
