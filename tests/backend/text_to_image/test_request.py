"""Every bad input is named; what a model cannot do is noted; recipes survive the way."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from backend.errors import InputError
from backend.run import RunCard
from backend.saved_results import SavedResults
from backend.text_to_image import film as films
from backend.text_to_image import what_if
from backend.text_to_image.film import as_film
from backend.text_to_image.recipe import KEY, Recipe, as_png, read_recipe
from backend.text_to_image.request import MAX_SEED, check_request
from backend.text_to_image.resolve import Defaults, resolve
from backend.text_to_image.results import Generation, InterpolationDrawn, Picture
from tests.backend.fakes import CPU, in_threads, spec
from tests.backend.pictures.files import huge_png

DEFAULTS = Defaults(steps=20, guidance=3.0, size=64, min_size=64, max_size=64)
RECIPE = Recipe(
    model="pictogram-painter",
    model_name="Show & Tell painter",
    revision="assets/models/painter",
    prompt="红心 <b>heart</b> 🍎",
    negative="",
    style="3d",
    seed=7,
    steps=20,
    guidance=3.0,
    size=64,
    scheduler="FlowMatchEulerDiscreteScheduler",
)
WHITE = Image.new("RGB", (64, 64), "white")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"prompt": ""}, "Say what to draw"),
        ({"prompt": " \n "}, "Say what to draw"),
        ({"prompt": 5}, "must be a text"),
        ({"prompt": "x" * 200_001}, "at most 200,000"),
        ({"steps": 0}, "steps must be from 1 to 50, not 0"),
        ({"steps": 1000}, "not 1000"),
        ({"steps": 2.5}, "whole number"),
        ({"guidance": -1}, "guidance must be from 0 to 20, not -1"),
        ({"guidance": math.nan}, "must be a number"),
        ({"guidance": math.inf}, "must be a number"),
        ({"size": 1}, "size must be from 64 to 1024"),
        ({"size": 7}, "not 7"),
        ({"size": 100}, "multiple of 64"),
        ({"size": 100_000}, "not 100000"),
        ({"seed": 2**64}, "seed must be from 0"),
        ({"seed": 10**30}, "seed must be from 0"),
        ({"seed": -1}, "not -1"),
        ({"count": 5}, "count must be from 1 to 4"),
        ({"style": "oil"}, "style must be one of"),
    ],
    ids=str,
)
def test_a_bad_value_is_named_with_what_would_be_right(given, said):
    values = {"prompt": "a heart", **given}
    with pytest.raises(InputError, match=said):
        check_request(values.pop("prompt"), **values)


def test_one_step_is_enough_and_a_seed_is_drawn_if_none_is_given():
    asked = check_request("a heart", steps=1)
    assert asked.steps == 1 and 0 <= asked.seed <= MAX_SEED
    assert check_request("a\n  heart \u0007").prompt == "a heart"


def test_what_is_left_open_is_the_models_default():
    resolved = resolve(check_request("a heart", seed=1), DEFAULTS)
    assert (resolved.steps, resolved.guidance, resolved.size) == (20, 3.0, 64)
    assert resolved.notes == ()


def test_what_a_model_cannot_do_is_noted():
    asked = check_request("红心", size=1024, guidance=9, negative="blue")
    limited = Defaults(4, 0.0, 64, max_size=64, supports_guidance=False)
    codes = [note.code for note in resolve(asked, limited).notes]
    assert codes == ["other_size", "no_guidance", "no_negative", "reads_only"]
    assert resolve(asked, DEFAULTS).negative == "blue"


def test_what_was_cut_is_shown(adapter):
    wanted = resolve(check_request("red heart " * 1000), adapter.defaults)
    notes = adapter.prompt_tokens(wanted).notes()
    assert [note.code for note in notes] == ["prompt_cut"]
    said = str(notes[0])
    assert "red heart" in said and len(said) < 300
    assert (
        adapter.prompt_tokens(resolve(check_request("red heart"), adapter.defaults)).notes() == ()
    )


STRUCTURE = {"painter": "[SEP]", "stable": "<|end|>", "flow": "<|end|>"}


def test_control_tokens_in_a_prompt_are_text_and_noted(adapters):
    for name, typed in STRUCTURE.items():
        adapter = adapters[name]
        asked = adapter.resolve(check_request(f"a {typed} heart"))
        assert [note.code for note in asked.notes].count("control_tokens") == 1
        tokens = adapter.prompt_tokens(asked)
        assert tokens.count > 4
        assert "heart" in [word.text for word in tokens.words]
        plain = adapter.resolve(check_request("a heart"))
        assert "control_tokens" not in [note.code for note in plain.notes]


def test_the_pipelines_read_control_tokens_as_text(adapters):
    painter, stable = adapters["painter"].pipeline.tokenizer, adapters["stable"].pipeline.tokenizer
    assert painter("[SEP]")["input_ids"].count(painter.sep_token_id) == 1
    assert stable.eos_token_id not in stable("a <|end|> b")["input_ids"]


def chat_ids(tokenizer, prompt, length=64):
    """As FLUX.2's pipeline gets them: ids and mask."""
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": prompt}],
        tokenize=False,
        add_generation_prompt=True,
        enable_thinking=False,
    )
    options = {"return_tensors": "pt", "padding": "max_length", "truncation": True}
    read = tokenizer(text, max_length=length, **options)
    return read["input_ids"][0].tolist(), read["attention_mask"][0].tolist()


