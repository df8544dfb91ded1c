"""Long work of image search stops in between, for others."""

import numpy as np
import pytest

from backend import gallery
from backend.image_search import labels, steps
from backend.image_search.explanation import EncodedQuery, Word, word_changes
from backend.image_search.matrix import caption_matrix
from backend.image_search.query import Term
from backend.image_search.ranking import rank
from backend.image_search.request import check_request
from backend.image_search.results import SearchResult
from backend.image_search.service import TASK
from backend.image_search.vector_index import Entry, VectorIndex
from backend.models.search_encoder.model import PART
from backend.models.search_encoder.regions import regions
from backend.parts import finish
from tests.backend.parts import stops_and_items
from tests.backend.pictures.files import picture

CAPTIONS = tuple(f"caption {n}" for n in range(2 * PART + 1))
PICTURES = [picture((40, 40), (20 * n, 90, 200)) for n in range(PART + 1)]


@pytest.fixture(scope="module")
def encoder():
    """The bundled one."""
    from backend.models.registry import MODELS
    from backend.models.search_encoder import load_row
    from tests.backend.fakes import CPU

    return load_row(next(row for row in MODELS if (row.task, row.tier) == (TASK, "bundled")), CPU)


def test_captions_and_pictures_are_compared_a_few_at_a_time(encoder):
    names = tuple(map(str, range(len(PICTURES))))
    stops, (_, compared) = stops_and_items(steps.compare, encoder, CAPTIONS, names, PICTURES, 0.03)
    assert stops == 3 + 2
    together = encoder.encode_texts(CAPTIONS) @ encoder.encode_pictures(PICTURES).T
    assert np.allclose(compared.matrix.cosines, together.numpy(), atol=1e-5)


def test_the_maps_are_made_a_few_at_a_time_and_are_those_of_single_pictures(encoder):
    query = encoder.encode_texts(["blue"])[0]
    parts = regions(encoder, PICTURES, query)
    assert [next(parts), next(parts)] == [None, None]
    alone = [finish(regions(encoder, [one], query))[0].numpy() for one in PICTURES]
    assert np.allclose(finish(parts).numpy(), np.stack(alone), atol=1e-4)


def test_a_query_is_read_without_each_of_its_words_a_few_at_a_time(encoder):
    text = " ".join(f"w{n}" for n in range(PART + 1))
    vector = encoder.encode_texts([text]).numpy()
    query = EncodedQuery(vector, (1.0,), vector[0])
    words = [Word(0, n, f"w{n}") for n in range(PART + 1)]
    parts = word_changes(encoder, [Term(text, 1.0)], words, query, vector)
    assert [next(parts), next(parts)] == [None, None]
    assert finish(parts).shape == (PART + 1, 1)


def test_stop_reaches_a_comparison_before_each_part(encoder):
    asked = []
    finish(caption_matrix(encoder, CAPTIONS, PICTURES, 0.03, lambda: asked.append(1)))
    assert len(asked) == 3 + 2


def test_reasons_stop_between_pictures_and_between_their_maps(encoder, monkeypatch):
    few = tuple(labels.Label(f"thing {n}") for n in range(PART + 1))
    monkeypatch.setattr(labels, "labels", lambda: few)
    entries = tuple(Entry(one.key, one.key) for one in gallery.entries()[: PART + 1])
    vectors = np.eye(len(entries), encoder.width, dtype=np.float32)
    index = VectorIndex(entries, vectors, "tiny", 0.0)
    ranking = rank(encoder, check_request("red car", top=PART + 1), index)
    found = SearchResult(ranking, None)
    stops, (_, explained) = stops_and_items(steps.explain_hits, encoder, found)
    assert stops >= len(entries) + 2 + 1 + 2  # pictures, labels, words, maps
    assert len(explained.reasons.maps) == len(entries)
