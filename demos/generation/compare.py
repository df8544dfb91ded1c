"""Two models' answers beside each other, each with its run card, and what the figures say."""

from __future__ import annotations

from markupsafe import Markup

from backend.generation.results import Generated, Versus
from backend.run import RunCard
from backend.units import parameters_in_words
from demos.generation.transcript import markdown
from demos.shared import run_card, states
from demos.shared.strings import say, say_message

HEADLINE = ("tokens_per_second", "first_token_seconds", "answer_tokens")
SIDES = ("first", "second")


def columns(language: str, update: Versus) -> str:
    """One column for each answer; under them, when all is over, what is to be said of them."""
    sides = zip(SIDES, update.sides, strict=False)
    drawn = Markup("").join(_column(language, name, side) for name, side in sides)
    if update.doing:
        drawn += Markup("<section>{}</section>").format(states.loading(language, update.doing))
    says = Markup("").join(map(Markup("<p>{}</p>").format, remarks(language, update)))
    return Markup(
        '<div class="st-pair" role="log" aria-label="{}" aria-busy="{}">{}</div>'
        '<div class="st-remarks">{}</div>'
    ).format(
        say(language, "generation.transcript"), "false" if update.over else "true", drawn, says
    )


def _column(language: str, name: str, side: Generated) -> Markup:
    title = side.card.spec.name if side.card else say(language, f"versus.{name}")
    ending = say(language, f"generation.finished.{side.finished}") if side.finished else ""
    card = run_card.render(language, side.card, HEADLINE, ending) if side.card else ""
    return Markup(
        '<section class="st-side-by-side"><h3>{}</h3><div class="st-said{}">{}</div>{}</section>'
    ).format(title, "" if side.card else " st-growing", markdown(side.text), card)


def remarks(language: str, update: Versus) -> list[str]:
    """Why there is one answer alone; how sizes and speeds compare; what a small model is."""
    cards = [side.card for side in update.sides if side.card]
    if not update.over or not cards:
        return []
    alone = say_message(language, update.why_alone) if update.why_alone else ""
    smallest = min(card.spec.parameters for card in cards)
    limits = say(language, "versus.limits", parameters=parameters_in_words(smallest))
    return [said for said in (alone, _compared(language, cards), limits) if said]


def _compared(language: str, cards: list[RunCard]) -> str:
    """ "" unless two models of different sizes have both written long enough to have a speed."""
    small = min(cards, key=lambda card: card.spec.parameters)
    large = max(cards, key=lambda card: card.spec.parameters)
    slow, fast = (float(card.figures.get("tokens_per_second", 0)) for card in (large, small))
    if small.spec.parameters == large.spec.parameters or not slow or not fast:
        return ""
    return say(
        language,
        "versus.verdict",
        small=small.spec.name,
        large=large.spec.name,
        times=f"{large.spec.parameters / small.spec.parameters:.1f}",
        faster=f"{fast / slow:.1f}",
    )
