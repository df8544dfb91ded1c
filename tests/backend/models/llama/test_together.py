"""SmolLM2 from its wheel: many answers written together are those of runs alone.

A fact of measurement: the network's rounding depends a little on the number of rows, and a near tie
could fall the other way (docs/architecture.md)."""

from dataclasses import replace

import pytest
import torch

from backend.generation.prompt import encode
from backend.generation.request import check_request
from tests.backend.generation.room import Room, alone, ids_of

TOPICS = "rain snow bread cats dogs clocks trains ships maps ink salt glass paper trees bees stars"
SETTINGS = (
    {},
    {"temperature": 1.2, "top_k": 0},
    {"strategy": "greedy"},
    {"top_p": 1.0, "repetition_penalty": 1.0},
    {"temperature": 1.2, "min_p": 0.05},
)


def asked(number, tokens):
    more = " and why people like it so much, in many words" if number % 3 == 0 else ""
    text = f"Tell me about {TOPICS.split()[number]}{more}."
    options = SETTINGS[number % len(SETTINGS)]
    return check_request(text, **{"max_new_tokens": tokens, "seed": 100 + number, **options})


def written_together(lm, count, tokens, groups):
    """`groups`: how many join before which round; row 2 leaves before round 9 after all joined."""
    room, requests = Room(lm), {n: asked(n, tokens) for n in range(count)}
    events, first = {}, 0
    for round_, group in groups.items():
        events[round_] = [
            lambda n=n: room.enter(n, encode(lm, requests[n]).ids, requests[n])
            for n in range(first, first + group)
        ]
        first += group
    events[max(groups) + 9] = [lambda: room.leave(2)]
    return requests, room.to_the_end(events)


@pytest.mark.parametrize(
    ("count", "tokens", "groups"),
    [
        (5, 14, {0: 3, 4: 2}),
        pytest.param(16, 28, {0: 6, 6: 4, 12: 6}, marks=pytest.mark.slow),
    ],
)
def test_rows_that_join_and_leave_give_the_tokens_of_their_single_runs(
    smollm, count, tokens, groups
):
    lm = replace(smollm, stop_ids=frozenset())
    requests, got = written_together(lm, count, tokens, groups)
    for n, request in requests.items():
        wanted = ids_of(alone(lm, encode(lm, request).ids, request))
        assert got[n] == wanted[: len(got[n])], n
    assert 0 < len(got[2]) < tokens
    assert all(len(got[n]) == tokens for n in range(count) if n != 2)


def test_the_logits_of_a_row_among_others_are_those_of_a_run_alone_but_for_rounding(smollm):
    room, requests = Room(smollm), [asked(n, 2) for n in range(4)]
    for n, request in enumerate(requests):
        room.enter(n, encode(smollm, request).ids, request)
    room.to_the_end()
    for n, request in enumerate(requests):
        for one, other in zip(
            room.tokens[n], alone(smollm, encode(smollm, request).ids, request), strict=True
        ):
            torch.testing.assert_close(one.logits, other.logits, atol=2e-3, rtol=0)
