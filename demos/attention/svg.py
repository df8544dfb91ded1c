"""A view as SVG: the heat-map or the lines, with real text, for slides and print."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
from markupsafe import Markup

from backend.attention.results import PromptToken, View
from demos.shared.colours import scale256

FONT = "Atkinson Hyperlegible Next, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
LEFT, TOP = 130, 110  # pixels, for the tokens' names
MAX_SHAPES = 4096  # cells drawn as one shape each; a larger matrix is a picture inside the SVG
INK, LINE = "#161e2b", "#1f7f9d"


def heatmap(view: View) -> str:
    """The matrix with its tokens on both sides."""
    rows, columns = view.weights.shape
    cell = max(2.0, min(36.0, 760 / max(rows, columns)))
    body = [_cells(view.weights, cell)]
    size = max(9.0, min(15.0, cell * 0.75))
    every = math.ceil((size + 2) / cell)  # where there is no room for all names, every n-th
    for index, token in list(enumerate(view.row_tokens))[::every]:
        y = TOP + (index + 0.5) * cell + size / 3
        body.append(_text(LEFT - 6, y, label(token), size, "end"))
    for index, token in list(enumerate(view.column_tokens))[::every]:
        x = LEFT + (index + 0.5) * cell
        body.append(_text(x, TOP - 6, label(token), size, "start", turn=-60))
    return _document(LEFT + columns * cell + 70, TOP + rows * cell + 10, body)


def lines(view: View, every: bool = False) -> str:
    """Tokens in two columns, joined by lines as thick as the weights: those of the look's token,
    or of every one."""
    rows, columns = view.weights.shape
    step = max(14.0, min(30.0, 900 / max(rows, columns)))
    left, right = 190, 560
    body = []
    pinned = view.rows == (view.look.token) - 1
    looking = pinned if pinned.any() and not every else np.ones(rows, bool)
    for row, column in np.argwhere((view.weights > 0.01) & looking[:, None]):
        weight = float(view.weights[row, column])
        y, z = (row + 1) * step, (column + 1) * step
        body.append(
            Markup(
                '<path d="M{} {} C375 {} 375 {} {} {}" fill="none" stroke="{}" '
                'stroke-width="{}" opacity="{}"/>'
            ).format(
                left, f"{y:.1f}", f"{y:.1f}", f"{z:.1f}", right, f"{z:.1f}", LINE,
                f"{0.5 + 5 * weight:.2f}", f"{0.1 + 0.9 * weight:.2f}",
            )
        )  # fmt: skip
    size = min(17.0, step * 0.7)
    for index, token in enumerate(view.row_tokens, 1):
        body.append(_text(left - 8, index * step + size / 3, label(token), size, "end"))
    for index, token in enumerate(view.column_tokens, 1):
        body.append(_text(right + 8, index * step + size / 3, label(token), size, "start"))
    return _document(750, (max(rows, columns) + 1) * step + 10, body)


def label(token: PromptToken) -> str:
    """A token as the page writes it."""
    visible = token.text.replace("\n", "⏎").replace("\t", "⇥").strip()
    visible = visible or (token.token if token.special else "␣")
    return f"{visible} {token.part}/{token.parts}" if token.parts > 1 else visible


def _cells(weights: np.ndarray, cell: float) -> Markup:
    colours, levels = scale256(), heat_levels(weights)
    if weights.size > MAX_SHAPES:
        return _picture(colours, levels, cell)
    square = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"><title>{}</title></rect>')
    return Markup("").join(
        square.format(
            f"{LEFT + column * cell:.1f}",
            f"{TOP + row * cell:.1f}",
            f"{cell - 0.6:.1f}",
            f"{cell - 0.6:.1f}",
            colours[levels[row, column]],
            f"{weight:.4f}",
        )
        for (row, column), weight in np.ndenumerate(weights)
    )


def heat_levels(weights: np.ndarray) -> np.ndarray:
    """Weights in [0, 1] -> indices into the 256 colours, at the square root of the weight."""
    return np.rint(np.sqrt(np.clip(weights, 0, 1)) * 255).astype(int)


def _picture(colours: list[str], levels: np.ndarray, cell: float) -> Markup:
    """The cells as a PNG, a pixel each; enlarged without smoothing."""
    from PIL import Image

    table = np.array([list(bytes.fromhex(colour[1:])) for colour in colours], np.uint8)
    file = io.BytesIO()
    Image.fromarray(table[levels]).save(file, "PNG")
    rows, columns = levels.shape
    return Markup(
        '<image x="{}" y="{}" width="{}" height="{}" style="image-rendering:pixelated" '
        'preserveAspectRatio="none" href="data:image/png;base64,{}"/>'
    ).format(LEFT, TOP, columns * cell, rows * cell, base64.b64encode(file.getvalue()).decode())


def _text(x: float, y: float, text: str, size: float, anchor: str, turn: int = 0) -> Markup:
    turned = (
        Markup(' transform="rotate({} {} {})"').format(turn, f"{x:.1f}", f"{y:.1f}") if turn else ""
    )
    return Markup(
        '<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}"{}>{}</text>'
    ).format(f"{x:.1f}", f"{y:.1f}", f"{size:.1f}", anchor, INK, turned, text)


def _document(width: float, height: float, body: list[Markup]) -> str:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" '
        'font-family="{}"><rect width="100%" height="100%" fill="#ffffff"/>{}</svg>'
    ).format(round(width), round(height), round(width), round(height), FONT, Markup("").join(body))
