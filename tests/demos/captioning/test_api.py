"""The captioning endpoints from gradio_client, on the bundled captioner."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from backend import Backend, gallery
from backend.captioning.sample_video import write_video
from backend.captioning.service import Captioning
from demos.captioning.pictures import sample_pictures
from demos.captioning.view import picked, ranking
from tests.backend.captioning.videos import sound


def apple() -> dict:
    return handle_file(str(gallery.file_of("food-fruit-apple_red.webp")))


def test_the_picture_alone_is_enough(client: Client) -> None:
    answer = client.predict(apple(), api_name="/caption")
    assert "apple" in answer["caption"]
    assert answer["caption"] == " ".join(word["word"] for word in answer["words"])
    for word in answer["words"]:
        assert 0 <= word["probability"] <= 1 and len(word["alternatives"]) == 5
        assert "look" not in word
    assert answer["run"]["model_id"] == "pictogram-captioner"
    assert any("gradient-weighted" in note for note in answer["run"]["notes"])
    json.dumps(answer)


def test_it_comes_word_by_word(client: Client) -> None:
    parts = [part["caption"] for part in client.submit(apple(), api_name="/caption")]
    assert parts[-1].startswith(next(part for part in parts if part))


def test_looks_candidates_and_a_prefix(client: Client) -> None:
    answer = client.predict(
        apple(), prefix="a photo of", strategy="beam", candidates=4, looks=True, api_name="/caption"
    )
    assert len(answer["candidates"]) == 4
    assert all(one["caption"].startswith("a photo of") for one in answer["candidates"])
    assert [word["given"] for word in answer["words"][:4]] == [True, True, True, False]
    look = np.array(answer["words"][0]["look"])
    assert look.shape == (7, 7) and look.min() >= 0 and look.sum() == pytest.approx(1, abs=1e-5)


def test_sentences_files_and_the_round_trip(client: Client, tmp_path: Path) -> None:
    ranked = client.predict(apple(), ["a car", "a red apple"], api_name="/caption_fit")["ranked"]
    assert ranked[0][0] == "a red apple"
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"nothing")
    done = client.predict([apple(), handle_file(str(bad))], api_name="/caption_many")
    assert len(done["captions"]) == 1 and done["skipped"][0][0] == "bad.png"
    told = client.predict("a red apple", 1, 3, api_name="/caption_circle")
    assert len(told["texts"]) == 2 and np.array(told["cosines"]).shape == (3, 3)


def test_a_video_is_described_scene_by_scene(client: Client, tmp_path: Path) -> None:
    (tmp_path / "three.webm").write_bytes(write_video(sample_pictures()))
    told = client.predict(handle_file(str(tmp_path / "three.webm")), api_name="/caption_video")
    assert [scene[0] for scene in told["scenes"]] == [0, 2, 4] and "lion" in told["scenes"][0][2]
    assert told["summary"] and [run["tier"] for run in told["runs"]] == ["bundled"] * 2
    (tmp_path / "song.mp4").write_bytes(sound())
    with pytest.raises(Exception, match=r"song\.mp4 has sound but no moving pictures"):
        client.predict(handle_file(str(tmp_path / "song.mp4")), api_name="/caption_video")


def test_a_question_to_a_model_that_cannot_answer_is_said(client: Client) -> None:
    answer = client.predict(apple(), question="What is it?", api_name="/caption")
    assert answer["caption"].startswith("a drawing of")
    assert any("cannot answer questions" in note for note in answer["run"]["notes"])


@pytest.mark.parametrize(
    ("content", "given", "said"),
    [
        (b"", {}, "not a picture"),
        (b"%PDF-1.7 something", {}, "not a picture"),
        (None, {"strategy": "loud"}, "strategy must be one of"),
        (None, {"prefix": "qqq"}, "does not know qqq"),
        (None, {"prefix": "a" * 10_000}, "10,000 characters"),
        (None, {"question": "a" * 10_000}, "10,000 characters"),
        (None, {"candidates": 99}, "candidates must be"),
        (None, {"model": "nobody"}, "model must be one of"),
    ],
)
def test_bad_input_is_said_plainly(
    client: Client, tmp_path: Path, content: bytes | None, given: dict, said: str
) -> None:
    file = tmp_path / "odd.png"
    if content is None:
        Image.new("RGB", (64, 64), "red").save(file)
    else:
        file.write_bytes(content)
    with pytest.raises(Exception, match=said):
        client.predict(handle_file(str(file)), **given, api_name="/caption")


@pytest.mark.parametrize("size", [(20_000, 20_000), (5, 4000)])
def test_pictures_too_large_or_too_thin_are_refused(
    client: Client, tmp_path: Path, size: tuple[int, int]
) -> None:
    Image.new("1", size).save(tmp_path / "odd.png")
    with pytest.raises(Exception, match=r"odd\.png"):
        client.predict(handle_file(str(tmp_path / "odd.png")), api_name="/caption")


def test_places_that_are_no_words_pick_nothing(backend: Backend) -> None:
    from backend.captioning.request import check_request

    asked = check_request(str(gallery.file_of("food-fruit-apple_red.webp")))
    *_, told = Captioning(backend).describe(asked, "v")
    caption = told.captions[0]  # type: ignore[union-attr]
    assert picked(told, [0, 1, 2]) == (caption.ids[0], caption.words[1].alternatives[2].token)  # type: ignore[arg-type]
    for places in ([0, 99, 0], [0, 0, -1], [9, 0, 0], ["0", 0, 0], [None, 0, 0], [True, 0, 0]):
        assert picked(told, places) is None  # type: ignore[arg-type]
    assert picked(None, [0, 0, 0]) is None


def test_what_people_write_is_escaped(backend: Backend) -> None:
    from backend.captioning.request import check_request

    asked = check_request(str(gallery.file_of("food-fruit-apple_red.webp")))
    own = "<img src=x onerror=alert(1)>"
    *_, ranked = Captioning(backend).rank(asked.picture, [own], "v")
    assert "<img" not in ranking("en", ranked, own)  # type: ignore[arg-type]
