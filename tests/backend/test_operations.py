"""All operations: each is done by a function that is there, and all that it is asked and gives can
be sent elsewhere and comes out the same there."""

from __future__ import annotations

import inspect
import math
import pickle
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from backend import Backend, gallery
from backend.attention.request import AttentionRequest, Look
from backend.attention.service import Attention
from backend.captioning.request import check_request as check_caption
from backend.captioning.service import Captioning
from backend.classification import results as classified
from backend.classification.service import Classification
from backend.csv_tables import Table
from backend.errors import InputError, ModelError
from backend.generation.request import check_request
from backend.generation.sampling_trace import SamplingTrace
from backend.generation.service import Generation
from backend.image_search.request import check_request as check_search
from backend.image_search.scope import Scope
from backend.image_search.service import ImageSearch
from backend.messages import message
from backend.operation import Operation
from backend.operations import OPERATIONS
from backend.run import Progress, RunCard
from backend.saved_results import SavedResults
from backend.text_to_image import what_if
from backend.text_to_image.request import check_request as check_draw
from backend.text_to_image.service import TextToImage
from tests.backend.crossing import Crossing, crossing
from tests.backend.fakes import CPU, results, spec

EXAMPLE = gallery.file_of("food-fruit-apple_red.webp")
PICTURE = Image.new("RGB", (40, 40), (200, 30, 30))
LESSON = [("good", "x"), ("nice", "x"), ("bad", "y"), ("sad", "y")]
SHORT = {"strategy": "greedy", "seed": 1, "max_new_tokens": 4}
Asks = Callable[[Backend, Path], Iterator[Any]]


def attended(backend: Backend) -> Any:
    request = AttentionRequest("明月松间照", kind="decoder", model="verse-writer-attention")
    return results(Attention(backend).attend(request, Look(), "ann", nearest=True))[-1]


def look(name: str) -> Asks:
    def asks(backend: Backend, _: Path) -> Iterator[Any]:
        recorded = attended(backend)
        return getattr(Attention(backend), name)(recorded.recording, recorded.look, "ann")

    return asks


def explained(backend: Backend, _: Path) -> Iterator[Any]:
    *_, found = ImageSearch(backend).search(check_search("red car", top=2), "ann")
    return ImageSearch(backend).explain(found, "ann")


def next_logits(backend: Backend, _: Path) -> Iterator[Any]:
    asked = Operation("generation", "generation.logits", ((5, 6),))
    return backend.perform(asked, "", "ann")


def use_head(backend: Backend, _: Path) -> Iterator[Any]:
    *_, taught = Classification(backend).teach(LESSON, "ann")
    return Classification(backend).use_head(taught.lesson.head, "good", "ann")


def grid(backend: Backend, _: Path) -> Iterator[Any]:
    axes = what_if.Axis("seed", (1, 2)), what_if.Axis("steps", (1,))
    return TextToImage(backend).draw_grid(
        what_if.grid(check_draw("sun", seed=1, steps=1), *axes), "ann"
    )


def interpolated(backend: Backend, _: Path) -> Iterator[Any]:
    asked = check_draw("sun", seed=1, steps=1)
    between = what_if.check_interpolation(asked, "prompts", "moon", None, 3)
    return TextToImage(backend).interpolate(between, "ann")


EXPERT = "sentiment-expert"
ASKS: dict[str, Asks] = {
    "generation.generate": lambda b, _: Generation(b).generate(check_request("Hi", **SHORT), "ann"),
    "generation.score_text": lambda b, _: Generation(b).score_text("The cat sat.", "ann"),
    "generation.sample_many": lambda b, _: Generation(b).sample_many(
        check_request("Hi", seed=1, draws=2, max_new_tokens=2), "ann"
    ),
    "generation.logits": next_logits,
    "attention.attend": lambda b, _: Attention(b).attend(
        AttentionRequest("The cat sat"), Look(), "ann"
    ),
    "attention.lens": look("read_lens"),
    "attention.ablate": look("ablate"),
    "classification.classify": lambda b, _: Classification(b).classify("a film", "ann", EXPERT),
    "classification.explain": lambda b, _: Classification(b).explain("a film", "ann", EXPERT),
    "classification.probe": lambda b, _: Classification(b).probe(
        "{} is nice", "Ann, Bob", "ann", EXPERT
    ),
    "classification.classify_rows": lambda b, _: Classification(b).classify_table(
        Table(["text"], [["a film"], ["a bad film"]]), "text", None, "ann", EXPERT
    ),
    "classification.route": lambda b, _: Classification(b).classify("a film", "ann"),
    "classification.zero_shot": lambda b, _: Classification(b).zero_shot(
        "a film", "good, bad", "ann"
    ),
    "classification.teach": lambda b, _: Classification(b).teach(LESSON, "ann"),
    "classification.use_head": use_head,
    "classification.fuse": lambda b, _: Classification(b).fuse("an apple", PICTURE, "a, b", "ann"),
    "classification.teach_pairs": lambda b, path: Classification(b).teach_pairs(
        [("a", path, "x"), ("b", path, "y")], "ann"
    ),
    "image_search.search": lambda b, _: ImageSearch(b).search(check_search("red"), "ann"),
    "image_search.explain": explained,
    "image_search.index": lambda b, path: ImageSearch(b).index(
        f"{id(b):020d}", "mine", [("a.png", path)], "ann"
    ),
    "image_search.map": lambda b, _: ImageSearch(b).map(Scope(), "red", "ann"),
    "image_search.compare": lambda b, path: ImageSearch(b).compare(
        "an apple", [("a.png", path)], "ann"
    ),
    "text_to_image.draw": lambda b, _: TextToImage(b).draw(
        check_draw("sun", seed=1, steps=2), "ann"
    ),
    "text_to_image.draw_grid": grid,
    "text_to_image.interpolate": interpolated,
    "captioning.describe": lambda b, _: Captioning(b).describe(
        check_caption(EXAMPLE, seed=1), "ann"
    ),
    "captioning.describe_all": lambda b, path: Captioning(b).describe_all([("a.png", path)], "ann"),
    "captioning.rank": lambda b, _: Captioning(b).rank(PICTURE, ["an apple", "a dog"], "ann"),
    "captioning.compare": lambda b, _: Captioning(b).round_trip("sun", "ann", 1, seed=1, steps=1),
}
# Their models do not come with the app, or they need a film: done by hand below.
BY_HAND = {"classification.fill_mask", "classification.next_sentence", "captioning.describe_scenes"}
CARD = RunCard(spec("small"), CPU, 1.0, notes=(message("starting"),), figures={"seed": 1})


