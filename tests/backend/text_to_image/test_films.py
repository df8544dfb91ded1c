"""Films loop, and are encoded once for all who look at them."""

from PIL import Image

from backend.run import RunCard
from backend.saved_results import SavedResults
from backend.text_to_image import film as films
from backend.text_to_image.film import as_film
from backend.text_to_image.results import Generation, InterpolationDrawn, Picture
from tests.backend.fakes import CPU, in_threads, spec
from tests.backend.text_to_image.recipes import RECIPE


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
