"""backend/generation/versus.py: two models on one prompt."""

import pytest

from backend import Generated, Progress
from backend.errors import ModelError
from backend.generation.request import check_request
from backend.generation.updates import Versus
from backend.generation.versus import versus
from tests.backend.fakes import results, two_rows

REQUEST = check_request("The fox", max_new_tokens=5, seed=3)


@pytest.fixture
def both(tiny_lm):
    return two_rows(lambda *_: tiny_lm)


def test_each_model_answers_as_it_would_alone(both):
    *_, last = results(both.versus(REQUEST, "ann", ("large", "small")))
    assert last.over and last.alone is None
    assert [side.card.spec.id for side in last.sides] == ["large", "small"]
    *_, alone = results(both.generate(REQUEST, "ann", "small"))
    assert last.sides[1].text == alone.text


def test_the_first_answer_stays_while_the_second_grows(both):
    updates = list(both.versus(REQUEST, "ann", ("large", "small")))
    grown = [one for one in updates if isinstance(one, Versus) and len(one.sides) == 2]
    assert len({one.sides[0].text for one in grown}) == 1
    assert any(isinstance(one, Progress) for one in updates)


@pytest.mark.parametrize("second", ["large", "cpu"])
def test_a_model_is_not_asked_twice(both, second):
    *_, last = results(both.versus(REQUEST, "ann", ("large", second)))
    assert last.over and len(last.sides) == 1
    assert last.alone.id == "large"


def test_where_the_first_fell_back_on_the_second_there_is_one_answer_and_the_reason(tiny_lm):
    def load(row, device):
        if row.id == "large":
            raise ModelError("device_missing")
        return tiny_lm

    *_, last = results(two_rows(load).versus(REQUEST, "ann", ("large", "small")))
    assert last.alone.id == "small" and last.sides[0].card.falls


def test_after_a_stop_the_second_is_not_asked():
    asked = []

    def write(model):
        asked.append(model)
        yield Generated("half a", "stopped")

    *_, last = versus(write, ("large", "small"))
    assert asked == ["large"] and last.over and last.alone is None
