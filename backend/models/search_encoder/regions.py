"""Where in a picture a cosine similarity comes from: its gradient at the tower's last map.

Grad-CAM (Selvaraju et al. 2017): the activations of each cell, weighted by the gradient's mean
over all cells, negative sums cut off. It says roughly which places mattered to the model. Where a
thing ends is read from the picture: plain background is left out (`plain_paper.py`), as nothing can
be seen there. On 10 pairs of gallery pictures side by side, the strongest cell of the bundled
tower lay on the right side in 9.5; with unaveraged gradients in 8.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import interpolate

from backend.models.search_encoder.model import PART, SearchEncoder
from backend.models.search_encoder.plain_paper import shown
from backend.models.search_encoder.tower import PictureTower
from backend.parts import Parts

NOTHING = 1e-9  # a map with less than this is empty
CELLS = 28  # on a side of a map: finer than a tower's last map, for the edges of things


def regions(
    encoder: SearchEncoder,
    pictures: Sequence[Image.Image],
    query: Tensor,
    check: Callable[[], None] = lambda: None,
) -> Parts[Tensor | None]:
    """Maps float32 [N, CELLS, CELLS] on the CPU, each 0 to 1, of pictures and a unit query [width],
    a few at a time; `check` may raise before each part.

    None for a tower whose last map is not known here.
    """
    layer = last_map(encoder.model.visual)
    if layer is None:
        return None
    maps = []
    for start in range(0, len(pictures), PART):
        check()
        maps.append(_maps(encoder, layer, encoder.pixels(pictures[start : start + PART]), query))
        yield
    return torch.cat(maps) if maps else torch.zeros(0, CELLS, CELLS)


def last_map(visual: nn.Module) -> nn.Module | None:
    """The layer whose output is the last map: features that still have a place each.

    A transformer's last block mixes all places into the token that is read out, so its map is what
    the block before gives.
    """
    if isinstance(visual, PictureTower):
        return visual.trunk.net.bn2
    blocks = getattr(getattr(visual, "transformer", None), "resblocks", None)
    if blocks is None:
        blocks = getattr(getattr(visual, "trunk", None), "blocks", None)
    if isinstance(blocks, nn.ModuleList | nn.Sequential) and len(blocks) > 1:
        return blocks[-2]
    return None


def _maps(encoder: SearchEncoder, layer: nn.Module, pixels: Tensor, query: Tensor) -> Tensor:
    read: list[Tensor] = []

    def start_here(module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> Tensor:
        """Gradients go back to here and no further: the layers below need none."""
        read.append(output.detach().requires_grad_())
        return read[0]

    hook = layer.register_forward_hook(start_here)
    try:
        with torch.enable_grad():
            vectors = encoder.model.encode_image(pixels, normalize=True)
            cosines = (vectors * query.to(vectors).clone()).sum()  # not an inference tensor
            (gradient,) = torch.autograd.grad(cosines, read[0])
    finally:
        hook.remove()
    cells, slopes = (_places(values) for values in (read[0].detach(), gradient))
    weighted = (cells * slopes.mean((1, 2), keepdim=True)).sum(-1)
    return _scaled(_on_things(weighted.cpu(), shown(pixels, CELLS).square()))  # a rim counts less


def _on_things(weighted: Tensor, things: Tensor) -> Tensor:
    """What speaks for the query where there is something, [B, CELLS, CELLS], of cells [B, rows,
    columns]; where nothing does, what speaks least against it."""
    pro = _fine(weighted.clamp(min=0)) * things
    is_empty = pro.amax((1, 2), keepdim=True) < NOTHING
    least = weighted.amin((1, 2), keepdim=True)
    return pro.where(~is_empty, (_fine(weighted - least) + NOTHING) * things)


def _fine(cells: Tensor) -> Tensor:
    return interpolate(cells[:, None].float(), size=(CELLS, CELLS), mode="bilinear")[:, 0]


def _places(values: Tensor) -> Tensor:
    """[B, C, H, W] or tokens [B, L, C] -> [B, side, side, C]; leading tokens have no place."""
    if values.dim() == 4:
        return values.permute(0, 2, 3, 1)
    side = math.isqrt(values.shape[1])
    return values[:, -side * side :].reshape(len(values), side, side, -1)


def _scaled(cells: Tensor) -> Tensor:
    most = cells.amax((1, 2), keepdim=True)
    return cells / most.clamp(min=1e-12)
