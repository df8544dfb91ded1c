"""The run card: what ran, where, why there, and how fast."""

from __future__ import annotations

from markupsafe import Markup

from backend.run import RunCard
from backend.units import parameters_in_words
from demos.shared.strings import say, say_message, seconds_in_words

NOTICED = 0.05  # seconds; the card shows tenths


def render(
    language: str, card: RunCard, headline: tuple[str, ...], ending: str = "", task: str = ""
) -> Markup:
    """The card as HTML.

    `headline` names the task's figures to show large, in order: by the catalogue keys of their
    labels, "<task>.<figure>", or by "<figure>" alone. `ending` is a sentence on how the run ended.
    `task` is the model's own by default.
    """
    parts = [
        _fall(language, card),
        _headline(language, card, headline, task or card.spec.task),
        Markup("<p>{}</p>").format(ending) if ending else Markup(""),
        *(Markup("<p>{}</p>").format(say_message(language, note)) for note in card.notes),
        _facts(language, card),
    ]
    title = say(language, "card.title")
    return Markup('<section class="st-card" aria-label="{}">{}</section>').format(
        title, Markup("").join(parts)
    )


def _headline(language: str, card: RunCard, names: tuple[str, ...], task: str) -> Markup:
    figure = Markup('<div class="st-figure"><b>{}</b><span>{}</span></div>')
    keys = {name.rpartition(".")[2]: name if "." in name else f"{task}.{name}" for name in names}
    cells = [
        figure.format(_number(card.figures[name]), say(language, key))
        for name, key in keys.items()
        if name in card.figures
    ]
    return Markup('<div class="st-figures">{}</div>').format(Markup("").join(cells))


def _facts(language: str, card: RunCard) -> Markup:
    facts = {
        "model": card.spec.name,
        "tier": say(language, f"tier.{card.spec.tier}"),
        "device": _device(language, card),
        "parameters": parameters_in_words(card.spec.parameters),
        "licence": card.spec.licence,
        "seconds": seconds_in_words(language, card.seconds),
        "waited": _waited(language, card),
        "beside": card.served_beside or None,
        "seed": card.figures.get("seed"),
    }
    row = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    rows = [
        row.format(say(language, f"card.{name}"), value)
        for name, value in facts.items()
        if value is not None
    ]
    return Markup("<dl>{}</dl>").format(Markup("").join(rows))


def _waited(language: str, card: RunCard) -> str | None:
    """None where nobody would have noticed."""
    waited = card.waited_seconds
    return seconds_in_words(language, waited) if waited >= NOTICED else None


def _device(language: str, card: RunCard) -> str:
    reason = say_message(language, card.device.reason)
    return say(
        language, "card.why", device=card.device.name, dtype=card.device.dtype, reason=reason
    )


def _fall(language: str, card: RunCard) -> Markup:
    """The models that were passed over, and why: a fallback is never silent."""
    if not card.falls:
        return Markup("")
    items = Markup("").join(
        Markup("<li>{}</li>").format(say_message(language, fall)) for fall in card.falls
    )
    return Markup('<div class="st-notice"><b>{}</b><ul>{}</ul></div>').format(
        say(language, "card.fell"), items
    )


def _number(value: float | int | str) -> str:
    """Counts in full, measures to three digits: 1,234; 0.18; 24.1."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3g}" if isinstance(value, float) and value < 1000 else str(value)
