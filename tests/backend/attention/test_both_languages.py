"""A Chinese text is read by an encoder that knows Chinese; its tokens are its characters."""

from __future__ import annotations

import pytest

from backend import Backend
from backend.attention.model import load_text_encoder
from backend.attention.record import record
from backend.attention.request import check_request
from backend.attention.service import Attention
from backend.models.registry import MODELS
from tests.backend.attention import test_tokens
from tests.backend.fakes import CPU

CHINESE = "一只戴着帽子的狗在打鼓。"


@pytest.mark.parametrize(
    ("text", "model", "read_by"),
    [
        (CHINESE, "", "multilingual-e5-small-attention"),
        ("A dog in a hat.", "", ""),
        (CHINESE, "minilm-attention", "minilm-attention"),
    ],
)
def test_who_names_no_model_gets_one_that_reads_the_text(text, model, read_by):
    request = check_request(text, model=model)
    assert Attention(Backend("bundled"))._reader_of(request) == read_by


@pytest.fixture(scope="module")
def model():
    row = next(row for row in MODELS if row.id == "multilingual-e5-small-attention")
    return load_text_encoder(row, CPU)


@pytest.mark.parametrize("text", test_tokens.TEXTS.values(), ids=test_tokens.TEXTS)
def test_its_tokens_cover_the_text(model, text):
    test_tokens.spans_hold(test_tokens.encoded(model, text).tokens, text)


def test_a_chinese_text_is_seen_in_twelve_layers(model):
    recording = record(model, check_request(CHINESE))
    stack = recording.stacks["self"]
    assert "".join(token.text for token in stack.rows if not token.special) == CHINESE
    assert not any("unk" in token.token for token in stack.rows)
    assert (len(stack.layers), stack.heads) == (12, 12)
