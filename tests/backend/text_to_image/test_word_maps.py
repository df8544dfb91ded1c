"""Words to pixels: shares that sum to 1, words made of their tokens, the same as by hand."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.packing import pack_heat
from backend.text_to_image.word_maps import HeatWatch, cross_shares, of_words, on_grid
from tests.backend.text_to_image.test_paint import PROMPT, asked, painted

WORDS = ("a", "red", "heart", "on", "a", "blue", "house")


def test_at_each_step_the_maps_sum_to_one_in_every_cell(easel):
    _, painting = painted(easel, asked(easel))
    assert painting.heat is not None
    assert len(painting.heat) == 4
    assert torch.allclose(painting.heat.sum(1), torch.ones(()), atol=1e-4)
    assert (painting.heat >= 0).all()


def test_pieces_are_merged_to_whole_words(easel):
    _, painting = painted(easel, asked(easel))
    assert painting.words == WORDS
    assert painting.heat.shape[1] == len(WORDS) + 1
    pieces = easel.pieces(asked(easel, "a wonderful snowmobile, isn't it?"))
    assert [word.text for word in pieces.words][:3] == ["a", "wonderful", "snowmobile"]
    tokens = pieces.tokens_of_words
    assert len({token for word in tokens for token in word}) == sum(map(len, tokens))


@pytest.mark.parametrize("guidance", [5.0, 0.0], ids=["guided", "without guidance"])
def test_maps_are_the_pipelines_own_attention(easels, guidance):
    """Beside an attention processor that hands its weights out, and without guidance all of them:
    there is no empty prompt's half to leave out."""
    easel = easels["stable"]
    handed = []

    class Plain:
        def __call__(self, attn, hidden_states, encoder_hidden_states=None, attention_mask=None):
            query = attn.head_to_batch_dim(attn.to_q(hidden_states))
            key = attn.head_to_batch_dim(attn.to_k(encoder_hidden_states))
            value = attn.head_to_batch_dim(attn.to_v(encoder_hidden_states))
            shares = attn.get_attention_scores(query, key, None)
            handed.append(shares.unflatten(0, (len(hidden_states), -1)))
            return attn.to_out[0](attn.batch_to_head_dim(torch.bmm(shares, value)))

    wanted = asked(easel, steps=1, guidance=guidance)
    places = easel.places()
    before = [place.processor for place in places]
    try:
        for place in places:
            place.set_processor(Plain())
        _, painting = painted(easel, wanted)
    finally:
        for place, processor in zip(places, before, strict=True):
            place.set_processor(processor)
    kept = [each.chunk(2)[1] if guidance > 1 else each for each in handed]
    assert {len(each) for each in kept} == {1}
    grids = [each.mean((0, 1)).T.unflatten(1, (8, 8)) for each in kept if each.shape[2] == 64]
    assert len(grids) == len(places) - 1  # the one in the middle has half the side
    middle = next(each for each in kept if each.shape[2] != 64).mean((0, 1)).T.unflatten(1, (4, 4))
    expected = torch.stack([*grids, on_grid(middle, 8)]).mean(0)
    words = of_words([expected], easel.pieces(wanted).tokens_of_words)
    assert torch.allclose(painting.heat, words, atol=1e-5)


def test_watching_leaves_the_processors_as_they_were(easel):
    before = [place.processor for place in easel.places()]
    painted(easel, asked(easel, steps=1))
    assert [place.processor for place in easel.places()] == before


def test_joint_shares_are_the_joint_softmax_over_the_words_alone(easels):
    """FLUX.2's cells look at words and cells together: rescaled, the words' part sums to 1."""
    _, painting = painted(easels["flow"], asked(easels["flow"], steps=1))
    assert torch.allclose(painting.heat.sum(1), torch.ones(()), atol=1e-4)
    spread = painting.heat[0].flatten(1).std(1)
    assert (spread > 0).any()


def test_a_watch_that_saw_nothing_has_no_steps(easels):
    watch = HeatWatch(easels["painter"].places(), cross_shares, True)
    watch.end_step()
    assert watch.steps == []


@settings(max_examples=25, deadline=None)
@given(side=st.sampled_from([2, 4, 8, 32, 64]), cells=st.sampled_from([4, 8, 32]))
def test_sums_stay_when_maps_change_their_grid(side, cells):
    maps = torch.rand(5, side, side).softmax(0)
    assert torch.allclose(on_grid(maps, cells).sum(0), torch.ones(cells, cells), atol=1e-5)


def test_the_browser_gets_shares_as_roots_in_bytes():
    import base64

    sent = pack_heat(torch.tensor([[[[0.0, 1.0], [0.25, 0.01]]]]))
    assert sent["shape"] == [1, 1, 2, 2]
    assert list(base64.b64decode(sent["data"])) == [0, 255, 128, 26]


def test_a_prompt_of_nothing_but_signs_has_no_words(easels):
    _, painting = painted(easels["painter"], asked(easels["painter"], "?!,", steps=1))
    assert painting.words == () and painting.heat.shape[1] == 1
    assert PROMPT.split() == list(WORDS)
