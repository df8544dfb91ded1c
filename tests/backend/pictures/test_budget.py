"""Pictures wait for memory, not for each other."""

from __future__ import annotations

import threading

import pytest

from backend.pictures.budget import MemoryBudget
from tests.backend.fakes import in_threads


def test_what_is_held_never_exceeds_the_budget_and_all_have_their_turn() -> None:
    budget, held, most, lock = MemoryBudget(100), [0], [0], threading.Lock()
    done: list[int] = []

    def read(number: int) -> None:
        needed = 20 + number * 5
        with budget.holding(needed):
            with lock:
                held[0] += min(needed, 100)
                most[0] = max(most[0], held[0])
            with lock:
                held[0] -= min(needed, 100)
                done.append(number)

    in_threads(24, read)
    assert most[0] <= 100
    assert sorted(done) == list(range(24))


def test_an_error_gives_the_memory_back() -> None:
    budget = MemoryBudget(100)
    with pytest.raises(OSError), budget.holding(100):
        raise OSError
    with budget.holding(100):
        pass


def test_one_that_needs_more_than_there_is_has_it_alone() -> None:
    budget = MemoryBudget(100)
    with budget.holding(1000):
        waiting = threading.Thread(target=lambda: budget.holding(1).__enter__(), daemon=True)
        waiting.start()
        waiting.join(0.05)
        assert waiting.is_alive()
    waiting.join(5)
    assert not waiting.is_alive()
