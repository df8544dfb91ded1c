"""The answer: a sentence, the pictures in a grid, and how all scores are spread."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from backend.image_search.match_threshold import Standing
from backend.image_search.results import Answer, Hit
from demos.image_search import pictures
from demos.shared import states
from demos.shared.html import percent
from demos.shared.strings import say

WIDTH, HEIGHT = 640, 96  # of the spread, in SVG units

# A click anywhere inside a picture's button reports its number to the server and marks it here.
CLICK_JS = """
element.addEventListener('click', (event) => {
  const hit = event.target.closest('[data-hit]');
  if (!hit) return;
  for (const one of element.querySelectorAll('[data-hit]')) {
    one.setAttribute('aria-pressed', String(one === hit));
  }
  trigger('click', { hit: Number(hit.dataset.hit) });
});
"""


def render(
    language: str, answer: Answer, maps: Sequence[str] = (), chosen: int | None = None
) -> str:
    """The whole result; `maps` are the hits' overlays, `chosen` the number of the one explained."""
    tiles = Markup("").join(
        _tile(language, answer, hit, maps[number] if number < len(maps) else "", number, chosen)
        for number, hit in enumerate(answer.hits)
    )
    where = _toggle(language) if maps else Markup("")
    return Markup(
        '<section class="is-answer">{}{}<div class="is-grid">{}</div>{}</section>'
    ).format(_verdict(language, answer), where, tiles, spread(language, answer))


def _verdict(language: str, answer: Answer) -> Markup:
    total, best = len(answer.shelf), max((hit.cosine for hit in answer.hits), default=0.0)
    if not answer.matches:
        said = say(language, "image_search.no_match", best=f"{best:.3f}",
                   threshold=f"{answer.standing.threshold:.3f}")  # fmt: skip
        return Markup("{}").format(states.notice(said))
    good = sum(hit.good for hit in answer.hits)
    return Markup('<p class="is-verdict">{}</p>').format(
        say(language, "image_search.matches", good=good, shown=len(answer.hits), total=total)
    )


def _toggle(language: str) -> Markup:
    return Markup(
        '<label class="is-toggle"><input type="checkbox" class="is-where">{}</label>'
    ).format(say(language, "image_search.where"))


def _tile(
    language: str, answer: Answer, hit: Hit, overlay: str, number: int, chosen: int | None
) -> Markup:
    text = pictures.caption(language, hit.entry)
    source = pictures.address(answer.request.where, hit.entry.key)
    figures = say(language, "image_search.figures", cosine=f"{hit.cosine:.3f}",
                  share=percent(hit.share))  # fmt: skip
    return Markup(
        '<button type="button" class="is-hit{}" data-hit="{}" aria-pressed="{}">{}'
        '<span class="is-rank">{}</span><span class="is-caption">{}</span>'
        '<span class="is-figures">{}</span></button>'
    ).format(
        "" if hit.good else " is-weak",
        number,
        "true" if number == chosen else "false",
        pictures.shown(source, text, overlay),
        hit.rank,
        text,
        figures,
    )


def spread(language: str, answer: Answer) -> Markup:
    """How all the shelf's scores are spread, where a match begins, and where the best one is."""
    found = answer.standing
    most = max(*found.counts, 1)
    width = WIDTH / len(found.counts)
    bars = Markup("").join(
        Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
            "is-bar-good" if _middle_of(found, column) >= found.threshold else "is-bar",
            column * width + 1,
            HEIGHT - HEIGHT * (count / most) ** 0.5,
            width - 2,
            HEIGHT * (count / most) ** 0.5,
        )
        for column, count in enumerate(found.counts)
    )
    line = _line(found) if found.low <= found.threshold <= found.high else Markup("")
    title = say(language, "image_search.spread", total=len(answer.shelf),
                threshold=f"{found.threshold:.3f}", middle=f"{found.middle:.3f}")  # fmt: skip
    return Markup(
        '<figure class="is-spread"><svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}{}</svg><div class="is-ends"><span>{}</span><span>{}</span></div>'
        "<figcaption>{}</figcaption></figure>"
    ).format(WIDTH, HEIGHT, title, bars, line, f"{found.low:.2f}", f"{found.high:.2f}", title)


def _line(found: Standing) -> Markup:
    place = WIDTH * (found.threshold - found.low) / max(found.high - found.low, 1e-9)
    return Markup('<line class="is-line" x1="{0:.1f}" x2="{0:.1f}" y1="0" y2="{1}"/>').format(
        place, HEIGHT
    )


def _middle_of(found: Standing, column: int) -> float:
    return found.low + (column + 0.5) * (found.high - found.low) / len(found.counts)
