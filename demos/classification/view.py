"""The tab's results as HTML, from the templates beside this file, and as updates of a panel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from backend.classification.results import (
    BatchDone,
    Classified,
    Explanation,
    Filled,
    Fused,
    Lesson,
    NextSentence,
    Probe,
    Report,
    Scores,
    TableClassified,
    WordingGrid,
)
from backend.csv_tables import Table
from backend.messages import Message, message
from backend.run import RunCard
from demos.classification.fields import TAB
from demos.classification.names import expert_name, label_name, label_names
from demos.shared import html, states
from demos.shared.html import percent
from demos.shared.section import Panel, Updates, render_card
from demos.shared.strings import say, say_message

MAX_ROWS = 12  # of a table, on the page


@dataclass(frozen=True)
class Plot:
    """A small chart in SVG units: shares from 0 to 1 of its axes, as coordinates."""

    width: int = 320
    height: int = 220
    edge: int = 34

    def x(self, share: float) -> float:
        return round(self.edge + share * (self.width - self.edge - 12), 1)

    def y(self, share: float) -> float:
        return round(self.height - self.edge - share * (self.height - self.edge - 12), 1)


def shown(panel: Panel, drawn: str, language: str, card: RunCard, *headline: str) -> Updates:
    """A result and its run card, whose `headline` figures are large."""
    return {panel.result: drawn, panel.card: render_card(language, card, *headline, task=TAB)}


def scores(
    language: str, found: Classified, before: Classified | None = None, rest: str = ""
) -> Markup:
    """The verdict, the bars and the router's choice; `rest` is the text without dropped words, and
    `before` the result of the whole."""
    route = (before or found).route
    name = partial(expert_name, language)
    return _render(
        "scores",
        language,
        scores=found.scores,
        names=label_names(language, found.scores.labels),
        before=before.scores if before else None,
        rest=rest,
        route=route,
        expert_name=name,
        shares=", ".join(f"{name(row)} {percent(share)}" for row, share in route.shares.items())
        if route
        else "",
    )


def plain_scores(language: str, found: Scores) -> Markup:
    """The verdict and the bars, with labels that are not ours."""
    return _render("scores", language, scores=found, names={}, before=None, rest="", route=None)


def why(language: str, found: Explanation, dropped: Collection[int] = ()) -> Markup:
    """The words as buttons, a legend, and how far to trust the two methods."""
    words = [
        {"text": word.text, "gradient": gradient, "dropped": lost}
        for word, gradient, lost in zip(
            found.words, found.integrated_gradients, found.leave_one_out, strict=True
        )
    ]
    return _render(
        "why",
        language,
        label=label_name(language, found.label),
        words=words,
        most_gradient=max(map(abs, found.integrated_gradients)) or 1.0,
        most_dropped=max(map(abs, found.leave_one_out)) or 1.0,
        dropped=dropped,
        figures=_trust(language, found),
    )


def _trust(language: str, found: Explanation) -> list[tuple[str, str]]:
    """Agreement, faithfulness and completeness, each as a figure and its text."""
    correlation, lost = found.rank_correlation, found.probability_lost
    points = {name: f"{-100 * lost[name]:+.0f}" for name in ("gradients", "dropped", "random")}
    figures = {
        "agreement": "–" if correlation is None else f"{correlation:.2f}",
        **{f"fall_{name}": value for name, value in points.items()},
        "complete": percent(max(0.0, 1 - found.completeness_gap)),
    }
    return [
        (value, say(language, f"classification.why.{name}", count=found.words_removed))
        for name, value in figures.items()
    ]


def pair(language: str, found: Sequence[Classified]) -> Markup:
    """One column each; with the same labels, marks in the second show where the first was."""
    columns = []
    for number, one in enumerate(found):
        first = found[0].scores if number else None
        before = first if first and first.labels == one.scores.labels else None
        names = label_names(language, one.scores.labels)
        columns.append((one.card.spec.name, one.text, one.scores, before, names))
    return _render("pair", language, columns=columns)


def probe(language: str, found: Probe) -> Markup:
    """A bar for each word, and the spread in words."""
    label, spread = label_name(language, found.label), f"{100 * found.spread:.1f}"
    title = say(language, "classification.probe.title", label=label, spread=spread)
    deviation = f"{100 * found.deviation:.1f}"
    remark = say(language, "classification.probe.remark", deviation=deviation)
    if found.most:
        remark += " " + say(language, "classification.probe.most", count=len(found.labels))
    return _render("probe", language, title=title, rows=found.rows, remark=remark)


def zero_shot(language: str, grid: WordingGrid) -> Markup:
    """The visitor's own wording as bars, and all wordings in a table."""
    labels = grid.rows[0].labels
    rows = [
        (template, [(row.of(label), percent(row.of(label))) for label in labels])
        for template, row in zip(grid.templates, grid.rows, strict=True)
    ]
    tops = {row.top for row in grid.rows}
    key = f"classification.wordings.{'agree' if len(tops) == 1 else 'differ'}"
    remark = say(language, key, count=len(rows), labels=len(tops))
    return _render("zero_shot", language, scores=grid.rows[0], rows=rows, remark=remark)


