"""Where each word of the prompt acts, at each step (DAAM, Tang et al. 2022).

At a step, each place where the picture looks at the words gives each cell shares of all tokens that
sum to 1. They are averaged over heads, brought to one grid, and averaged over places, so that the
maps of all tokens sum to 1 in every cell. The shares are computed beside the pipeline's own
attention, which stays as it is: watching changes no pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import interpolate

FINEST = 32  # cells on a side of the common grid, at most
Shares = Callable[..., Tensor]  # (attn, hidden, words, *args, **options) -> [B, heads, cells, T]


class WatchedAttention:
    """A diffusers attention processor: what `inner` does, and `note(shares)` beside it.

    With `guided` the shares are those of the batch's second half.
    """

    def __init__(
        self, inner: Any, shares: Shares, note: Callable[[Tensor], None], guided: bool
    ) -> None:
        self._inner, self._shares, self._note, self._guided = inner, shares, note, guided

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        *args: Any,
        **options: Any,
    ) -> Any:
        answer = self._inner(attn, hidden_states, encoder_hidden_states, *args, **options)
        given = map(self._half, (hidden_states, encoder_hidden_states, *args))
        named = {name: self._half(value) for name, value in options.items()}
        self._note(self._shares(attn, *given, **named))
        return answer

    def _half(self, value: Any) -> Any:
        is_batch = self._guided and isinstance(value, Tensor)
        return value.chunk(2)[1] if is_batch else value


class HeatWatch:
    """`with HeatWatch(places, shares) as watch:` draw, and call `end_step` after each step.

    `places` are attention modules; `guided` says that each batch holds the empty prompt's half
    before the prompt's. A model without guidance has no such half, and all of it counts.
    """

    def __init__(self, places: Sequence[Any], shares: Shares, guided: bool) -> None:
        self._places, self._shares, self._guided = places, shares, guided
        self._seen: dict[int, Tensor] = {}
        self._before: list[Any] = []
        self.steps: list[Tensor] = []  # of each step [T, cells, cells], float32 on the CPU

    def __enter__(self) -> HeatWatch:
        self._before = [place.processor for place in self._places]
        for number, (place, inner) in enumerate(zip(self._places, self._before, strict=True)):
            note = self._noting(number)
            place.set_processor(WatchedAttention(inner, self._shares, note, self._guided))
        return self

    def __exit__(self, *_: object) -> None:
        for place, processor in zip(self._places, self._before, strict=True):
            place.set_processor(processor)

    def _noting(self, number: int) -> Callable[[Tensor], None]:
        def note(shares: Tensor) -> None:
            # A pipeline that guides in two passes asks the prompt first: the first one counts.
            self._seen.setdefault(number, shares.mean(dim=(0, 1)))

        return note

    def end_step(self) -> None:
        """All places have been passed: keep the step's maps."""
        seen = [_as_square(shares) for shares in self._seen.values()]
        self._seen.clear()
        if seen:
            cells = min(FINEST, max(maps.shape[-1] for maps in seen))
            self.steps.append(torch.stack([on_grid(maps, cells) for maps in seen]).mean(0).cpu())


def _as_square(shares: Tensor) -> Tensor:
    """[cells, T] -> [T, side, side] in float32; pictures are square."""
    side = round(len(shares) ** 0.5)
    return shares.float().T.reshape(-1, side, side)


def on_grid(maps: Tensor, cells: int) -> Tensor:
    """[T, side, side] -> [T, cells, cells]; sums over T stay as they are in every cell."""
    if maps.shape[-1] == cells:
        return maps
    mode = "area" if maps.shape[-1] > cells else "bilinear"
    return interpolate(maps.unsqueeze(0), size=(cells, cells), mode=mode).squeeze(0)


def of_words(steps: Sequence[Tensor], tokens_of_words: Sequence[Sequence[int]]) -> Tensor:
    """Tokens merged to words: [steps, words + 1, cells, cells]; the last map is of all the rest
    (the marks around the prompt, punctuation, padding). The sum over words stays 1."""
    maps = torch.stack(list(steps))
    words = [maps[:, list(tokens)].sum(1) for tokens in tokens_of_words]
    rest = maps.sum(1)
    for word in words:
        rest = rest - word
    return torch.stack([*words, rest.clamp(min=0)], dim=1)


def cross_shares(
    attn: Any,
    hidden_states: Tensor,
    encoder_hidden_states: Tensor,
    attention_mask: Tensor | None = None,
    *_: Any,
    **__: Any,
) -> Tensor:
    """Shares of a diffusers `Attention` from cells [B, N, W] to tokens [B, T, E]."""
    batch, count = encoder_hidden_states.shape[:2]
    mask = attn.prepare_attention_mask(attention_mask, count, batch)
    query = attn.head_to_batch_dim(attn.to_q(hidden_states))
    key = attn.head_to_batch_dim(attn.to_k(encoder_hidden_states))
    return attn.get_attention_scores(query, key, mask).unflatten(0, (batch, -1))


def joint_shares(
    attn: Any,
    hidden_states: Tensor,
    encoder_hidden_states: Tensor,
    attention_mask: Tensor | None = None,
    image_rotary_emb: tuple[Tensor, Tensor] | None = None,
    **_: Any,
) -> Tensor:
    """Shares of a FLUX.2 double-stream block, where cells look at tokens and cells together.

    Softmax over the tokens alone is the joint softmax, rescaled so that the tokens sum to 1.
    """
    from diffusers.models.embeddings import apply_rotary_emb

    query = attn.norm_q(attn.to_q(hidden_states).unflatten(-1, (-1, attn.head_dim)))
    key = attn.norm_added_k(
        attn.add_k_proj(encoder_hidden_states).unflatten(-1, (-1, attn.head_dim))
    )
    if image_rotary_emb is not None:  # its first positions are the tokens', then come the cells'
        tokens = key.shape[1]
        cells, words = zip(
            *((part[tokens:], part[:tokens]) for part in image_rotary_emb), strict=True
        )
        query = apply_rotary_emb(query, cells, sequence_dim=1)
        key = apply_rotary_emb(key, words, sequence_dim=1)
    scores = torch.einsum("bnhd,bthd->bhnt", query, key) * attn.head_dim**-0.5
    return scores.float().softmax(-1)
