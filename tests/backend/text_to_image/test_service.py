"""What the tab asks for: streams, Stop, memory that runs out, tiers that stand in."""

import pytest

from backend import Backend
from backend.errors import Cancelled
from backend.models.pool import Pool
from backend.run import Progress
from backend.saved_results import SavedResults
from backend.text_to_image.recipe import Recipe
from backend.text_to_image.request import Extras, check_request
from backend.text_to_image.results import PicturesDrawn, PreviewDrawn
from backend.text_to_image.service import TextToImage
from backend.text_to_image.what_if import Axis, check_interpolation, grid
from tests.backend.fakes import device_for, results, slot_is_free
from tests.backend.text_to_image.pipelines import FLOW_DEFAULTS, STABLE_DEFAULTS, row


@pytest.fixture
def service(adapters, stable_row, flow_row):
    """Three tiers: "flow" on a GPU, "stable" on the CPU, and the painter."""
    painter = next(s for s in Backend().models if s.id == "pictogram-painter")
    by_id = {"flow": "flow", "stable": "stable", "pictogram-painter": "painter"}
    pool = Pool(load=lambda spec, _: adapters[by_id[spec.id]], free=lambda _: 2**60)
    return TextToImage(
        Backend(
            models=(flow_row, stable_row, painter),
            pool=pool,
            device_for=device_for,
            has_gpu=lambda: True,
        )
    )


class OutOfMemory:
    """A pipeline's call that runs out of memory above a size."""

    def __init__(self, adapter, largest):
        self._adapter, self._largest, self._arguments = adapter, largest, adapter.call_arguments

    def __enter__(self):
        def call_arguments(request):
            if request.size > self._largest:
                raise MemoryError("out of memory")
            return self._arguments(request)

        self._adapter.call_arguments = call_arguments

    def __exit__(self, *_):
        del self._adapter.call_arguments


def test_pictures_come_one_after_another_each_as_if_drawn_alone(service):
    asked = check_request("red heart", seed=5, steps=2, count=3)
    updates = list(service.draw(asked, "me", "stable"))
    assert isinstance(updates[0], Progress)
    assert [u.number for u in updates if isinstance(u, PreviewDrawn)] == [0] * 3 + [1] * 3 + [2] * 3
    last = updates[-1]
    assert [picture.recipe.seed for picture in last.pictures] == [5, 6, 7]
    assert all(len(picture.film) == 2 for picture in last.pictures)
    assert all(len(picture.noisy_film) == 2 for picture in last.pictures)
    alone = results(service.draw(check_request("red heart", seed=6, steps=2), "me", "stable"))[-1]
    assert alone.pictures[0].image.tobytes() == (last.pictures[1].image.tobytes())


@pytest.mark.parametrize("model", ["flow", "stable", "pictogram-painter"])
def test_a_recipe_draws_the_same_picture_again(service, model):
    first = results(service.draw(check_request("blue house", steps=2), "me", model))[-1]
    recipe = first.pictures[0].recipe
    assert isinstance(recipe, Recipe) and recipe.model == model
    given = recipe.as_form()
    again = check_request(given.pop("prompt"), **{n: v for n, v in given.items() if n != "model"})
    second = results(service.draw(again, "me", given["model"]))[-1]
    pictures = [each.pictures[0].image.tobytes() for each in (first, second)]
    assert pictures[0] == pictures[1]
    assert second.pictures[0].recipe == recipe


def test_without_extras_there_are_no_previews_no_film_and_no_maps(service):
    extras = Extras(previews=False, word_maps=False)
    updates = results(service.draw(check_request("heart", steps=2), "me", "stable", extras))
    assert all(isinstance(update, PicturesDrawn) for update in updates)
    assert updates[-1].card and not updates[-1].pictures[0].film
    assert updates[-1].pictures[0].generation.word_maps is None


def test_where_memory_runs_out_half_the_size_is_drawn_and_said(service, adapters):
    with OutOfMemory(adapters["stable"], 64):
        last = results(service.draw(check_request("heart", size=256, steps=1), "me", "stable"))[-1]
    assert last.pictures[0].image.size == (64, 64)
    assert [str(note) for note in last.card.notes] == [
        "Memory ran out at 256 pixels; drawn at 128 instead.",
        "Memory ran out at 128 pixels; drawn at 64 instead.",
    ]
    assert last.pictures[0].recipe.size == 64


def test_where_no_size_fits_into_memory_a_smaller_tier_draws_and_says_why(service, adapters):
    with OutOfMemory(adapters["flow"], 0), OutOfMemory(adapters["stable"], 0):
        last = results(service.draw(check_request("heart", steps=1), "me"))[-1]
    assert last.card.spec.id == "pictogram-painter"
    assert [str(fall) for fall in last.card.falls] == [
        "Flow ran out of memory", "Stable ran out of memory",
    ]  # fmt: skip


def test_stop_keeps_the_step_on_screen_and_frees_the_slot(service):
    updates = service.draw(check_request("heart", steps=50), "me", "stable")
    for update in updates:
        if isinstance(update, PreviewDrawn):
            service.backend.cancel("me")
    assert isinstance(update, PicturesDrawn) and update.card
    generation = update.pictures[0].generation
    assert generation.finished == "stopped" and len(generation.predicted_x0) < 50
    assert slot_is_free(service.backend.jobs)


