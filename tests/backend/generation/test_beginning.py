"""What prompts begin with in common is read once."""

from __future__ import annotations

import pytest
import torch

from backend.generation.beginning import LEAST, MOST, Beginning

SYSTEM = list(range(100, 140))


class Counting:
    """A model's readers: how many tokens each of them has read."""

    def __init__(self, lm):
        self.lm, self.read = lm, []

    def __call__(self):
        reader = self.lm.reader()
        read = reader.read

        def noting(ids, *arguments):
            self.read.append(ids.shape[1])
            return read(ids, *arguments)

        reader.read = noting
        return reader


@pytest.fixture
def readers(tiny_lm):
    return Counting(tiny_lm)


def ids(*ends, beginning=SYSTEM):
    return [torch.tensor([*beginning, *end]) for end in ends]


def test_the_common_beginning_of_several_prompts_is_read_once(readers):
    beginning = Beginning(readers)
    assert beginning.of(ids([1, 2], [3])).length == len(SYSTEM)
    assert beginning.of(ids([4], [5, 6, 7])).length == len(SYSTEM)
    assert beginning.of(ids([8, 9])).length == len(SYSTEM)
    assert readers.read == [len(SYSTEM)]


def test_it_is_shorter_than_the_shortest_prompt(readers):
    assert Beginning(readers).of(ids([], [3])).length == len(SYSTEM) - 1


def test_no_more_is_read_at_once_than_others_wait_for(readers):
    long = list(range(3, 250)) * 2
    assert Beginning(readers).of(ids([1], [2], beginning=long)).length == MOST


def test_a_prompt_alone_that_begins_otherwise_is_left_to_itself(readers):
    beginning = Beginning(readers)
    beginning.of(ids([1], [2]))
    assert beginning.of(ids([1], beginning=range(3, 40))) is None
    assert beginning.of(ids([1], [2], beginning=SYSTEM[: LEAST - 1])) is None
    assert readers.read == [len(SYSTEM)]


def test_a_much_longer_one_takes_its_place(readers):
    beginning = Beginning(readers)
    beginning.of(ids([1], [2], beginning=SYSTEM[:LEAST]))
    assert beginning.of(ids([1], [2])).length == len(SYSTEM)
    assert beginning.of(ids([3])).length == len(SYSTEM)
    assert readers.read == [LEAST, len(SYSTEM)]


def test_a_model_whose_cache_forgets_has_none(readers, monkeypatch):
    from backend.models.kv_cache import KVCache
    from backend.models.reader import TorchReader

    monkeypatch.setattr(TorchReader, "snapshot", lambda _: KVCache(0, {}))
    assert Beginning(readers).of(ids([1], [2])) is None
