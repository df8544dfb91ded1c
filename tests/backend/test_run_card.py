"""backend/run_card.py."""

import json

from backend.messages import message
from backend.run import RunCard
from tests.backend.fakes import CPU, spec


def make_card(**changed):
    return RunCard(spec("small"), CPU, seconds=1.23456, **changed)


def test_the_card_says_what_ran_where_and_why():
    said = make_card().as_json()
    assert said["model"] == "Small"
    assert said["model_id"] == "small"
    assert said["tier"] == "bundled"
    assert said["licence"] == "Apache-2.0"
    assert said["parameters"] == 1_000_000
    assert (said["device"], said["dtype"]) == ("CPU", "float32")
    assert said["device_reason"] == "no GPU was found"
    assert said["seconds"] == 1.235


def test_falls_and_notes_are_english_sentences():
    fall = message("fell_load", model="Big", cause=message("hub_offline"))
    note = message("cleaned", count=3)
    said = make_card(falls=(fall,), notes=(note,)).as_json()
    assert said["fell_back"][0].startswith("Big could not be loaded: downloads are switched off")
    assert said["notes"] == ["3 unreadable characters were replaced or removed."]


def test_the_tasks_figures_stand_beside_the_rest():
    assert make_card(figures={"seed": 7, "tokens_per_second": 24.1}).as_json()["seed"] == 7


def test_the_card_is_plain_json():
    card = make_card(falls=(message("fell_memory", model="Big"),), figures={"seed": 7})
    assert json.loads(json.dumps(card.as_json())) == card.as_json()


def test_the_card_counts_the_runs_beside_it_and_what_they_took():
    said = make_card(served_beside=3, waited_seconds=0.12345).as_json()
    assert (said["served_beside"], said["waited_seconds"]) == (3, 0.123)
