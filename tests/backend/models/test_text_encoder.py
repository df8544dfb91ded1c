"""The bundled text encoder: the published model's vectors, in small files, in both languages."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import torch

from backend.classification.sentences import SentenceEncoder
from backend.models import text_encoder
from tests.backend import texts


@pytest.fixture(scope="module")
def loaded():
    return text_encoder.load()


@pytest.fixture(scope="module")
def tokenizer(loaded):
    return loaded[0]


@pytest.mark.slow  # the wheel's engine reads 500 texts
def test_its_vectors_are_those_of_the_wheels_engine(loaded):
    asked, wanted = texts.of_the_engine()
    assert len(asked) > 500
    encoder = SentenceEncoder(*loaded, "cpu", prefix=text_encoder.PREFIX)
    cosines = (encoder.encode(asked).numpy() * wanted).sum(1) / np.linalg.norm(wanted, axis=1)
    assert cosines.min() > 0.999


def test_loaded_first_in_inference_mode_it_loads_outside_as_well(tmp_path):
    folder = shutil.copytree(text_encoder.TEXT_ENCODER.fetch(), tmp_path / "own")
    with torch.inference_mode():
        _, first = text_encoder.load(folder)
    _, second = text_encoder.load(folder)
    for model in (first, second):
        assert not any(tensor.is_inference() for tensor in model.state_dict().values())
        vectors = model.get_input_embeddings()(torch.tensor([5]))
        (vectors * torch.ones(1, requires_grad=True)).sum().backward()


def test_no_file_is_large_nor_all_together():
    sizes = [file.stat().st_size for file in text_encoder.TEXT_ENCODER.fetch().iterdir()]
    assert max(sizes) < 10_000_000
    assert sum(sizes) < 30_000_000


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a cat sitting on a sofa", ["▁a", "▁cat", "▁sitting", "▁on", "▁a", "▁sofa"]),
        ("一只坐在沙发上的猫", ["▁", "一只", "坐在", "沙", "发", "上的", "猫"]),
    ],
)
def test_a_text_is_cut_as_by_the_whole_vocabulary(tokenizer, text, pieces):
    assert tokenizer.tokenize(text) == pieces


@pytest.mark.parametrize(
    "text", ["繁體中文的電腦", "１２３ 😀 ½ №", "Привет", "안녕하세요", "שלום"]
)
def test_no_script_is_unknown(tokenizer, text):
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True)


def test_line_ends_and_runs_of_blanks_are_one_blank(tokenizer):
    assert tokenizer.tokenize("a \t b\n\nc") == tokenizer.tokenize("a b c")


def test_all_its_models_share_their_weights(loaded):
    _, another = text_encoder.load(attention="sdpa")
    its, others = loaded[1].state_dict(), another.state_dict()
    assert its.keys() == others.keys()
    assert all(its[name].data_ptr() == others[name].data_ptr() for name in its)


def test_its_word_vectors_stay_packed(loaded):
    words = loaded[1].get_input_embeddings()
    assert sum(part.nbytes for part in words.buffers()) < words.weight.nbytes / 6
