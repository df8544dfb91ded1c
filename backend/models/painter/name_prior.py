"""The painter's memory of names: a correction of what its linear prior expects.

The random features of a linear prior are smooth, so like names share their picture. This is kernel
ridge regression on what the linear prior leaves, with Gaussian kernels centred at the names that
the painter was taught (Nyström's method; Williams and Seeger 2001), for each style, fitted in
closed form by `training/name_prior.py`. It is a sum over all names: largest at one of them, small
between them, nothing far from all.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from backend.models.painter.linear_prior import in_style
from backend.models.rounded import RoundedLinear

BANDWIDTH = 0.5  # of a kernel, per channel; half of the names have no other within 0.9


class NamePrior(nn.Module):
    """Standardised text vectors [B, width] and styles [B] to what is added to the expected
    picture's principal components, [B, components]. Nothing in it is trained by gradients."""

    centres: Tensor  # [names, width], standardised vectors of the names

    def __init__(self, width: int, styles: int, components: int, names: int):
        super().__init__()
        self.register_buffer("centres", torch.zeros(names, width))
        answers = (RoundedLinear(names, components, bias=False) for _ in range(styles))
        self.answers = nn.ModuleList(answers).requires_grad_(False)  # least-squares solutions

    def keep_rounded(self) -> None:
        """Keep the matrices in float16. What is computed stays float32."""
        self.answers.half()
        self.centres = self.centres.half()

    def kernels(self, text: Tensor) -> Tensor:
        """How near text vectors [B, width] are to each name, 0 to 1: [B, names]."""
        distance = torch.cdist(text, self.centres.to(text.dtype)) / text.shape[-1] ** 0.5
        return torch.exp(-(distance / BANDWIDTH).square() / 2)

    def forward(self, text: Tensor, style: Tensor) -> Tensor:
        return in_style(self.answers, self.kernels(text), style)
