"""The shipped captioner in Chinese, and which language a caption is in."""

from __future__ import annotations

import pytest

from backend import Backend, gallery
from backend.captioning.request import CaptionRequest, check_request, language_after
from backend.captioning.service import Captioning
from backend.errors import InputError
from backend.pictures import read_picture
from tests.backend.captioning.test_service import last

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
