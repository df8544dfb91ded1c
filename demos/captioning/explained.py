"""How the views of the captioning tab are explained; the texts are in `strings.py`."""

from __future__ import annotations

from demos.shared.drawings import bars, boxes, tree
from demos.shared.explain import Explained

EXPLAINED = (
    Explained(
        "describe",
        "captioning.view.describe",
        "captioning.explain.words",
        r"P(\text{caption} \mid I) = \prod_t P(w_t \mid w_{<t}, I) "
        r"\qquad A = \frac{\partial \ln P(w_t)}{\partial I}",
        boxes("I", "f(I)", "w_1 …", "w_t"),
        ("show_tell", "gradcam", "clipscore"),
    ),
    Explained(
        "many",
        "captioning.view.many",
        "captioning.explain.many",
        r"\hat{w}_t = \text{argmax}_w P(w \mid \hat{w}_{<t}, I)",
        boxes("I_1 … I_n", "f", "CSV"),
        ("show_tell",),
    ),
    Explained(
        "clip",
        "captioning.view.clip",
        "captioning.explain.video",
        r"d_t = \lVert c(t) - c(t-1) \rVert_1",
        bars((0.05, 0.08, 0.9, 0.06, 0.1, 0.8, 0.07), cut=0.5),
        ("video",),
    ),
    Explained(
        "circle",
        "captioning.view.circle",
        "captioning.explain.circle",
        r"\text{text}_{n+1} = \text{caption}(\text{draw}(\text{text}_n))",
        boxes("text", "picture", "text′", "picture′"),
        ("clip", "cyclegan"),
    ),
    Explained(
        "pair",
        "captioning.view.pair",
        "captioning.explain.pair",
        r"\text{greedy: } \text{argmax}_w P(w \mid w_{<t}) "
        r"\qquad \text{beam: } \approx \text{argmax}_{w_1 \ldots w_n} "
        r"\sum_t \ln P(w_t \mid w_{<t})",
        tree("a", ("photo", "red", "drawing", "fruit")),
        ("beam",),
    ),
)
