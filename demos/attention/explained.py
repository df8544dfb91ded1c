"""How the views of the attention tab are explained; the texts are in `strings.py`."""

from __future__ import annotations

from demos.shared.drawings import bars, boxes, cells, tree
from demos.shared.explain import Explained

EXPLAINED = (
    Explained(
        "heat lines",
        "attention.panel_heat",
        "attention.explain.map",
        r"w_{ij} = \frac{e^{q_i \cdot k_j / \sqrt{d}}}{\sum_m e^{q_i \cdot k_m / \sqrt{d}}}",
        cells(
            (
                (0.9, 0.05, 0.05, 0),
                (0.3, 0.6, 0.1, 0),
                (0.1, 0.7, 0.15, 0.05),
                (0.1, 0.6, 0.1, 0.2),
            ),
            (3, 1),
        ),
        ("attention", "not_explanation", "not_not"),
    ),
    Explained(
        "steps",
        "attention.panel_steps",
        "attention.explain.steps",
        r"o_i = \sum_j w_{ij} v_j \qquad q_i = x_i W_Q \quad k_j = x_j W_K \quad v_j = x_j W_V",
        boxes("q·k", "/√d", "softmax", "Σ w v"),
        ("attention",),
    ),
    Explained(
        "layers",
        "attention.panel_layers",
        "attention.explain.layers",
        r"R_l = (\tfrac{1}{2} \bar{A}_l + \tfrac{1}{2} I) R_{l-1} "
        r"\qquad p_l = \text{softmax}(W_U \, \text{norm}(h_l))",
        bars((0.1, 0.2, 0.35, 0.6, 0.85, 0.95), ("1", "2", "3", "4", "5", "6")),
        ("rollout", "lens"),
    ),
    Explained(
        "effect",
        "attention.panel_effect",
        "attention.explain.effect",
        r"\Delta_j = z(\text{text}) - z(\text{text without } j)",
        bars((0.2, 0.9, 0.15, 0.5, 0.1), ("a", "b", "c", "d", "e")),
        ("not_explanation", "not_not"),
    ),
    Explained(
        "hand",
        "attention.view.hand",
        "attention.explain.hand",
        r"\text{softmax}\left(\frac{Q K^T}{\sqrt{d}}\right) V",
        cells(((0.32, 0.33, 0.35), (0.29, 0.33, 0.38), (0.26, 0.32, 0.42))),
        ("attention",),
    ),
    Explained(
        "pieces",
        "attention.panel_pieces",
        "attention.explain.pieces",
        r"\text{text} \rightarrow (t_1, \ldots, t_n), \quad t_i \in V",
        tree("didn't", ("didn", "'", "t"), takes_all=True),
        ("bpe",),
    ),
)
