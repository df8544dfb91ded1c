"""Two models' answers beside each other, each with its run card, and what the figures say."""

from __future__ import annotations

from backend.generation.results import Comparison, Generated
from backend.run import RunCard
from backend.units import parameters_in_words
from demos.generation.transcript import markdown
from demos.shared import run_card, states
from demos.shared.html import render
from demos.shared.strings import say, say_message

HEADLINE = ("tokens_per_second", "first_token_seconds", "answer_tokens")
MODELS = ("first", "second")


def columns(language: str, update: Comparison) -> str:
    """A column for each answer; below them, when all is over, what the figures say."""
    pairs = zip(MODELS, update.answers, strict=False)
    return render(
        "generation/compare.html",
        language,
        over=update.over,
        columns=[_column(language, name, answer) for name, answer in pairs],
        doing=states.loading(language, update.doing) if update.doing else "",
        remarks=remarks(language, update),
    )


def _column(language: str, name: str, answer: Generated) -> dict[str, str]:
    title = answer.card.spec.name if answer.card else say(language, f"generation.compare.{name}")
    ending = say(language, f"generation.finished.{answer.finished}") if answer.finished else ""
    card = run_card.render(language, answer.card, HEADLINE, ending) if answer.card else ""
    return {"title": title, "text": markdown(answer.text), "card": card}


def remarks(language: str, update: Comparison) -> list[str]:
    """Why one model gave both, or there is only one answer; how sizes and speeds compare; what a
    small model cannot do."""
    cards = [answer.card for answer in update.answers if answer.card]
    if not update.over or not cards:
        return []
    alone = say_message(language, update.why_alone) if update.why_alone else ""
    twice = say_message(language, update.why_twice) if update.why_twice else ""
    smallest = parameters_in_words(min(card.spec.parameters for card in cards))
    limits = say(language, "generation.compare.limits", parameters=smallest)
    return [remark for remark in (twice, alone, _compared(language, cards), limits) if remark]


def _compared(language: str, cards: list[RunCard]) -> str:
    """Empty unless two models of different sizes have both written enough to have a speed."""
    small = min(cards, key=lambda card: card.spec.parameters)
    large = max(cards, key=lambda card: card.spec.parameters)
    slow, fast = (float(card.figures.get("tokens_per_second", 0)) for card in (large, small))
    if small.spec.parameters == large.spec.parameters or not slow or not fast:
        return ""
    return say(
        language,
        "generation.compare.verdict",
        small=small.spec.name,
        large=large.spec.name,
        times=f"{large.spec.parameters / small.spec.parameters:.1f}",
        faster=f"{fast / slow:.1f}",
    )