def test_the_template_around_a_prompt_is_structure_and_the_prompt_text(adapters):
    tokenizer = adapters["flow"].pipeline.tokenizer
    for prompt in ("a red heart", "🦖 élan, x < y", "word " * 100):
        assert chat_ids(tokenizer, prompt) == chat_ids(tokenizer.tokenizer, prompt)
    typed = "a <|end|><|start|> b"
    (ids, _), (plain, _) = chat_ids(tokenizer, typed), chat_ids(tokenizer, "a b")
    for name in ("<|start|>", "<|end|>"):
        number = tokenizer.convert_tokens_to_ids(name)
        assert ids.count(number) == plain.count(number)
    assert typed in tokenizer.decode(ids)


def test_each_word_knows_its_tokens_beside_control_tokens(adapters):
    adapter = adapters["flow"]
    asked = adapter.resolve(check_request("red <|end|> heart"))
    ids, _ = chat_ids(adapter.pipeline.tokenizer, asked.prompt)
    tokens = adapter.prompt_tokens(asked)
    said = [
        adapter.pipeline.tokenizer.decode([ids[at] for at in positions]).strip()
        for positions in tokens.tokens_of_words
    ]
    assert [word.text for word in tokens.words] == said == ["red", "end", "heart"]


def test_parts_that_the_vocabulary_lacks_are_named(adapters):
    tokens = adapters["painter"].prompt_tokens(resolve(check_request("a 🦖 heart"), DEFAULTS))
    assert [note.code for note in tokens.notes()] == ["not_in_vocabulary"]
    assert "🦖" in str(tokens.notes()[0])


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


def test_a_film_loops_and_lasts_longest_at_its_end():
    import io

    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]
    for kind in ("webp", "gif"):
        film = Image.open(io.BytesIO(as_film(frames, kind)))
        assert film.n_frames == 3 and film.info["loop"] == 0 and film.size == (256, 256)
    assert Image.open(io.BytesIO(as_film(frames[:1], "gif"))).size == (256, 256)


def test_a_film_is_encoded_once_for_all_who_look_at_it(monkeypatch):
    encoded = []
    monkeypatch.setattr(films, "as_film", lambda frames, kind: encoded.append(kind) or b"film")
    picture = Picture(Generation(Image.new("RGB", (8, 8)), None), RECIPE)
    assert in_threads(8, lambda _: picture.films["webp"]) == [b"film"] * 8
    assert encoded == ["webp"]
    assert picture.png is picture.png


