"""How the views of the text generation tab are explained; the texts are in `strings.py`."""

from __future__ import annotations

from demos.shared.drawings import bars, curve, tree
from demos.shared.explain import Explained

EXPLAINED = (
    Explained(
        "chat completion",
        "generation.mode.chat",
        "generation.explain.write",
        r"P(x_1 \ldots x_n) = \prod_t P(x_t \mid x_1 \ldots x_{t-1}) "
        r"\qquad p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}",
        tree("The sky is", ("blue", "clear", "grey", "the")),
        ("neural_lm", "smollm"),
    ),
    Explained(
        "read",
        "generation.mode.read",
        "generation.explain.read",
        r"\text{PPL} = \exp\left(-\frac{1}{n} \sum_t \ln P(x_t \mid x_{<t})\right)",
        bars((0.9, 0.8, 0.85, 0.1, 0.9), ("The", "cat", "sat", "moon", ".")),
        ("neural_lm",),
    ),
    Explained(
        "draws",
        "generation.mode.draws",
        "generation.explain.draws",
        r"\hat{P}(w) = \frac{n_w}{n} \approx P(w \mid \text{prompt})",
        tree("…rain is", ("the", "that", "when", "a")),
        ("nucleus",),
    ),
    Explained(
        "versus",
        "generation.mode.versus",
        "generation.explain.versus",
        r"L(N) \approx \left(\frac{N_c}{N}\right)^{\alpha}",
        curve((0.95, 0.7, 0.52, 0.4, 0.32, 0.27, 0.24), "L(N)"),
        ("scaling",),
    ),
)
