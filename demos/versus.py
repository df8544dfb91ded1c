"""Two models' answers beside each other, each with its run card, and what the figures say."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from backend import Generated, Versus
from backend.run_card import RunCard
from demos import run_card
from demos.strings import say
from demos.transcript import markdown

HEADLINE = ("tokens_per_second", "first_token_seconds", "answer_tokens")
SIDES = ("first", "second")


def columns(language: str, update: Versus) -> str:
    """One column for each answer that there is; under them, when all is over, a sentence."""
    sides = zip(SIDES, update.sides, strict=False)
    drawn = Markup("").join(_column(language, name, side) for name, side in sides)
    both = Markup('<div class="st-pair">{}</div>').format(drawn)
    says = verdict(language, update) if update.over else ""
    return both + (Markup('<p class="st-verdict-line">{}</p>').format(says) if says else Markup(""))


def _column(language: str, name: str, side: Generated) -> Markup:
    title = side.card.spec.name if side.card else say(language, f"versus.{name}")
    ending = say(language, f"generation.finished.{side.finished}") if side.finished else ""
    card = run_card.render(language, side.card, HEADLINE, ending) if side.card else ""
    return Markup(
        '<section class="st-side-by-side" aria-busy="{}"><h3>{}</h3>'
        '<div class="st-said{}">{}</div>{}</section>'
    ).format(
        "false" if side.card else "true",
        title,
        "" if side.card else " st-growing",
        markdown(side.text),
        Markup(card),  # noqa: S704 (escaped where it was made)
    )


def verdict(language: str, update: Versus) -> str:
    """What the sizes and the speeds say; or that one model alone has answered, and why."""
    if alone := update.alone:
        return say(language, "versus.alone", model=alone.name)
    cards = [side.card for side in update.sides if side.card]
    return _compared(language, cards) if len(cards) == len(SIDES) else ""


def _compared(language: str, cards: Sequence[RunCard]) -> str:
    small, large = sorted(cards, key=lambda card: card.spec.parameters)
    speeds = [float(card.figures["tokens_per_second"]) for card in (small, large)]
    if not all(speeds):
        return ""
    return say(
        language,
        "versus.verdict",
        small=small.spec.name,
        large=large.spec.name,
        times=f"{large.spec.parameters / small.spec.parameters:.1f}",
        faster=f"{speeds[0] / speeds[1]:.1f}",
    )
