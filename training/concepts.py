"""What a concept is, and which part of the data it belongs to.

The split is by concept, not by picture: a test concept's pictures are in no other part, whatever
their style. People who differ in gender or skin alone are one concept, and so are "cat" and "cat
face".
"""

import hashlib
import re

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SHARES = {TEST: 0.12, VALIDATION: 0.04}

_GENDERED = {"man", "woman", "person", "men", "women", "people", "male", "female"}
_STOP = {"a", "an", "the", "of", "face", "symbol", "icon", "clipart", "clip", "art"}
_TONE = re.compile(r"[:,]? *(light|medium-light|medium|medium-dark|dark) skin tone")


def words(text: str) -> list[str]:
    """Lower-case words of letters: "Cat's Face_2" -> ["cat", "s", "face"]."""
    return re.findall(r"[a-z]+", text.lower())


def concept_of(name: str) -> str:
    """The key under which equal things meet: no skin, gender, articles, "face" or plural s."""
    kept = [_singular(word) for word in words(_TONE.sub("", name)) if word not in _STOP]
    neutral = [word for word in kept if word not in _GENDERED]
    return " ".join(neutral or kept or words(name))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def part_of(concept: str) -> str:
    """Train, validation or test: the concept's own hash decides, so it never moves."""
    place = int.from_bytes(hashlib.sha256(concept.encode()).digest()[:4], "big") / 2**32
    if place < SHARES[TEST]:
        return TEST
    return VALIDATION if place < SHARES[TEST] + SHARES[VALIDATION] else TRAIN
