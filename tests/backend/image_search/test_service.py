"""The bundled encoder over the gallery and over a visitor's own pictures, end to end."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from backend import Backend, gallery
from backend.errors import Cancelled, InputError
from backend.image_search import collection
from backend.image_search.match_threshold import NULL_TEXTS
from backend.image_search.request import check_request
from backend.image_search.service import ImageSearch
from backend.parts import finish
from backend.saved_results import SavedResults
from tests.backend.fakes import results
from tests.backend.image_search.conftest import KEY

VISITOR = "v"


@pytest.fixture(autouse=True)
def own_cache(own_collections):
    """In place of an empty folder for each test."""


@pytest.fixture(scope="module")
def service():
    return ImageSearch(Backend("bundled"))


def searched(service, query="", picture=None, **options):
    scope = options.pop("scope", None)
    [result] = results(service.search(check_request(query, picture, scope, **options), VISITOR))
    return result


def found(service, query="", picture=None, **options):
    return searched(service, query, picture, **options).ranking


def names(ranking):
    return " ".join(hit.entry.key for hit in ranking.hits)


def test_english_and_chinese_find_the_car(service):
    for query in ("red car", "红色的汽车"):
        ranking = found(service, query, top=5)
        assert "vehicles-auto" in names(ranking) and ranking.matches


def test_the_same_search_is_saved_with_its_reasons_and_each_has_their_own_result(service):
    saved = SavedResults(50_000_000)
    saving = ImageSearch(Backend("bundled", pool=service.backend.pool, saved=saved))
    first, second = searched(saving, "red car", top=3), searched(saving, "red car", top=3)
    assert first.card.age is None and second.card.age is not None
    assert second.ranking.hits == first.ranking.hits
    [mine], [theirs] = (results(saving.explain(each, VISITOR)) for each in (first, second))
    assert mine.card.age is None and theirs.card.age is not None
    assert theirs.result is second and np.array_equal(mine.reasons.changes, theirs.reasons.changes)


def test_the_gallery_is_encoded_once_and_then_kept(service, tmp_path, monkeypatch):
    few = gallery.entries()[:6]
    monkeypatch.setattr(gallery, "entries", lambda folder=gallery.FOLDER: few)
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(tmp_path))
    before = found(ImageSearch(service.backend), "a house")
    [kept] = (tmp_path / "search").glob("*gallery*.npy")
    written = kept.stat().st_mtime_ns
    again = found(ImageSearch(service.backend), "a house")
    assert np.array_equal(before.cosines, again.cosines) and len(before.cosines) == 6
    assert kept.stat().st_mtime_ns == written


def test_scores_equal_a_plain_loop_over_the_gallery(service):
    ranking = found(service, "a house", top=3)
    encoder = next(iter(service.backend.pool._entries.values())).value
    text = encoder.encode_texts(["a house"])[0]
    for hit in ranking.hits:
        with Image.open(gallery.file_of(hit.entry.key)) as image:
            plain = encoder.encode_pictures([image])[0] @ text
        assert hit.cosine == pytest.approx(float(plain), abs=1e-5)
    assert sum(hit.share for hit in ranking.hits) <= 1


def test_nonsense_matches_nothing(service):
    for query in ("quantum chromodynamics", "the of and", "lorem ipsum dolor"):
        assert not found(service, query).matches, query


@pytest.mark.parametrize(
    ("there", "absent"),
    [
        (("an apple", "a guitar", "a red car"), ("a mortgage", "photosynthesis", "jet lag")),
        (("苹果", "吉他", "红色的汽车"), ("抵押贷款", "光合作用", "时差")),
    ],
)
def test_what_is_there_matches_and_what_has_no_look_does_not(service, there, absent):
    assert all(found(service, query).matches for query in there)
    assert not any(found(service, query).matches for query in absent)


def test_a_picture_finds_itself_first(service):
    key = "hobbies-music-string-violin.webp"
    ranking = found(service, picture=gallery.file_of(key))
    assert ranking.hits[0].entry.key == key and ranking.hits[0].cosine == pytest.approx(1, abs=1e-4)


def test_a_negative_picture_is_far_away(service):
    file = gallery.file_of("food-fruit-apple_red.webp")
    near = found(service, "fruit", file, picture_weight=1, top=5)
    far = found(service, "fruit", file, picture_weight=-1, top=5)
    assert "apple" in names(near) and not set(names(near).split()) & set(names(far).split())


def test_terms_add_up_and_their_parts_sum_to_the_cosine(service):
    ranking = found(service, "2:fruit - red")
    for hit in ranking.hits:
        assert sum(hit.parts) == pytest.approx(hit.cosine, abs=1e-5) and hit.parts[0] > 0


def test_sorting_changes_the_order_not_the_ranks(service):
    best, named = found(service, "fish"), found(service, "fish", sort="name")
    assert [hit.rank for hit in best.hits] == list(range(1, 13))
    assert sorted(hit.rank for hit in named.hits) == list(range(1, 13))
    assert [h.entry.name for h in named.hits] == sorted(h.entry.name for h in named.hits)
    assert found(service, "fish", sort="worst").hits[0].rank == 607


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("word " * 5000, "kept_start"),
        ("ᚠᚢᚦᚨᚱᚲ ᚷᚹᚺᚾᛁᛃ", "unknown_script"),
        ("a dog [SEP] [PAD]", "control_tokens"),
        ("一只小狗", "characters_as_words"),
    ],
    ids=["5,000 words", "unknown script", "control tokens", "Chinese"],
)
def test_what_is_not_read_or_not_understood_is_said(service, query, code):
    result = searched(service, query)
    assert [note.code for note in result.card.notes] == [code]
    assert len(result.ranking.hits) == 12


def test_every_reason_is_what_really_changes(service):
    result = searched(service, "a red car", top=4)
    from backend.models.search_encoder.regions import CELLS

    [explained] = results(service.explain(result, VISITOR))
    ranking = result.ranking
    reasons = explained.reasons
    assert [word.text for word in reasons.words] == ["a", "red", "car"]
    without_car = found(service, "a red")
    for column, hit in enumerate(ranking.hits):
        expected = hit.cosine - without_car.cosines[hit.place]
        assert reasons.changes[2, column] == pytest.approx(expected, abs=1e-4)
    assert reasons.changes[2].mean() > reasons.changes[0].mean()
    assert any("car" in label.english for label, _ in reasons.labels[0])
    assert reasons.maps.shape == (4, CELLS, CELLS)


def test_a_single_word_is_measured_against_nothing(service):
    result = searched(service, "car", top=2)
    [explained] = results(service.explain(result, VISITOR))
    ranking = result.ranking
    null = found(service, NULL_TEXTS[0])
    expected = ranking.hits[0].cosine - null.cosines[ranking.hits[0].place]
    assert explained.reasons.changes[0, 0] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("word", "key", "other"),
    [
        ("elephant", "animals-mammals-elephant.webp", "hobbies-music-string-violin.webp"),
        ("violin", "hobbies-music-string-violin.webp", "animals-mammals-elephant.webp"),
        ("banana", "food-fruit-cartoon-banana.webp", "vehicles-auto-sedan.webp"),
    ],
)
def test_the_map_points_at_the_half_with_the_thing(service, word, key, other):
    from backend.models.search_encoder.regions import regions

    found(service, word)
    encoder = next(iter(service.backend.pool._entries.values())).value
    for left, right, asked in ((key, other, slice(0, 12)), (other, key, slice(16, 28))):
        both = Image.new("RGB", (512, 512), "white")
        for name, x in ((left, 0), (right, 256)):
            with Image.open(gallery.file_of(name)) as image:
                both.paste(image, (x, 128))
        cells = finish(regions(encoder, [both], encoder.encode_texts([word])[0]))[0]
        assert cells[:, asked].sum() > 0.6 * cells.sum()


def test_plain_background_never_lights_up(service):
    from backend.models.search_encoder.regions import regions

    found(service, "guitar")
    encoder = next(iter(service.backend.pool._entries.values())).value
    pictures = []
    for name in ("hobbies-music-string-violin.webp", "animals-mammals-elephant.webp"):
        small = Image.new("RGB", (256, 256), (200, 220, 240))
        with Image.open(gallery.file_of(name)) as image:
            small.paste(image.resize((64, 64)), (150, 40))
        pictures.append(small)
    for word in ("violin", "elephant", "sky"):
        maps = finish(regions(encoder, pictures, encoder.encode_texts([word])[0]))
        there = torch.zeros(28, 28, dtype=torch.bool)
        there[4:12, 16:24] = True
        assert not maps[:, ~there].any()


def test_own_pictures_are_found_and_explained(service, tmp_path):
    keys = ["animals-mammals-elephant.webp", "vehicles-auto-sedan.webp",
            "food-fruit-banana.webp"]  # fmt: skip
    paths = [(key, gallery.file_of(key)) for key in keys]
    [done] = results(service.index(KEY, "my trip", paths, VISITOR))
    assert done.report.encoded == 3 and done.duplicates == ()
    scope = service.scope("my trip", KEY)
    result = searched(service, "an elephant", scope=scope)
    ranking = result.ranking
    assert ranking.hits[0].entry.name == keys[0] and len(ranking.hits) == 3
    [explained] = results(service.explain(result, VISITOR))
    assert len(explained.reasons.labels) == 3
    [mapped] = results(service.map(scope, "elephant + car", VISITOR))
    assert mapped.places.shape == (3, 2) and mapped.text_places.shape == (2, 2)


def test_duplicates_are_looked_for_while_others_use_the_device(service, monkeypatch):
    looked_at = []

    def look(entries, vectors, check):
        looked_at.append(len(entries))
        assert results(service.search(check_request("a fruit"), "another"))  # would wait for long
        service.backend.cancel(VISITOR)
        check()

    monkeypatch.setattr(collection, "duplicates", look)
    paths = [("x.webp", gallery.file_of("food-fruit-banana.webp"))]
    with pytest.raises(Cancelled):  # by Stop, which reaches it there, too
        results(service.index(KEY, "looked", paths, VISITOR))
    assert looked_at == [1] and service.collections(KEY)["looked"] == 1


def test_collections_are_listed_exported_and_removed_by_their_key_alone(service):
    paths = [("x.webp", gallery.file_of("food-fruit-banana.webp"))]
    results(service.index(KEY, " fruit ", paths, VISITOR))
    assert service.collections(KEY)["fruit"] == 1 and service.collections("x" * 16) == {}
    assert b"x.webp,256,256," in service.export("fruit", KEY)
    for refused in (service.export, service.remove):
        with pytest.raises(InputError, match="no collection"):
            refused("fruit", "x" * 16)
    assert service.remove("fruit", KEY) == "fruit" and "fruit" not in service.collections(KEY)


def test_a_visitor_who_leaves_takes_the_collections_that_nobody_else_searched(service):
    paths = [("x.webp", gallery.file_of("food-fruit-banana.webp"))]
    results(service.index(KEY, "kept", paths, "one"))
    request = check_request("fruit", scope=service.scope("kept", KEY))
    results(service.search(request, "two"))
    results(service.search(check_request("fruit"), "one"))
    held = service._indexes._indexes
    assert {"kept", ""} <= {key[1] for key in held}
    service.backend.leave("one")
    assert "kept" in {key[1] for key in held}
    service.backend.leave("two")
    assert "kept" not in {key[1] for key in held} and "" in {key[1] for key in held}
    [again] = results(service.search(request, "two"))
    assert len(again.ranking.hits) == 1


def test_captions_and_pictures_are_told_apart(service):
    keys = ["animals-mammals-elephant.webp", "food-fruit-banana.webp"]
    paths = [(key, gallery.file_of(key)) for key in keys]
    [done] = results(service.compare("elephant\nbanana", paths, VISITOR, "a photo of a {}", 0.03))
    assert done.matrix.by_picture.argmax(0).tolist() == [0, 1]
    assert done.matrix.captions[0] == "a photo of an elephant"


@pytest.mark.parametrize(
    ("captions", "template", "code"),
    [("", "{}", "no_captions"), ("x\n" * 40, "{}", "too_many_captions"),
     ("x", "no hole", "bad_template"), ("y" * 3000, "{}", "too_many_characters")],
)  # fmt: skip
def test_bad_captions_are_sentences(service, captions, template, code):
    with pytest.raises(InputError) as refused:
        list(service.compare(captions, [("a", "b")], VISITOR, template))
    assert refused.value.message.code == code
