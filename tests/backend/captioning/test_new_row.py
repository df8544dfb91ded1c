"""A caption model is one row: a made-up one is in the menu and describes pictures."""

from __future__ import annotations

from dataclasses import replace

import torch
from PIL import Image

from backend import Backend
from backend.captioning.caption_model import as_maps
from backend.captioning.request import CaptionRequest
from backend.captioning.service import Captioning
from backend.models.registry import MODELS
from tests.backend.fakes import CPU, FakeSource, spec

WORDS = ["<end>", "a", "red", "square"]


class ThreeWords:
    """Says "a red square" of every picture."""

    start: tuple[int, ...] = ()
    end = 0
    maps_method = "maps_gradient"
    can_detail = can_answer = False
    language, question_prefix = "en", "a"

    def speaking(self, language):
        return self

    def max_tokens(self, length):
        return 10

    def min_tokens(self, length):
        return 0

    def encode(self, picture, question="", length="short"):
        return picture.size

    def frame(self, picture):
        return 0.0, 0.0, 1.0, 1.0

    def next_logprobs(self, encoded, lines):
        logprobs = torch.full((len(lines), len(WORDS)), 0.1 / 3).log()
        logprobs[:, (len(lines[0]) + 1) % len(WORDS)] = torch.tensor(0.9).log()
        return logprobs

    def attribution_maps(self, encoded, line):
        return as_maps(torch.ones(len(line), 4), 2)

    def tokenize(self, text):
        return [WORDS.index(word) for word in text.split()]

    def text(self, tokens):
        return " ".join(WORDS[token] for token in tokens)

    def continues_word(self, token):
        return False


def load(row, device):
    """What the row names as its loader."""
    return ThreeWords()


def test_one_row_is_enough():
    row = replace(
        spec("three-words", "cpu", task="captioning", source=FakeSource()),
        loader="tests.backend.captioning.test_new_row:load",
    )
    service = Captioning(Backend(models=(*MODELS, row), device_for=lambda _: CPU))
    assert "three-words" in [spec.id for spec in service.models()]
    picture = Image.new("RGB", (8, 8), "red")
    *_, described = service.describe(CaptionRequest(picture), "v", "three-words")
    (caption,) = described.captions
    assert caption.text == "a red square" and described.card.spec is row
    assert [round(word.probability, 3) for word in caption.words] == [0.9] * 3
    assert caption.words[0].map.sum() == 1
