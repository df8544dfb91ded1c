"""The functions that the service runs on the device: (model, run, *input) -> results.

Each passes `run.job.check` on to whatever loops, so that Stop and the deadline reach it.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from typing import TYPE_CHECKING, TypeVar

from backend.classification.head import PAIR, TEXT
from backend.classification.request import MASK, Example, filled
from backend.classification.results import (
    BatchDone,
    Classified,
    Explained,
    Filled,
    FusedResult,
    Head,
    NextSentence,
    PairsTaught,
    Probed,
    Route,
    Taught,
    ZeroShotResult,
)
from backend.classification.truncation import (
    count_truncated,
    truncated_texts_note,
    truncation_note,
)
from backend.errors import InputError
from backend.languages import note
from backend.messages import Message, message
from backend.models import control_tokens
from backend.models.registry import ModelSpec
from backend.run import Progress, Run
from backend.text import shown
from backend.words import notes_on_words

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.classification.expert import Expert
    from backend.classification.gaps import GapFiller
    from backend.classification.masked import MaskedModel
    from backend.classification.sentences import SentenceEncoder
    from backend.classification.zero_shot import Model
    from backend.models.search_encoder.model import SearchEncoder

T = TypeVar("T")
Steps = Generator[Progress | T, None, None]


def classify(expert: Expert, run: Run, text: str, route: Route | None) -> Steps[Classified]:
    scores = expert.scores(text)
    notes = _notes_on(expert, text)
    # The page shows this card beside the explanation, which is of words.
    yield Classified(text, scores, run.card((*notes, *notes_on_words(text)), {}), route)


def explain(expert: Expert, run: Run, text: str, label: str) -> Steps[Explained]:
    """`label` "" is the likeliest one."""
    from backend.classification import why

    yield run.progress(message("explaining"))
    chosen = _check_label(expert, label) or expert.scores(text).top
    explanation = yield from run.in_parts(why.explain(expert, text, chosen, run.job.check))
    notes = control_tokens.note(expert.tokenizer, text) + notes_on_words(text)
    yield Explained(text, explanation, run.card(notes, {}))


def zero_shot(
    model: Model,
    run: Run,
    text: str,
    labels: tuple[str, ...],
    templates: list[str],
    multi_label: bool,
) -> Steps[ZeroShotResult]:
    from backend.classification.zero_shot import score_labels

    yield run.progress(message("reading"))
    parts = score_labels(model, text, labels, templates, multi_label, run.job.check)
    grid = yield from run.in_parts(parts)
    yield ZeroShotResult(text, grid, run.card(grid.notes, {}))


def teach(
    encoder: SentenceEncoder, run: Run, examples: list[Example], notes: tuple[Message, ...]
) -> Steps[Taught]:
    """`training_seconds` is for the head and its cross-validation, without encoding the texts."""
    from backend.classification import teach

    yield run.progress(message("learning", count=len(examples)))
    texts = [example.text for example in examples]
    encoded = yield from run.in_parts(encoder.encode_in_parts(texts, run.job.check))
    began, vectors = run.job.clock(), encoded.double().numpy()
    parts = teach.teach(vectors, examples, run.spec.name, run.job.check)
    lesson = yield from run.in_parts(parts)
    figures = {"training_seconds": run.job.clock() - began, "examples": len(examples)}
    truncated = truncated_texts_note(count_truncated(encoder, texts), encoder.limit)
    typed = control_tokens.note(encoder.tokenizer, texts)
    yield Taught(lesson, run.card((*notes, *truncated, *typed), figures))


def use_head(encoder: SentenceEncoder, run: Run, head: Head, text: str) -> Steps[Classified]:
    head.check(TEXT, run.spec.name)
    vector = encoder.encode([text]).double().numpy()[0]
    notes = _notes_on(encoder, text)
    yield Classified(text, head.scores(vector), run.card(notes, {}))


def route(
    encoder: SentenceEncoder,
    run: Run,
    text: str,
    experts: Sequence[ModelSpec],
    here: Collection[ModelSpec],
) -> Steps[Route]:
    from backend.classification import router

    yield router.route(encoder, text, experts, here)


def probe(
    expert: Expert, run: Run, sentence: str, words: tuple[str, ...], label: str
) -> Steps[Probed]:
    """`label` "" is the one that varies most."""
    from backend.classification import bias

    parts = bias.probe(expert, sentence, words, _check_label(expert, label), run.job.check)
    found = yield from run.in_parts(parts)
    texts = [filled(sentence, word) for word in words]
    notes = truncated_texts_note(count_truncated(expert, texts), expert.limit)
    notes += control_tokens.note(expert.tokenizer, texts)
    yield Probed(sentence, found, run.card(notes, {}))


def classify_rows(expert: Expert, run: Run, texts: Sequence[str]) -> Steps[BatchDone]:
    from backend.classification import batch

    counted = truncated = 0
    typed = control_tokens.note(expert.tokenizer, texts)
    for part in batch.classify_rows(expert, texts, run.job.check):
        if part is None:
            yield from run.pause()
            continue
        truncated += count_truncated(expert, texts[counted : part.done])
        counted = part.done
        notes = truncated_texts_note(truncated, expert.limit) + typed
        figures = {"rows": part.done, "rows_per_second": part.done / max(run.seconds, 1e-9)}
        yield BatchDone(part, run.card(notes, figures))


def fill_mask(model: MaskedModel | GapFiller, run: Run, text: str) -> Steps[Filled]:
    yield run.progress(message("reading"))
    gaps = yield from run.in_parts(model.fill(text, run.job.check))
    notes = note(run.spec, text.replace(MASK, "")) + model.notes_on_gaps(text)
    yield Filled(gaps, run.card(notes, {}))


def next_sentence(
    model: MaskedModel | GapFiller, run: Run, first: str, second: str
) -> Steps[NextSentence]:
    yield run.progress(message("reading"))
    probability = yield from run.in_parts(model.follows(first, second, run.job.check))
    notes = note(run.spec, first + second) + model.notes_on_pair(first, second)
    yield NextSentence(probability, run.card(notes, {}))


def fuse(
    encoder: SearchEncoder,
    run: Run,
    text: str,
    picture: Image,
    labels: tuple[str, ...],
    weight: float,
    head: Head | None,
) -> Steps[FusedResult]:
    from backend.classification import fusion

    name = run.spec.name + encoder.reader
    if head is not None:
        head.check(PAIR, name)
    pair = fusion.encode_pair(encoder, text, picture, "", name)
    parts = fusion.fuse(encoder, pair, labels, weight, head, run.job.check)
    fused = yield from run.in_parts(parts)
    notes = truncation_note(*fusion.tokens_and_limit(encoder, text))
    notes += encoder.notes_on_texts(text, labels)
    yield FusedResult(fused, run.card(notes, {}))


def teach_pairs(
    encoder: SearchEncoder, run: Run, pairs: Sequence[tuple[str, Image, str]]
) -> Steps[PairsTaught]:
    """`pairs` are texts, pictures and their labels."""
    from backend.classification import fusion

    yield run.progress(message("learning", count=len(pairs)))
    name, encoded = run.spec.name + encoder.reader, []
    for text, picture, label in pairs:
        run.job.check()
        yield from run.pause()
        encoded.append(fusion.encode_pair(encoder, text, picture, label, name))
    notes = encoder.notes_on_texts([text for text, _, _ in pairs])
    card = run.card(notes, {"examples": len(pairs)})
    yield PairsTaught(fusion.teach_pairs(encoded), card, tuple(encoded))


def _notes_on(model: Expert | SentenceEncoder, text: str) -> tuple[Message, ...]:
    """Whether the text was cut, and whether control tokens in it were taken as text."""
    notes = truncation_note(model.length(text), model.limit)
    return notes + control_tokens.note(model.tokenizer, text)


def _check_label(expert: Expert, label: str) -> str:
    if label and label not in expert.labels:
        raise InputError(
            "not_a_choice", name="label", choices=", ".join(expert.labels), value=shown(label)
        )
    return label
