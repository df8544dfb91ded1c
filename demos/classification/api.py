"""The tab's endpoints: all that the page does, as plain JSON. /classify needs only a text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import gradio as gr

from backend.classification.request import AUTO, DEFAULT_TEMPLATE
from backend.classification.results import (
    BatchDone,
    Classified,
    Explained,
    Filled,
    FusedResult,
    NextSentence,
    PairsTaught,
    Probed,
    TableClassified,
    Taught,
    ZeroShotResult,
)
from backend.classification.service import Classification
from backend.errors import InputError
from backend.pictures import read_picture
from backend.run import Progress
from demos.shared.endpoints import Json, add, answers, with_api_errors
from demos.shared.files import path_of
from demos.shared.handlers import visitor_of


def add_endpoints(service: Classification) -> None:
    """Add them to the page that is being built."""
    _add_experts(service)
    _add_zero_shot(service)
    _add_heads(service)
    _add_tables(service)
    _add_pretraining(service)
    _add_pictures(service)


def _add_experts(service: Classification) -> None:
    default = service.default_expert()

    def classify(request: gr.Request, text: str, expert: str = AUTO) -> Iterator[Json]:
        """Score a text: {"label", "scores", "expert", "route", "run"}."""
        make = partial(service.classify, text, visitor_of(request), expert)
        yield from answers(make, _classified)

    def explain(
        request: gr.Request, text: str, expert: str = AUTO, label: str = ""
    ) -> Iterator[Json]:
        """Why a text got a label ("" is the likeliest): words with two scores each, and figures."""
        make = partial(service.explain, text, visitor_of(request), expert, label)
        yield from answers(make, _explained)

    def bias_probe(
        request: gr.Request, sentence: str, words: list[str], expert: str = default, label: str = ""
    ) -> Iterator[Json]:
        """One sentence with {} over a list of words: each word's score and the spread.

        The label "" is the one that moves most.
        """
        make = partial(service.probe, sentence, words, visitor_of(request), expert, label)
        yield from answers(make, _probed)

    add(classify, explain, bias_probe)


def _classified(found: Classified) -> Json:
    shares = found.route.shares if found.route else None
    return {
        "label": found.scores.top,
        "scores": found.scores.as_json(),
        "expert": found.card.spec.id,
        "route": {row.id: share for row, share in shares.items()} if shares else None,
        "run": found.card.as_json(),
    }


def _explained(found: Explained) -> Json:
    why = found.explanation
    return {
        "label": why.label,
        "probability": why.probability,
        "words": [word.text for word in why.words],
        "integrated_gradients": list(why.integrated_gradients),
        "leave_one_out": list(why.leave_one_out),
        "log_odds_difference": why.log_odds_difference,
        "completeness_gap": why.completeness_gap,
        "rank_correlation": why.rank_correlation,
        "words_removed": why.words_removed,
        "probability_lost": dict(why.probability_lost),
        "run": found.card.as_json(),
    }


def _probed(found: Probed) -> Json:
    return {
        "label": found.probe.label,
        "scores": {row.word: row.probability for row in found.probe.rows},
        "spread": found.probe.spread,
        "standard_deviation": found.probe.deviation,
        "run": found.card.as_json(),
    }


def _add_zero_shot(service: Classification) -> None:
    def zero_shot(
        request: gr.Request,
        text: str,
        labels: list[str],
        template: str = DEFAULT_TEMPLATE,
        multi_label: bool = False,
        model: str = "",
        wordings: list[str] | None = None,
    ) -> Iterator[Json]:
        """Score a text against any labels; `wordings` are further templates to compare."""
        visitor = visitor_of(request)
        rest = (template, multi_label, model, wordings or ())
        yield from answers(partial(service.zero_shot, text, labels, visitor, *rest), _zero_shot)

    add(zero_shot)


def _zero_shot(found: ZeroShotResult) -> Json:
    grid = found.grid
    rows = zip(grid.templates, grid.rows, strict=True)
    return {
        "label": grid.rows[0].top,
        "scores": grid.rows[0].as_json(),
        "wordings": {wording: row.as_json() for wording, row in rows},
        "run": found.card.as_json(),
    }


def _add_heads(service: Classification) -> None:
    def teach(request: gr.Request, examples: list[list[str]]) -> Iterator[Json]:
        """Train a head on [text, label] pairs: cross-validated metrics, and the head itself."""
        yield from answers(partial(service.teach, examples, visitor_of(request)), _taught)

    def use_head(request: gr.Request, text: str, head: str) -> Iterator[Json]:
        """Classify a text with a head that /teach gave."""

        def make() -> Iterator[Progress | Classified]:
            return service.use_head(service.read_head(head), text, visitor_of(request))

        yield from answers(make, _used)

    add(teach, use_head)


def _taught(found: Taught) -> Json:
    lesson = found.lesson
    return {
        "metrics": lesson.report.as_json(),
        "folds": lesson.folds,
        "learning_curve": [[point.examples, point.accuracy] for point in lesson.curve],
        "hardest": [
            [hard.example.text, hard.example.label, hard.predicted] for hard in lesson.hardest
        ],
        "head": lesson.head.as_json(),
        "run": found.card.as_json(),
    }


def _used(found: Classified) -> Json:
    return {
        "label": found.scores.top,
        "scores": found.scores.as_json(),
        "run": found.card.as_json(),
    }


def _add_tables(service: Classification) -> None:
    default = service.default_expert()

    def classify_csv(
        request: gr.Request, file: gr.FileData, column: str = "text", gold: str = "",
        expert: str = default,
    ) -> Iterator[Json]:  # fmt: skip
        """Classify a CSV's column: {"done", "total", "finished", "csv", "metrics", "run"}, growing.

        The file and the metrics come last; where the run was stopped or its time ran out, they
        are those of the rows that were done, and "finished" is false.
        """

        def steps() -> Iterator[Json]:
            table = service.open_table(path_of(file, "no_file"))
            visitor = visitor_of(request)
            for update in service.classify_table(table, column, gold, visitor, expert):
                if not isinstance(update, Progress):
                    yield _rows_done(update)

        yield from with_api_errors(steps())

    add(classify_csv)


def _rows_done(update: BatchDone | TableClassified) -> Json:
    done, total = update.batch.done, update.batch.total
    end = update if isinstance(update, TableClassified) else None
    judged = end.judged if end else None
    return {
        "done": done,
        "total": total,
        "finished": done == total,
        "csv": end.csv.decode("utf-8-sig") if end else None,
        "metrics": judged.report.as_json() if judged else None,
        "calibration_error": judged.calibration.error if judged else None,
        "run": update.card.as_json(),
    }


def _add_pretraining(service: Classification) -> None:
    def fill_mask(request: gr.Request, text: str) -> Iterator[Json]:
        """The likeliest words for each [MASK]."""
        yield from answers(partial(service.fill_mask, text, visitor_of(request)), _filled)

    def next_sentence(request: gr.Request, first: str, second: str) -> Iterator[Json]:
        """The probability that the second sentence follows the first."""
        make = partial(service.next_sentence, first, second, visitor_of(request))
        yield from answers(make, _follows)

    add(fill_mask, next_sentence)


def _filled(found: Filled) -> Json:
    gaps = [[[filling.word, filling.probability] for filling in gap] for gap in found.gaps]
    return {"gaps": gaps, "run": found.card.as_json()}


def _follows(found: NextSentence) -> Json:
    return {"probability": found.probability, "run": found.card.as_json()}


def _add_pictures(service: Classification) -> None:
    def fuse(
        request: gr.Request,
        text: str,
        image: gr.FileData,
        labels: list[str],
        weight: float = 0.5,
        head: str = "",
    ) -> Iterator[Json]:
        """A text and a picture against the same labels: "text", "picture", "late" and "early"."""

        def make() -> Iterator[Progress | FusedResult]:
            picture = read_picture(path_of(image, "no_picture"))
            taught = service.read_head(head) if head else None
            return service.fuse(text, picture, labels, visitor_of(request), weight, taught)

        yield from answers(make, _fused)

    def teach_pairs(
        request: gr.Request, texts: list[str], images: list[gr.FileData], labels: list[str]
    ) -> Iterator[Json]:
        """Train a head for /fuse on texts with their pictures and labels: {"head", "run"}."""

        def make() -> Iterator[Progress | PairsTaught]:
            triples = _triples(texts, images, labels)
            return service.teach_pairs(triples, visitor_of(request))

        yield from answers(make, _pairs_taught)

    add(fuse, teach_pairs)


def _triples(texts: object, images: object, labels: object) -> list[tuple[object, Path, object]]:
    """(text, picture's path, label) of lists of one length."""
    lists = [part for part in (texts, images, labels) if isinstance(part, list)]
    lengths = [len(part) for part in lists]
    if len(lists) < 3 or len(set(lengths)) > 1:
        raise InputError("uneven_pairs", lengths=", ".join(map(str, lengths)) or "–")
    paths = [path_of(image, "no_picture") for image in lists[1]]
    return list(zip(lists[0], paths, lists[2], strict=True))


def _fused(found: FusedResult) -> Json:
    fused = found.fused
    return {
        "text": fused.text.as_json(),
        "picture": fused.picture.as_json(),
        "late": fused.late.as_json(),
        "early": fused.early.as_json() if fused.early else None,
        "run": found.card.as_json(),
    }


def _pairs_taught(found: PairsTaught) -> Json:
    return {"head": found.head.as_json(), "run": found.card.as_json()}
