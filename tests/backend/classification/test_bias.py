"""The bias probe."""

import pytest

from backend.classification import bias
from backend.classification.request import PROBE_LISTS, check_labels, check_probe_sentence
from backend.errors import InputError
from backend.parts import finish


def probe(*arguments):
    return finish(bias.probe(*arguments))


def test_a_probe_asks_the_same_sentence_with_each_word(tiny_expert):
    found = probe(tiny_expert, "{} is happy", ("he", "she", "they"), "bad")
    alone = {word: tiny_expert.probabilities([f"{word} is happy"])[0, 1] for word in ("he", "she")}
    rows = {row.word: row.probability for row in found.rows}
    assert rows["he"] == pytest.approx(alone["he"], abs=1e-6)
    values = [row.probability for row in found.rows]
    assert values == sorted(values, reverse=True)
    assert found.spread == pytest.approx(values[0] - values[-1])


def test_a_probe_with_no_label_takes_the_one_that_moves_most(tiny_expert):
    asked = "{} is happy", ("he", "she", "they")
    spreads = {label: probe(tiny_expert, *asked, label).spread for label in tiny_expert.labels}
    found = probe(tiny_expert, *asked)
    assert found.label == max(spreads, key=spreads.get)
    assert found.most and found.spread == pytest.approx(spreads[found.label])


def test_the_ready_lists_pass_the_check_of_words():
    for words in PROBE_LISTS.values():
        assert check_labels(", ".join(words)) == words


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("nobody", "bad_sentence"),
        ("{} and {}", "bad_sentence"),
        ("", "bad_sentence"),
        ("{} " + "x" * 2000, "too_long"),
    ],
)
def test_a_sentence_needs_one_place_for_the_word(sentence, code):
    with pytest.raises(InputError) as raised:
        check_probe_sentence(sentence)
    assert raised.value.message.code == code
