"""Results that grow, and can end where they are for one visitor while the run goes on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from backend.errors import Cancelled
from backend.messages import Message

if TYPE_CHECKING:
    from backend.run import Run

Figures = dict[str, float | int | str]


@dataclass(frozen=True, kw_only=True)
class Stoppable:
    """An update with what its run card says if it is the last. Every such result has a `card`."""

    notes: tuple[Message, ...] = field(default=(), compare=False, repr=False)
    # None: there is nothing to keep yet.
    figures: Figures | None = field(default=None, compare=False, repr=False)

    def stopped(self, run: Run, **changed: Any) -> Self:
        """As the end of a run that one visitor has stopped and others go on with. Cancelled if
        there is nothing to keep yet."""
        if self.figures is None:
            raise Cancelled
        changed["card"] = run.card(self.notes, self.figures)
        return replace(self, **changed)
