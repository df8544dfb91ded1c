"""What runs on the device, for each question of the service: (model, input, run) to results.

Each hands `run.job.check` to whatever loops, so that Stop and the deadline reach it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from backend.classification.head import PAIR, TEXT
from backend.classification.reading import cut_note, cut_texts, texts_note
from backend.classification.results import (
    Asked,
    BatchDone,
    Classified,
    Explained,
    Filled,
    Follows,
    FusedResult,
    PairsTaught,
    Probed,
    Taught,
)
from backend.classification.router import Route
from backend.errors import InputError
from backend.messages import Message, message
from backend.run import Run, RunCard
from backend.text import shown

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.classification.expert import Expert
    from backend.classification.head import Head
    from backend.classification.masked import MaskedModel
    from backend.classification.sentences import SentenceEncoder
    from backend.classification.teach import Example
    from backend.models.search_encoder.model import SearchEncoder

LIKELIHOOD = "smollm2-135m"  # a generation row that also answers zero-shot questions
Steps = Generator[Any, None, None]


def _card(run: Run, notes: tuple[Message, ...] = (), **figures: Any) -> RunCard:
    """The card; this tab's own models run in float32 on every device."""
    if run.spec.id != LIKELIHOOD:
        run = replace(run, device=replace(run.device, dtype="float32"))
    return run.card(notes, figures)


def classify(expert: Expert, text: str, run: Run, route: Route | None) -> Steps:
    scores = expert.scores(text)
    notes = cut_note(expert.length(text), expert.limit)
    yield Classified(text, scores, _card(run, notes), route)


def explain(expert: Expert, text: str, label: str, run: Run) -> Steps:
    from backend.classification import why

    yield run.progress(message("explaining"))
    chosen = _check_label(expert, label) or expert.scores(text).top
    explanation = why.explain(expert, text, chosen, run.job.check)
    yield Explained(text, explanation, _card(run))


def _check_label(expert: Expert, label: str) -> str:
    if label and label not in expert.labels:
        raise InputError(
            "not_a_choice", name="label", choices=", ".join(expert.labels), value=shown(label)
        )
    return label


def ask(
    model: Any,
    text: str,
    labels: tuple[str, ...],
    templates: list[str],
    multi_label: bool,
    run: Run,
) -> Steps:
    from backend.classification import zero_shot

    yield run.progress(message("reading"))
    grid = zero_shot.ask(model, text, labels, templates, multi_label, run.job.check)
    yield Asked(text, grid, _card(run, grid.notes))


def teach(encoder: SentenceEncoder, examples: list[Example], run: Run) -> Steps:
    """`training_seconds` are those of the head and its tests; reading the texts comes before."""
    from backend.classification import teach

    yield run.progress(message("learning", count=len(examples)))
    texts = [example.text for example in examples]
    vectors = encoder.encode(texts, run.job.check).double().numpy()
    began = perf_counter()
    lesson = teach.teach(vectors, examples, run.spec.name, run.job.check)
    seconds = perf_counter() - began
    notes = texts_note(cut_texts(encoder, texts), encoder.limit)
    yield Taught(lesson, _card(run, notes, training_seconds=seconds, examples=len(examples)))


def use_head(encoder: SentenceEncoder, head: Head, text: str, run: Run) -> Steps:
    head.check(TEXT, run.spec.name)
    vector = encoder.encode([text]).double().numpy()[0]
    notes = cut_note(encoder.length(text), encoder.limit)
    yield Classified(text, head.scores(vector), _card(run, notes))


def probe(expert: Expert, sentence: str, words: tuple[str, ...], label: str, run: Run) -> Steps:
    from backend.classification import bias

    found = bias.probe(expert, sentence, words, _check_label(expert, label))
    cut = cut_texts(expert, [bias.filled(sentence, word) for word in words])
    yield Probed(sentence, found, _card(run, texts_note(cut, expert.limit)))


def classify_rows(expert: Expert, texts: Sequence[str], run: Run) -> Steps:
    from backend.classification import batch

    counted = cut = 0
    for part in batch.classify_rows(expert, texts, run.job.check):
        cut += cut_texts(expert, texts[counted : part.done])
        counted = part.done
        notes, rate = texts_note(cut, expert.limit), part.done / max(run.seconds, 1e-9)
        yield BatchDone(part, _card(run, notes, rows=part.done, rows_per_second=rate))


def fill(model: MaskedModel, text: str, run: Run) -> Steps:
    gaps = model.fill(text)
    yield Filled(gaps, _card(run, cut_note(model.length(text), model.limit)))


def follows(model: MaskedModel, first: str, second: str, run: Run) -> Steps:
    notes = cut_note(model.length(first, second), model.limit)
    yield Follows(model.follows(first, second), _card(run, notes))


def route(encoder: SentenceEncoder, text: str, here: list[str]) -> Steps:
    from backend.classification import router

    yield router.route(encoder, text, here)


def fuse(
    encoder: SearchEncoder,
    text: str,
    picture: Image,
    labels: tuple[str, ...],
    weight: float,
    head: Head | None,
    run: Run,
) -> Steps:
    from backend.classification import fusion

    if head is not None:
        head.check(PAIR, run.spec.name)
    fused = fusion.fuse(encoder, text, picture, labels, weight, head, run.spec.name)
    notes = cut_note(*fusion.tokens_and_limit(encoder, text))
    yield FusedResult(fused, _card(run, notes))


def teach_pairs(encoder: SearchEncoder, pairs: Sequence[tuple[str, Image, str]], run: Run) -> Steps:
    from backend.classification import fusion

    yield run.progress(message("learning", count=len(pairs)))
    seen = []
    for text, picture, label in pairs:
        run.job.check()
        seen.append(fusion.read_pair(encoder, text, picture, label, run.spec.name))
    yield PairsTaught(fusion.teach_pairs(seen), _card(run, examples=len(pairs)))
