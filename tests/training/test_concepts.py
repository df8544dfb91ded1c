"""The split is by concept: whoever looks alike or differs in style alone stays together."""

from __future__ import annotations

import pytest

from training.concepts import TEST, TRAIN, VALIDATION, concept_of, part_of


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("cat face", "cat"),
        ("Cats", "cat"),
        ("man health worker", "woman health worker"),
        ("waving hand: dark skin tone", "waving hand"),
        ("a red apple", "red apple"),
    ],
)
def test_names_of_one_thing_are_one_concept(name: str, same: str) -> None:
    assert concept_of(name) == concept_of(same)


def test_different_things_are_different_concepts() -> None:
    assert concept_of("red apple") != concept_of("green apple")


def test_a_name_of_gender_words_alone_keeps_them() -> None:
    assert concept_of("woman") == "woman"


def test_parts_never_move_and_have_their_shares() -> None:
    parts = [part_of(f"concept {number}") for number in range(5000)]
    assert parts == [part_of(f"concept {number}") for number in range(5000)]
    assert 0.10 < parts.count(TEST) / 5000 < 0.14
    assert 0.03 < parts.count(VALIDATION) / 5000 < 0.05
    assert set(parts) == {TRAIN, VALIDATION, TEST}
