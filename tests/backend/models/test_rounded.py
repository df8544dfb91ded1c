"""Half the memory, and the same numbers to the last bit."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from transformers import AutoModelForCausalLM

from backend.models.rounded import RoundedLinear, compute_in_float32


@pytest.fixture
def pair(tiny_folder):
    """The tiny Llama from one file in bfloat16: rounded, and all of it in float32."""
    kept = AutoModelForCausalLM.from_pretrained(tiny_folder, dtype=torch.bfloat16).eval()
    plain = AutoModelForCausalLM.from_pretrained(tiny_folder, dtype=torch.bfloat16).eval().float()
    return compute_in_float32(kept), plain


@torch.inference_mode()
def test_hidden_states_and_logits_equal_those_of_float32(pair):
    ids = torch.tensor([[3, 1, 4, 1, 5, 9, 2, 6]])
    ours, theirs = (model(ids, output_hidden_states=True) for model in pair)
    assert ours.logits.dtype == torch.float32 and torch.equal(ours.logits, theirs.logits)
    for one, other in zip(ours.hidden_states, theirs.hidden_states, strict=True):
        assert torch.equal(one, other)


def test_linear_weights_alone_stay_in_bfloat16(pair):
    rounded, _ = pair
    layers = [module for module in rounded.modules() if isinstance(module, RoundedLinear)]
    assert {layer.weight.dtype for layer in layers} == {torch.bfloat16}
    kept = {id(layer.weight) for layer in layers}
    others = [*rounded.parameters(), *rounded.buffers()]
    assert {part.dtype for part in others if id(part) not in kept} == {torch.float32}
    assert rounded.dtype == torch.float32
    assert type(rounded.get_output_embeddings()) is nn.Linear


def test_a_layer_with_a_bias_adds_it_in_float32():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 3)

        def get_output_embeddings(self):
            return None

    model = Model().to(torch.bfloat16)
    expected = nn.Linear(4, 3)
    expected.load_state_dict({k: v.float() for k, v in model.layer.state_dict().items()})
    given = torch.randn(2, 4)
    assert torch.equal(compute_in_float32(model).layer(given), expected(given))
