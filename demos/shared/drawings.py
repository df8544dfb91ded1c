"""Small drawings for the explanations, as SVG: boxes, bars, cells, dots, a curve, a tree.

Their colours are the page's (assets/web/shared/explain.css); their labels are symbols and words of
the examples, which need no translation.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT, MARGIN = 320, 120, 14


def boxes(*labels: str) -> Markup:
    """Steps from left to right, an arrow between two."""
    step = (WIDTH - 2 * MARGIN) / len(labels)
    wide, top = step - 18, HEIGHT / 2 - 20
    parts = []
    for number, label in enumerate(labels):
        left = MARGIN + number * step + 9
        parts.append(_tag("rect", x=left, y=top, width=wide, height=40, rx=8, of="box"))
        parts.append(_text(left + wide / 2, HEIGHT / 2 + 5, label))
        if number:
            parts.append(_arrow(left - 17, HEIGHT / 2, left - 2, HEIGHT / 2))
    return _drawing(parts)


def bars(values: Sequence[float], labels: Sequence[str] = (), cut: float | None = None) -> Markup:
    """Values from 0 to 1 as columns; a dashed line at `cut`."""
    step, room = (WIDTH - 2 * MARGIN) / len(values), HEIGHT - 2 * MARGIN - 10
    parts = []
    for number, value in enumerate(values):
        left, tall = MARGIN + number * step, room * value
        looks = {"x": left + 3, "y": MARGIN + room - tall, "width": step - 6, "height": tall}
        parts.append(_tag("rect", **looks, rx=3, of="weak" if (cut or 0) > value else "strong"))
        if number < len(labels):
            parts.append(_text(left + step / 2, HEIGHT - 6, labels[number]))
    if cut is not None:
        parts.append(_line(MARGIN, MARGIN + room * (1 - cut), WIDTH - MARGIN, dashed=True))
    return _drawing(parts)


def cells(rows: Sequence[Sequence[float]], marked: tuple[int, int] | None = None) -> Markup:
    """A matrix of weights from 0 to 1, dark for a high one; one cell may be framed."""
    side = min((HEIGHT - 2 * MARGIN) / len(rows), (WIDTH - 2 * MARGIN) / len(rows[0]))
    left = (WIDTH - side * len(rows[0])) / 2
    parts = []
    for down, row in enumerate(rows):
        for across, weight in enumerate(row):
            place = {"x": left + across * side + 1, "y": MARGIN + down * side + 1}
            kind = "cell dg-marked" if (down, across) == marked else "cell"
            looks = {"width": side - 2, "height": side - 2, "fill_opacity": 0.08 + 0.92 * weight}
            parts.append(_tag("rect", **place, **looks, rx=2, of=kind))
    return _drawing(parts)


def dots(places: Sequence[tuple[float, float]], labels: Sequence[str] = ()) -> Markup:
    """Points of a plane from 0 to 1, the second number upwards; the first one stands out."""
    parts = []
    for number, (x, y) in enumerate(places):
        left, top = MARGIN + x * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - y * (HEIGHT - 2 * MARGIN)
        parts.append(_tag("circle", cx=left, cy=top, r=6, of="weak" if number else "mark"))
        if number < len(labels):
            parts.append(_text(left, top - 10, labels[number]))
    return _drawing(parts)


def curve(values: Sequence[float], end: str = "") -> Markup:
    """Values from 0 to 1, joined from left to right."""
    step, room = (WIDTH - 2 * MARGIN) / (len(values) - 1), HEIGHT - 2 * MARGIN
    places = [(MARGIN + at * step, MARGIN + room * (1 - one)) for at, one in enumerate(values)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    axis = _line(MARGIN, HEIGHT - MARGIN, WIDTH - MARGIN)
    return _drawing([axis, _tag("polyline", points=points, of="line"), _text(WIDTH - 40, 18, end)])


def tree(root: str, leaves: Sequence[str], *, takes_all: bool = False) -> Markup:
    """One thing that leads to several: the first of them is chosen, or it `takes_all`."""
    parts = [_text(MARGIN + 34, HEIGHT / 2 + 5, root)]
    step = (HEIGHT - 2 * MARGIN) / max(1, len(leaves) - 1)
    for number, leaf in enumerate(leaves):
        top = MARGIN + number * step
        parts.append(
            _arrow(MARGIN + 76, HEIGHT / 2, WIDTH - 100, top, chosen=takes_all or not number)
        )
        parts.append(_text(WIDTH - 52, top + 5, leaf))
    return _drawing(parts)


def _drawing(parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="st-drawing" viewBox="0 0 {} {}" aria-hidden="true"><defs>'
        '<marker id="dg-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10"'
        ' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>'
        "{}</svg>"
    ).format(WIDTH, HEIGHT, Markup("").join(parts))


def _tag(name: str, *, of: str, **attributes: object) -> Markup:
    """An element of the class "dg-<of>"; underscores in attributes are hyphens."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.replace("_", "-"), _short(value))
        for key, value in attributes.items()
    )
    return Markup('<{} class="dg-{}"{}/>').format(name, of, written)


def _short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _text(x: float, y: float, text: str) -> Markup:
    return Markup('<text x="{}" y="{}">{}</text>').format(_short(float(x)), _short(float(y)), text)


def _line(x1: float, y: float, x2: float, dashed: bool = False) -> Markup:
    return _tag("line", x1=x1, x2=x2, y1=y, y2=y, of="cut" if dashed else "axis")


def _arrow(x1: float, y1: float, x2: float, y2: float, chosen: bool = True) -> Markup:
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "marker_end": "url(#dg-tip)"}
    return _tag("line", **ends, of="arrow" if chosen else "arrow dg-faint")
