"""What the bilingual text encoder knows, and the experts' heads on it: python -m
benchmarks.both_languages. The figures of their cards.

On the short texts that were written for the tests (`tests/backend/texts`), each in English and in
Chinese; nothing was trained on them. Beside them MiniLM, which reads English alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backend.classification.expert import Expert
from backend.classification.head import fit
from backend.classification.sentences import SentenceEncoder
from backend.classification.zero_shot import score_labels
from backend.device import choose_device
from backend.models.minilm import minilm_folder
from backend.models.pool import load_with_its_loader
from backend.models.registry import MODELS, row_for
from backend.parts import finish
from tests.backend import texts

TEMPLATES = ("This text is about {}.", "这段文字是关于{}的。")
ENGLISH, CHINESE = 2, 3  # columns of `texts.topics()`
NAMES = tuple(dict.fromkeys(row[0] for row in texts.topics()))
CHINESE_NAMES = tuple(dict.fromkeys(row[1] for row in texts.topics()))
TRUE = np.array([NAMES.index(row[0]) for row in texts.topics()])
SENTIMENTS = {"joy": "positive", "surprise": "ambiguous", "neutral": "neutral"}
QUESTIONS = ("sentiment", "emotion")


def main() -> None:
    encoder: SentenceEncoder = loaded(row_for("sentences").id)
    for name, one in (("text encoder", encoder), ("MiniLM", frozen_minilm())):
        own_labels(name, one, reads_chinese=one is encoder)
        taught(name, one, reads_chinese=one is encoder)
    for question in QUESTIONS:
        adapter, twin = loaded(f"{question}-expert"), loaded(f"{question}-expert-two-languages")
        show(f"{question}: English, the adapter", expert_share(adapter, question, 1))
        show(f"{question}: English, the twin", expert_share(twin, question, 1))
        show(f"{question}: Chinese, the twin", expert_share(twin, question, 2))
        show(f"{question}: Chinese, the adapter", expert_share(adapter, question, 2))


def show(name: str, share: float) -> None:
    print(f"  {name:<64} {share:.3f}")


def own_labels(name: str, encoder: Any, reads_chinese: bool) -> None:
    """Topics as a visitor's own labels, on all 80 texts."""
    every = range(len(TRUE))
    show(f"{name}: own labels, English", own_label_share(encoder, ENGLISH, NAMES, every))
    if reads_chinese:
        share = own_label_share(encoder, CHINESE, CHINESE_NAMES, every)
        show(f"{name}: own labels, Chinese", share)
        share = own_label_share(encoder, CHINESE, NAMES, every)
        show(f"{name}: own labels, Chinese with English labels", share)


def own_label_share(
    encoder: Any, column: int, labels: tuple[str, ...], places: Sequence[int]
) -> float:
    """The share of these texts whose own topic comes first."""
    rows, template = texts.topics(), TEMPLATES[labels is CHINESE_NAMES]
    found = [
        finish(score_labels(encoder, rows[place][column], labels, [template], False)).rows[0].top
        for place in places
    ]
    tops = zip(found, TRUE[list(places)], strict=True)
    return float(np.mean([labels.index(top) == true for top, true in tops]))


def taught(name: str, encoder: SentenceEncoder, reads_chinese: bool) -> None:
    """A head taught on every other text, asked of the rest."""
    english, chinese = vectors_of(encoder)
    show(f"{name}: a head taught and asked in English", taught_share(english, english))
    if reads_chinese:
        show(f"{name}: taught and asked in Chinese", taught_share(chinese, chinese))
        show(f"{name}: taught in English, asked in Chinese", taught_share(english, chinese))


def vectors_of(encoder: SentenceEncoder) -> tuple[np.ndarray, np.ndarray]:
    """Of the texts about topics, in English and in Chinese: [80, 384] each."""
    english, chinese = zip(*(row[2:] for row in texts.topics()), strict=True)
    return (encoder.encode(english).double().numpy(), encoder.encode(chinese).double().numpy())


def taught_share(known: np.ndarray, asked: np.ndarray) -> float:
    """The share of every second text that a head taught on the others gets right."""
    odd = np.arange(len(TRUE)) % 2 == 1
    head = fit(known[~odd], [NAMES[number] for number in TRUE[~odd]], "e5")
    found = head.probabilities(asked[odd]).argmax(1)
    rows = zip(found, TRUE[odd], strict=True)
    return float(np.mean([head.labels[place] == NAMES[true] for place, true in rows]))


def expert_share(expert: Expert, question: str, column: int) -> float:
    """The share of the 200 texts about feelings that an expert gets right; column 1 is English, 2
    Chinese."""
    rows = texts.feelings()
    true = [row[0] for row in rows]
    if question == "sentiment":
        true = [SENTIMENTS.get(emotion, "negative") for emotion in true]
    found = expert.probabilities([row[column] for row in rows]).argmax(1)
    return float(
        np.mean([expert.labels[place] == one for place, one in zip(found, true, strict=True)])
    )


def loaded(model_id: str) -> Any:
    """The row's model, by its own loader."""
    row = next(row for row in MODELS if row.id == model_id)
    return load_with_its_loader(row, choose_device(row.tier))


def frozen_minilm() -> SentenceEncoder:
    """MiniLM as it was published, with nothing learnt on it here."""
    from transformers import AutoModel, AutoTokenizer

    folder = minilm_folder()
    return SentenceEncoder(
        AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval(), "cpu"
    )


if __name__ == "__main__":
    main()
