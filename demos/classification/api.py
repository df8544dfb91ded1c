"""The tab's endpoints: all that the page does, as plain JSON. /classify needs a text alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from backend.classification.head import read_head
from backend.classification.labels import DEFAULT_TEMPLATE
from backend.classification.router import AUTO
from backend.classification.service import BUNDLED, MOST_PAIRS, BatchDone, Classification
from backend.csv_tables import read_table
from backend.errors import InputError
from backend.pictures import read_picture
from backend.run import Progress
from demos.shared.endpoints import lazily, with_api_errors
from demos.shared.files import path_of
from demos.shared.handlers import RUNS, visitor_of

Json = dict[str, Any]


def add_endpoints(service: Classification) -> None:
    """Add them to the page that is being built."""
    _add_experts(service)
    _add_own_labels(service)
    _add_tables(service)
    _add_pretraining(service)
    _add_picture(service)


def _add_experts(service: Classification) -> None:
    def classify(request: gr.Request, text: str, expert: str = AUTO) -> Iterator[Json]:
        """Score a text: {"label", "scores", "expert", "route", "run"}."""
        yield from _answer(
            service.classify(text, visitor_of(request), expert),
            lambda found: {
                "label": found.scores.top,
                "scores": found.scores.as_json(),
                "expert": found.card.spec.id,
                "route": found.route.shares if found.route else None,
                "run": found.card.as_json(),
            },
        )

    def explain(
        request: gr.Request, text: str, expert: str = AUTO, label: str = ""
    ) -> Iterator[Json]:
        """Why a text got a label ("" is the likeliest): words with two scores each, and figures."""
        yield from _answer(
            service.explain(text, visitor_of(request), expert, label),
            lambda found: {**_why(found.explanation), "run": found.card.as_json()},
        )

    def bias_probe(
        request: gr.Request,
        sentence: str,
        words: list[str],
        expert: str = BUNDLED[0],
        label: str = "",
    ) -> Iterator[Json]:
        """One sentence with {} over a list of words: each word's score and the spread.

        The label "" is the one that moves most.
        """
        yield from _answer(
            service.probe(sentence, words, visitor_of(request), expert, label),
            lambda found: {
                "label": found.probe.label,
                "scores": {row.word: row.probability for row in found.probe.rows},
                "spread": found.probe.spread,
                "standard_deviation": found.probe.deviation,
                "run": found.card.as_json(),
            },
        )

    for endpoint in (classify, explain, bias_probe):
        gr.api(endpoint, api_name=endpoint.__name__, **RUNS)


def _why(why: Any) -> Json:
    return {
        "label": why.label,
        "probability": why.probability,
        "words": [word.text for word in why.words],
        "integrated_gradients": list(why.gradients),
        "leave_one_out": list(why.dropped),
        "log_odds_difference": why.difference,
        "completeness_gap": why.gap,
        "rank_correlation": why.agreement,
        "words_removed": why.removed,
        "probability_lost": why.fall,
    }


def _add_own_labels(service: Classification) -> None:
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
        stream = service.zero_shot(
            text, labels, visitor_of(request), template, multi_label, model, wordings or ()
        )
        yield from _answer(
            stream,
            lambda found: {
                "label": found.grid.rows[0].top,
                "scores": found.grid.rows[0].as_json(),
                "wordings": {
                    wording: row.as_json()
                    for wording, row in zip(found.grid.templates, found.grid.rows, strict=True)
                },
                "run": found.card.as_json(),
            },
        )

    def teach(request: gr.Request, examples: list[list[str]]) -> Iterator[Json]:
        """Train a head on [text, label] pairs: cross-validated metrics, and the head itself."""
        yield from _answer(
            service.teach(_pairs(examples), visitor_of(request)),
            lambda found: {
                "metrics": found.lesson.report.as_json(),
                "folds": found.lesson.folds,
                "learning_curve": [[p.examples, p.accuracy] for p in found.lesson.curve],
                "hardest": [
                    [h.example.text, h.example.label, h.said] for h in found.lesson.hardest
                ],
                "head": found.lesson.head.as_json(),
                "run": found.card.as_json(),
            },
        )

    def use_head(request: gr.Request, text: str, head: str) -> Iterator[Json]:
        """Classify a text with a head that /teach gave."""
        yield from _answer(
            lazily(lambda: service.use_head(_head(head), text, visitor_of(request))),
            lambda found: {
                "label": found.scores.top,
                "scores": found.scores.as_json(),
                "run": found.card.as_json(),
            },
        )

    for endpoint in (zero_shot, teach, use_head):
        gr.api(endpoint, api_name=endpoint.__name__, **RUNS)


def _add_tables(service: Classification) -> None:
    def classify_csv(
        request: gr.Request, file: gr.FileData, column: str = "text", gold: str = "",
        expert: str = BUNDLED[0],
    ) -> Iterator[Json]:  # fmt: skip
        """Classify a CSV's column: {"done", "total", "finished", "csv", "metrics", "run"}, growing.

        The file and the metrics come last; where the run was stopped or its time ran out, they
        are those of the rows that were done, and "finished" is false.
        """
        yield from with_api_errors(
            _classify_csv(service, visitor_of(request), file, column, gold, expert)
        )

    gr.api(classify_csv, api_name="classify_csv", **RUNS)


def _classify_csv(
    service: Classification, visitor: str, file: object, column: str, gold: str, expert: str
) -> Iterator[Json]:
    from backend.classification.batch import as_csv, gold_column, judge

    table = read_table(path_of(file, "no_file"))
    texts, truth = table.column(column), gold_column(table, gold)
    last: BatchDone | None = None
    for update in service.classify_rows(texts, visitor, expert):
        if isinstance(update, BatchDone):
            last = update
            yield _so_far(update)
    if last is not None:
        judged = judge(last.batch, truth) if truth else None
        yield {
            **_so_far(last),
            "csv": as_csv(table, last.batch).decode("utf-8-sig"),
            "metrics": judged.report.as_json() if judged else None,
            "calibration_error": judged.calibration.error if judged else None,
        }


def _so_far(update: BatchDone) -> Json:
    done, total = update.batch.done, update.batch.total
    return {
        "done": done,
        "total": total,
        "finished": done == total,
        "csv": None,
        "metrics": None,
        "calibration_error": None,
        "run": update.card.as_json(),
    }


def _add_pretraining(service: Classification) -> None:
    def fill_mask(request: gr.Request, text: str) -> Iterator[Json]:
        """The likeliest words for each [MASK]."""
        yield from _answer(
            service.fill_mask(text, visitor_of(request)),
            lambda found: {
                "gaps": [[[f.word, f.probability] for f in gap] for gap in found.gaps],
                "run": found.card.as_json(),
            },
        )

    def next_sentence(request: gr.Request, first: str, second: str) -> Iterator[Json]:
        """The probability that the second sentence follows the first."""
        yield from _answer(
            service.next_sentence(first, second, visitor_of(request)),
            lambda found: {"probability": found.probability, "run": found.card.as_json()},
        )

    for endpoint in (fill_mask, next_sentence):
        gr.api(endpoint, api_name=endpoint.__name__, **RUNS)


def _add_picture(service: Classification) -> None:
    def fuse(
        request: gr.Request,
        text: str,
        image: gr.FileData,
        labels: list[str],
        weight: float = 0.5,
        head: str = "",
    ) -> Iterator[Json]:
        """A text and a picture against the same labels: "text", "picture", "late" and "early"."""

        def steps() -> Iterator[Any]:
            picture = read_picture(path_of(image, "no_picture"))
            taught = _head(head) if head else None
            return service.fuse(text, picture, labels, visitor_of(request), weight, taught)

        yield from _answer(
            lazily(steps),
            lambda found: {
                **{
                    name: getattr(found.fused, name).as_json()
                    for name in ("text", "picture", "late")
                },
                "early": found.fused.early.as_json() if found.fused.early else None,
                "run": found.card.as_json(),
            },
        )

    def teach_pairs(
        request: gr.Request, texts: list[str], images: list[gr.FileData], labels: list[str]
    ) -> Iterator[Json]:
        """Train a head for /fuse on texts with their pictures and labels: {"head", "run"}."""

        def steps() -> Iterator[Any]:
            return service.teach_pairs(_triples(texts, images, labels), visitor_of(request))

        yield from _answer(
            lazily(steps),
            lambda found: {"head": found.head.as_json(), "run": found.card.as_json()},
        )

    for endpoint in (fuse, teach_pairs):
        gr.api(endpoint, api_name=endpoint.__name__, **RUNS)


def _triples(texts: Any, images: Any, labels: Any) -> list[tuple[object, Any, object]]:
    """(text, picture, label) of lists of one length; the pictures opened."""
    lengths = [len(part) for part in (texts, images, labels) if isinstance(part, list)]
    if len(lengths) < 3 or len(set(lengths)) > 1:
        raise InputError("uneven_pairs", lengths=", ".join(map(str, lengths)) or "–")
    if lengths[0] > MOST_PAIRS:  # before any is opened
        raise InputError("too_many_examples", count=lengths[0], limit=MOST_PAIRS)
    opened = [read_picture(path_of(image, "no_picture")) for image in images]
    return list(zip(texts, opened, labels, strict=True))


def _answer(stream: Iterator[Any], as_json: Callable[[Any], Json]) -> Iterator[Json]:
    """The one result as JSON; empty values meanwhile, so that a client that left is noticed."""
    for update in with_api_errors(stream):
        yield {} if isinstance(update, Progress) else as_json(update)


def _pairs(examples: object) -> list[tuple[object, object]]:
    if not isinstance(examples, list) or any(
        not isinstance(pair, list | tuple) or len(pair) != 2 for pair in examples
    ):
        raise gr.Error(str(InputError("half_example", value="?")), print_exception=False)
    return [(pair[0], pair[1]) for pair in examples]


def _head(text: object) -> Any:
    if not isinstance(text, str):
        raise InputError("bad_head", reason="format")
    return read_head(text)
