"""Train the experts' heads for two languages: `python -m training.expert_heads --data FOLDER`.

A linear layer a question (multinomial logistic regression) on the frozen text encoder's vectors of
English comments. The encoder puts Chinese texts of the same meaning near them, so the heads know
Chinese, of which they saw none. How much to regularise is chosen by five-fold cross-validation on
the same comments. The vectors are kept: a second call takes a minute.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from backend.classification.head import Head, fit
from backend.classification.loading import TWO_LANGUAGES, load_sentence_encoder
from backend.device import choose_device
from backend.models.registry import row_for
from training.goemotions import QUESTIONS, Comments, read

COUNT, SEED = 7500, 0
STRENGTHS = (0.3, 1.0, 3.0, 10.0)  # C, the inverse of the regularisation
EXPERTS = ("sentiment", "emotion")


def chosen(data: Path, count: int) -> Comments:
    """`count` comments of the training split, drawn at random."""
    comments = read(data, "train")
    rows = list(range(len(comments)))
    random.Random(SEED).shuffle(rows)
    rows = rows[:count]
    return Comments([comments.texts[row] for row in rows], comments.emotions[rows])


def vectors_of(comments: Comments, file: Path) -> np.ndarray:
    """The text encoder's vectors [N, 384] of the comments, from `file` if they are there."""
    if not file.exists():
        row = row_for("sentences")
        encoder = load_sentence_encoder(row, choose_device(row.tier))
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, encoder.encode(comments.texts).numpy())
    return np.load(file).astype(float)


def lessons(comments: Comments, question: str) -> tuple[np.ndarray, list[str]]:
    """The rows of the comments with one label of the question, and that label."""
    labels = list(QUESTIONS[question])
    answers = comments.grouped(QUESTIONS[question])
    rows = np.flatnonzero(answers.sum(1) == 1)
    return rows, [labels[place] for place in answers[rows].argmax(1)]


def best_strength(vectors: np.ndarray, labels: list[str]) -> float:
    """The strength with the best macro F1 in cross-validation."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score

    scores = {}
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, max_iter=1000, class_weight="balanced")
        scores[strength] = cross_val_score(model, vectors, labels, scoring="f1_macro").mean()
        print(f"C {strength}: macro F1 {scores[strength]:.3f}", flush=True)
    return max(scores, key=lambda strength: scores[strength])


def save(head: Head, folder: Path) -> None:
    """Write the head with its rows in the order of the folder's labels."""
    order = json.loads((folder / "expert.json").read_text(encoding="utf-8"))["labels"]
    rows = [head.labels.index(label) for label in order]
    parts = {"weight": head.weights[rows], "bias": head.bias[rows]}
    tensors = {name: torch.tensor(part).float().contiguous() for name, part in parts.items()}
    save_file(tensors, folder / TWO_LANGUAGES)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of GoEmotions' tsv files")
    parser.add_argument("--work", type=Path, default=Path("training/work/expert-heads"))
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--models", type=Path, default=Path("assets/models"))
    given = parser.parse_args(arguments)
    comments = chosen(given.data, given.count)
    vectors = vectors_of(comments, given.work / "train.npy")
    for question in EXPERTS:
        rows, labels = lessons(comments, question)
        strength = best_strength(vectors[rows], labels)
        head = fit(vectors[rows], labels, "text encoder", strength=strength)
        save(head, given.models / f"{question}-expert")
        print(f"{question}: {len(rows)} comments, C {strength}")


if __name__ == "__main__":
    main()
