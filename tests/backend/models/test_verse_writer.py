"""The verse writer with its real weights: what it reads and knows, what is done with it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from backend import Backend
from backend.attention.request import check_look, check_request
from backend.attention.results import Attended
from backend.attention.service import Attention
from backend.generation.request import GenerationRequest
from backend.generation.results import Comparison, Generated, Samples, TextScores
from backend.generation.service import Generation
from backend.models.registry import row_for
from tests.backend.fakes import results
from training.poems import in_form

MODEL = "verse-writer"
POEM = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。"
LINES = ("春风又到江南岸，", "明月出天山，", "独坐幽篁里，", "千里莺啼绿映红，", "空山不见人，")
LINES += ("故人西辞黄鹤楼，", "红豆生南国，", "洛阳城里见秋风，")


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(row_for("verse").source.fetch())


@pytest.fixture(scope="module")
def service(bundled_backend: Backend) -> Generation:
    return Generation(bundled_backend)


def continuing(prompt: str, **changed: Any) -> GenerationRequest:
    options = {"mode": "completion", "repetition_penalty": 1.0, "max_new_tokens": 80, "seed": 1}
    return GenerationRequest(prompt, **{**options, **changed})


def last(updates: Iterator[Any]) -> Any:
    return results(updates)[-1]


@pytest.mark.parametrize(
    "text",
    [
        "床前明月光，",
        "A fox, 3 dogs.\n\tCafé",
        "😀 👩‍👩‍👧",
        "ひらがな 한글 العربية",
        "𠮷野家",
        "《春晓》",
        "",
        " ",
    ],
)
def test_every_text_is_read_and_comes_back(tokenizer: Any, text: str) -> None:
    ids = tokenizer(text)["input_ids"]
    assert ids[0] == tokenizer.bos_token_id
    assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_a_character_is_a_token_and_a_stranger_its_bytes(tokenizer: Any) -> None:
    assert tokenizer.tokenize("明月é") == ["明", "月", "<0xC3>", "<0xA9>"]


def test_traditional_characters_are_read_as_simplified_ones_in_place(tokenizer: Any) -> None:
    read = tokenizer("舉頭望明月，低頭思故鄉。", return_offsets_mapping=True)
    assert (
        tokenizer.decode(read["input_ids"], skip_special_tokens=True) == "举头望明月，低头思故乡。"
    )
    assert read["offset_mapping"][1:] == [(at, at + 1) for at in range(12)]
    assert tokenizer.tokenize("乾坤") == ["乾", "坤"]  # simplified texts write it so, too


def test_a_poem_surprises_it_less_than_its_characters_in_another_order(
    service: Generation,
) -> None:
    shuffled = "".join(random.Random(0).sample(POEM, len(POEM)))
    poem, mixed = (last(service.score_text(text, "ann", MODEL)) for text in (POEM, shuffled))
    assert isinstance(poem, TextScores)
    assert poem.perplexity < mixed.perplexity / 3


def test_it_keeps_the_form_of_what_it_continues(service: Generation) -> None:
    answers = [last(service.generate(continuing(line), "ann", MODEL)) for line in LINES]
    kept = [in_form(line + one.text) for line, one in zip(LINES, answers, strict=True)]
    assert sum(kept) >= len(LINES) / 2
    assert all(one.card.spec.id == MODEL for one in answers)


def test_an_answer_is_branched_and_continued(service: Generation) -> None:
    short = last(service.generate(continuing(LINES[0], max_new_tokens=8), "ann", MODEL))
    longer = last(service.continue_answer(short.key, "ann"))
    assert longer.text.startswith(short.text)
    other = next(
        one.id for one in short.tokens[2].choice.alternatives if one.id != short.tokens[2].choice.id
    )
    branch = last(service.branch(short.key, 2, other, "ann"))
    assert branch.text[:2] == short.text[:2] and branch.tokens[2].choice.id == other


def test_samples_become_a_tree_with_greedy_and_beams(service: Generation) -> None:
    found = last(service.sample_many(continuing("明月", draws=4, max_new_tokens=6), "ann", MODEL))
    assert isinstance(found, Samples)
    assert found.finished == "draws" and found.greedy and len(found.beams) == 5


def test_it_stands_beside_the_english_model(service: Generation) -> None:
    asked = continuing("明月", mode="chat", max_new_tokens=4)
    found = last(service.compare(asked, "ann", "", MODEL))
    assert isinstance(found, Comparison)
    english, verse = found.answers
    assert isinstance(english, Generated) and english.card and verse.card
    assert [one.card.spec.id for one in (english, verse)] == ["smollm2-135m", MODEL]
    assert [note.code for note in english.card.notes] == ["no_chinese"]
    assert not verse.card.notes


def test_it_is_no_fallback_and_never_the_apps_own_choice(bundled_backend: Backend) -> None:
    for task in ("generation", "attention-decoder"):
        assert all(not row.only_by_name for row in bundled_backend.plan(task, ""))


def test_its_attention_is_seen_as_a_decoders(bundled_backend: Backend) -> None:
    attention = Attention(bundled_backend)
    asked = check_request("明月é", kind="decoder", model="verse-writer-attention")
    found = last(attention.attend(asked, check_look(), "ann"))
    assert isinstance(found, Attended)
    weights = attention.view(found.recording, found.look).weights
    stack = found.recording.stacks[found.recording.first_stack]
    assert [token.text for token in stack.columns] == ["<s>", "明", "月", "é", "é"]
    assert np.triu(weights, 1).max() == 0
    np.testing.assert_allclose(weights.sum(1), 1, atol=1e-5)
