"""Answers that branch off one another: listed, compared, exported."""

import json

import pytest

from backend.generation.request import check_request
from backend.kept_results import MAX_PER_VISITOR
from demos.generation import attempts
from demos.generation.attempts import Origin
from tests.backend.fakes import results

ASK = {"mode": "completion", "max_new_tokens": 8, "seed": 3, "temperature": 1.5, "top_k": 0}


@pytest.fixture
def made(tiny_generation):
    """A first answer, one that leaves it at its third token, and the first one continued."""
    *_, first = results(tiny_generation.generate(check_request("The fox", **ASK), "ann"))
    found = attempts.with_answer([], first, "<p>card</p>", None)
    kept, parent = tiny_generation.answer(first.key), tiny_generation.parent(first.key)
    other = next(one.id for one in kept.token_at(2).choice.alternatives if one.id != kept.ids[2])
    for request, origin in (
        (kept.branched(2, other), Origin(first.key, 2)),
        (kept.continued(), Origin(first.key)),
    ):
        *_, update = results(tiny_generation.generate(request, "ann", parent=parent))
        found = attempts.with_answer(found, update, "<p>card</p>", origin)
    return found


def test_each_answer_knows_where_it_left_its_parent(made):
    first, branched, longer = made
    assert [one.number for one in made] == [1, 2, 3]
    assert (first.parent, branched.parent, longer.parent) == ("", first.key, first.key)
    assert branched.place == 2 and longer.token == ""
    assert longer.tokens > first.tokens


def test_the_menu_names_the_points(made):
    menu = attempts.menu("en", made)
    texts = [text for text, _ in menu.choices]
    assert texts[0] == "1. The first answer" and texts[2] == "3. Continues from the end of 1"
    assert texts[1].startswith("2. From 1, with “") and texts[1].endswith("as token 3")
    assert menu.value == made[-1].key and menu.visible


def test_one_answer_alone_is_no_list(made):
    assert not attempts.menu("en", made[:1]).visible
    assert attempts.compared("en", made[:1]) == ""


def test_a_new_prompt_begins_a_new_list_and_the_oldest_make_room(tiny_generation, made):
    *_, update = results(tiny_generation.generate(check_request("A dog", **ASK), "ann"))
    assert len(attempts.with_answer(made, update, "", None)) == 1
    found = made
    for _ in range(MAX_PER_VISITOR):
        found = attempts.with_answer(found, update, "", Origin(made[0].key))
    assert len(found) == MAX_PER_VISITOR and found[-1].number == 3 + MAX_PER_VISITOR


def test_compared_answers_show_what_they_share_and_are_escaped(made):
    from dataclasses import replace

    nasty = replace(made[0], text="<b>one</b> two")
    twin = replace(made[2], text="<b>one</b> three", parent=nasty.key)
    drawn = attempts.compared("en", [nasty, twin])
    assert "<b>one" not in drawn
    shared, rest = "&lt;b&gt;one&lt;/b&gt; t", "hree"
    assert f'<span class="br-shared">{shared}</span><b>{rest}</b>' in drawn


def test_all_are_exported_with_the_tokens_that_are_still_kept(tiny_generation, made):
    rows = json.loads(attempts.exported(tiny_generation, made))
    assert [row["number"] for row in rows] == [1, 2, 3]
    assert "".join(token["text"] for token in rows[1]["tokens"]) == rows[1]["text"]
    tiny_generation.backend.leave("ann")
    assert all("tokens" not in row for row in json.loads(attempts.exported(tiny_generation, made)))


def test_a_branch_cut_off_before_its_token_says_that_it_ended(tiny_generation, made):
    """A stop string that the token completes takes it out of the answer again."""
    from dataclasses import replace

    *_, update = results(tiny_generation.generate(check_request("A dog", **ASK), "ann"))
    cut = replace(update, tokens=update.tokens[:2])
    found = attempts.with_answer(made, cut, "", Origin(made[0].key, 2))
    assert found[-1].token == attempts.ENDED
