"""A classifier's answer: a probability for each label."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scores:
    """Labels and their probabilities, in the model's own order.

    They sum to 1 unless `multi_label`, where each label is a yes-or-no question of its own.
    """

    labels: tuple[str, ...]
    values: tuple[float, ...]
    multi_label: bool = False

    @property
    def top(self) -> str:
        """The likeliest label, the first of equal ones."""
        return self.labels[self.values.index(max(self.values))]

    def of(self, label: str) -> float:
        return self.values[self.labels.index(label)]

    def ranked(self) -> list[tuple[str, float]]:
        """Likeliest first."""
        return sorted(zip(self.labels, self.values, strict=True), key=lambda pair: -pair[1])

    def as_json(self) -> dict[str, float]:
        """{label: probability}, likeliest first."""
        return {label: round(value, 6) for label, value in self.ranked()}
