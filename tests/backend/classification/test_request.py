"""What a visitor may send."""

import pytest

from backend.classification.request import (
    check_gaps,
    check_labels,
    check_template,
    check_text,
    check_wordings,
    filled,
)
from backend.errors import InputError


def code_of(call, *arguments):
    with pytest.raises(InputError) as raised:
        call(*arguments)
    return raised.value.message.code


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x01"])
def test_an_empty_text_is_refused(text):
    assert code_of(check_text, text) == "empty_text"


def test_a_text_that_is_none_is_refused():
    assert code_of(check_text, 5) == "not_a_text"


def test_labels_come_from_a_list_or_from_commas_and_lines():
    assert check_labels(["a", " b "]) == ("a", "b")
    assert check_labels("a, b，c\nd,,") == ("a", "b", "c", "d")
    assert check_labels("正面、负面；中立") == ("正面", "负面", "中立")
    assert check_labels(["a, b", "c；d、e"]) == ("a, b", "c；d、e")


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        ("", "too_few_labels"),
        ("one", "too_few_labels"),
        (["a"], "too_few_labels"),
        ([f"label {n}" for n in range(500)], "too_many_labels"),
        ("a, b, A", "label_twice"),
        (["x" * 300, "y"], "label_too_long"),
        ({"a": 1}, "not_labels"),
        (["a", 5], "not_a_text"),
        (None, "not_labels"),
    ],
)
def test_bad_labels_are_refused_with_a_reason(labels, code):
    assert code_of(check_labels, labels) == code


def test_the_repeated_label_is_named():
    with pytest.raises(InputError, match="'A'"):
        check_labels("a, b, A")


@pytest.mark.parametrize("template", ["about it", "{} and {}", "", "{label}"])
def test_a_template_needs_one_hole(template):
    assert code_of(check_template, template) == "bad_template"


def test_braces_in_labels_and_templates_do_no_harm():
    assert filled(check_template("{x} is {}."), "{0} {}") == "{x} is {0} {}."


def test_a_template_that_is_too_long_is_called_a_template():
    with pytest.raises(InputError, match="The template has 303 characters"):
        check_template("{} " + "x" * 300)


def test_wordings_are_compared_once_each_and_not_without_end():
    assert check_wordings("{} it is", ["It is {}.", "{} it is"]) == ["{} it is", "It is {}."]
    assert code_of(check_wordings, "{}", [f"{n} {{}}" for n in range(21)]) == "too_many_wordings"
    assert code_of(check_wordings, "{}", "It is {}.") == "not_wordings"
    assert code_of(check_wordings, "{}", [5]) == "not_a_text"


def test_too_many_gaps_are_refused_before_a_model_is_asked_for():
    assert code_of(check_gaps, "[MASK] " * 6) == code_of(check_gaps, "none") == "masks"
