"""What the text encoder is used for works in Chinese nearly as well as in English.

A language's figure must be at least 0.9 of the other's, on texts that say the same.
"""

from __future__ import annotations

import numpy as np
import pytest

from backend.classification.head import fit
from backend.classification.zero_shot import score_labels
from backend.parts import finish
from tests.backend import texts

TEMPLATES = ("This text is about {}.", "这段文字是关于{}的。")
NAMES = tuple(dict.fromkeys(row[0] for row in texts.topics()))
CHINESE_NAMES = tuple(dict.fromkeys(row[1] for row in texts.topics()))
TRUE = np.array([NAMES.index(row[0]) for row in texts.topics()])


@pytest.fixture(scope="module")
def vectors(sentences):
    english, chinese = zip(*(row[2:] for row in texts.topics()), strict=True)
    return tuple(sentences.encode(some).double().numpy() for some in (english, chinese))


def own_label_share(encoder, column, labels, template):
    """The share of texts (every third) whose own topic comes first."""
    right = []
    for row, true in list(zip(texts.topics(), TRUE, strict=True))[::3]:
        scores = finish(score_labels(encoder, row[column], labels, [template], False)).rows[0]
        right.append(labels.index(scores.top) == true)
    return np.mean(right)


def test_own_labels_fit_texts_of_both_languages(sentences):
    english = own_label_share(sentences, 2, NAMES, TEMPLATES[0])
    assert english >= 0.9
    assert own_label_share(sentences, 3, CHINESE_NAMES, TEMPLATES[1]) >= 0.9 * english
    assert own_label_share(sentences, 3, NAMES, TEMPLATES[0]) >= 0.9 * english


def taught_share(known, asked):
    """The share of every second text that a head taught on the others gets right."""
    odd = np.arange(len(TRUE)) % 2 == 1
    head = fit(known[~odd], [NAMES[number] for number in TRUE[~odd]], "e5")
    found = head.probabilities(asked[odd]).argmax(1)
    return np.mean([head.labels[f] == NAMES[t] for f, t in zip(found, TRUE[odd], strict=True)])


def test_a_head_taught_in_one_language_knows_the_other(vectors):
    english, chinese = vectors
    own = taught_share(english, english)
    assert own >= 0.9
    assert taught_share(chinese, chinese) >= 0.9 * own
    assert taught_share(english, chinese) >= 0.9 * own


def test_what_says_the_same_is_nearest_across_the_languages(vectors):
    english, chinese = vectors
    cosines = english @ chinese.T
    assert (cosines.argmax(1) == np.arange(80)).mean() > 0.95
    others = (cosines.sum() - np.trace(cosines)) / (80 * 79)
    assert np.trace(cosines) / 80 > others + 0.4
