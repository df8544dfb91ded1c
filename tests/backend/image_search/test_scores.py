"""The arithmetic: sums of terms, shares, exact search, the match threshold, the projection."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InputError
from backend.image_search.match_threshold import STANDS_OUT, match_threshold
from backend.image_search.projection import place_texts, principal_components
from backend.image_search.scores import best, combine, nearest, shares, softmax, unit

RANDOM = np.random.default_rng(3)


def vectors(count, width=8):
    return unit(RANDOM.normal(size=(count, width)))


def test_one_term_is_itself_whatever_it_weighs():
    term = vectors(1)
    assert np.allclose(combine(term, [1]), term[0]) and np.allclose(combine(term, [7]), term[0])


def test_terms_that_cancel_are_a_sentence():
    term = vectors(1)
    with pytest.raises(InputError, match="cancel"):
        combine(np.concatenate([term, term]), [1, -1])


def test_what_the_terms_add_sums_to_the_cosine():
    terms, weights, picture = vectors(3), [1, 2, -0.5], vectors(1)[0]
    added = shares(terms, weights, picture)
    assert added.sum() == pytest.approx(combine(terms, weights) @ picture, abs=1e-6)


@given(st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9]), max_size=30), st.integers(1, 40))
def test_the_best_are_those_of_a_full_sort(values, count):
    array = np.array(values)
    full = np.argsort(-array, kind="stable")[:count]
    assert best(array, count).tolist() == full.tolist()


def test_search_is_exact():
    stored, query = vectors(500), vectors(1)[0]
    places, values = nearest(stored, query, 7)
    assert places.tolist() == np.argsort(-(stored @ query))[:7].tolist()
    assert np.allclose(values, (stored @ query)[places])


def test_shares_sum_to_one_and_sharpen_with_cold():
    values = np.array([0.1, 0.3, 0.2])
    warm, cold = softmax(values, 0.3), softmax(values, 0.005)
    assert warm.sum() == pytest.approx(1) and cold[1] > 0.99 > warm[1]


def test_a_match_stands_out_from_the_crowd_and_beats_a_text_that_says_nothing():
    values = np.append(RANDOM.normal(0.2, 0.02, 500), [0.5, 0.5])
    found = match_threshold(values, null_cosine=0.1)
    assert found.value == pytest.approx(0.26, abs=0.02) and sum(found.counts) == 502
    assert match_threshold(values, null_cosine=0.4).value == 0.4


def test_of_a_few_pictures_the_text_that_says_nothing_decides_alone():
    assert match_threshold(np.array([0.1, 0.5]), null_cosine=0.3).value == 0.3


def test_a_yardstick_of_other_pictures_decides_for_a_collection_of_any_size():
    usual = RANDOM.normal(0.2, 0.02, 600)
    alike = np.full(16, 0.5)  # sixteen pictures of what was asked for
    expected = pytest.approx(0.2 + STANDS_OUT * 0.02, abs=0.01)
    assert match_threshold(alike, 0.45, usual).value == expected
    assert match_threshold(np.array([0.21]), 0.1, usual).value == expected


def test_an_encoders_own_level_decides_where_it_has_one():
    usual = RANDOM.normal(0.2, 0.02, 600)
    found = match_threshold(np.full(16, 0.5), 0.45, usual, level=0.4)
    assert found.value == 0.4 and found.median == 0.5


def test_a_collection_of_one_picture_has_a_histogram():
    assert sum(match_threshold(np.array([0.61], np.float32), 0.3).counts) == 1


def test_equal_scores_break_nothing():
    assert match_threshold(np.full(20, 0.3), null_cosine=0.1).value == pytest.approx(0.3)


def test_the_projection_is_that_of_scikit_learn():
    from sklearn.decomposition import PCA

    points = vectors(60)
    theirs, ours = PCA(2).fit(points), principal_components(points)
    assert np.allclose(np.abs(theirs.transform(points)), np.abs(ours.project(points)), atol=1e-5)
    assert ours.explained == pytest.approx(theirs.explained_variance_ratio_.sum(), abs=1e-6)


def test_one_picture_has_a_projection_too():
    assert principal_components(vectors(1)).project(vectors(1)).shape == (1, 2)


def test_a_word_stands_amid_its_pictures():
    pictures = np.concatenate([unit(np.eye(8)[[0] * 9] + 0.01), unit(np.eye(8)[[1] * 9] + 0.01)])
    projection = principal_components(pictures)
    word = place_texts(projection, np.eye(8, dtype=np.float32)[:1], pictures)
    assert np.allclose(word[0], projection.project(pictures)[0], atol=1e-3)
