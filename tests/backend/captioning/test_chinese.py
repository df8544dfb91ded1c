"""The shipped captioner in Chinese, and which language a caption is in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend import Backend, gallery
from backend.captioning.request import CaptionRequest, check_request, language_after
from backend.captioning.results import Scene, Video, VideoSummary
from backend.captioning.sample_video import write_video
from backend.captioning.service import Captioning
from backend.captioning.video_summary import sum_up
from backend.errors import InputError
from backend.models.registry import MODELS
from backend.pictures import read_picture
from demos.captioning.pictures import sample_pictures
from tests.backend.captioning.test_service import last
from tests.backend.fakes import FakeSource

KNOWN = {"animals-mammals-elephant": "象", "animals-mammals-aquatic-whale": "鲸"}


def described(picture, **options):
    return last(Captioning(Backend("bundled")).describe(CaptionRequest(picture, **options), "v"))


@pytest.mark.parametrize("name", KNOWN)
def test_a_picture_is_described_in_chinese(name):
    picture = read_picture(gallery.file_of(f"{name}.webp"))
    (caption,) = described(picture, language="zh").captions
    assert KNOWN[name] in caption.text and not set(caption.text) & set("abcdefgh ")
    assert all(0 < word.probability <= 1 for word in caption.words)
    assert caption.words[-1].map.sum().item() == pytest.approx(1, abs=1e-4)


def test_a_visitors_chinese_beginning_is_continued(pictures):
    (caption,) = described(pictures[0], prefix="照片里是", language="zh").captions
    assert caption.text.startswith("照片里是") and caption.words[0].given
    assert len(caption.text) > len("照片里是")


def test_words_it_does_not_know_are_named_with_a_beginning_that_it_knows(pictures):
    with pytest.raises(InputError) as refused:
        described(pictures[0], prefix="魑魅魍魉", language="zh")
    assert "魑" in refused.value.message.values["words"]
    assert refused.value.message.values["opening"] == "画的是"


@pytest.mark.parametrize(
    ("prefix", "asked", "language"),
    [
        ("", "zh", "zh"),
        ("a photo of a", "zh", "en"),
        ("画的是", "en", "zh"),
        ("...", "zh", "zh"),
        ("", "en", "en"),
    ],
)
def test_a_caption_goes_on_in_the_language_that_it_begins_in(prefix, asked, language):
    assert language_after(prefix, asked) == language
    picture = gallery.file_of("animals-birds-owl.webp")
    assert check_request(picture, prefix, language=asked).language == language


def test_a_language_that_no_model_speaks_is_refused():
    with pytest.raises(InputError):
        check_request(gallery.file_of("animals-birds-owl.webp"), language="fr")


def test_many_pictures_are_described_in_chinese():
    paths = [(f"{name}.webp", gallery.file_of(f"{name}.webp")) for name in KNOWN]
    done = last(Captioning(Backend("bundled")).describe_all(paths, "v", language="zh"))
    assert all(word in row.caption for word, row in zip(KNOWN.values(), done.rows, strict=True))


def test_a_model_that_has_words_of_english_alone_says_so(blip, pictures):
    from backend.captioning.description import _notes

    request = CaptionRequest(pictures[0], language="zh")
    codes = [note.code for note in _notes(blip.speaking("zh"), request, "BLIP")]
    assert "caption_in_english" in codes


@pytest.mark.slow
def test_scenes_are_described_in_chinese_and_told_to_a_text_model_that_reads_english(tmp_path):
    (tmp_path / "three.webm").write_bytes(write_video(sample_pictures()))
    service = Captioning(Backend("bundled"))
    updates = service.summarise_video(tmp_path / "three.webm", "three.webm", "v", language="zh")
    told = next(one for one in updates if isinstance(one, VideoSummary) and one.cards)
    assert "狮" in told.captions[0] and "蛋糕" in told.captions[2]
    assert "lion" in told.to_sum_up[0] and "cake" in told.to_sum_up[2]


def test_a_text_model_is_asked_in_the_language_of_what_it_sums_up(pictures):
    asked, film = [], Video((Scene(0, 2, pictures[0]),), 2.0, ())
    for captions in (("照片里是狮子",), ("a photo of a lion",)):
        summary = VideoSummary(film, ("照片里是狮子",), to_sum_up=captions)
        list(sum_up(summary, lambda request: asked.append(request.prompt) or iter(())))
    assert "短片" in asked[0] and "1. 照片里是狮子" in asked[0]
    assert "short film" in asked[1] and "1. a photo of a lion" in asked[1]


def reading(languages):
    """A backend whose painter is said to read these languages."""
    rows = (replace(row, languages=languages) if row.task == "text_to_image" else row
            for row in MODELS)  # fmt: skip
    return Backend("bundled", models=tuple(rows))


@pytest.mark.parametrize(
    ("languages", "drawn"), [("English", "a drawing of"), ("English, Chinese", "画的是")]
)
def test_a_round_trip_in_chinese_is_drawn_in_a_language_that_the_painter_reads(languages, drawn):
    service = Captioning(reading(languages))
    trip = last(service.round_trip("a red apple", "v", 1, "zh", steps=2, seed=1))
    assert trip.texts[0] == trip.prompts[0] == "a red apple"
    assert trip.texts[1].startswith(("画的是", "照片里是"))
    assert trip.prompts[1].startswith((drawn, drawn.replace("drawing", "photo"), "照片里是"))
    assert (trip.prompts[1] == trip.texts[1]) == (languages != "English")
    assert len(trip.cards) == 3 and trip.cosines.shape == (3, 3)


@pytest.mark.parametrize(
    ("is_here", "next_reads", "told"),
    [(True, "English", "zh"), (False, "English", "en"), (False, "English, Chinese", "zh")],
)
def test_a_painter_that_may_not_come_is_asked_in_what_the_next_one_reads(
    monkeypatch, is_here, next_reads, told
):
    service, row = Captioning(Backend("bundled")), MODELS[0]
    first = replace(row, languages="English, Chinese", source=FakeSource(here=is_here))
    planned = [first, replace(row, languages=next_reads, source=FakeSource())]
    monkeypatch.setattr(service.backend, "plan", lambda *_: planned)
    assert service._language_of("text_to_image", "zh") == told
