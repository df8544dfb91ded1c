"""The loop over a pipeline: the same pixels, each step seen, stopped within a step."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.callback_generator import as_generator
from backend.errors import Cancelled
from backend.parts import finish
from backend.text_to_image.adapter import slerp
from backend.text_to_image.generate import film_of, generate, noisy_film_of
from backend.text_to_image.predicted_x0 import PredictedX0Recorder
from backend.text_to_image.request import EVERYTHING, Extras, check_request
from backend.text_to_image.resolve import resolve
from backend.text_to_image.results import Preview

PROMPT = "a red heart on a blue house"


def resolved(adapter, prompt=PROMPT, **given):
    request = check_request(prompt, **{"seed": 3, "steps": 4, **given})
    return resolve(request, adapter.defaults)


def generated(adapter, request, check=lambda: None, extras=EVERYTHING):
    """(previews, generation)"""
    previews = []
    steps = generate(adapter, request, check, extras)
    while True:
        try:
            previews.append(next(steps))
        except StopIteration as end:
            return previews, end.value


def bare(adapter, seed=3, **given):
    """The pipeline as anybody calls it."""
    generator = torch.Generator("cpu").manual_seed(seed)
    arguments = {"prompt": PROMPT, "num_inference_steps": 4, "generator": generator, **given}
    return adapter.pipeline(**arguments).images[0]


BARE = {
    "PainterPipeline": {"guidance_scale": 3.0},
    "StableDiffusionPipeline": {"guidance_scale": 5.0, "height": 64, "width": 64},
    "Flux2KleinPipeline": {"guidance_scale": 1.0, "height": 64, "width": 64},
}


@pytest.mark.parametrize("extras", [EVERYTHING, Extras(False, False)], ids=["all", "none"])
def test_the_tab_draws_the_pixels_that_the_bare_pipeline_draws(adapter, extras):
    _, generation = generated(adapter, resolved(adapter), extras=extras)
    alone = bare(adapter, **BARE[type(adapter.pipeline).__name__])
    assert generation.finished == "end"
    assert generation.image.tobytes() == alone.tobytes()


def test_the_noise_and_every_step_have_a_preview_and_a_step_a_frame_of_the_film(adapter):
    previews, generation = generated(adapter, resolved(adapter))
    assert all(each.image for each in previews)
    assert [(each.step, each.steps) for each in previews] == [(n, 4) for n in range(5)]
    film = finish(film_of(adapter, generation))
    assert len(film) == 4 and film[-1] is generation.image
    assert {frame.size for frame in film} == {generation.image.size}


def test_what_the_steps_began_with_is_less_and_less_noise(adapter):
    """The first one is the noise that the seed draws, and as strong as the network expects it."""
    _, generation = generated(adapter, resolved(adapter))
    assert len(generation.noisy) == len(generation.predicted_x0) == 4
    noise = adapter.generator(generation.request)
    own = adapter._noise(noise, generation.request)
    first, own = (each.flatten().double().sort().values for each in (generation.noisy[0], own))
    assert torch.allclose(first, own, atol=0.02)  # FLUX.2 keeps it in another order
    far = [(each - generation.predicted_x0[-1]).abs().mean() for each in generation.noisy]
    assert far == sorted(far, reverse=True)
    film = finish(noisy_film_of(adapter, generation))
    assert {frame.size for frame in film} == {generation.image.size} and len(film) == 4


def test_the_last_prediction_is_the_picture(adapter):
    """At the last step all noise is removed: the prediction is the picture."""
    _, generation = generated(adapter, resolved(adapter))
    last = np.asarray(adapter.decode(generation.predicted_x0[-1], generation.request), int)
    assert np.abs(last - np.asarray(generation.image, int)).max() <= 2


def test_a_prediction_is_the_noisy_picture_without_the_predicted_noise():
    """x0 = x_t - sigma v by hand, beside the recorder."""
    from diffusers import FlowMatchEulerDiscreteScheduler

    scheduler = FlowMatchEulerDiscreteScheduler()
    scheduler.set_timesteps(4)
    noisy, velocity = torch.randn(2, 1, 2, 3, 3)
    with PredictedX0Recorder(scheduler) as x0:
        for time in scheduler.timesteps[:2]:
            sigma = scheduler.sigmas[scheduler.step_index or 0]
            scheduler.step(velocity, time, noisy, return_dict=False)
            assert x0.latents is not None
            assert torch.allclose(x0.latents, noisy - sigma * velocity)
    assert "step" not in vars(scheduler)  # as it was


def test_stop_takes_effect_at_the_next_step_and_keeps_what_is_there(adapter):
    calls = []

    def check():
        calls.append(1)
        if len(calls) == 3:  # once before the first step, then after each
            raise Cancelled

    previews, generation = generated(adapter, resolved(adapter, steps=20), check)
    assert generation.finished == "stopped"
    assert [each.step for each in previews] == [0, 1, 2]
    assert len(generation.noisy) == len(generation.predicted_x0) == 2
    assert generation.image.size == (64, 64)
    assert generation.word_maps is not None and len(generation.word_maps) == 2


def test_stopped_before_the_first_step_there_is_nothing_to_keep(adapter):
    def check():
        raise Cancelled

    with pytest.raises(Cancelled):
        generated(adapter, resolved(adapter), check)


def test_a_closed_page_ends_the_pipeline_within_a_step(adapters):
    adapter = adapters["painter"]
    checks = []
    steps = generate(adapter, resolved(adapter, steps=50), lambda: checks.append(1))
    assert isinstance(next(steps), Preview)
    steps.close()
    ended_at = len(checks)
    assert ended_at < 50
    assert adapter.thread.submit(lambda: "free").result(10) == "free"
    assert len(checks) == ended_at


def test_seeds_differ_and_a_seed_repeats_bit_for_bit(adapter):
    pictures = [
        generated(adapter, resolved(adapter, seed=seed))[1].image.tobytes() for seed in (1, 1, 2)
    ]
    assert pictures[0] == pictures[1] != pictures[2]


def test_between_two_seeds_lie_their_own_pictures_at_the_ends(adapter):
    def picture(weight):
        request = replace(resolved(adapter, seed=1), toward_seed=(2, weight))
        return np.asarray(generated(adapter, request)[1].image, int)

    for weight, seed in ((0.0, 1), (1.0, 2)):
        own = np.asarray(generated(adapter, resolved(adapter, seed=seed))[1].image, int)
        assert np.abs(picture(weight) - own).max() <= 3
    assert np.abs(picture(0.5) - picture(0.0)).max() > 3


def test_between_two_prompts_lie_their_own_pictures_at_the_ends(adapter):
    def picture(prompt, toward=None):
        request = replace(resolved(adapter, prompt), toward_prompt=toward)
        return np.asarray(generated(adapter, request)[1].image, int)

    first, second = "red heart", "blue house"
    assert np.abs(picture(first, (second, 0.0)) - picture(first)).max() <= 3
    assert np.abs(picture(first, (second, 1.0)) - picture(second)).max() <= 3


def test_noise_between_two_noises_is_as_strong_as_they_are():
    first, second = torch.randn(2, 1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    for weight in (0.1, 0.5, 0.9):
        assert slerp(first, second, weight).std() == pytest.approx(1, abs=0.05)
    assert torch.equal(slerp(first, first, 0.5), first)


def test_a_negative_prompt_and_guidance_change_the_picture(adapters):
    for name in ("painter", "stable"):
        adapter = adapters[name]
        plain = generated(adapter, resolved(adapter))[1].image.tobytes()
        for change in ({"negative": "blue house"}, {"guidance": 8}):
            assert generated(adapter, resolved(adapter, **change))[1].image.tobytes() != plain


def test_a_refused_picture_is_blocked(adapters):
    class Refused:
        nsfw_content_detected = (True,)

    assert adapters["stable"].is_blocked(Refused())
    assert not adapters["painter"].is_blocked(object())


def test_what_the_work_raises_is_raised_where_its_steps_are_read():
    def work(report):
        report(1)
        raise ValueError("broken")

    steps = as_generator(work, ThreadPoolExecutor(1))
    assert next(steps) == 1
    with pytest.raises(ValueError, match="broken"):
        next(steps)
