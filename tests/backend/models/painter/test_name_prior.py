"""The painter's memory of names: its answer at a name, nothing far from all of them."""

from __future__ import annotations

import pytest
import torch

from backend.models.painter.name_prior import NamePrior
from backend.models.painter.transformer import WordTransformer


@pytest.fixture
def memory() -> NamePrior:
    torch.manual_seed(0)
    memory = NamePrior(width=8, styles=3, components=5, names=4)
    memory.centres.copy_(torch.randn(4, 8) * 10)
    return memory


@torch.no_grad()
def test_at_a_name_its_own_answer_is_added(memory: NamePrior) -> None:
    told = memory(memory.centres[2:3], torch.tensor([1]))
    torch.testing.assert_close(told[0], memory.answers[1].weight[:, 2])


@torch.no_grad()
def test_far_from_all_names_nothing_is_added(memory: NamePrior) -> None:
    assert memory(torch.full((1, 8), 100.0), torch.tensor([0])).abs().max() < 1e-6


@torch.no_grad()
def test_each_text_is_answered_in_its_own_style(memory: NamePrior) -> None:
    both = memory(memory.centres[:2], torch.tensor([0, 2]))
    torch.testing.assert_close(both[0], memory.answers[0].weight[:, 0])
    torch.testing.assert_close(both[1], memory.answers[2].weight[:, 1])


@torch.no_grad()
def test_rounded_it_answers_nearly_the_same(memory: NamePrior) -> None:
    texts, styles = memory.centres + 0.1, torch.zeros(4, dtype=torch.long)
    before = memory(texts, styles)
    memory.keep_rounded()
    assert memory.centres.dtype == torch.float16
    assert memory(texts, styles).dtype == torch.float32
    torch.testing.assert_close(memory(texts, styles), before, atol=0.01, rtol=0)


@torch.no_grad()
def test_the_expected_picture_is_corrected_where_there_is_a_memory() -> None:
    torch.manual_seed(0)
    plain = WordTransformer(channels=4, size=4, width=64, depth=1, components=16, features=10)
    assert plain.name_prior is None
    sentence, style = torch.randn(1, 768), torch.tensor([0])
    plain.basis.normal_()
    before = plain.prior_picture(sentence, style)
    plain.name_prior = NamePrior(768, 3, 16, names=1)
    plain.name_prior.centres.copy_(plain.prompt_prior.standard(sentence))
    added = plain.prior_picture(sentence, style) - before
    answer = plain.name_prior.answers[0].weight[:, 0] @ plain.basis
    torch.testing.assert_close(added.flatten(), answer, atol=1e-5, rtol=1e-4)
