"""Word attribution maps: they sum to 1, words are made of their tokens, and computed by hand they
are the same."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import max_pool2d

from backend.models.painter.transformer import TEXT_WIDTH
from backend.packing import pack_maps
from backend.text_to_image.adapters import PainterAdapter
from backend.text_to_image.word_maps import (
    WordMapRecorder,
    change_between,
    cross_attention,
    merge_tokens,
    resized,
    shares_of_change,
)
from benchmarks.pointing import on_thing
from benchmarks.word_maps import thing_pixels
from tests.backend.text_to_image.test_generate import PROMPT, generated, resolved

WORDS = ("a", "red", "heart", "on", "a", "blue", "house")


def test_at_each_step_the_maps_sum_to_one_in_every_cell(adapter):
    _, generation = generated(adapter, resolved(adapter))
    assert generation.word_maps is not None
    assert len(generation.word_maps) == 4
    assert torch.allclose(generation.word_maps.sum(1), torch.ones(()), atol=1e-4)
    assert (generation.word_maps >= 0).all()


def test_tokens_are_merged_to_whole_words(adapter):
    _, generation = generated(adapter, resolved(adapter))
    assert generation.words == WORDS
    assert generation.word_maps.shape[1] == len(WORDS) + 1
    tokens = adapter.prompt_tokens(resolved(adapter, "a wonderful snowmobile, isn't it?"))
    assert [word.text for word in tokens.words][:3] == ["a", "wonderful", "snowmobile"]
    positions = tokens.tokens_of_words
    assert len({token for word in positions for token in word}) == sum(map(len, positions))


@pytest.mark.parametrize("guidance", [5.0, 0.0], ids=["guided", "without guidance"])
def test_maps_are_the_pipelines_own_attention(adapters, guidance):
    """Compared with an attention processor that hands out its weights. Without guidance the whole
    batch counts: there is no unconditional half to leave out."""
    adapter = adapters["stable"]
    handed = []

    class Plain:
        def __call__(self, attn, hidden_states, encoder_hidden_states=None, attention_mask=None):
            query = attn.head_to_batch_dim(attn.to_q(hidden_states))
            key = attn.head_to_batch_dim(attn.to_k(encoder_hidden_states))
            value = attn.head_to_batch_dim(attn.to_v(encoder_hidden_states))
            shares = attn.get_attention_scores(query, key, None)
            handed.append(shares.unflatten(0, (len(hidden_states), -1)))
            return attn.to_out[0](attn.batch_to_head_dim(torch.bmm(shares, value)))

    request = resolved(adapter, steps=1, guidance=guidance)
    modules = adapter.attention_modules()
    before = [module.processor for module in modules]
    try:
        for module in modules:
            module.set_processor(Plain())
        _, generation = generated(adapter, request)
    finally:
        for module, processor in zip(modules, before, strict=True):
            module.set_processor(processor)
    kept = [each.chunk(2)[1] if guidance > 1 else each for each in handed]
    assert {len(each) for each in kept} == {1}
    grids = [each.mean((0, 1)).T.unflatten(1, (8, 8)) for each in kept if each.shape[2] == 64]
    assert len(grids) == len(modules) - 1  # the one in the middle has half the side
    middle = next(each for each in kept if each.shape[2] != 64).mean((0, 1)).T.unflatten(1, (4, 4))
    expected = torch.stack([*grids, resized(middle, 8)]).mean(0)
    words = merge_tokens([expected], adapter.prompt_tokens(request).tokens_of_words)
    assert torch.allclose(generation.word_maps, words, atol=1e-5)


def test_recording_leaves_the_processors_as_they_were(adapter):
    before = [module.processor for module in adapter.attention_modules()]
    generated(adapter, resolved(adapter, steps=1))
    assert [module.processor for module in adapter.attention_modules()] == before


def test_keys_that_the_painter_gives_are_those_of_the_words(adapters):
    adapter = adapters["painter"]
    network, module = adapter.pipeline.transformer, adapter.attention_modules()[0]
    width = module.to_q.in_features
    cells, states = torch.randn(4, 16, width), torch.randn(4, 5, TEXT_WIDTH)
    given = network.words_for_attention(states, torch.ones(4, 5), torch.tensor([0, 0, 1, 1]))
    options = given.of_block(0)
    maps = cross_attention(module, cells, **options)
    half = {name: value.chunk(2)[1] for name, value in options.items()}
    torch.testing.assert_close(cross_attention(module, cells[2:], **half), maps[2:])
    del options["key"]
    torch.testing.assert_close(cross_attention(module, cells, **options), maps)


@settings(max_examples=25, deadline=None)
@given(words=st.integers(0, 4), side=st.sampled_from([2, 16]))
def test_shares_of_change_sum_to_one_and_are_whole_where_the_words_change_most(words, side):
    maps, changes = torch.rand(3, words + 1, 4, 4).softmax(1), torch.rand(3, side, side)
    shares = shares_of_change(maps, changes)
    assert shares.shape == (3, words + 1, side, side)
    assert (shares >= 0).all()
    torch.testing.assert_close(shares.sum(1), torch.ones(3, side, side))
    assert (shares[:, -1].amin((1, 2)) == 0).all() == (words > 0)


def test_where_the_prompt_changes_nothing_no_word_has_a_share():
    maps = torch.full((1, 2, 2, 2), 0.5)
    shares = shares_of_change(maps, torch.tensor([[[0.0, 2.0], [1.0, 0.0]]]))
    assert shares[0, 0].tolist() == [[0.0, 1.0], [0.5, 0.0]]
    assert (shares_of_change(maps, torch.zeros(1, 2, 2))[0, -1] == 1).all()


def test_a_change_is_the_squared_difference_of_two_pictures():
    before, after = torch.zeros(3, 64, 64), torch.zeros(3, 64, 64)
    after[:, 4:8, 8:12] = 0.5
    change = change_between(before, after)
    assert change.shape == (16, 16)
    assert change[1, 2] == change.sum() == 0.25


THINGS = {
    "en": ("an apple", "a fish", "a guitar", "a rocket", "a house", "a mushroom"),
    "zh": ("一个苹果", "一条鱼", "一把吉他", "一个火箭", "一个房子", "一个蘑菇"),
}


@pytest.mark.parametrize("language", THINGS)
def test_things_light_up_where_they_are_drawn_and_the_paper_does_not(adapters, language):
    on_things = []
    for prompt in THINGS[language]:
        adapter = adapters["painter"]
        _, generation = generated(adapter, resolved(adapter, prompt, steps=14))
        assert generation.maps_of == "change"
        thing = generation.word_maps.sum(0)[-2]
        outline = thing_pixels(generation.image)  # a fish's white belly is no paper
        on_things.append(on_thing(thing, outline))
        paper = max_pool2d(outline[None], 12, 4, padding=4)[0] == 0  # and so are cells around it
        assert thing[paper].max() < thing.max() / 20, prompt
    brightest, masses = zip(*on_things, strict=True)
    assert min(masses) > 0.7
    assert sum(brightest) >= 5  # of 6: a cell beside a thin stalk may be half paper


@pytest.mark.parametrize("name", ["stable", "flow"])
def test_models_that_do_not_tell_what_changes_have_maps_of_attention(adapters, name):
    _, generation = generated(adapters[name], resolved(adapters[name], steps=1))
    assert generation.maps_of == "attention"
    assert generation.word_maps[0, :-1].sum(0).max() < 1


def test_without_a_preview_decoder_the_change_is_seen_in_full_pictures(adapters):
    painter = adapters["painter"]
    bare = PainterAdapter(painter.pipeline, painter.defaults)
    _, generation = generated(bare, resolved(bare, "an apple", steps=2))
    _, faster = generated(painter, resolved(painter, "an apple", steps=2))
    assert generation.word_maps.shape == faster.word_maps.shape
    assert generation.maps_of == "change"


def test_the_painter_tells_what_it_was_guided_from_and_to(adapters):
    pipeline, seen = adapters["painter"].pipeline, []
    pipeline("a cat", num_inference_steps=2, guidance_scale=4.0,
             callback_on_step_end=lambda *given: seen.append(given[-1]) or given[-1])  # fmt: skip
    assert len(seen) == 2
    for tensors in seen:
        away, to = tensors["negative_x0"], tensors["positive_x0"]
        torch.testing.assert_close(tensors["predicted_x0"], away + 4 * (to - away))


def test_joint_attention_is_the_joint_softmax_over_the_words_alone(adapters):
    """FLUX.2's cells attend to words and cells jointly: rescaled, the words' part sums to 1."""
    _, generation = generated(adapters["flow"], resolved(adapters["flow"], steps=1))
    assert torch.allclose(generation.word_maps.sum(1), torch.ones(()), atol=1e-4)
    spread = generation.word_maps[0].flatten(1).std(1)
    assert (spread > 0).any()


def test_a_recorder_that_saw_nothing_has_no_steps(adapters):
    recorder = WordMapRecorder(adapters["painter"].attention_modules(), cross_attention, True)
    recorder.end_step()
    assert recorder.steps == []


@settings(max_examples=25, deadline=None)
@given(side=st.sampled_from([2, 4, 8, 32, 64]), cells=st.sampled_from([4, 8, 32]))
def test_sums_stay_when_maps_change_their_grid(side, cells):
    maps = torch.rand(5, side, side).softmax(0)
    assert torch.allclose(resized(maps, cells).sum(0), torch.ones(cells, cells), atol=1e-5)


def test_the_browser_gets_shares_as_roots_in_bytes():
    import base64

    sent = pack_maps(torch.tensor([[[[0.0, 1.0], [0.25, 0.01]]]]))
    assert sent["shape"] == [1, 1, 2, 2]
    assert list(base64.b64decode(sent["data"])) == [0, 255, 128, 26]


def test_a_prompt_of_nothing_but_signs_has_no_words(adapters):
    _, generation = generated(adapters["painter"], resolved(adapters["painter"], "?!,", steps=1))
    assert generation.words == () and generation.word_maps.shape[1] == 1
    assert PROMPT.split() == list(WORDS)
