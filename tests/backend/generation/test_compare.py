"""Two models on one prompt."""

import pytest

from backend.errors import InputError, ModelError
from backend.generation.request import check_request
from backend.generation.results import Comparison, Generated
from backend.generation.service import Generation
from backend.messages import message
from tests.backend.fakes import FakeSource, make_backend, results, spec, two_rows

REQUEST = check_request("The fox", max_new_tokens=5, seed=3)


@pytest.fixture
def both(tiny_lm):
    return Generation(two_rows(lambda *_: tiny_lm))


def failing(tiny_lm, row_id):
    """As `both`, but one row cannot be loaded."""

    def load(row, device):
        if row.id == row_id:
            raise ModelError("device_missing")
        return tiny_lm

    return Generation(two_rows(load))


def test_each_model_answers_as_it_would_alone(both):
    *_, last = results(both.compare(REQUEST, "ann", "large", "small"))
    assert last.over and last.why_alone is None
    assert [one.card.spec.id for one in last.answers] == ["large", "small"]
    *_, alone = results(both.generate(REQUEST, "ann", "small"))
    assert last.answers[1].text == alone.text


def test_the_first_answer_stays_from_when_it_is_there(both):
    updates = list(both.compare(REQUEST, "ann", "large", "small"))
    first = next(place for place, one in enumerate(updates) if isinstance(one, Comparison))
    assert all(isinstance(one, Comparison) for one in updates[first:])
    assert any(one.doing for one in updates[first:])
    later = [one.answers[0].text for one in updates[first:] if one.doing or len(one.answers) == 2]
    assert len(set(later)) == 1


@pytest.mark.parametrize("second", ["large", "cpu", "auto", ""])
def test_one_model_in_both_places_answers_with_two_settings(both, second):
    *_, last = results(both.compare(REQUEST, "ann", "large", second))
    assert last.over and [one.card.spec.id for one in last.answers] == ["large", "large"]
    greedy = check_request("The fox", max_new_tokens=5, strategy="greedy")
    *_, alone = results(both.generate(greedy, "ann", "large"))
    assert last.answers[1].text == alone.text
    assert last.why_twice == message("versus_greedy", model="Large")
    *_, last = results(both.compare(greedy, "ann", "large", second))
    assert last.why_twice == message("versus_sampling", model="Large")
    assert greedy.otherwise.is_sampling and not greedy.otherwise.otherwise.is_sampling


def test_where_the_first_fell_back_on_the_second_that_answers_twice_and_says_why(tiny_lm):
    *_, last = results(failing(tiny_lm, "large").compare(REQUEST, "ann", "large", "small"))
    assert [one.card.spec.id for one in last.answers] == ["small", "small"]
    assert last.why_twice.code == "versus_greedy" and last.answers[0].card.falls


def test_what_a_comparison_will_do_is_known_before_it_runs(both):
    said = both.comparison_plan("large", "small", is_sampling=True)
    assert said == [message("versus_both", first="Large", second="Small")]
    said = both.comparison_plan("", "cpu", is_sampling=False)
    assert said == [message("versus_sampling", model="Large")]
    with pytest.raises(InputError, match="gpt-9"):
        both.comparison_plan("large", "gpt-9", is_sampling=True)


def test_a_comparison_that_would_download_says_how_much():
    rows = (spec("large", "cpu", source=FakeSource(here=False)), spec("small"))
    service = Generation(make_backend(rows=rows, has_gpu=lambda: False))
    said = service.comparison_plan("large", "bundled", is_sampling=True)
    assert said[1:] == [message("versus_download", model="Large", size="1.5 GB")]
    said = service.comparison_plan("", "bundled", is_sampling=True)
    assert said == [message("versus_greedy", model="Small")]


def test_a_second_model_that_fails_leaves_the_first_answer(tiny_lm):
    backend = failing(tiny_lm, "small")
    *_, last = results(backend.compare(REQUEST, "ann", "large", "small"))
    assert last.over and len(last.answers) == 1 and last.answers[0].text
    assert last.why_alone.code not in ("versus_stopped", "versus_greedy")


def test_an_unknown_model_is_told_before_the_first_has_written(both):
    with pytest.raises(InputError, match="gpt-9"):
        both.compare(REQUEST, "ann", "large", "gpt-9")


def test_stop_between_the_two_ends_it(both):
    seen = []
    for update in both.compare(REQUEST, "ann", "large", "small"):
        seen.append(update)
        if isinstance(update, Comparison) and update.answers[-1].card and not update.over:
            both.backend.cancel("ann")
    assert seen[-1].over and len(seen[-1].answers) == 1
    assert seen[-1].why_alone.code == "versus_stopped"


def test_after_a_stop_of_the_first_the_second_is_not_asked(both):
    seen = []
    for update in both.compare(REQUEST, "ann", "large", "small"):
        seen.append(update)
        if isinstance(update, Comparison) and not update.over:
            both.backend.cancel("ann")
    assert seen[-1].over and seen[-1].answers[0].finished == "stopped"
    assert seen[-1].why_alone.code == "versus_stopped"


def test_nothing_is_kept_of_either(both):
    *_, kept = results(both.generate(REQUEST, "ann", "small"))
    *_, last = results(both.compare(REQUEST, "ann", "large", "small"))
    assert all(isinstance(one, Generated) and not one.key for one in last.answers)
    assert both.answers.get(kept.key)
