"""A text with a picture."""

import numpy as np
import pytest
import torch

from backend.classification.fusion import encode_pair, fuse, teach_pairs
from backend.classification.results import Pair
from backend.errors import InputError
from backend.parts import finish


class FakeEncoder:
    """Texts and pictures by name, in a space of 384 directions."""

    def encode_texts(self, texts):
        return torch.stack([self._vector(text) for text in texts])

    def encode_texts_in_parts(self, texts, check):
        for _ in texts:
            check()
            yield
        return self.encode_texts(texts)

    def encode_pictures(self, pictures):
        return torch.stack([self._vector(picture) for picture in pictures])

    def _vector(self, name):
        return torch.nn.functional.one_hot(torch.tensor({"cat": 0, "dog": 1}[name]), 384).float()


def pair():
    return encode_pair(FakeEncoder(), "cat", "dog", "", "search")


@pytest.mark.parametrize(("weight", "wanted"), [(0, "cat"), (1, "dog"), (0.3, "cat"), (0.7, "dog")])
def test_late_fusion_mixes_the_two_answers(weight, wanted):
    fused = finish(fuse(FakeEncoder(), pair(), ("cat", "dog"), weight))
    assert fused.text.top == "cat" and fused.picture.top == "dog" and fused.late.top == wanted
    mixed = (1 - weight) * fused.text.values[0] + weight * fused.picture.values[0]
    assert fused.late.values[0] == pytest.approx(mixed)
    assert fused.early is None


def test_early_fusion_uses_a_head_on_the_joined_vectors():
    draw = np.random.default_rng(0)
    pairs = [
        Pair(draw.normal(size=384) + sign, draw.normal(size=384) - sign, label, "search")
        for label, sign in (("match", 1.0), ("clash", -1.0)) for _ in range(3)
    ]  # fmt: skip
    head = teach_pairs(pairs)
    assert (head.reads, head.encoder) == ("text+picture", "search")
    assert head.weights.shape == (2, 768)
    parts = fuse(FakeEncoder(), pair(), ("cat", "dog"), 0.5, head)
    assert [next(parts), next(parts)] == [None, None]  # a stop after each few labels
    assert finish(parts).early is not None
    with pytest.raises(InputError):
        teach_pairs(pairs[:2])
