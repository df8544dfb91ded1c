"""Requests, batches, ranking and the round trip through the backend with the bundled models."""

from __future__ import annotations

import csv
import io
import math
import zipfile

import pytest

from backend import Backend, gallery
from backend.captioning.decoding import decode
from backend.captioning.export import as_csv, as_texts
from backend.captioning.request import check_request
from backend.captioning.results import Batch, Described, Row
from backend.captioning.service import Captioning
from backend.captioning.words import caption_of
from backend.errors import Cancelled, InputError
from backend.messages import message
from backend.pictures.archives import Skipped
from backend.run import Progress
from backend.saved_results import SavedResults
from tests.backend.pictures.files import encoded, huge_png, picture

APPLE = gallery.file_of("food-fruit-apple_red.webp")


@pytest.fixture
def backend(bundled_backend):
    return bundled_backend


def last(updates):
    *_, final = (update for update in updates if not isinstance(update, Progress))
    return final


def test_the_picture_alone_is_enough(backend):
    told = last(Captioning(backend).describe(check_request(str(APPLE)), "v"))
    assert "apple" in told.captions[0].text and told.card.spec.id == "pictogram-captioner"
    assert any("gradient-weighted" in str(note) for note in told.card.notes)


def test_beams_are_in_the_order_of_the_search_and_samples_in_that_of_probability(backend):
    beams, samples = (
        last(Captioning(backend).describe(check_request(str(APPLE), candidates=4, **asked), "v"))
        for asked in ({"strategy": "beam"}, {"strategy": "sample", "seed": 1})
    )
    means = [math.log(one.probability) / (len(one.ids) + one.ended) for one in beams.captions]
    assert means == sorted(means, reverse=True)
    probabilities = [one.probability for one in samples.captions]
    assert probabilities == sorted(probabilities, reverse=True)
    assert len({one.ids for one in samples.captions}) == len(samples.captions)


def test_stop_keeps_the_words_there_are_while_another_goes_on(bundled_backend):
    backend = Backend("bundled", pool=bundled_backend.pool, saved=SavedResults(10**8))
    ann, bob = (Captioning(backend).describe(check_request(str(APPLE)), v) for v in ("ann", "bob"))
    for updates in (ann, bob):
        begun = next(update for update in updates if getattr(update, "captions", ()))
    backend.cancel("ann")
    cut, whole = last(ann), last(bob)
    assert whole.captions[0].text.startswith(cut.captions[0].text) and not cut.captions[0].ended
    assert len(begun.captions[0].ids) <= len(cut.captions[0].ids) < len(whole.captions[0].ids)
    assert cut.card.notes == (*whole.card.notes, message("caption_cut"))
    assert cut.card.figures.keys() == whole.card.figures.keys()


def test_stop_before_the_first_word_says_so_while_another_goes_on(bundled_backend):
    backend = Backend("bundled", pool=bundled_backend.pool, saved=SavedResults(10**8))
    ann, bob = (Captioning(backend).describe(check_request(str(APPLE)), v) for v in ("ann", "bob"))
    for updates in (ann, bob):
        next(update for update in updates if isinstance(update, Described))
    backend.cancel("ann")
    with pytest.raises(Cancelled):
        list(ann)
    assert last(bob).card


def test_what_a_model_cannot_do_is_said(backend):
    told = last(Captioning(backend).describe(check_request(str(APPLE), length="detailed"), "v"))
    assert any("no longer form" in str(note) for note in told.card.notes)


def test_sentences_are_ranked_by_their_cosine_to_the_picture(backend):
    asked = check_request(str(APPLE))
    ranked = last(
        Captioning(backend).rank(asked.picture, ["a blue car", "a red apple", "a red apple"], "v")
    )
    assert [text for text, _ in ranked.rows] == ["a red apple", "a blue car"]
    assert ranked.rows[0][1] > ranked.rows[1][1]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"strategy": "loud"}, "strategy"),
        ({"length": "long"}, "length"),
        ({"candidates": 9}, "candidates"),
        ({"temperature": 0}, "temperature"),
        ({"top_p": "x"}, "top_p"),
        ({"seed": 1.5}, "seed"),
        ({"prefix": "a" * 10_000}, "10,000"),
        ({"prefix": 7}, "prefix"),
        ({"question": "?" * 10_000}, "10,000"),
        ({"question": ["?"]}, "question"),
    ],
)
def test_bad_values_are_named(given, named):
    with pytest.raises(InputError, match=named):
        check_request(str(APPLE), **given)


