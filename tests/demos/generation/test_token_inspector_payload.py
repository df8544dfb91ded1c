"""What is sent to the page, and that the page's script uses every text."""

import json
import re

import pytest

from backend.generation.request import check_request
from demos.generation.strings import TEXTS
from demos.generation.token_inspector_payload import WORDS, choice_of, sent
from demos.shared.scripts import with_imports
from demos.shared.theme import WEB
from tests.backend.fakes import results

PREFIX = "generation.tokens."
ASK = {"mode": "completion", "max_new_tokens": 6, "seed": 3, "temperature": 1.5, "top_k": 0}


@pytest.fixture
def update(tiny_generation):
    *_, update = results(tiny_generation.generate(check_request("The fox", **ASK), "ann"))
    return update


def test_every_text_is_sent_and_used_by_the_script():
    scripts = with_imports("generation/token_inspector.js")
    script = "".join((WEB / name).read_text("utf-8") for name in scripts)
    assert {PREFIX + name for name in WORDS} == {key for key in TEXTS if key.startswith(PREFIX)}
    composed = {"surprise", "rank", "entropy", *(n for n in WORDS if n.startswith("step_"))}
    for name in set(WORDS) - composed:
        assert re.search(rf"words\.{name}\b", script), name


def test_a_token_is_sent_as_a_short_line_and_its_alternatives_only_when_asked_for(update):
    data = json.loads(sent("en", "answer", update.tokens, update.key))
    assert (data["kind"], data["key"]) == ("answer", update.key)
    assert "".join(line[0] for line in data["tokens"]) == update.text
    assert all(len(line) == 4 for line in data["tokens"])
    assert "alternatives" not in json.dumps(data["tokens"])


def test_a_choice_is_sent_with_its_alternatives_steps_and_bar(tiny_generation, update):
    choice = choice_of(tiny_generation.answer(update.key), 2)
    assert len(choice["alternatives"]) == 10
    names = [stage["name"] for stage in choice["trace"]["steps"]]
    assert names == ["logits", "penalty", "temperature", "top_p"]
    assert 0 <= choice["trace"]["drawn_at"] <= 1
    json.dumps(choice, allow_nan=False)


def test_of_a_text_that_was_scored_there_are_no_steps(tiny_generation):
    *_, scored = results(tiny_generation.score_text("The quick brown fox", "ann"))
    choice = choice_of(tiny_generation.answer(scored.key), 0)
    assert choice["trace"] is None
    assert choice["alternatives"]
