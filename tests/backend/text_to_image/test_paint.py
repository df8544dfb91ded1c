"""The loop over a pipeline: the same pixels, each step seen, stopped within a step."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.errors import Cancelled
from backend.text_to_image.adapter import between
from backend.text_to_image.callback_generator import stepwise
from backend.text_to_image.defaults import EVERYTHING, Watch, settle
from backend.text_to_image.paint import Sketch, film_of, paint
from backend.text_to_image.predicted_x0 import CleanWatch
from backend.text_to_image.request import check_request

PROMPT = "a red heart on a blue house"


def asked(easel, prompt=PROMPT, **given):
    return settle(check_request(prompt, **{"seed": 3, "steps": 4, **given}), easel.habits)


def painted(easel, wanted, check=lambda: None, watch=EVERYTHING):
    """(sketches, painting)"""
    sketches = []
    steps = paint(easel, wanted, check, watch)
    while True:
        try:
            sketches.append(next(steps))
        except StopIteration as end:
            return sketches, end.value


def bare(easel, seed=3, **given):
    """The pipeline as anybody calls it."""
    generator = torch.Generator("cpu").manual_seed(seed)
    asked_for = {"prompt": PROMPT, "num_inference_steps": 4, "generator": generator, **given}
    return easel.pipeline(**asked_for).images[0]


BARE = {
    "PainterPipeline": {"guidance_scale": 3.0},
    "StableDiffusionPipeline": {"guidance_scale": 5.0, "height": 64, "width": 64},
    "Flux2KleinPipeline": {"guidance_scale": 1.0, "height": 64, "width": 64},
}


@pytest.mark.parametrize("watch", [EVERYTHING, Watch(False, False)], ids=["all", "none"])
def test_the_tab_draws_the_pixels_that_the_bare_pipeline_draws(easel, watch):
    _, painting = painted(easel, asked(easel), watch=watch)
    alone = bare(easel, **BARE[type(easel.pipeline).__name__])
    assert painting.finished == "end"
    assert painting.picture.tobytes() == alone.tobytes()


def test_every_step_has_a_sketch_and_a_place_in_the_film(easel):
    sketches, painting = painted(easel, asked(easel))
    assert all(each.picture for each in sketches)
    assert [(each.step, each.steps) for each in sketches] == [(n, 4) for n in (1, 2, 3, 4)]
    film = film_of(easel, painting)
    assert len(film) == 4 and film[-1] is painting.picture
    assert {frame.size for frame in film} == {painting.picture.size}


def test_the_last_expectation_is_the_picture(easel):
    """At the last step all noise is taken away: what was expected is what is there."""
    _, painting = painted(easel, asked(easel))
    last = np.asarray(easel.develop(painting.cleans[-1], painting.asked), int)
    assert np.abs(last - np.asarray(painting.picture, int)).max() <= 2


def test_an_expectation_is_the_noisy_picture_less_the_noise_that_is_predicted():
    """x0 = x_t - sigma v by hand, beside the watch."""
    from diffusers import FlowMatchEulerDiscreteScheduler

    scheduler = FlowMatchEulerDiscreteScheduler()
    scheduler.set_timesteps(4)
    noisy, velocity = torch.randn(2, 1, 2, 3, 3)
    with CleanWatch(scheduler) as watch:
        for time in scheduler.timesteps[:2]:
            sigma = scheduler.sigmas[scheduler.step_index or 0]
            scheduler.step(velocity, time, noisy, return_dict=False)
            assert watch.latents is not None
            assert torch.allclose(watch.latents, noisy - sigma * velocity)
    assert "step" not in vars(scheduler)  # as it was


def test_stop_takes_effect_at_the_next_step_and_keeps_what_is_there(easel):
    calls = []

    def check():
        calls.append(1)
        if len(calls) == 3:  # once before the first step, then after each
            raise Cancelled

    sketches, painting = painted(easel, asked(easel, steps=20), check)
    assert painting.finished == "stopped"
    assert len(sketches) == len(painting.cleans) == 2
    assert painting.picture.size == (64, 64)
    assert painting.heat is not None and len(painting.heat) == 2


def test_stopped_before_the_first_step_there_is_nothing_to_keep(easel):
    def check():
        raise Cancelled

    with pytest.raises(Cancelled):
        painted(easel, asked(easel), check)


def test_a_closed_page_ends_the_pipeline_within_a_step(easels):
    easel = easels["painter"]
    checks = []
    steps = paint(easel, asked(easel, steps=50), lambda: checks.append(1))
    assert isinstance(next(steps), Sketch)
    steps.close()
    ended_at = len(checks)
    assert ended_at < 50
    assert easel.thread.submit(lambda: "free").result(10) == "free"
    assert len(checks) == ended_at


def test_seeds_differ_and_a_seed_repeats_bit_for_bit(easel):
    pictures = [painted(easel, asked(easel, seed=seed))[1].picture.tobytes() for seed in (1, 1, 2)]
    assert pictures[0] == pictures[1] != pictures[2]


def test_between_two_seeds_lie_their_own_pictures_at_the_ends(easel):
    def picture(share):
        wanted = replace(asked(easel, seed=1), noise_of=(2, share))
        return np.asarray(painted(easel, wanted)[1].picture, int)

    for share, seed in ((0.0, 1), (1.0, 2)):
        own = np.asarray(painted(easel, asked(easel, seed=seed))[1].picture, int)
        assert np.abs(picture(share) - own).max() <= 3
    assert np.abs(picture(0.5) - picture(0.0)).max() > 3


def test_between_two_prompts_lie_their_own_pictures_at_the_ends(easel):
    def picture(prompt, mixed=None):
        wanted = replace(asked(easel, prompt), mixed=mixed)
        return np.asarray(painted(easel, wanted)[1].picture, int)

    first, second = "red heart", "blue house"
    assert np.abs(picture(first, (second, 0.0)) - picture(first)).max() <= 3
    assert np.abs(picture(first, (second, 1.0)) - picture(second)).max() <= 3


def test_noise_between_two_noises_is_as_strong_as_they_are():
    first, second = torch.randn(2, 1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    for share in (0.1, 0.5, 0.9):
        assert between(first, second, share).std() == pytest.approx(1, abs=0.05)
    assert torch.equal(between(first, first, 0.5), first)


def test_a_negative_prompt_and_guidance_change_the_picture(easels):
    for name in ("painter", "stable"):
        easel = easels[name]
        plain = painted(easel, asked(easel))[1].picture.tobytes()
        for change in ({"negative": "blue house"}, {"guidance": 8}):
            assert painted(easel, asked(easel, **change))[1].picture.tobytes() != plain


def test_a_refused_picture_is_blocked(easels):
    class Refused:
        nsfw_content_detected = (True,)

    assert easels["stable"].is_blocked(Refused())
    assert not easels["painter"].is_blocked(object())


def test_what_the_work_raises_is_raised_where_its_steps_are_read():
    def work(tell):
        tell(1)
        raise ValueError("broken")

    steps = stepwise(work, ThreadPoolExecutor(1))
    assert next(steps) == 1
    with pytest.raises(ValueError, match="broken"):
        next(steps)
