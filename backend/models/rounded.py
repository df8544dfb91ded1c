"""Float32 arithmetic over weights that are kept in 16 bits: half the memory, the same numbers.

Every bfloat16 number is a float32 number (every float16 one, too), so a file in bfloat16 gives the
same results as if all of it were float32 in memory. Each pass makes one layer's weights float32 for
as long as it needs them, which costs a pass over a short text about as long again.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn import functional


class RoundedLinear(nn.Linear):
    """A linear layer with weights in 16 bits, for input of any floating format."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (as nn.Linear names it)
        weight, bias = self.weight.to(input.dtype), self.bias
        return functional.linear(input, weight, None if bias is None else bias.to(input.dtype))


def compute_in_float32(model: Any) -> Any:
    """Change a bfloat16 model of transformers in place: linear weights stay, all else is float32.

    The output embedding becomes float32, too: it is most of a small model's work, and is often the
    input embedding as well.
    """
    output = model.get_output_embeddings()
    for module in model.modules():
        keeps = type(module) is nn.Linear and module is not output
        if keeps:
            module.__class__ = RoundedLinear
        own = [*module.parameters(recurse=False), *module.buffers(recurse=False)]
        for part in own:
            if part.is_floating_point() and not (keeps and part is module.weight):
                part.data = part.data.float()
    return model
