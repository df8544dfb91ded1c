"""How the views of the text-to-image tab are explained; the texts are in `strings.py`."""

from __future__ import annotations

from demos.shared.drawings import boxes, curve, tree
from demos.shared.explain import Explained

EXPLAINED = (
    Explained(
        "draw",
        "text_to_image.view.draw",
        "text_to_image.explain.draw",
        r"x_{t - \Delta} = x_t - \Delta \, v_\theta(x_t, t) "
        r"\qquad \hat{x} = x_t - t \, v_\theta(x_t, t)",
        boxes("noise", "x_t", "x̂", "x_0"),
        ("flow", "rectified", "daam", "diffedit"),
    ),
    Explained(
        "grid",
        "text_to_image.view.grid",
        "text_to_image.explain.settings",
        r"v = v_\varnothing + g \, (v_{\text{prompt}} - v_\varnothing)",
        tree("x_t", ("g = 8", "g = 3", "g = 1", "g = 0")),
        ("guidance",),
    ),
    Explained(
        "swap",
        "text_to_image.view.swap",
        "text_to_image.explain.swap",
        r"D = \left| x(\text{red}) - x(\text{blue}) \right|",
        boxes("a red book", "|−|", "a blue book"),
        ("prompt",),
    ),
    Explained(
        "between",
        "text_to_image.view.between",
        "text_to_image.explain.between",
        r"e_\lambda = (1 - \lambda) e_0 + \lambda e_1 "
        r"\qquad n_\lambda = \frac{\sin((1-\lambda)\theta)}{\sin \theta} n_0"
        r" + \frac{\sin(\lambda \theta)}{\sin \theta} n_1",
        curve((0.1, 0.14, 0.25, 0.5, 0.75, 0.86, 0.9), "λ"),
        ("slerp", "flow"),
    ),
)
