"""Names of an upload's pictures: numbered where they meet."""

from __future__ import annotations

from collections import UserDict

import pytest

from backend.image_search.member_names import MemberNames


@pytest.mark.parametrize(
    ("name", "second"),
    [("a/b.png", "a/b (2).png"), ("noext", "noext (2)"), (".png", ".png (2)"),
     ("a.b/c", "a.b/c (2)"), ("日落.tar.gz", "日落.tar (2).gz")],
)  # fmt: skip
def test_numbers_stand_before_the_ending(name, second):
    names = MemberNames({}, 10)
    assert names.give(name, "1") and names.give(name, "2")
    assert names.given == {name: "1", second: "2"}


def test_a_number_that_is_taken_is_passed_over():
    names = MemberNames({"a (2).png": "0"}, 10)
    for key in "123":
        names.give("a.png", key)
    assert names.given == {"a.png": "1", "a (3).png": "2", "a (4).png": "3"}
    assert names.replaced == ()


class Counted(UserDict):
    """Counts how often it is asked for a name."""

    asked = 0

    def get(self, *arguments):
        self.asked += 1
        return super().get(*arguments)


@pytest.mark.parametrize("name", ["a.png", "{}.png", "a (2).png"])
def test_giving_many_names_takes_a_few_looks_each(name):
    before = Counted({f"b ({number}).png": str(number) for number in range(500)})
    names = MemberNames(before, 10_000)
    for number in range(500):
        assert names.give(name.format(number), f"k{number}")
    assert len(names.given) == 500 and before.asked < 10 * 500


def test_the_same_picture_again_keeps_its_number():
    names = MemberNames({"a (2).png": "2", "b.png": "9"}, 10)
    for key in ("1", "2", "3", "2", "1", "3"):
        assert names.give("a.png", key)
    assert names.given == {"a.png": "1", "a (2).png": "2", "a (3).png": "3"}


def test_a_number_under_which_there_is_another_picture_now_is_no_place_of_the_old():
    names = MemberNames({"a.png": "1", "a (2).png": "2"}, 10)
    assert names.give("a (2).png", "3") and names.give("a.png", "1") and names.give("a.png", "2")
    assert names.given == {"a (2).png": "3", "a.png": "1", "a (3).png": "2"}


def test_a_full_collection_takes_newer_pictures_but_no_names():
    names = MemberNames({"a.png": "1", "b.png": "2"}, 2)
    assert names.give("a.png", "3") and not names.give("c.png", "4")
    assert names.replaced == ("a.png",)
