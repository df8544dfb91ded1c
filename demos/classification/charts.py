"""The tab's pictures as HTML and SVG: bars, tables of numbers in colour, two small line charts.

Colours come from `demos/shared/colours.py` and the style sheet; every number is there as text too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from backend.classification.metrics import Calibration
from backend.classification.scores import Scores
from backend.classification.teach import CurvePoint
from demos.shared.colours import heat, text_on_heat
from demos.shared.strings import say

WIDTH, HEIGHT, EDGE = 320, 220, 34  # of a small chart, in SVG units


def percent(value: float) -> str:
    """A probability in words; never 0 % or 100 % for what is only close to it."""
    if 0 < value < 0.001:
        return "<0.1 %"
    if 0.999 < value < 1:
        return ">99.9 %"
    return f"{100 * value:.1f} %"


def bars(
    language: str,
    scores: Scores,
    before: Scores | None = None,
    names: Mapping[str, str] | None = None,
) -> Markup:
    """A bar a label, likeliest first; a mark where it stood `before`."""
    ranked = before.ranked() if before else scores.ranked()
    rows = [
        bar(
            (names or {}).get(label, label),
            scores.of(label),
            before.of(label) if before else None,
            label == scores.top,
        )
        for label, _ in ranked
    ]
    title = say(language, "classification.scores")
    return Markup('<ul class="st-bars" aria-label="{}">{}</ul>').format(
        title, Markup("").join(rows)
    )


def verdict(scores: Scores, names: Mapping[str, str] | None = None) -> Markup:
    """The likeliest label and its probability, in large letters."""
    return Markup('<p class="st-verdict"><b>{}</b> <span>{}</span></p>').format(
        (names or {}).get(scores.top, scores.top), percent(scores.of(scores.top))
    )


def bar(label: str, value: float, before: float | None = None, is_top: bool = False) -> Markup:
    """One row of `bars`."""
    mark = Markup("")
    if before is not None:
        change = Markup('<b class="st-change">{}</b>').format(f"{100 * (value - before):+.1f}")
        mark = Markup('<span class="st-before" style="left:{:.2f}%"></span>').format(100 * before)
    else:
        change = Markup("")
    return Markup(
        '<li class="st-bar{}"><span class="st-bar-label">{}</span>'
        '<span class="st-bar-track"><span class="st-bar-fill" style="width:{:.2f}%"></span>'
        "{}</span>"
        '<span class="st-bar-value">{}{}</span></li>'
    ).format(" st-top" if is_top else "", label, 100 * value, mark, percent(value), change)


def grid(
    language: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]], title: str
) -> Markup:
    """A heat-map of probabilities with its numbers."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in columns)
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            name, Markup("").join(_cell(value, percent(value)) for value in values)
        )
        for name, values in rows
    )
    return _table(title, Markup("<tr><td></td>{}</tr>").format(head), body)


def confusion(language: str, labels: Sequence[str], counts: Sequence[Sequence[int]]) -> Markup:
    """counts[true][said], coloured by the share of the true label's rows."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in labels)
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            name,
            Markup("").join(_cell(count / max(1, sum(row)), f"{count:,}") for count in row),
        )
        for name, row in zip(labels, counts, strict=True)
    )
    corner = say(language, "classification.confusion.corner")
    title = say(language, "classification.confusion")
    first = Markup('<tr><td class="st-corner">{}</td>{}</tr>').format(corner, head)
    return _table(title, first, body)


def _cell(share: float, text: str) -> Markup:
    return Markup('<td style="background:{};color:{}">{}</td>').format(
        heat(share), text_on_heat(share), text
    )


def _table(title: str, head: Markup, body: Markup) -> Markup:
    return Markup(
        '<div class="st-scroll" tabindex="0" role="region" aria-label="{}">'
        '<table class="st-grid"><caption>{}</caption><thead>{}</thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(title, title, head, body)


def learning_curve(language: str, points: Sequence[CurvePoint]) -> Markup:
    """Accuracy on left-out examples by the number of examples learnt from."""
    most = max(point.examples for point in points)
    spots = [(point.examples / most, point.accuracy) for point in points]
    ticks = [(point.examples / most, str(point.examples)) for point in points]
    line = Markup('<polyline class="st-line" points="{}"/>').format(
        " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in spots)
    )
    dots = Markup("").join(
        Markup(
            '<circle class="st-dot" cx="{:.1f}" cy="{:.1f}" r="4"><title>{}</title></circle>'
        ).format(_x(x), _y(y), f"{point.examples}: {percent(point.accuracy)}")
        for (x, y), point in zip(spots, points, strict=True)
    )
    return _chart(language, "classification.curve", line + dots, ticks)


def reliability(language: str, found: Calibration) -> Markup:
    """How often the model is right at each confidence; the diagonal is perfect calibration."""
    columns = Markup("").join(
        Markup(
            '<rect class="st-column" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}">'
            "<title>{}</title></rect>"
        ).format(
            _x(one.low) + 1,
            _y(one.accuracy),
            _x(one.high) - _x(one.low) - 2,
            _y(0) - _y(one.accuracy),
            f"{one.count:,}: {percent(one.confidence)} → {percent(one.accuracy)}",
        )
        for one in found.bins
    )
    line = Markup('<line class="st-ideal" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        _x(0), _y(0), _x(1), _y(1)
    )
    ticks = [(share, f"{share:.1f}") for share in (0.0, 0.5, 1.0)]
    return _chart(language, "classification.reliability", columns + line, ticks)


def _chart(language: str, key: str, content: Markup, ticks: Sequence[tuple[float, str]]) -> Markup:
    """A frame with 0 to 100 % upwards, the ticks along, and the title and axis of the catalogue."""
    marks = Markup("").join(
        Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            _x(place), HEIGHT - EDGE + 16, name
        )
        for place, name in ticks
    )
    levels = Markup("").join(
        Markup(
            '<line class="st-level" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
            '<text x="{}" y="{:.1f}" text-anchor="end">{}</text>'
        ).format(_x(0), _x(1), _y(share), _y(share), EDGE - 6, _y(share) + 4, f"{100 * share:.0f}")
        for share in (0.0, 0.5, 1.0)
    )
    axis = Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
        _x(0.5), HEIGHT - 2, say(language, f"{key}.axis")
    )
    title = say(language, key)
    return Markup(
        '<figure class="st-chart"><figcaption>{}</figcaption>'
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg></figure>'
    ).format(title, WIDTH, HEIGHT, title, levels, marks, axis, content)


def _x(share: float) -> float:
    return EDGE + share * (WIDTH - EDGE - 12)


def _y(share: float) -> float:
    return HEIGHT - EDGE - share * (HEIGHT - EDGE - 12)
