"""Scenes by the seconds for which pictures are on display, whatever the frame rate."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from backend.captioning.display_time import display_times
from backend.captioning.sample_video import write_video
from backend.captioning.video import MAX_SCENES, MAX_SECONDS, Sample, find_cuts, read_video
from demos.captioning.pictures import sample_pictures
from tests.backend.captioning import videos

COLOURS = {
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "yellow": (255, 255, 0),
}


@pytest.fixture
def read(tmp_path):
    def read(content, name="film.mp4"):
        (tmp_path / name).write_bytes(content)
        return read_video(tmp_path / name, name, lambda: None)

    return read


def colours_of(told):
    """The names of the scenes' colours."""
    means = [np.asarray(scene.picture).mean((0, 1)) for scene in told.scenes]
    return [min(COLOURS, key=lambda name: abs(COLOURS[name] - mean).sum()) for mean in means]


def starts_of(told):
    return [round(scene.start, 1) for scene in told.scenes]


@pytest.mark.parametrize(
    ("kind", "codec", "rate"),
    [("mp4", "mpeg4", 8), ("mp4", "mpeg4", 3), ("mp4", "mpeg4", 2), ("mp4", "libx264", 24),
     ("webm", "libvpx", 8), ("matroska", "ffv1", 10), ("mpegts", "mpeg2video", 25),
     ("avi", "mpeg4", 8)],
)  # fmt: skip
def test_ordinary_clips_are_read_as_ever(read, kind, codec, rate):
    told = read(videos.video(["red", "blue", "white"], 2, rate, kind=kind, codec=codec))
    assert colours_of(told) == ["red", "blue", "white"] and told.notes == ()
    assert [scene.start for scene in told.scenes] == pytest.approx([0, 2, 4], abs=0.25)
    assert told.seconds == pytest.approx(6, abs=0.3)


def test_the_sample_video_is_read_as_ever(read):
    told = read(write_video(sample_pictures()), "sample.webm")
    assert starts_of(told) == [0, 2, 4] and told.seconds == pytest.approx(6, abs=0.01)
    means = np.array([np.asarray(scene.picture).mean((0, 1)) for scene in told.scenes])
    before = [[245, 244, 242], [237, 240, 243], [207, 199, 195]]
    assert np.abs(means - before).max() < 2  # the encoder's speed decides about the last bits


def moving(count, step):
    """A slow pan over soft noise: each picture a little different from the one before."""
    noise = np.random.default_rng(0).integers(0, 255, (6, 60, 3), np.uint8)
    wide = np.asarray(Image.fromarray(noise).resize((1200, 48)))
    return [Image.fromarray(wide[:, at * step : at * step + 64]) for at in range(count)]


@pytest.mark.parametrize(("rate", "step"), [(1, 3), (2, 20), (3, 20), (5, 12), (25, 3)])
def test_a_moving_camera_is_one_scene_at_any_frame_rate(read, rate, step):
    assert len(read(videos.frames(moving(rate * 8, step), rate)).scenes) == 1


@pytest.mark.parametrize("rate", [1, 2, 4])
def test_a_shaking_camera_is_one_scene_at_any_frame_rate(read, rate):
    shaking = [Image.new("RGB", (64, 48), (128 + 10 * (-1) ** at,) * 3) for at in range(rate * 10)]
    assert len(read(videos.frames(shaking, rate)).scenes) == 1


@pytest.mark.parametrize(
    ("kind", "codec", "rate"),
    [("mp4", "mpeg4", 10), ("mov", "libx264", 10), ("matroska", "mpeg4", 10),
     ("webm", "libvpx", 10), ("avi", "mpeg4", 10), ("mpegts", "mpeg2video", 25)],
)  # fmt: skip
def test_one_frame_in_five_seconds_is_a_scene_of_five_seconds(read, kind, codec, rate):
    names = ["red", "green", "blue", "white"]
    told = read(videos.slides(names, 5, rate, kind, codec))
    assert colours_of(told) == names and starts_of(told) == [0, 5, 10, 15]
    assert 15 < told.seconds < 20 and told.notes == ()


def test_one_frame_a_second_is_a_scene_a_colour(read):
    told = read(videos.video(list(COLOURS), 1, rate=1))
    assert colours_of(told) == list(COLOURS) and starts_of(told) == [0, 1, 2, 3, 4, 5]
    assert told.seconds == 6


def test_the_last_frame_of_a_gif_lasts_as_long_as_it_says(read):
    told = read(videos.animated(["red", "green", "blue"], 2000), "film.gif")
    assert colours_of(told) == ["red", "green", "blue"] and starts_of(told) == [0, 2, 4]
    assert told.seconds == told.scenes[-1].end == 6 and told.notes == ()


def test_frames_of_unequal_length_are_scenes_of_unequal_length(read):
    told = read(videos.animated(["red", "green", "blue"], [4000, 1000, 3000]), "film.gif")
    assert starts_of(told) == [0, 4, 5] and told.seconds == 8


def test_a_frame_between_two_looks_is_seen_for_as_long_as_it_stays(read):
    told = read(videos.animated(["red", "blue", "white"], [100, 3900, 4000]), "film.gif")
    assert colours_of(told) == ["blue", "white"] and starts_of(told) == [0, 4]


