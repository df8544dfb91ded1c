"""Word attribution maps: where each word of the prompt acts, at each step (DAAM, Tang et al. 2023).

At a step, each module in which the picture attends to the prompt gives each cell attention weights
over all tokens that sum to 1. They are averaged over heads, brought to one grid, and averaged over
modules, so that the maps of all tokens still sum to 1 in every cell. The weights are computed
beside the pipeline's own attention, which stays as it is: recording changes no pixel.

Attention need not lie where a thing is drawn: cells of plain paper attend to its word as well.
Where a pipeline tells what it predicts for the prompt and for the negative (or empty) one, a word's
weights are multiplied by how much the two differ at the place (as in DiffEdit, Couairon et al.
2023), and paper stays dark.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, interpolate

MAX_CELLS = 32  # on a side of the common grid
STILL = 1e-6  # attention times squared difference, below which nothing changes
CHANGE_CELLS = 16  # on a side, where a change is seen: fewer than pixels, whose noise it would show

# (attn, hidden_states, encoder_hidden_states, *args, **options) -> weights [B, heads, cells, T]
WordAttention = Callable[..., Tensor]


class RecordingProcessor:
    """A diffusers attention processor: what `inner` does, and `record(weights)` beside it.

    With `guided` only the batch's second half is recorded, the one with the prompt.
    """

    def __init__(
        self,
        inner: Any,
        word_attention: WordAttention,
        record: Callable[[Tensor], None],
        guided: bool,
    ) -> None:
        self._inner, self._word_attention = inner, word_attention
        self._record, self._guided = record, guided

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        *args: Any,
        **options: Any,
    ) -> Any:
        output = self._inner(attn, hidden_states, encoder_hidden_states, *args, **options)
        given = map(self._with_prompt, (hidden_states, encoder_hidden_states, *args))
        named = {name: self._with_prompt(value) for name, value in options.items()}
        self._record(self._word_attention(attn, *given, **named))
        return output

    def _with_prompt(self, value: Any) -> Any:
        is_batch = self._guided and isinstance(value, Tensor)
        return value.chunk(2)[1] if is_batch else value


class WordMapRecorder:
    """`with WordMapRecorder(modules, word_attention, guided) as maps:` run the pipeline, and call
    `end_step` after each step.

    `guided`: each batch holds the unconditional half before the prompt's. Without guidance there is
    no such half, and the whole batch counts.
    """

    def __init__(self, modules: Sequence[Any], word_attention: WordAttention, guided: bool) -> None:
        self._modules, self._word_attention, self._guided = modules, word_attention, guided
        self._recorded: dict[int, Tensor] = {}
        self._processors: list[Any] = []
        self.steps: list[Tensor] = []  # of each step [T, cells, cells], float32 on the CPU
        self.changes: list[Tensor] = []  # of each step [cells, cells], where they are told

    def __enter__(self) -> WordMapRecorder:
        self._processors = [module.processor for module in self._modules]
        for number, module in enumerate(self._modules):
            inner, record = self._processors[number], self._record_of(number)
            processor = RecordingProcessor(inner, self._word_attention, record, self._guided)
            module.set_processor(processor)
        return self

    def __exit__(self, *_: object) -> None:
        for module, processor in zip(self._modules, self._processors, strict=True):
            module.set_processor(processor)

    def _record_of(self, number: int) -> Callable[[Tensor], None]:
        def record(weights: Tensor) -> None:
            # A pipeline that guides in two passes runs the prompt's first: only that one counts.
            self._recorded.setdefault(number, weights.mean(dim=(0, 1)))

        return record

    def end_step(self, change: Tensor | None = None) -> None:
        """All modules have run: keep the step's maps, and how much the prompt changes the step's
        prediction at each place, [cells, cells]."""
        recorded = [_as_square(weights) for weights in self._recorded.values()]
        self._recorded.clear()
        if recorded:
            cells = min(MAX_CELLS, max(maps.shape[-1] for maps in recorded))
            step = torch.stack([resized(maps, cells) for maps in recorded]).mean(0)
            self.steps.append(step.cpu())
            if change is not None:
                self.changes.append(change.cpu())

    @property
    def maps_of(self) -> str:
        """What the maps of words are shares of: "attention", or "change"."""
        return "change" if self.changes else "attention"

    def of_words(self, tokens_of_words: Sequence[Sequence[int]]) -> Tensor:
        """[steps, words + 1, cells, cells], the last of no word; they sum to 1."""
        maps = merge_tokens(self.steps, tokens_of_words)
        return shares_of_change(maps, torch.stack(self.changes)) if self.changes else maps


def _as_square(weights: Tensor) -> Tensor:
    """[cells, T] -> [T, side, side] in float32; pictures are square."""
    side = round(len(weights) ** 0.5)
    return weights.float().T.reshape(-1, side, side)


def resized(maps: Tensor, cells: int) -> Tensor:
    """[T, side, side] -> [T, cells, cells]; the sum over T stays the same in every cell."""
    if maps.shape[-1] == cells:
        return maps
    mode = "area" if maps.shape[-1] > cells else "bilinear"
    return interpolate(maps.unsqueeze(0), size=(cells, cells), mode=mode).squeeze(0)


def merge_tokens(steps: Sequence[Tensor], tokens_of_words: Sequence[Sequence[int]]) -> Tensor:
    """Maps of tokens, [T, cells, cells] for each step, summed to maps of words: [steps, words + 1,
    cells, cells]. The last map is everything else (start and end tokens, what the model puts before
    every prompt, punctuation, padding), so that the sum over words is still 1."""
    maps = torch.stack(list(steps))
    words = [maps[:, list(tokens)].sum(1) for tokens in tokens_of_words]
    rest = maps.sum(1)
    for word in words:
        rest = rest - word
    return torch.stack([*words, rest.clamp(min=0)], dim=1)


def change_between(before: Tensor, after: Tensor) -> Tensor:
    """The mean squared difference of two pictures [3, H, W] in each cell, [cells, cells]."""
    squared = (after - before).float().square().mean(0, keepdim=True)
    return adaptive_avg_pool2d(squared, min(CHANGE_CELLS, squared.shape[-1]))[0]


def shares_of_change(maps: Tensor, changes: Tensor) -> Tensor:
    """Maps of words by attention [steps, words + 1, cells, cells] times the changes [steps, C, C]:
    shares [steps, words + 1, C, C] of what all words together have where they have most in the
    step. The last map is what is missing to that."""
    words = torch.stack([resized(step, changes.shape[-1]) for step in maps])[:, :-1]
    words = words * changes.unsqueeze(1)
    together = words.sum(1, keepdim=True)
    most = together.amax((2, 3), keepdim=True).clamp(min=STILL)
    return torch.cat([words, most - together], dim=1) / most


def cross_attention(
    attn: Any,
    hidden_states: Tensor,
    encoder_hidden_states: Tensor,
    attention_mask: Tensor | None = None,
    *_: Any,
    key: Tensor | None = None,
    **__: Any,
) -> Tensor:
    """Weights of a diffusers `Attention` from cells [B, N, W] to tokens [B, T, E], or to their
    keys [B * heads, T, D] where the pipeline gives its processor those."""
    batch, count = encoder_hidden_states.shape[:2]
    mask = attn.prepare_attention_mask(attention_mask, count, batch)
    query = attn.head_to_batch_dim(attn.to_q(hidden_states))
    if key is None:
        key = attn.head_to_batch_dim(attn.to_k(encoder_hidden_states))
    return attn.get_attention_scores(query, key, mask).unflatten(0, (batch, -1))


def joint_attention(
    attn: Any,
    hidden_states: Tensor,
    encoder_hidden_states: Tensor,
    attention_mask: Tensor | None = None,
    image_rotary_emb: tuple[Tensor, Tensor] | None = None,
    **_: Any,
) -> Tensor:
    """Weights of a FLUX.2 double-stream block, in which cells attend to tokens and cells jointly.

    Softmax over the tokens alone is the joint softmax, rescaled so that the tokens sum to 1.
    """
    from diffusers.models.embeddings import apply_rotary_emb

    query = attn.norm_q(attn.to_q(hidden_states).unflatten(-1, (-1, attn.head_dim)))
    key = attn.norm_added_k(
        attn.add_k_proj(encoder_hidden_states).unflatten(-1, (-1, attn.head_dim))
    )
    if image_rotary_emb is not None:  # positions of the tokens come first, then of the cells
        tokens = key.shape[1]
        cells, words = zip(
            *((part[tokens:], part[:tokens]) for part in image_rotary_emb), strict=True
        )
        query = apply_rotary_emb(query, cells, sequence_dim=1)
        key = apply_rotary_emb(key, words, sequence_dim=1)
    scores = torch.einsum("bnhd,bthd->bhnt", query, key) * attn.head_dim**-0.5
    return scores.float().softmax(-1)
