"""What the sections show of results, without a model: all values are there, and escaped."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from backend.captioning.request import CaptionRequest
from backend.captioning.results import (
    Alternative,
    Batch,
    Caption,
    Described,
    RoundTrip,
    Row,
    Scene,
    Video,
    VideoSummary,
    Word,
)
from backend.messages import message
from backend.pictures.archives import Skipped
from backend.run import RunCard
from demos.captioning import batch, compare, round_trip, video
from demos.captioning.payload import stage_text
from tests.backend.fakes import CPU, spec

PICTURE = Image.new("RGB", (64, 32), "red")
HARM = "<img src=x onerror=alert(1)>"
CARD = RunCard(spec("small", task="captioning"), CPU, 1.0, figures={"caption_seconds": 0.5})


@pytest.fixture
def described() -> Described:
    alternatives = (Alternative(HARM, 0.75, 7), Alternative("", 0.25, 1))
    map_ = torch.tensor([[0.0, 0.25], [0.5, 0.25]])
    word = Word(HARM, 0.75, alternatives, map_, (0, 1), False)
    caption = Caption(HARM, (word,), 0.5, (7,), True)
    return Described(CaptionRequest(PICTURE), (caption,), (0.0, 0.0, 1.0, 1.0), CARD)


def test_the_stage_is_json_text_with_maps_and_alternatives(described: Described) -> None:
    stage = json.loads(stage_text("en", "run-1", described))
    assert stage["run"] == "run-1" and stage["done"]
    assert stage["picture"].startswith("data:image/jpeg;base64,")
    (word,) = stage["captions"][0]["words"]
    assert word["probability"] == "75.0 %" and word["text"] == HARM
    assert [one["text"] for one in word["alternatives"]] == [HARM, "(the end)"]
    assert (word["map"]["rows"], word["map"]["columns"]) == (2, 2)
    assert word["map"]["share"] == 0.5 and word["map"]["largest"] == "50.0 %"


def test_until_the_end_there_are_neither_maps_nor_alternatives(described: Described) -> None:
    growing = Described(described.request, described.captions, described.frame)
    stage = json.loads(stage_text("en", "run-1", growing))
    assert not stage["done"] and stage["picture"] is None
    assert "map" not in stage["captions"][0]["words"][0]


def test_a_batch_shows_its_rows_and_what_was_skipped() -> None:
    rows = (Row("cat.png", HARM, 0.25),)
    shown = batch.report("en", Batch(rows, (Skipped(HARM, message("no_picture")),), 4))
    assert "25.0 %" in shown and "Left out: 1" in shown and "width:50.0%" in shown
    assert "<img" not in shown
    finished = batch.report("en", Batch(rows, (), 1, card=CARD))
    assert "st-bar-track" not in finished and "Left out" not in finished


def test_two_captions_are_side_by_side_with_what_they_took(described: Described) -> None:
    shown = compare.report("en", ([described, described], {HARM: 0.4}))
    assert shown.count("0.400") == 2 and shown.count("cp-facts") == 2
    assert "<img" not in shown


def test_a_round_trip_shows_what_is_under_way_then_all_cosines() -> None:
    trip = RoundTrip((HARM,), (PICTURE,), 1, doing=message("looking"))
    shown = round_trip.report("en", trip)
    assert "Looking at the picture" in shown and shown.count("<img") == 1 and "…" in shown
    cosines = np.array([[1, 0.5, 0.25], [0.5, 1, 0.75], [0.25, 0.75, 1]])
    shown = round_trip.report("en", RoundTrip((HARM, "a cat"), (PICTURE,), 1, cosines))
    assert shown.count("<td style") == 9 and "0.250" in shown and "Caption 1" in shown


def test_a_video_shows_scenes_and_summary() -> None:
    scenes = (Scene(0, 61.5, PICTURE), Scene(61.5, 70, PICTURE))
    summary = VideoSummary(Video(scenes, 70.0, ()), (HARM,))
    shown = video.timeline("en", summary)
    assert "0:00 – 1:01" in shown and shown.count("<img") == 2 and "…" in shown
    assert "Summary" not in shown
    done = VideoSummary(summary.video, (HARM, "b"), HARM, (CARD, CARD))
    assert "A guess by Small" in video.timeline("en", done)
    assert video.timeline("en", done).count("<img") == 2


def test_a_round_trip_shows_what_a_painter_of_another_language_is_told() -> None:
    told = ("一个苹果", "画的是苹果"), (PICTURE,), 1
    both = RoundTrip(*told, prompts=("一个苹果", "a drawing of a apple"))
    assert "画的是苹果" in round_trip.report("zh", both)
    assert "给它的描述是：a drawing of a apple" in round_trip.report("zh", both)
    same = RoundTrip(*told, prompts=told[0])
    assert "给它的描述是" not in round_trip.report("zh", same)


def test_an_english_summary_on_a_chinese_page_says_why_it_is_english() -> None:
    film = Video((Scene(0, 2, PICTURE),), 2.0, ())
    english = VideoSummary(film, ("照片里是狮子",), "A lion.", (CARD, CARD))
    assert "Small 不懂中文" in video.timeline("zh", english)
    both = replace(CARD, spec=replace(CARD.spec, languages="English, Chinese"))
    bilingual = VideoSummary(film, ("照片里是狮子",), "3 lions.", (CARD, both))
    assert "不懂中文" not in video.timeline("zh", bilingual)
    unfinished = VideoSummary(film, ("照片里是狮子",), "A", (CARD,))
    assert "不懂中文" not in video.timeline("zh", unfinished)
    assert "knows no Chinese" not in video.timeline("en", english)