def gaps(language: str, found: Filled) -> Markup:
    """The likeliest words of each gap."""
    drawn = [
        Scores(tuple(f.word for f in gap), tuple(f.probability for f in gap)) for gap in found.gaps
    ]
    return _render("gaps", language, gaps=drawn)


def next_sentence(language: str, found: NextSentence) -> Markup:
    """Yes and no."""
    names = "classification.follows", "classification.follows.not"
    yes, no = (say(language, name) for name in names)
    return plain_scores(language, Scores((yes, no), (found.probability, 1 - found.probability)))


def fused(language: str, found: Fused, weight: float) -> Markup:
    """The four answers; `weight` is the picture's share in late fusion."""
    mixed = tuple(
        (1 - weight) * text + weight * picture
        for text, picture in zip(found.text.values, found.picture.values, strict=True)
    )
    answers = {
        "text": found.text,
        "picture": found.picture,
        "late": Scores(found.text.labels, mixed),
        "early": found.early,
    }
    titled = [
        (say(language, f"classification.fusion.{name}"), scores) for name, scores in answers.items()
    ]
    return _render("fused", language, answers=titled)


def lesson(language: str, found: Lesson) -> Markup:
    """Metrics, confusion matrix, learning curve, hardest examples."""
    count, most = found.report.count, max(point.examples for point in found.curve)
    return _render(
        "lesson",
        language,
        report=found.report,
        metrics=_metrics(language, found.report),
        how=say(language, "classification.folds", folds=found.folds, count=count),
        confusion=_confusion(found.report),
        curve=[(point.examples / most, point.examples, point.accuracy) for point in found.curve],
        hardest=found.hardest,
        plot=Plot(),
    )


def table_preview(language: str, table: Table) -> Markup:
    """The first rows of an opened table."""
    return _render(
        "table_preview",
        language,
        notes=_notes(language, table.notes),
        title=say(language, "classification.csv.read", rows=len(table.rows)),
        columns=table.columns,
        rows=table.rows[:MAX_ROWS],
    )


def table_progress(language: str, done: BatchDone) -> Markup:
    """How many rows are done."""
    count, total = done.batch.done, done.batch.total
    doing = say_message(language, message("classifying", done=count, total=total))
    return _render("table_progress", language, doing=doing, share=count / total)


def table_result(language: str, found: TableClassified) -> Markup:
    """Notes, metrics where the right labels are known, and the first rows."""
    batch, judged, table = found.batch, found.judged, found.table
    notes: list[Message] = [*table.notes]
    if batch.done < batch.total:
        notes.append(message("half_done", done=batch.done, total=batch.total))
    if judged and not judged.true_labels & set(batch.labels):
        notes.append(message("gold_unknown", labels=", ".join(batch.labels)))
    added = (say(language, f"classification.{name}") for name in ("predicted", "confidence"))
    return _render(
        "table_result",
        language,
        notes=_notes(language, notes),
        judged=judged,
        metrics=_metrics(language, judged.report) if judged else [],
        how=_calibration_text(language, found),
        confusion=_confusion(judged.report) if judged else [],
        plot=Plot(),
        columns=(*added, *table.columns),
        rows=[
            (label, percent(confidence), *row)
            for label, confidence, row in zip(
                batch.predicted, batch.confidence, table.rows[:MAX_ROWS], strict=False
            )
        ],
    )


def _calibration_text(language: str, found: TableClassified) -> str:
    if found.judged is None:
        return ""
    error, count = f"{found.judged.calibration.error:.3f}", found.judged.report.count
    return say(language, "classification.ece", ece=error, count=count)


def _metrics(language: str, report: Report) -> list[tuple[str, str]]:
    """The four metrics as figures with their names."""
    return [
        (f"{getattr(report, name):.3f}", say(language, f"classification.metric.{name}"))
        for name in ("accuracy", "precision", "recall", "f1")
    ]


def _confusion(report: Report) -> list[tuple[str, list[tuple[float, str]]]]:
    """The matrix's rows for a grid: each cell's share of its row, and its count."""
    return [
        (name, [(count / max(1, sum(counts)), f"{count:,}") for count in counts])
        for name, counts in zip(report.labels, report.confusion, strict=True)
    ]


def _notes(language: str, notes: Sequence[Message]) -> list[str]:
    return [states.notice(say_message(language, note)) for note in notes]


def _render(name: str, language: str, **values: object) -> Markup:
    return html.render(f"{TAB}/{name}.html", language, **values)
