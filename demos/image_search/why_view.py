"""Why one picture matched: what each word did, what each term adds, where, what it looks like."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from backend.image_search.request import PICTURE
from backend.image_search.results import Explained
from demos.image_search import pictures
from demos.shared.strings import say


def meter(share: float) -> Markup:
    """A bar from the middle: to the right speaks for, to the left against."""
    side = "for" if share >= 0 else "against"
    return Markup(
        '<span class="st-meter"><i class="st-{}" style="width:{:.1f}%"></i></span>'
    ).format(side, 50 * abs(share))


def render(language: str, explained: Explained, number: int) -> str:
    """The reasons for the hit of this number."""
    answer, reasons = explained.answer, explained.reasons
    hit = answer.hits[number]
    text = pictures.caption(language, hit.entry)
    source = pictures.address(answer.request.where, hit.entry.key)
    map_ = overlay_of(explained, number)
    return Markup(
        '<section class="st-why is-why"><h3>{}</h3><div class="is-side">'
        '<figure class="is-seen">{}<figcaption>{}</figcaption></figure><div>{}{}{}</div></div>'
        "</section>"
    ).format(
        say(language, "image_search.why", caption=text),
        pictures.shown(source, text, map_),
        say(language, "image_search.why.map" if map_ else "image_search.why.no_map"),
        _words(language, explained, number),
        _parts(language, explained, number),
        _labels(language, reasons.labels[number]),
    )


def overlay_of(explained: Explained, number: int) -> str:
    """The hit's map as a picture; "" where it has none."""
    maps = explained.reasons.maps
    return pictures.overlay(maps[number]) if maps is not None and number < len(maps) else ""


def _words(language: str, explained: Explained, number: int) -> Markup:
    """Each word with the cosine that goes when it is left out."""
    reasons = explained.reasons
    if not reasons.words:
        return Markup("")
    most = float(abs(reasons.changes[:, number]).max()) or 1.0
    words = Markup(" ").join(
        Markup(
            '<span class="st-word is-word"><span class="st-word-text">{}</span>{}<b>{}</b></span>'
        ).format(word.text, meter(float(change) / most), f"{change:+.3f}")
        for word, change in zip(reasons.words, reasons.changes[:, number], strict=True)
    )  # fmt: skip
    return _part(language, "words", Markup('<div class="st-words">{}</div>').format(words))


def _parts(language: str, explained: Explained, number: int) -> Markup:
    """What each term adds; they sum to the cosine."""
    answer = explained.answer
    if len(answer.request.parts) < 2:
        return Markup("")
    added = answer.hits[number].parts
    most = max(map(abs, added)) or 1.0
    rows = Markup("").join(
        Markup("<li><span>{}</span>{}<b>{}</b></li>").format(
            say(language, "image_search.your_picture") if term.text == PICTURE else
            f"{term.weight:g} × {term.text}", meter(value / most), f"{value:+.3f}",
        )
        for term, value in zip(answer.request.parts, added, strict=True)
    )  # fmt: skip
    return _part(language, "parts", Markup('<ul class="is-rows">{}</ul>').format(rows))


def _labels(language: str, labels: Sequence[tuple[object, float]]) -> Markup:
    rows = Markup("").join(
        Markup("<li><span>{}</span><b>{}</b></li>").format(
            (language == "zh" and label.chinese) or label.english,
            f"{value:.3f}",  # type: ignore[attr-defined]
        )
        for label, value in labels
    )
    return _part(language, "labels", Markup('<ul class="is-rows is-labels">{}</ul>').format(rows))


def _part(language: str, name: str, content: Markup) -> Markup:
    return Markup('<h4>{}</h4><p class="st-quiet">{}</p>{}').format(
        say(language, f"image_search.why.{name}"),
        say(language, f"image_search.why.{name}.hint"),
        content,
    )
