"""How the views of the image search tab are explained; the texts are in `strings.py`."""

from __future__ import annotations

from demos.shared.drawings import bars, boxes, cells, dots
from demos.shared.explain import Explained

EXPLAINED = (
    Explained(
        "search",
        "image_search.view.search",
        "image_search.explain.search",
        r"\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \lVert b \rVert}",
        bars((0.95, 0.85, 0.8, 0.3, 0.25, 0.2, 0.2), cut=0.6),
        ("clip", "mikolov"),
    ),
    Explained(
        "own",
        "image_search.view.own",
        "image_search.explain.own",
        r"E = (f(i_1), \ldots, f(i_N)) \in \mathbb{R}^{N \times d}",
        boxes("i", "f(i)", "E"),
        ("clip",),
    ),
    Explained(
        "matrix",
        "image_search.view.matrix",
        "image_search.explain.matrix",
        r"L = -\frac{1}{N} \sum_i \ln \frac{e^{s_{ii} / \tau}}{\sum_j e^{s_{ij} / \tau}}",
        cells(((1, 0.2, 0.1, 0.15), (0.15, 1, 0.2, 0.1), (0.1, 0.15, 1, 0.2), (0.2, 0.1, 0.1, 1))),
        ("clip", "cpc"),
    ),
    Explained(
        "map",
        "image_search.view.map",
        "image_search.explain.map",
        r"y = U_2^T (x - \bar{x})",
        dots(
            ((0.3, 0.7), (0.25, 0.6), (0.38, 0.66), (0.75, 0.3), (0.8, 0.42), (0.68, 0.24)),
            ("fruit", "", "", "music"),
        ),
        ("pca", "gap"),
    ),
)
