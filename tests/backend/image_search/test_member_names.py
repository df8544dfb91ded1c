"""Names of an upload's pictures: numbered where they meet."""

from __future__ import annotations

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