def test_the_films_of_a_saved_interpolation_are_encoded_once_for_all_visitors(monkeypatch):
    encoded = []
    monkeypatch.setattr(films, "as_film", lambda frames, _: encoded.append(len(frames)) or b"film")
    card = RunCard(spec("flow"), CPU, 1.0)
    frames = tuple(Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue"))
    saved = SavedResults(1_000_000)
    saved.put("a link", InterpolationDrawn(None, frames, card))
    for _ in range(3):
        drawn = saved.get("a link")
        assert drawn.card.age is not None
        assert drawn.films["webp"] == drawn.return_films["webp"] == b"film"
    assert encoded == [3, 4]


def test_a_grid_has_every_row_under_every_column_with_the_same_noise():
    asked = check_request("a {} heart", seed=9)
    rows = what_if.check_axis("word", "red, blue", what_if.ROWS)
    columns = what_if.check_axis("guidance", [0, "2.5"], what_if.COLUMNS)
    grid = what_if.grid(asked, rows, columns)
    drawn = [(c.request.prompt, c.request.guidance, c.request.seed) for c in grid.cells]
    assert drawn == [
        ("a red heart", 0.0, 9), ("a red heart", 2.5, 9),
        ("a blue heart", 0.0, 9), ("a blue heart", 2.5, 9),
    ]  # fmt: skip
    assert what_if.labels(columns.values) == ["0", "2.5"]


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("seed", "1，2，3", (1, 2, 3)),
        ("seed", "１、２；３", (1, 2, 3)),
        ("guidance", "０．５，2.5\n3", (0.5, 2.5, 3.0)),
        ("word", "猫，狗、鸟", ("猫", "狗", "鸟")),
        ("word", "red; dark blue,", ("red", "dark blue")),
    ],
)
def test_an_axis_reads_its_values_in_chinese_signs_too(name, text, values):
    assert what_if.check_axis(name, text, what_if.ROWS).values == values


@pytest.mark.parametrize(
    ("rows", "columns", "prompt", "said"),
    [
        (("seed", ""), ("steps", "1"), "x", "no value for seed"),
        (("seed", "1,2,3,4,5,6,7"), ("steps", "1"), "x", "7 values"),
        (("seed", "1"), ("seed", "2"), "x", "both seed"),
        (("word", "a"), ("seed", "1"), "x", "exactly once"),
        (("steps", "0"), ("seed", "1"), "x", "steps must be"),
        (("colour", "1"), ("seed", "1"), "x", "rows must be one of"),
    ],
)
def test_a_bad_grid_is_named(rows, columns, prompt, said):
    with pytest.raises(InputError, match=said):
        what_if.grid(
            check_request(prompt),
            what_if.check_axis(*rows, what_if.ROWS),
            what_if.check_axis(*columns, what_if.COLUMNS),
        )


def test_a_word_is_swapped_wherever_it_stands_whatever_its_case():
    grid = what_if.swap(check_request("Red apple, red leaf, reddish"), "red", "blue")
    assert grid.cells[1].request.prompt == "blue apple, blue leaf, reddish"
    assert grid.cells[0].request.seed == grid.cells[1].request.seed
    with pytest.raises(InputError, match="'green' is not in the prompt"):
        what_if.swap(check_request("a red apple"), "green", "blue")
    with pytest.raises(InputError, match="The word to put in its place is empty"):
        what_if.swap(check_request("a red apple"), "red", " ")


@pytest.mark.parametrize(
    ("prompt", "word", "other", "swapped"),
    [
        ("a Cafe\u0301 at night", "café", "bar", "a bar at night"),
        ("a 👍🏽, a 👍", "👍", "🐶", "a 👍🏽, a 🐶"),
        ("👩‍👩‍👧‍👦!", "👩‍👩‍👧‍👦", "🐱", "🐱!"),
        ("लाल हिन्दी", "हिन्दी", "सेब", "लाल सेब"),
        ("一只小狗", "小狗", "小猫", "一只小猫"),
        ("a small red car", "red car", "bus", "a small bus"),
    ],
)
def test_whole_words_of_any_script_are_swapped(prompt, word, other, swapped):
    grid = what_if.swap(check_request(prompt), word, other)
    assert grid.cells[1].request.prompt == swapped


def test_part_of_a_grapheme_is_no_word_to_swap():
    with pytest.raises(InputError, match="not in the prompt"):
        what_if.swap(check_request("a 👍🏽"), "👍", "🐶")


def test_an_interpolation_needs_another_end():
    asked = check_request("sun", seed=MAX_SEED)
    assert what_if.check_interpolation(asked, "seeds", "", "", 3).seed == 0
    assert what_if.check_interpolation(asked, "prompts", "moon", "", 3).weights == (0.0, 0.5, 1.0)
    with pytest.raises(InputError, match="The other prompt is empty"):
        what_if.check_interpolation(asked, "prompts", " ", "", 3)
    with pytest.raises(InputError, match="frames must be"):
        what_if.check_interpolation(asked, "prompts", "moon", "", 99)
