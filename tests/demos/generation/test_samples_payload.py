"""What is sent to the page, and that the page's script uses every text."""

import json
import re

import pytest

from backend.generation.request import check_request
from backend.generation.results import TEMPERATURES
from demos.generation.samples_payload import MAX_ROOT_CHARACTERS, WORDS, sent
from demos.generation.strings import TEXTS
from demos.shared.scripts import with_imports
from demos.shared.theme import WEB
from tests.backend.fakes import results

PREFIX = "generation.tree."
ASK = {"mode": "completion", "max_new_tokens": 6, "seed": 3, "temperature": 0.8, "draws": 8}


@pytest.fixture
def updates(tiny_generation):
    return results(tiny_generation.sample_many(check_request("The fox", **ASK), "ann"))


def test_every_text_is_sent_and_used_by_the_script():
    scripts = with_imports("generation/samples.js")
    script = "".join((WEB / name).read_text("utf-8") for name in scripts)
    assert {PREFIX + name for name in WORDS} == {key for key in TEXTS if key.startswith(PREFIX)}
    for name in WORDS:
        assert re.search(rf"words\.{name}\b", script), name


def test_a_tree_is_sent_as_nested_lists_with_a_probability_for_each_temperature(updates):
    data = json.loads(sent("en", "The fox", updates[-1]))
    _, samples, _, branches, _ = data["tree"]
    assert samples == data["samples"] == 8 and sum(branch[1] for branch in branches) == 8
    assert data["temperatures"] == list(TEMPERATURES)
    assert all(len(branch[2]) == len(TEMPERATURES) for branch in branches)
    assert set(data["greedy"]) == {"text", "logprob"} and len(data["beams"]) == 5
    assert data["finished"] == "draws"


def test_the_branches_of_greedy_decoding_are_marked(updates):
    def ids_marked(branch, before=()):
        path = (*before, *branch.ids)
        for one in branch.branches:
            if greedy[: len(path) + len(one.ids)] == (*path, *one.ids):
                yield True
            yield from ids_marked(one, path)

    def marked(row):
        for one in row[3]:
            if one[4]:
                yield True
            yield from marked(one)

    greedy = updates[-1].greedy.ids
    data = json.loads(sent("en", "The fox", updates[-1]))
    assert len(list(marked(data["tree"]))) == len(list(ids_marked(updates[-1].tree)))


def test_what_still_grows_has_no_probabilities_and_nothing_beside_it(updates):
    data = json.loads(sent("en", "The fox", updates[0]))
    assert data["greedy"] is None and data["beams"] == []
    assert all(branch[2] == [] for branch in data["tree"][3])


def test_of_a_long_prompt_the_end_stands_before_the_tree(updates):
    long = "word " * 100
    assert json.loads(sent("en", long, updates[-1]))["prompt"] == "…" + long[-MAX_ROOT_CHARACTERS:]
