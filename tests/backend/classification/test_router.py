"""Which expert a text goes to; an expert is one row."""

from dataclasses import replace

import pytest

from backend import Backend
from backend.classification.results import Classified
from backend.classification.router import route
from backend.classification.service import Classification
from backend.models.registry import MODELS, row_for
from tests.backend.fakes import FakeSource, results

EXPERTS = [row for row in MODELS if row.task == "classification" and row.typical]
BUNDLED = [row for row in EXPERTS if row.tier == "bundled"]


@pytest.mark.parametrize(
    ("text", "expert"),
    [
        ("Net sales increased by 12 % in the third quarter.", "distilroberta-finance"),
        ("A brilliant movie, the actors are superb.", "distilbert-sst2"),
        ("I'm terrified of the exam tomorrow.", "emotion-expert"),
        ("The vacuum cleaner broke after two days, do not buy it.", "sentiment-expert"),
    ],
)
def test_a_text_goes_to_the_expert_for_its_kind(sentences, text, expert):
    found = route(sentences, text, EXPERTS, EXPERTS)
    assert found.expert.id == expert
    assert found.expert == next(iter(found.shares))
    assert sum(found.shares.values()) == pytest.approx(1)


def test_an_expert_that_is_not_here_is_named_but_not_taken(sentences):
    found = route(sentences, "Net sales increased by 12 %.", EXPERTS, BUNDLED[::-1])
    assert found.expert.id == "sentiment-expert"
    assert next(iter(found.shares)).id == "distilroberta-finance"


def test_without_a_stand_in_the_first_expert_that_is_here_answers(sentences):
    text = "I'm terrified of the exam tomorrow."
    assert route(sentences, text, EXPERTS, BUNDLED[:1]).expert == BUNDLED[0]


def test_a_stand_in_is_an_expert_that_is_always_here():
    ids = {row.id for row in BUNDLED}
    assert {row.stand_in for row in MODELS if row.stand_in} <= ids


@pytest.mark.parametrize("role", ["sentences", "likelihood", "verse_gaps"])
def test_each_role_that_the_service_asks_for_has_its_row(role):
    assert row_for(role).role == role


WEATHER = replace(
    BUNDLED[0],
    id="weather-expert",
    name="Weather",
    typical=(
        "Heavy rain and strong winds are expected tonight.",
        "Temperatures will rise to 30 degrees by noon.",
        "Snow fell on the mountains overnight.",
    ),
)
STORM = "A storm with heavy rain and snow will come tonight."


def test_a_new_row_is_an_expert_with_no_other_edit():
    service = Classification(Backend("bundled", models=(*MODELS, WEATHER)))
    assert WEATHER in service.experts()
    assert service.default_expert() == BUNDLED[0].id
    [found] = results(service.classify(STORM, "visitor"))
    assert isinstance(found, Classified)
    assert found.route.expert == found.card.spec == WEATHER


def test_an_expert_without_typical_texts_is_never_routed_to():
    silent = replace(WEATHER, typical=())
    service = Classification(Backend("bundled", models=(*MODELS, silent)))
    [found] = results(service.classify(STORM, "visitor"))
    assert silent in service.experts() and silent not in found.route.shares


def test_a_new_row_that_is_not_on_disk_has_a_stand_in():
    away = replace(WEATHER, source=FakeSource(here=False), stand_in="emotion-expert")
    service = Classification(Backend("bundled", models=(*MODELS, away)))
    [found] = results(service.classify(STORM, "visitor"))
    assert found.card.spec.id == "emotion-expert"
    assert next(iter(found.route.shares)) == away
