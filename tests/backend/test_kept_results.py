"""A few results a visitor, secret keys, bounded memory."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from backend.errors import InputError
from backend.kept_results import MAX_PER_VISITOR, KeptResults


def recording(size=10):
    return SimpleNamespace(nbytes=size)


def test_a_recording_is_found_by_its_key_alone():
    results = KeptResults()
    mine, theirs = recording(), recording()
    key, other = results.keep("ann", mine), results.keep("bob", theirs)
    assert key != other and len(key) > 20
    assert results.get(key) is mine and results.get(other) is theirs


@pytest.mark.parametrize("key", ["", "guess", None, 5, ["x"]])
def test_an_unknown_key_gets_a_sentence(key):
    with pytest.raises(InputError, match="Run it again"):
        KeptResults().get(key)


def test_a_new_recording_replaces_the_visitors_last():
    results = KeptResults()
    first = results.keep("ann", recording())
    results.keep("ann", recording())
    with pytest.raises(InputError):
        results.get(first)


def test_what_nobody_will_ask_for_is_let_go_of():
    results = KeptResults()
    key, other = results.keep("ann", recording()), results.keep("bob", recording())
    results.let_go(key)
    results.let_go("unknown")
    with pytest.raises(InputError):
        results.get(key)
    assert results.get(other)


def test_who_leaves_is_forgotten():
    results = KeptResults()
    key, other = results.keep("ann", recording()), results.keep("bob", recording())
    results.forget("ann")
    with pytest.raises(InputError):
        results.get(key)
    assert results.get(other)


def test_the_least_recently_used_makes_room():
    results = KeptResults(max_bytes=30)
    keys = {name: results.keep(name, recording()) for name in ("ann", "bob", "cyd")}
    results.get(keys["ann"])
    results.keep("dan", recording())
    with pytest.raises(InputError):
        results.get(keys["bob"])
    assert results.get(keys["ann"])


def test_one_recording_is_kept_however_large():
    results = KeptResults(max_bytes=5)
    assert results.get(results.keep("ann", recording(100)))


def test_results_that_belong_together_are_kept_beside_one_another_up_to_a_number():
    results = KeptResults()
    keys = [results.keep("ann", recording(), beside=True) for _ in range(MAX_PER_VISITOR)]
    other = results.keep("bob", recording())
    results.get(keys[0])  # used last, so it stays
    keys.append(results.keep("ann", recording(), beside=True))
    assert all(results.get(key) for key in (keys[0], *keys[2:], other))
    with pytest.raises(InputError):
        results.get(keys[1])
    results.keep("ann", recording())
    for key in keys:
        with pytest.raises(InputError):
            results.get(key)
