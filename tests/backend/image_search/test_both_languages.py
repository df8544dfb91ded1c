"""The bundled encoder's text side, with its real weights: the same in English and in Chinese."""

from __future__ import annotations

import pytest
import torch

from backend import gallery
from backend.image_search import gallery_vectors
from backend.models.registry import models_for

# Sentences that nobody trained on, about things in the gallery.
PAIRS = [
    ("A photo of a grey elephant with big ears", "一张大耳朵灰色大象的照片"),
    ("a yellow banana to eat", "一根可以吃的黄色香蕉"),
    ("the helicopter is flying", "直升机在飞"),
    ("a ripe tomato", "一个熟透的西红柿"),
    ("an old castle", "一座古老的城堡"),
    ("a bicycle", "一辆自行车"),
    ("a strawberry", "草莓"),
    ("a butterfly", "蝴蝶"),
    ("the moon", "月亮"),
    ("a violin", "小提琴"),
]
SIMPLE, TRADITIONAL = ["苹果", "汽车", "蝴蝶", "鸟", "龙"], ["蘋果", "汽車", "蝴蝶", "鳥", "龍"]


@pytest.fixture(scope="module")
def encoder():
    from backend.models import search_encoder

    return search_encoder.load(models_for("image_search")[-1].source.fetch())


@pytest.fixture(scope="module")
def pictures():
    spec = models_for("image_search")[-1]
    vectors = gallery_vectors.read(gallery_vectors.file_for(spec), spec)
    assert vectors is not None
    return torch.from_numpy(vectors)


def test_a_sentence_lies_nearest_to_its_own_translation(encoder):
    english = encoder.encode_texts([english for english, _ in PAIRS])
    chinese = encoder.encode_texts([chinese for _, chinese in PAIRS])
    assert (english @ chinese.T).argmax(1).tolist() == list(range(len(PAIRS)))


def test_both_languages_find_much_the_same_pictures(encoder, pictures):
    english = encoder.encode_texts([english for english, _ in PAIRS]) @ pictures.T
    chinese = encoder.encode_texts([chinese for _, chinese in PAIRS]) @ pictures.T
    shared = [
        len(set(e.topk(10).indices.tolist()) & set(c.topk(10).indices.tolist()))
        for e, c in zip(english, chinese, strict=True)
    ]
    assert sum(shared) >= 5 * len(PAIRS)


def test_traditional_characters_mean_what_simplified_ones_do(encoder):
    simple, traditional = encoder.encode_texts(SIMPLE), encoder.encode_texts(TRADITIONAL)
    assert (simple @ traditional.T).argmax(1).tolist() == list(range(len(SIMPLE)))


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_own_captions_find_their_pictures(encoder, pictures, language):
    """A floor under what `make bench-models` measures (0.37 and 0.32 on all): chance is 0.01."""
    entries = gallery.entries()[::6]
    texts = encoder.encode_texts([getattr(entry, language) for entry in entries])
    cosines = texts @ pictures.T
    own = cosines[torch.arange(len(entries)), torch.arange(0, len(pictures), 6)]
    places = (cosines > own[:, None]).sum(1)
    assert (places < 5).float().mean() > 0.25


def test_a_text_is_the_same_alone_and_among_others(encoder):
    texts = ["a cat", "一只坐在沙发上的猫", "a photo of a very small dog with a hat"]
    alone = torch.cat([encoder.encode_texts([text]) for text in texts])
    assert torch.allclose(encoder.encode_texts(texts), alone, atol=1e-4)
