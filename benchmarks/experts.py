"""How good the text experts are: python -m benchmarks.experts --data GOEMOTIONS [--other FOLDER].

On GoEmotions' test split, beside a linear probe on frozen MiniLM trained on the same texts. With
`--other`, also two-way sentiment on files from other sources: each line a 0 or 1, a tab, a text.
Zero-shot classifies the first texts of each source.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from backend.classification import metrics
from backend.classification.zero_shot import score_labels
from backend.device import choose_device
from backend.models.registry import MODELS, ModelSpec, row_for
from backend.parts import finish
from benchmarks.both_languages import frozen_minilm
from training.goemotions import QUESTIONS, Comments, read
from training.scores import best_thresholds, macro_f1

if TYPE_CHECKING:
    from sklearn.multiclass import OneVsRestClassifier

PAPER = {"sentiment": 0.69, "emotion": 0.64}  # BERT base, macro F1 (Demszky et al. 2020)
BARS = {"sentiment": 0.64, "emotion": 0.58}
TEMPLATE = "The sentiment of this text is {}."
LABELS = ("negative", "positive")
MAX_ZERO_SHOT = 100  # texts of each source for zero-shot
EXPERTS = {row.id.removesuffix("-expert"): row for row in MODELS if row.task == "classification"}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of GoEmotions' tsv files")
    parser.add_argument("--other", type=Path, help="folder of files with 0 or 1, a tab, a text")
    parser.add_argument("--only", choices=["experts", "zero-shot"])
    given = parser.parse_args()
    splits = {split: read(given.data, split) for split in ("train", "dev", "test")}
    others = (
        {file.stem: _pairs(file) for file in sorted(given.other.glob("*.tsv"))}
        if given.other
        else {}
    )
    if given.only != "zero-shot":
        probe = Probe(splits["train"])
        for question in BARS:
            compare(question, probe, splits, others)
    if given.only != "experts":
        zero_shot({"GoEmotions' test split": _two_way(splits["test"]), **others})


class Probe:
    """Logistic regression on frozen MiniLM, one a question."""

    def __init__(self, train: Comments) -> None:
        self.encoder, self.train = frozen_minilm(), train
        self.known: dict[tuple[str, ...], np.ndarray] = {}

    def vectors(self, texts: list[str]) -> np.ndarray:
        """MiniLM's vectors [N, 384] of the texts, computed once."""
        key = tuple(texts)
        if key not in self.known:
            self.known[key] = self.encoder.encode(texts).numpy()
        return self.known[key]

    def fit(self, question: str) -> OneVsRestClassifier:
        """A probe for the question, fitted on the training texts."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier

        answers = self.train.grouped(QUESTIONS[question])
        model = OneVsRestClassifier(LogisticRegression(max_iter=300))
        return model.fit(self.vectors(self.train.texts), answers)


def compare(question: str, probe: Probe, splits: dict, others: dict) -> None:
    """Both models' figures on the test split, and on the other sources."""
    print(f"{question}: GoEmotions, {len(splits['test'].texts):,} test comments")
    expert, fitted = _load(EXPERTS[question]), probe.fit(question)
    answers = {
        "expert": expert.probabilities,
        "its twin for two languages": _load(EXPERTS[EXPERTS[question].twin]).probabilities,
        "linear probe": lambda texts: fitted.predict_proba(probe.vectors(texts)),
    }
    for name, answer in answers.items():
        _report(name, question, answer, splits)
        if question == "sentiment":
            for source, (texts, truth) in others.items():
                found = answer(texts)
                right = (found[:, 0] > found[:, 1]) == truth
                print(f"  {name}, two-way, {source} ({len(texts):,} sentences): {right.mean():.3f}")
    print(f"  the paper's BERT base: macro F1 {PAPER[question]}; our bar: {BARS[question]}")


def _report(name: str, question: str, answer, splits: dict) -> None:
    """The paper's way of counting (several labels, thresholds from dev), and one label a text."""
    groups = QUESTIONS[question]
    labels = list(groups)
    thresholds = best_thresholds(answer(splits["dev"].texts), splits["dev"].grouped(groups), labels)
    found, true = answer(splits["test"].texts), splits["test"].grouped(groups)
    print(f"  {name}: macro F1 {macro_f1(found, true, thresholds):.3f} (several labels a text)")
    one = true.sum(1) == 1
    report = metrics.report(
        [labels[place] for place in true[one].argmax(1)],
        [labels[place] for place in found[one].argmax(1)],
    )
    right = found[one].argmax(1) == true[one].argmax(1)
    error = metrics.calibration(found[one].max(1) / found[one].sum(1), right).error
    print(
        f"    the {one.sum():,} texts with one label: accuracy {report.accuracy:.3f}, precision "
        f"{report.precision:.3f}, recall {report.recall:.3f}, F1 {report.f1:.3f}, ECE {error:.3f}"
    )


def zero_shot(others: dict) -> None:
    """Two-way sentiment with no training, by both bundled ways."""
    print(f"zero-shot, “{TEMPLATE}”, negative or positive")
    for row in (row_for("likelihood"), row_for("sentences")):
        model = _load(row)
        for source, (texts, truth) in others.items():
            said = [
                finish(score_labels(model, text, LABELS, [TEMPLATE], False)).rows[0].top
                for text in texts[:MAX_ZERO_SHOT]
            ]
            right = [
                (label == "positive") == real for label, real in zip(said, truth, strict=False)
            ]
            print(f"  {row.id}, {source} ({len(right)} sentences): {np.mean(right):.3f}")


def _load(row: ModelSpec):
    from backend.models.pool import load_with_its_loader

    return load_with_its_loader(row, choose_device(row.tier))


def _two_way(comments: Comments) -> tuple[list[str], np.ndarray]:
    """The comments that are positive or negative and nothing else; whether each is positive."""
    labels = list(QUESTIONS["sentiment"])
    true = comments.grouped(QUESTIONS["sentiment"])
    positive, negative = (true[:, labels.index(name)] for name in ("positive", "negative"))
    rows = np.flatnonzero((true.sum(1) == 1) & (positive | negative))
    return [comments.texts[row] for row in rows], positive[rows]


def _pairs(file: Path) -> tuple[list[str], np.ndarray]:
    rows = [line.split("\t", 1) for line in file.read_text(encoding="utf-8").splitlines()]
    return [row[1] for row in rows], np.array([row[0] == "1" for row in rows])


if __name__ == "__main__":
    main()
