"""Blocks of 4 bits."""

from __future__ import annotations

import pytest
import torch

from backend.models.four_bits import as_parts, unpack, unpack_all
from backend.models.packed_embedding import PackedEmbedding


def packed(rows: int = 5, blocks: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(0)
    nibbles = torch.randint(0, 256, (rows, 16 * blocks), generator=draw, dtype=torch.uint8)
    return nibbles, torch.rand(rows, blocks, generator=draw).half()


def test_the_lower_halves_are_a_blocks_first_sixteen_weights():
    nibbles = torch.tensor([[0x0F, *[0x88] * 14, 0xA8]], dtype=torch.uint8)
    weights = unpack(nibbles, torch.tensor([[0.5]], dtype=torch.float16))[0].tolist()
    assert weights == [3.5, *[0.0] * 15, -4.0, *[0.0] * 14, 1.0]


def test_each_block_has_its_own_scale():
    nibbles = torch.full((1, 32), 0x99, dtype=torch.uint8)
    weights = unpack(nibbles, torch.tensor([[1.0, 2.0]], dtype=torch.float16))[0]
    assert weights.tolist() == [1.0] * 32 + [2.0] * 32


@pytest.mark.parametrize("rows", [2, 5, 9])
def test_a_tensor_in_parts_is_put_together_in_their_order(rows):
    nibbles, scales = packed()
    state = as_parts("words", nibbles, scales, rows) | {"bias": torch.ones(3)}
    made = unpack_all(dict(reversed(state.items())))
    assert sorted(made) == ["bias", "words"]
    assert torch.equal(made["words"], unpack(nibbles, scales))


@pytest.mark.parametrize("shape", [(3,), (2, 4), (0,)])
def test_a_packed_embedding_looks_up_the_vectors_that_unpacking_all_gives(shape):
    nibbles, scales = packed(rows=7)
    embedding = PackedEmbedding(7, 64)
    embedding.load_state_dict({"nibbles": nibbles, "scales": scales.float()}, assign=True)
    ids = torch.randint(0, 7, shape)
    assert torch.equal(embedding(ids), unpack(nibbles, scales)[ids])
    assert torch.equal(embedding.weight, unpack(nibbles, scales))
