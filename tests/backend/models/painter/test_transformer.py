"""The painter's network: conditioning computed for all steps is what each step would compute."""

from __future__ import annotations

import pytest
import torch
from diffusers.models.attention_processor import AttnProcessor2_0

from backend.models.painter.transformer import TEXT_WIDTH, WordTransformer, _attend


@pytest.fixture
def network() -> WordTransformer:
    torch.manual_seed(0)
    network = WordTransformer(
        channels=4, size=4, width=64, depth=2, components=16, features=10
    ).eval()
    for parameter in network.parameters():  # the last layers begin at zero
        torch.nn.init.normal_(parameter, std=0.1)
    torch.nn.init.normal_(network.basis)
    return network


@torch.inference_mode()
def test_conditioning_of_all_steps_changes_no_step(
    network: WordTransformer,
) -> None:
    words, mask = torch.randn(2, 5, TEXT_WIDTH), torch.tensor([[1.0] * 3 + [0.0] * 2, [1.0] * 5])
    style, latents = torch.tensor([0, 2]), torch.randn(2, 4, 4, 4)
    times = torch.tensor([[1.0, 1.0], [0.6, 0.6], [0.2, 0.2]])
    conditioning = network.condition(times, words, mask, style)
    for step, time in enumerate(times):
        alone = network(latents, time, words, mask, style)
        precomputed = network(latents, time, words, mask, style, conditioning.at(step))
        torch.testing.assert_close(precomputed, alone)


@torch.inference_mode()
def test_attention_is_diffusers_own(network: WordTransformer) -> None:
    block, x = network.blocks[0], torch.randn(2, 4, 64)
    mask = torch.tensor([[1.0, 0.3, 0.7, 0.0, 0.0], [1.0] * 5])
    torch.testing.assert_close(_attend(block.self_attention, x), block.self_attention(x))
    states, style = torch.randn(2, 5, TEXT_WIDTH), torch.tensor([0, 2])
    words = network.words_for_attention(states, mask, style)
    ours = _attend(block.word_attention, x, **words.of_block(0))
    block.word_attention.set_processor(AttnProcessor2_0())
    its = block.word_attention(x, words.states, attention_mask=words.bias)
    torch.testing.assert_close(ours, its)


@torch.inference_mode()
def test_rounded_priors_give_nearly_the_same_picture_in_half_the_memory(
    network: WordTransformer,
) -> None:
    sentence, style = network.read(torch.randn(3, TEXT_WIDTH)), torch.tensor([0, 2, 1])
    whole = network.prior_picture(sentence, style)
    network.prompt_prior.keep_rounded()
    rounded = network.prior_picture(sentence, style)
    assert network.prompt_prior.projection.dtype == torch.float16
    assert rounded.dtype == torch.float32
    torch.testing.assert_close(rounded, whole, rtol=0, atol=0.01 * whole.std().item())
