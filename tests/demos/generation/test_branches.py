"""Answers that branch off one another, listed, compared, exported."""

import json

import pytest

from backend.generation.request import check_request
from backend.results import MOST_BESIDE
from demos.generation import branches
from tests.backend.fakes import results

ASK = {"mode": "completion", "max_new_tokens": 8, "seed": 3, "temperature": 1.5, "top_k": 0}


@pytest.fixture
def tried(tiny_generation):
    """A first answer, one that leaves it at its third token, and the first written on."""
    *_, first = results(tiny_generation.generate(check_request("The fox", **ASK), "ann"))
    found = branches.grown([], first, "<p>card</p>", None)
    kept = tiny_generation.answers.get(first.key)
    other = next(one.id for one in kept.at(2).choice.alternatives if one.id != kept.ids[2])
    for request, sent in (
        (kept.branch(2, other), f"{first.key},2,{other},9"),
        (kept.go_on(), "on"),
    ):
        *_, update = results(tiny_generation.generate(request, "ann", after=kept))
        found = branches.grown(found, update, "<p>card</p>", (first.key, sent))
    return found


def test_each_answer_knows_where_it_left_its_parent(tried):
    first, branched, longer = tried
    assert [one.number for one in tried] == [1, 2, 3]
    assert (first.parent, branched.parent, longer.parent) == ("", first.key, first.key)
    assert branched.place == 2 and longer.token == ""
    assert longer.tokens > first.tokens


def test_the_menu_names_the_points(tried):
    menu = branches.menu("en", tried)
    texts = [text for text, _ in menu.choices]
    assert texts[0] == "1. The first answer" and texts[2] == "3. Goes on where 1 ended"
    assert texts[1].startswith("2. From 1, with “") and texts[1].endswith("as token 3")
    assert menu.value == tried[-1].key and menu.visible


def test_one_answer_alone_is_no_list(tried):
    assert not branches.menu("en", tried[:1]).visible
    assert branches.compared("en", tried[:1]) == ""


def test_a_new_prompt_begins_a_new_list_and_the_oldest_make_room(tiny_generation, tried):
    *_, update = results(tiny_generation.generate(check_request("A dog", **ASK), "ann"))
    assert len(branches.grown(tried, update, "", None)) == 1
    found = tried
    for _ in range(MOST_BESIDE):
        found = branches.grown(found, update, "", (tried[0].key, "on"))
    assert len(found) == MOST_BESIDE and found[-1].number == 3 + MOST_BESIDE


def test_compared_answers_show_what_they_share_and_are_escaped(tried):
    from dataclasses import replace

    nasty = replace(tried[0], text="<b>one</b> two")
    twin = replace(tried[2], text="<b>one</b> three", parent=nasty.key)
    drawn = branches.compared("en", [nasty, twin])
    assert "<b>one" not in drawn
    shared, rest = "&lt;b&gt;one&lt;/b&gt; t", "hree"
    assert f'<span class="br-shared">{shared}</span><b>{rest}</b>' in drawn


def test_all_are_exported_with_the_tokens_that_are_still_kept(tiny_generation, tried):
    rows = json.loads(branches.exported(tiny_generation, tried))
    assert [row["number"] for row in rows] == [1, 2, 3]
    assert "".join(token["text"] for token in rows[1]["tokens"]) == rows[1]["text"]
    tiny_generation.backend.leave("ann")
    assert all("tokens" not in row for row in json.loads(branches.exported(tiny_generation, tried)))


def test_a_branch_cut_off_before_its_token_says_that_it_ended(tiny_generation, tried):
    """A stop string that the token completes takes it out of the answer again."""
    from dataclasses import replace

    *_, update = results(tiny_generation.generate(check_request("A dog", **ASK), "ann"))
    cut = replace(update, written=update.written[:2])
    found = branches.grown(tried, cut, "", (tried[0].key, f"{tried[0].key},2,5,9"))
    assert found[-1].token == branches.ENDED
