"""Videos: their scenes, what is refused, and the summary."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from backend import Backend
from backend.captioning import video as video_module
from backend.captioning.sample_video import write_video
from backend.captioning.service import Captioning
from backend.captioning.video import (
    MAX_BYTES,
    MAX_SCENES,
    MAX_SECONDS,
    Sample,
    check_video,
    find_cuts,
    largest,
    read_video,
)
from backend.errors import Cancelled, InputError
from backend.run import Progress
from demos.captioning.pictures import sample_pictures
from demos.captioning.video import timeline
from demos.shared.strings import CATALOGUE
from tests.backend.captioning import videos


def nothing():
    """A check that stops nothing."""


@pytest.fixture
def file_of(tmp_path):
    def file_of(content, name="film.mp4"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return file_of


def read(path):
    return read_video(path, path.name, nothing)


@pytest.mark.parametrize("kind", ["mp4", "webm", "mpegts", "avi", "gif"])
def test_a_scene_begins_where_the_picture_changes(file_of, kind):
    colours = ["red", "blue", "white"]
    codec = {"webm": "libvpx", "mpegts": "mpeg2video"}.get(kind, "mpeg4")
    rate = 25 if kind == "mpegts" else 8  # MPEG-2 has no slower one
    film = videos.video(colours, 2, rate, kind=kind, codec=codec) if kind != "gif" else gif(colours)
    told = read(file_of(film, f"film.{kind}"))
    assert [round(scene.start) for scene in told.scenes] == [0, 2, 4]
    assert told.scenes[-1].end == told.seconds == pytest.approx(6, abs=0.3)
    means = [np.asarray(scene.picture).mean((0, 1)) for scene in told.scenes]
    red, blue, white = means
    assert red.argmax() == 0 and blue.argmax() == 2 and white.min() > 200 > red[2]
    assert told.notes == ()


def gif(colours):
    frames = [Image.new("RGB", (64, 48), one) for one in colours for _ in range(8)]
    for number, frame in enumerate(frames):
        frame.putpixel((number, 0), (number, 0, 0))  # or Pillow would join them
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=250)
    return file.getvalue()


def samples_of(values):
    return [Sample(at / 4, b"", np.full((16, 16, 3), value)) for at, value in enumerate(values)]


def test_a_fade_is_one_cut_and_a_shaking_camera_none():
    fade = [0.0] * 8 + [0.3, 0.6, 0.9] + [0.9] * 8
    assert len(find_cuts(samples_of(fade))) == 1
    shaking = [0.5 + 0.04 * (-1) ** at for at in range(40)]
    assert find_cuts(samples_of(shaking)) == []


def test_of_too_many_changes_the_largest_are_kept():
    steps = [0.05 + 0.001 * number for number in range(30)]
    values = np.repeat(np.cumsum([step * (-1) ** at for at, step in enumerate(steps)]), 4)
    samples = samples_of(values)
    cuts = largest(samples, find_cuts(samples))
    assert len(cuts) == MAX_SCENES - 1 and cuts == sorted(cuts) and min(cuts) > 60


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a video"),
        (b"hello " * 200, "not a video"),
        (b"#EXTM3U\n#EXTINF:5,\nfilm.mp4\n#EXT-X-ENDLIST\n", "not a video"),
        (b"ffconcat version 1.0\nfile film.mp4\n", "not a video"),
        (videos.sound(), "sound but no moving pictures"),
        (videos.frameless(), "no picture that can be read"),
        (videos.video(["red"], 2)[:600], "no picture that can be read"),
        (videos.stretched(36_000), "600.0 minutes"),
        (videos.stretched(36_000, "mp4"), "600.0 minutes"),
    ],
)  # fmt: skip
def test_what_is_no_short_video_is_said_plainly(file_of, content, said):
    path = file_of(content, "odd.mp4")
    with pytest.raises(InputError, match=r"^odd\.mp4.*" + said):
        read(path)


def test_a_song_with_a_cover_is_no_video(file_of):
    with pytest.raises(InputError, match="sound but no moving pictures"):
        read(file_of(videos.sound(cover=True), "song.mp3"))


def test_a_picture_is_no_video(file_of):
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(file, "PNG")
    with pytest.raises(InputError, match="not a video"):
        read(file_of(file.getvalue()))


def test_two_gigabytes_are_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "large.mp4"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)  # takes no room on the disk
    monkeypatch.setattr("av.open", None)
    with pytest.raises(InputError, match=f"larger than {MAX_BYTES // 1_000_000} MB"):
        check_video(path, path.name)


def test_a_film_that_breaks_off_is_told_as_far_as_it_goes(file_of):
    whole = videos.video(["red", "blue"], 3, kind="matroska", codec="ffv1")
    told = read(file_of(whole[: len(whole) * 2 // 3], "film.mkv"))
    assert 2 < told.seconds < 5.5 and len(told.scenes) == 2
    assert [note.code for note in told.notes] == ["video_truncated"]


def test_a_film_whose_header_does_not_say_how_long_it_is_ends_at_the_limit(file_of, monkeypatch):
    monkeypatch.setattr(video_module, "_seconds", lambda container: 0.0)
    told = read(file_of(videos.video(["red", "blue"], (MAX_SECONDS + 10) / 2, rate=2)))
    assert told.seconds <= MAX_SECONDS + 1
    assert told.scenes[-1].end == told.seconds


def test_large_frames_are_refused_and_wide_ones_made_smaller(file_of, monkeypatch):
    told = read(file_of(videos.video(["red"], size=(1280, 320))))
    assert told.scenes[0].picture.size == (480, 120)
    monkeypatch.setattr(video_module, "MAX_PIXELS", 1000)
    with pytest.raises(InputError, match="pixels"):
        read(file_of(videos.video(["red"])))


def test_stop_is_asked_at_each_frame(file_of):
    def stop():
        raise Cancelled

    with pytest.raises(Cancelled):
        read_video(file_of(videos.video(["red"])), "film.mp4", stop)


def test_the_page_says_the_limits_that_hold():
    for text in CATALOGUE["captioning.clip.limits"]:
        assert all(
            str(limit) in text for limit in (MAX_SECONDS, MAX_BYTES // 1_000_000, MAX_SCENES)
        )


@pytest.fixture
def backend(bundled_backend):
    return bundled_backend


def test_the_example_video_is_the_same_each_time():
    pictures = sample_pictures()
    assert write_video(pictures, seconds=0.5) == write_video(pictures, seconds=0.5)


@pytest.mark.slow
def test_the_example_video_is_described_scene_by_scene_and_summed_up(backend, file_of):
    path = file_of(write_video(sample_pictures()), "three.webm")
    stream = Captioning(backend).summarise_video(path, path.name, "v")
    updates = [one for one in stream if not isinstance(one, Progress)]
    assert [len(told.captions) for told in updates][:4] == [0, 1, 2, 3]
    told = updates[-1]
    assert "lion" in told.captions[0] and "cake" in told.captions[2]
    assert told.summary and len(told.cards) == 2
    assert told.cards[0].spec.task == "captioning" and told.cards[1].spec.task == "generation"
    assert "A guess by" in timeline("en", told)


def test_without_a_text_model_the_scenes_stay(file_of):
    from backend.models.registry import MODELS

    backend = Backend("bundled", models=tuple(row for row in MODELS if row.task == "captioning"))
    path = file_of(videos.video(["red"]))
    *_, told = Captioning(backend).summarise_video(path, path.name, "v")
    assert len(told.captions) == 1 and told.failure.code == "no_models"
    assert "no model for the task" in timeline("en", told)
