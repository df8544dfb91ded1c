"""Recording and measuring stop at each layer, for others."""

import pytest

from backend.attention import work
from backend.attention.look import resolve
from backend.attention.record import record
from backend.attention.request import check_look, check_request
from tests.backend.parts import stops_and_items

TEXT = "The cat sat on the mat."


@pytest.mark.parametrize("name", ["bert", "gpt2"])
def test_a_recording_stops_at_each_layer_and_is_the_same(tiny, name):
    model, look = tiny[name], check_look()
    stops, (_, attended) = stops_and_items(work.attend, model, check_request(TEXT), look, False)
    whole = record(model, check_request(TEXT))
    layers = attended.recording.stacks["self"].layers
    assert stops == len(layers)
    for one, other in zip(layers, whole.stacks["self"].layers, strict=True):
        assert one.output.equal(other.output)


def test_measuring_stops_at_each_layer(tiny):
    model = tiny["gpt2"]
    recording = record(model, check_request(TEXT))
    look = resolve(recording, check_look())
    stops, (_, measured) = stops_and_items(work.ablate, model, recording, look)
    assert stops >= len(recording.stacks["self"].layers)
    assert len(measured.sources)