@pytest.fixture
def shared(service):
    """The service, whose runs serve all who ask the same."""
    options = {"pool": service.backend.pool, "device_for": device_for, "has_gpu": lambda: True}
    models = service.backend.models
    return TextToImage(Backend(models=models, saved=SavedResults(10**8), **options))


def start(name):
    """What draws four pictures for a visitor: one after another, in a grid, or as frames."""
    asked = check_request("heart", seed=1, steps=1, count=4 if name == "pictures" else 1)
    if name == "pictures":
        return lambda service, visitor: service.draw(asked, visitor, "stable")
    if name == "grid":
        wanted = grid(asked, Axis("seed", (1, 2)), Axis("guidance", (0.0, 5.0)))
        return lambda service, visitor: service.draw_grid(wanted, visitor, "stable")
    way = check_interpolation(asked, "prompts", "blue house", None, 4)
    return lambda service, visitor: service.interpolate(way, visitor, "stable")


@pytest.mark.parametrize("name", ["pictures", "grid", "frames"])
def test_stop_keeps_the_finished_pictures_while_another_goes_on(shared, name):
    def finished(update):
        return getattr(update, "pictures", getattr(update, "frames", ()))

    ann, bob = (start(name)(shared, visitor) for visitor in ("ann", "bob"))
    for updates in (ann, bob):
        next(update for update in updates if len(finished(update)) == 2)
    shared.backend.cancel("ann")
    last, whole = results(ann)[-1], results(bob)[-1]
    assert len(finished(last)) == 2 and len(finished(whole)) == 4
    assert last.card.spec.id == "stable" and last.card.notes == whole.card.notes
    assert last.card.figures.keys() == whole.card.figures.keys()
    assert last.card.figures.get("finished", "stopped") == "stopped"


def test_a_closed_page_frees_the_slot(service):
    updates = service.draw(check_request("heart", steps=50), "me", "stable")
    while not isinstance(next(updates), PreviewDrawn):
        pass
    updates.close()
    assert service.backend.jobs.running() == 0
    again = results(service.draw(check_request("heart", steps=1), "you", "stable"))
    assert again[-1].card


def test_a_blocked_picture_keeps_nothing(service, adapters, monkeypatch):
    monkeypatch.setattr(adapters["stable"], "is_blocked", lambda output: True)
    picture = results(service.draw(check_request("heart", steps=1), "me", "stable"))[-1].pictures[0]
    assert picture.blocked and not picture.film and picture.generation.word_maps is None


def test_a_grid_comes_cell_by_cell_and_stop_keeps_the_finished_ones(service):
    asked = check_request("heart", seed=1, steps=1)
    wanted = grid(asked, Axis("seed", (1, 2)), Axis("guidance", (0.0, 5.0)))
    updates = results(service.draw_grid(wanted, "me", "stable"))
    assert [len(update.pictures) for update in updates] == [1, 2, 3, 4, 4]
    assert updates[-1].card and not updates[0].card
    seen = 0
    for update in service.draw_grid(wanted, "me", "stable"):
        if not isinstance(update, Progress):
            seen = len(update.pictures)
            service.backend.cancel("me")
    assert 0 < seen < 4 and update.card


def test_what_is_cut_of_a_negative_or_a_second_prompt_is_said(service):
    long = "house " * 90
    drawn = service.draw(check_request("heart", negative=long, steps=1), "me", "stable")
    way = check_interpolation(check_request("heart", steps=1), "prompts", long, None, 3)
    for updates in (drawn, service.interpolate(way, "me", "stable")):
        assert "prompt_cut" in [note.code for note in results(updates)[-1].card.notes]


def test_an_interpolation_is_drawn_frame_by_frame(service):
    asked = check_request("red heart", seed=1, steps=1)
    for kind in ("prompts", "seeds"):
        interpolation = check_interpolation(asked, kind, "blue house", 2, 3)
        updates = results(service.interpolate(interpolation, "me", "stable"))
        assert [len(update.frames) for update in updates] == [1, 2, 3, 3]
        assert updates[-1].frames[0].tobytes() != updates[-1].frames[-1].tobytes()


def test_stopped_before_anything_is_there_says_so(service):
    updates = service.draw(check_request("heart"), "me", "stable")
    next(updates)
    service.backend.cancel("me")
    with pytest.raises(Cancelled):
        list(updates)


def test_a_pipelines_folder_is_whole_only_with_the_weights_of_all_its_parts(stable_row, tmp_path):
    import shutil

    from backend.models.sources import has_all_weights

    assert has_all_weights(stable_row.source.fetch())
    copy = tmp_path / "copy"
    shutil.copytree(stable_row.source.fetch(), copy)
    next((copy / "unet").glob("*.safetensors")).unlink()
    assert not has_all_weights(copy)
    shutil.rmtree(copy / "unet")
    assert not has_all_weights(copy)


def test_rows_of_tests_are_like_the_real_ones():
    real = {spec.id: spec for spec in Backend().models_for("text_to_image")}
    assert real["sd-turbo"].loader == row("x", None, {}).loader
    assert "no commercial use" in real["sd-turbo"].licence
    assert set(FLOW_DEFAULTS) >= set(real["flux2-klein-4b"].defaults)
    assert set(STABLE_DEFAULTS) | {"supports_guidance"} >= set(real["sd-turbo"].defaults)