def test_a_flash_is_no_scene_at_any_frame_rate(read):
    def flashing(rate):
        colours = [*["red"] * 4 * rate, *["white"] * (rate // 2), *["red"] * 4 * rate]
        return videos.frames([Image.new("RGB", (64, 48), one) for one in colours], rate)

    for rate in (4, 10, 25):
        assert colours_of(read(flashing(rate))) == ["red"]
    still = read(videos.animated(["red", "white", "red"], [3000, 300, 3000]), "film.gif")
    assert colours_of(still) == ["red"]
    between = read(videos.animated(["red", "white", "blue"], [3000, 300, 3000]), "film.gif")
    assert colours_of(between) == ["red", "blue"] and starts_of(between) == [0, 3]


def test_a_scene_of_three_quarters_of_a_second_counts_and_half_a_second_does_not():
    def cuts(seconds):
        values = [(0.0, 0.1), (4.0, 0.9), (4 + seconds, 0.5), (8.0, 0.5)]
        samples = [Sample(at, b"", np.full((16, 16, 3), value)) for at, value in values]
        return [samples[at].second for at in find_cuts(samples)]

    assert cuts(0.75) == [4, 4.75] and cuts(0.5) == [4]


@pytest.mark.parametrize(("kind", "codec"), [("mpegts", "mpeg2video"), ("mpegts", "libx264"),
                                             ("mpeg", "mpeg2video")])  # fmt: skip
def test_joined_clips_whose_timestamps_start_again_are_seen_to_their_end(read, kind, codec):
    halves = [["red", "blue"], ["green", "white"]]
    joined = b"".join(videos.video(half, 2, 25, kind=kind, codec=codec) for half in halves)
    told = read(joined, "film.ts")
    assert colours_of(told) == ["red", "blue", "green", "white"] and told.notes == ()
    assert [scene.start for scene in told.scenes] == pytest.approx([0, 2, 4, 6], abs=0.25)
    assert told.seconds == pytest.approx(8, abs=0.3)


def test_a_second_half_in_a_track_of_its_own_is_named(read):
    halves = [(["red"], 256), (["blue"], 300)]
    joined = b"".join(
        videos.video(half, 2, 25, kind="mpegts", codec="mpeg2video", number=number)
        for half, number in halves
    )
    told = read(joined, "film.ts")
    assert [note.code for note in told.notes] == ["video_streams"]


class Frame:
    """A frame as far as its times go."""

    def __init__(self, time, duration=0):
        self.time, self.duration, self.time_base = time, duration, Fraction(1, 10)


@pytest.mark.parametrize(
    ("frames", "times"),
    [
        ([Frame(7, 10), Frame(9, 30)], [(0, 2), (2, 5)]),  # the last for its own 3 s
        ([Frame(0), Frame(5), Frame(10)], [(0, 5), (5, 10), (10, 15)]),  # ... or as the one before
        ([Frame(0, 10), Frame(1, 10), Frame(0, 10)], [(0, 1), (1, 2), (2, 3)]),  # starts again
        ([Frame(None), Frame(None)], [(0, 0.5), (0.5, 1)]),  # no timestamps at all
        ([Frame(0, 20)], [(0, 2)]),
        ([], []),
    ],
)
def test_a_frame_is_on_display_until_the_next_one(frames, times):
    shown = list(display_times(frames, usual=0.5))
    assert [(one.start, one.end) for one in shown] == times


@pytest.mark.parametrize(("kind", "codec"), [("mp4", "mpeg4"), ("matroska", "mpeg4"),
                                             ("mp4", "libx264"), ("avi", "mpeg4")])  # fmt: skip
def test_anamorphic_clips_have_their_true_shape(read, kind, codec):
    picture = Image.new("RGB", (64, 48), "red")
    wide = read(videos.anamorphic(picture, Fraction(2), kind, codec))
    assert wide.scenes[0].picture.size == (128, 48)
    high = read(videos.anamorphic(picture, Fraction(1, 2), kind, codec))
    assert high.scenes[0].picture.size == (32, 48)


def test_anamorphic_clips_are_made_smaller_by_their_true_shape(read):
    picture = Image.new("RGB", (640, 480), "red")
    told = read(videos.anamorphic(picture, Fraction(2)))
    assert told.scenes[0].picture.size == (480, 180)


@pytest.mark.parametrize("turn", [90, -90, 180])
def test_anamorphic_clips_are_widened_before_they_are_turned(read, turn):
    picture = Image.new("RGB", (64, 48), "red")
    told = read(videos.anamorphic(picture, Fraction(2), turn=turn))
    assert told.scenes[0].picture.size == ((128, 48) if turn == 180 else (48, 128))


def test_a_pixel_shape_that_makes_no_sense_is_ignored(read):
    told = read(videos.anamorphic(Image.new("RGB", (64, 48), "red"), Fraction(100)))
    assert told.scenes[0].picture.size == (64, 48)


def test_a_last_frame_that_never_ends_is_cut_at_the_limit(read, monkeypatch):
    monkeypatch.setattr("backend.captioning.video._seconds", lambda container: 0.0)
    told = read(videos.slides(["red", "blue", "white"], 100))
    assert told.seconds == told.scenes[-1].end == MAX_SECONDS
    assert [note.code for note in told.notes] == ["video_cut"]
    assert colours_of(told) == ["red", "blue"]


def test_parts_in_different_codecs_are_said_to_be_lost(read):
    parts = [("mpeg2video", ["red"]), ("h264", ["blue"])]
    joined = b"".join(videos.video(half, 2, 25, kind="mpegts", codec=name) for name, half in parts)
    told = read(joined, "film.ts")
    assert "video_damaged" in [note.code for note in told.notes] or len(told.scenes) == 2


def test_of_more_scenes_than_are_taken_the_number_is_said(read):
    told = read(videos.slides(["red", "blue"] * 8, 1))
    assert len(told.scenes) == MAX_SCENES
    assert "16 scenes" in str(told.notes[0])