def test_no_picture_and_what_is_none(tmp_path):
    for nothing in (None, ""):
        with pytest.raises(InputError, match="no picture"):
            check_request(nothing)
    (tmp_path / "x.png").write_bytes(b"not a picture")
    with pytest.raises(InputError, match=r"x\.png"):
        check_request(str(tmp_path / "x.png"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a picture"),
        (b"%PDF-1.7", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (encoded(picture((200, 200)), "JPEG")[:400], "damaged or cut off"),
        (encoded(picture((200, 200)))[:90], "damaged or cut off"),
        (huge_png(), "million pixels"),
        (encoded(picture((4000, 5))), "times as long as wide"),
    ],
)
def test_bad_pictures_are_refused_with_the_reason(tmp_path, content, said):
    (tmp_path / "odd.png").write_bytes(content)
    with pytest.raises(InputError, match=rf"odd\.png .*{said}"):
        check_request(str(tmp_path / "odd.png"))


ODD = {
    "grey": encoded(picture(colour=90, mode="L")),
    "see-through": encoded(picture(colour=(9, 9, 9, 0), mode="RGBA")),
    "print colours": encoded(picture(colour=(9, 90, 9, 0), mode="CMYK"), "JPEG"),
    "16 bits": encoded(picture(colour=40_000, mode="I;16")),
    "palette": encoded(picture(colour=3, mode="P"), "GIF"),
    "one pixel": encoded(picture((1, 1))),
    "a line": encoded(picture((400, 8))),
}


@pytest.mark.parametrize("model", ["bundled", "blip", "vlm"])
@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_odd_pictures_are_described_all_the_same(request, tmp_path, model, content):
    (tmp_path / "odd").write_bytes(content)
    asked = check_request(str(tmp_path / "odd"))
    model = request.getfixturevalue(model)
    encoded = model.encode(asked.picture)
    *_, (line,) = decode(model, encoded, asked, lambda: None)
    assert caption_of(model, line).probability > 0
    assert all(0 <= part <= 1 for part in model.frame(asked.picture))
    if line.tokens:
        assert model.attribution_maps(encoded, line.ids(model.start)).min() >= 0


def test_many_with_a_bad_one_among_them(backend, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with zipfile.ZipFile(tmp_path / "album.zip", "w") as album:
        album.write(APPLE, "fruit/apple.webp")
        album.writestr("../up.png", b"x")
    paths = [(path.name, path) for path in (APPLE, tmp_path / "bad.png", tmp_path / "album.zip")]
    done = last(Captioning(backend).describe_all(paths, "v"))
    assert [row.name for row in done.rows] == [APPLE.name, "album.zip/fruit/apple.webp"]
    assert [one.name for one in done.skipped] == ["bad.png", "album.zip/../up.png"]
    table = list(csv.DictReader(io.StringIO(as_csv(done).decode("utf-8-sig"))))
    assert len(table) == 4 and table[0]["caption"] == done.rows[0].caption and table[2]["error"]
    names = zipfile.ZipFile(io.BytesIO(as_texts(done))).namelist()
    assert names == ["food-fruit-apple_red.txt", "album.zip/fruit/apple.txt", "captions.csv"]


def test_files_for_spreadsheets_and_names_that_meet():
    rows = (Row("=1.png", "@x", 0.5), Row("a.png", "b", 0.5), Row("a.jpg", "c", 0.5))
    batch = Batch(rows, (Skipped("z", message("no_picture")),), 4)
    assert "'=1.png,'@x" in as_csv(batch).decode("utf-8-sig")
    names = zipfile.ZipFile(io.BytesIO(as_texts(batch))).namelist()
    assert names == ["=1.txt", "a.txt", "a-2.txt", "captions.csv"]


def test_no_files_are_an_error(backend):
    with pytest.raises(InputError, match="no pictures"):
        last(Captioning(backend).describe_all([], "v"))


def test_the_round_trip_is_measured(backend):
    service, drawing = Captioning(backend), {"steps": 2, "seed": 1}
    trip = last(service.round_trip("a red apple", "v", 2, **drawing))
    assert len(trip.texts) == 3 and len(trip.pictures) == 2 and trip.texts[0] == "a red apple"
    assert trip.cosines.shape == (5, 5)
    assert trip.cosines.diagonal() == pytest.approx(1, abs=1e-4)
    with pytest.raises(InputError, match="rounds"):
        service.round_trip("a red apple", "v", 9, **drawing)


def test_stop_and_a_closed_run_give_the_slot_back(backend):
    run = Captioning(backend).describe(check_request(str(APPLE)), "leaver")
    next(run)
    run.close()
    assert backend.jobs.running() == 0
