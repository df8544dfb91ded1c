"""Recipes come back from their files as they were; a broken one says what is broken."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from backend.errors import InputError
from backend.options import MAX_SEED
from backend.text_to_image.recipe import KEY, Recipe, as_png, read_recipe
from tests.backend.pictures.files import huge_png
from tests.backend.text_to_image.recipes import RECIPE, WHITE


def test_a_recipe_comes_back_from_its_png_and_the_pixels_with_it(tmp_path):
    file = tmp_path / "drawn.png"
    file.write_bytes(as_png(WHITE, RECIPE))
    assert read_recipe(file) == RECIPE
    assert Image.open(file).convert("RGB").tobytes() == WHITE.tobytes()
    written = tmp_path / "recipe.json"
    written.write_text(json.dumps(RECIPE.as_json()), encoding="utf-8")
    assert read_recipe(written) == RECIPE


@settings(max_examples=30, deadline=None)
@given(
    prompt=st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=40),
    seed=st.integers(0, MAX_SEED),
    guidance=st.floats(0, 20).map(lambda value: round(value, 3)),
)
def test_any_recipe_comes_back_as_it_was(tmp_path_factory, prompt, seed, guidance):
    recipe = Recipe(**{**RECIPE.as_json(), "prompt": prompt, "seed": seed, "guidance": guidance})
    file = tmp_path_factory.mktemp("recipe") / "drawn.png"
    file.write_bytes(as_png(WHITE, recipe))
    assert read_recipe(file) == recipe


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("name", ["recipe.json", "RECIPE.JSON", "recipe.Json"])
def test_a_recipe_as_json_is_read_however_an_editor_saves_and_names_it(tmp_path, encoding, name):
    recipe = Recipe(**{**RECIPE.as_json(), "prompt": "日落 café"})
    text = json.dumps(recipe.as_json(), ensure_ascii=False)
    (tmp_path / name).write_bytes(text.encode(encoding))
    assert read_recipe(tmp_path / name) == recipe


def test_a_recipe_with_a_bad_byte_keeps_the_rest(tmp_path):
    text = json.dumps({**RECIPE.as_json(), "prompt": "a hat?"})
    (tmp_path / "recipe.json").write_bytes(text.encode().replace(b"?", b"\xff"))
    assert read_recipe(tmp_path / "recipe.json").prompt.startswith("a hat")


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    file = tmp_path / "huge.png"
    file.write_bytes(huge_png(13_000))
    with pytest.raises(InputError, match=r"huge\.png has more than 64 million pixels"):
        read_recipe(file)


def test_a_heavy_picture_is_refused_unread(tmp_path):
    file = tmp_path / "heavy.png"
    with file.open("wb") as opened:
        opened.truncate(60_000_000)  # takes no room on the disk
    with pytest.raises(InputError, match=r"heavy\.png is larger than 50 MB"):
        read_recipe(file)


def test_of_a_huge_json_only_the_start_is_read(tmp_path):
    file = tmp_path / "huge.json"
    with file.open("wb") as opened:
        opened.truncate(2_000_000_000)
    with pytest.raises(InputError, match="recipe in this file is broken"):
        read_recipe(file)


def chunk(tmp_path, text):
    file, chunks = tmp_path / "odd.png", PngInfo()
    chunks.add_itxt(KEY, text)
    WHITE.save(file, pnginfo=chunks)
    return file


def test_a_png_without_a_recipe_and_what_is_no_png_say_so(tmp_path):
    plain, text = tmp_path / "plain.png", tmp_path / "text.png"
    WHITE.save(plain)
    text.write_text("hello")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    for file in (plain, text, tmp_path / "photo.jpg"):
        with pytest.raises(InputError, match="carries no recipe"):
            read_recipe(file)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"steps": 0}, "steps must be"),
        ({"seed": None}, "seed, steps"),
        ({"model": 5}, "model: 5"),
        ({"prompt": ""}, "Say what to draw"),
        ({"guidance": "hot"}, "guidance must be"),
        ({"size": 100}, "multiple of 64"),
    ],
    ids=str,
)
def test_a_broken_recipe_says_what_is_broken(tmp_path, change, said):
    with pytest.raises(InputError, match=said):
        read_recipe(chunk(tmp_path, json.dumps({**RECIPE.as_json(), **change})))


@pytest.mark.parametrize(
    "text", ["{", "[]", "5", '{"prompt": "x"}', "[" * 100_000], ids=lambda t: t[:9]
)
def test_what_is_no_recipe_at_all_is_broken_too(tmp_path, text):
    with pytest.raises(InputError, match="recipe in this file is broken"):
        read_recipe(chunk(tmp_path, text))
