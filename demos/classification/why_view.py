"""A text's words as buttons: two thin bars under each say what it did, a click drops it."""

from __future__ import annotations

from collections.abc import Collection

from markupsafe import Markup

from backend.classification.explanation import Explanation
from demos.classification.charts import percent
from demos.classification.labels import label_name
from demos.shared.strings import say


def render(language: str, why: Explanation, dropped: Collection[int] = ()) -> str:
    """The words, a legend, and how far to believe the two methods."""
    most = {
        "gradients": max(map(abs, why.gradients)) or 1.0,
        "dropped": max(map(abs, why.dropped)) or 1.0,
    }
    words = Markup(" ").join(
        _word(language, why, number, most, number in dropped) for number in range(len(why.words))
    )
    label = label_name(language, why.label)
    title = say(language, "classification.why.title", label=label)
    return Markup(
        '<section class="st-why"><h3>{}</h3><p class="st-quiet">{}</p>'
        '<div class="st-words">{}</div>{}{}</section>'
    ).format(
        title,
        say(language, "classification.why.hint"),
        words,
        _legend(language),
        _trust(language, why),
    )


def _word(
    language: str, why: Explanation, number: int, most: dict[str, float], is_dropped: bool
) -> Markup:
    word, gradient, lost = why.words[number], why.gradients[number], why.dropped[number]
    spoken = say(
        language,
        "classification.why.word",
        word=word.text,
        gradients=f"{gradient:+.2f}",
        dropped=f"{lost:+.2f}",
    )
    return Markup(
        '<button type="button" class="st-word" data-word="{}" aria-pressed="{}" title="{}">'
        '<span class="st-word-text">{}</span>{}{}</button>'
    ).format(
        number,
        "true" if is_dropped else "false",
        spoken,
        word.text,
        meter(gradient / most["gradients"]),
        meter(lost / most["dropped"]),
    )


def meter(share: float) -> Markup:
    """A bar from the middle: to the right speaks for the label, to the left against it."""
    side = "for" if share >= 0 else "against"
    return Markup(
        '<span class="st-meter"><i class="st-{}" style="width:{:.1f}%"></i></span>'
    ).format(side, 50 * abs(share))


def _legend(language: str) -> Markup:
    return Markup(
        '<p class="st-quiet st-why-legend"><span><i class="st-key st-against"></i>{}</span>'
        '<span><i class="st-key st-for"></i>{}</span><span>{}</span></p>'
    ).format(
        say(language, "classification.why.against"),
        say(language, "classification.why.for"),
        say(language, "classification.why.rows"),
    )


def _trust(language: str, why: Explanation) -> Markup:
    """Agreement, faithfulness and completeness as figures with a sentence each."""
    figures = [
        (_number(why.agreement), "agreement", {}),
        (_points(why.fall["gradients"]), "fall_gradients", {"count": why.removed}),
        (_points(why.fall["dropped"]), "fall_dropped", {"count": why.removed}),
        (_points(why.fall["random"]), "fall_random", {"count": why.removed}),
        (percent(max(0.0, 1 - why.gap)), "complete", {}),
    ]
    cells = Markup("").join(
        Markup('<div class="st-figure"><b>{}</b><span>{}</span></div>').format(
            value, say(language, f"classification.why.{name}", **values)
        )
        for value, name, values in figures
    )
    return Markup('<div class="st-figures st-trust">{}</div>').format(cells)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _points(value: float) -> str:
    """Percentage points lost."""
    return f"{-100 * value:+.0f}"
