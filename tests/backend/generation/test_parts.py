"""Greedy decoding and beam search beside many samples stop after each token, for others."""

from dataclasses import replace

from backend.generation.request import check_request
from backend.generation.samples import sample_many
from tests.backend.parts import stops_and_items

TOKENS = 6


def test_greedy_decoding_and_beams_stop_after_each_token(tiny_lm):
    lm = replace(tiny_lm, stop_ids=frozenset())
    request = check_request("The fox", draws=4, max_new_tokens=TOKENS, seed=1)
    stops, items = stops_and_items(sample_many, lm, request)
    assert stops >= 2 * TOKENS
    assert items[-1].finished == "draws"
    assert len(items[-1].greedy.ids) == TOKENS
    assert items[-1].beams