@pytest.fixture(scope="module", autouse=True)
def own_cache(own_collections: None) -> None:
    pass


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("uploads") / "a.png"
    PICTURE.save(file)
    return file


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_done_by_a_generator_function(name: str) -> None:
    function = OPERATIONS[name].load()
    assert inspect.isgeneratorfunction(function)
    assert list(inspect.signature(function).parameters)[1] == "run"


def test_none_is_left_out() -> None:
    assert {*ASKS, *BY_HAND, "load_only"} == set(OPERATIONS)


@pytest.mark.parametrize("name", ASKS)
def test_what_is_asked_and_given_crosses_and_is_the_same_there(
    name: str, upload: Path, bundled_backend: Backend, tiny_backend: Backend
) -> None:
    backend = tiny_backend if name.startswith("generation") else bundled_backend
    far = crossing(backend)
    (*_, here), (*_, there) = (ASKS[name](one, upload) for one in (backend, far))
    assert isinstance(far.executor, Crossing)
    assert name in {one.name for one in far.executor.operations}
    assert_same(here, there)


@pytest.mark.parametrize(
    "update",
    [
        classified.Filled([[classified.Filling("cat", 0.5)]], CARD),
        classified.NextSentence(0.5, CARD),
        Progress(message("loading", model="Small"), 0.5),
        InputError("empty_prompt"),
        ModelError("no_model_left", reasons=(message("fell_memory", model="Small"),)),
    ],
)
def test_it_is_pickled_and_is_the_same(update: Any) -> None:
    again = pickle.loads(pickle.dumps(update))
    assert type(again) is type(update) and str(again) == str(update)
    assert getattr(again, "message", None) == getattr(update, "message", None)


SIX_TOKENS = check_request("Hi", seed=1, max_new_tokens=6)


def looked_into(backend: Backend, visitor: str = "ann") -> SamplingTrace:
    service = Generation(backend)
    *_, last = service.generate(SIX_TOKENS, visitor)
    with pytest.raises(InputError):
        service.inspected(last.key, 6, visitor)
    return service.inspected(last.key, 4, visitor).trace_at(4)


def assert_like(one: SamplingTrace, other: SamplingTrace) -> None:
    assert one.token_id == other.token_id
    assert one.drawn_at == pytest.approx(other.drawn_at, abs=1e-5)
    for mine, theirs in zip(one.steps, other.steps, strict=True):
        assert mine.name == theirs.name
        assert mine.probabilities == pytest.approx(theirs.probabilities, abs=1e-5)


def test_a_token_that_was_chosen_elsewhere_can_be_looked_into(tiny_backend: Backend) -> None:
    assert_like(looked_into(tiny_backend), looked_into(crossing(tiny_backend)))


def saving(backend: Backend) -> Backend:
    return Backend(
        models=backend.models,
        pool=backend.pool,
        device_for=lambda _: CPU,
        has_gpu=lambda: False,
        saved=SavedResults(10**7),
    )


def test_a_token_of_a_saved_answer_can_be_looked_into(tiny_backend: Backend) -> None:
    backend = saving(tiny_backend)
    assert_like(looked_into(backend), looked_into(backend, "bob"))


def test_who_goes_on_from_a_saved_answer_gets_the_same_text(tiny_backend: Backend) -> None:
    backend, texts = saving(tiny_backend), []
    for visitor in ("ann", "bob"):
        service = Generation(backend)
        *_, last = service.generate(SIX_TOKENS, visitor)
        parent = service.parent(last.key)
        *_, longer = service.generate(parent.answer.continued(), visitor, parent=parent)
        texts.append(longer.text)
    assert texts[0] == texts[1] and len(longer.tokens) == 12


TIMES = ("second", "beside")
STAY = ("age", "key", "cache", "logits", "text_of", "made", "tokenizer")


def assert_same(one: Any, other: Any, name: str = "") -> None:
    """Equal in all parts but times and what stays behind."""
    if name in STAY or any(time in name for time in TIMES):
        return
    assert type(one) is type(other), name
    if isinstance(one, torch.Tensor):
        assert torch.equal(one, other), name
    elif isinstance(one, np.ndarray):
        assert np.array_equal(one, other, equal_nan=True), name
    elif isinstance(one, Image.Image):
        assert one.tobytes() == other.tobytes(), name
    elif is_dataclass(one):
        for field in fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name), field.name)
    elif isinstance(one, tuple | list):
        assert len(one) == len(other), name
        for pair in zip(one, other, strict=True):
            assert_same(*pair, name)
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), name
        for key in one:
            assert_same(one[key], other[key], str(key))
    else:
        assert one == other or (isinstance(one, float) and math.isnan(one)), name
