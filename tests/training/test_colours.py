"""What a colour's name adds to a text is found from texts alone."""

from __future__ import annotations

import random

import torch

from training.colours import COLOURS, directions, nouns_of, texts_about, told_apart
from training.concepts import TRAIN
from training.data import Record


def record(name: str) -> Record:
    return Record(name, name, [], [], "noto", "MIT", "here", False, TRAIN)


def test_nouns_lose_their_colours_and_an_orange_stays_one():
    assert nouns_of([record("blue book"), record("orange"), record("cat")], TRAIN) == [
        "book", "cat", "orange",
    ]  # fmt: skip


def test_as_many_texts_name_a_colour_as_name_none():
    texts, named = texts_about(["book", "cat"], random.Random(0))
    assert len(texts) == len(named) == 8 and named.sum() == 4
    for text, row in zip(texts, named, strict=True):
        assert (COLOURS[int(row.argmax())] in text) or not row.any() or "violet" in text \
            or "grey" in text or "golden" in text  # fmt: skip


def test_directions_tell_what_was_added():
    torch.manual_seed(0)
    added, nouns = torch.randn(len(COLOURS), 64), 0.1 * torch.randn(40, 64)
    named = torch.eye(len(COLOURS)).repeat(40, 1)
    coloured = (nouns[:, None] + added).flatten(0, 1)
    vectors, answers = torch.cat([coloured, nouns]), torch.cat([named, torch.zeros(40, 11)])
    assert told_apart(vectors, answers, directions(vectors, answers, ridge=0.1)) == (1.0, 1.0)
