"""How the views of the text classification tab are explained; the texts are in `strings.py`."""

from __future__ import annotations

from demos.shared.drawings import bars, boxes, curve, dots, tree
from demos.shared.explain import Explained

EXPLAINED = (
    Explained(
        "classify",
        "classification.view.classify",
        "classification.explain.classify",
        r"p = \text{softmax}(W h(x) + b) \qquad h: \; W_0 + \frac{\alpha}{r} B A",
        boxes("x", "h(x)", "W h + b", "p"),
        ("lora", "integrated", "eraser"),
    ),
    Explained(
        "zero_shot",
        "classification.view.zero_shot",
        "classification.explain.labels",
        r"p_c = \frac{e^{s(x, \text{template}(c))}}{\sum_k e^{s(x, \text{template}(k))}}",
        bars((0.75, 0.1, 0.1, 0.05), ("economy", "sports", "health", "travel")),
        ("zero_shot", "e5"),
    ),
    Explained(
        "teach",
        "classification.view.teach",
        "classification.explain.teach",
        r"\min_{W, b} \; -\sum_i \ln p_{y_i}(h(x_i)) + \lambda \lVert W \rVert^2",
        dots(((0.2, 0.3), (0.28, 0.42), (0.15, 0.5), (0.7, 0.7), (0.8, 0.6), (0.75, 0.85))),
        ("sbert", "calibration"),
    ),
    Explained(
        "compare",
        "classification.view.compare",
        "classification.explain.compare",
        r"\Delta_c = p_c(x') - p_c(x)",
        bars((0.9, 0.15), ("good", "not good")),
        ("contrast",),
    ),
    Explained(
        "probe",
        "classification.view.probe",
        "classification.explain.probe",
        r"\text{spread} = \max_w p_c(s(w)) - \min_w p_c(s(w))",
        bars((0.6, 0.55, 0.3, 0.58, 0.4), ("a", "b", "c", "d", "e")),
        ("bias",),
    ),
    Explained(
        "table",
        "classification.view.table",
        "classification.explain.table",
        r"\text{ECE} = \sum_b \frac{n_b}{n} \left| \text{acc}(b) - \text{conf}(b) \right|",
        curve((0.05, 0.2, 0.3, 0.5, 0.62, 0.75, 0.8), "acc"),
        ("calibration",),
    ),
    Explained(
        "masked",
        "classification.view.masked",
        "classification.explain.masked",
        r"P(x_t = w \mid x_{\setminus t}) "
        r"\qquad L = -\sum_{t \in M} \ln P(x_t \mid x_{\setminus M})",
        tree("[MASK]", ("capital", "heart", "centre", "city")),
        ("bert",),
    ),
    Explained(
        "picture",
        "classification.view.picture",
        "classification.explain.fusion",
        r"\text{late: } (1-w) \, p_{\text{text}} + w \, p_{\text{picture}} "
        r"\qquad \text{early: } \text{softmax}(W [t; i] + b)",
        boxes("t", "[t ; i]", "W", "p"),
        ("multimodal",),
    ),
)
