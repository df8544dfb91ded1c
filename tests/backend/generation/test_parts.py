"""What comes after many samples stops in between, for others."""

from dataclasses import replace

from backend.generation.batched_sampling import sample_batch
from backend.generation.prompt import encode
from backend.generation.request import check_request
from backend.generation.sample_tree import TemperatureGrid
from backend.generation.samples import sample_many
from backend.jobs import Job
from tests.backend.fakes import PATIENCE
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


def test_the_probabilities_at_other_temperatures_are_found_a_prefix_at_a_time(tiny_lm):
    request = check_request("The fox", draws=12, max_new_tokens=TOKENS, seed=1, temperature=0.3)
    ids = encode(tiny_lm, request).ids
    *_, batch = sample_batch(tiny_lm, ids, request, request.draws, Job(PATIENCE))
    asked = []
    parts = TemperatureGrid(batch, ids, request, lambda: asked.append(1)).fill()
    assert len(list(parts)) == len(asked) == len(batch.shared) > 1


def test_a_sampling_stops_for_each_shared_prefix_too(tiny_lm):
    lm = replace(tiny_lm, stop_ids=frozenset())
    request = check_request("The fox", draws=12, max_new_tokens=TOKENS, seed=1, temperature=0.3)
    *_, batch = sample_batch(lm, encode(lm, request).ids, request, 12, Job(PATIENCE))
    stops, _ = stops_and_items(sample_many, lm, request)
    assert stops >= 2 * TOKENS + len(batch.shared)
