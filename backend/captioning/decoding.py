"""Greedy, beam and sampling over any speaker, one piece at a time, so that each can be seen.

Written out rather than left to `generate`, so that every step can be shown and stopped; the tests
hold both to the same captions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from backend.captioning.caption_model import Speaker
from backend.captioning.request import CaptionRequest

RIVALS = 5


@dataclass(frozen=True)
class Piece:
    """A piece with its log-probability, and the likeliest ones at its place (id, log-probability).
    `given` says that the visitor, not the model, chose it."""

    id: int
    chance: float
    rivals: tuple[tuple[int, float], ...]
    given: bool = False


@dataclass(frozen=True)
class Line:
    """A caption so far. `score` sums the log-probabilities of what the model chose, its end too."""

    pieces: tuple[Piece, ...] = ()
    score: float = 0.0
    chosen: int = 0  # pieces that the model chose, its end included
    ended: bool = False

    def ids(self, start: Sequence[int]) -> list[int]:
        return [*start, *(piece.id for piece in self.pieces)]


Lines = list[Line]


def decode(
    speaker: Speaker, seen: Any, request: CaptionRequest, check: Callable[[], None]
) -> Iterator[Lines]:
    """The captions as they grow, best first; the last ones are the answer.

    `check` is called before each step and raises where the run is to end.
    """
    begun = [*speaker.read(request.prefix), *request.begun]
    line = _given(speaker, seen, begun[: speaker.longest(request.length) - 1], check)
    if line.ended:
        yield [line]
        return
    ways = {"greedy": _greedy, "beam": _beam, "sample": _sample}
    yield from ways[request.strategy](_Asking(speaker, seen, request, check), line)


@dataclass(frozen=True)
class _Asking:
    """One run's questions to the speaker."""

    speaker: Speaker
    seen: Any
    request: CaptionRequest
    check: Callable[[], None]

    def next(self, lines: Lines) -> Tensor:
        """As the speaker has it, but with no end before the least length; as in transformers,
        the other chances stay what they are."""
        self.check()
        chances = self.speaker.next(self.seen, [line.ids(self.speaker.start) for line in lines])
        if len(lines[0].pieces) < self.speaker.least(self.request.length):
            chances = chances.clone()
            chances[:, self.speaker.end] = -torch.inf
        return chances

    def extend(self, line: Line, chances: Tensor, piece: int) -> Line:
        """The line with one more piece, or ended; `chances` [V] are those at its place."""
        longer = _extended(self.speaker, line, chances, piece)
        full = len(longer.pieces) >= self.speaker.longest(self.request.length)
        return replace(longer, ended=longer.ended or full)


def _given(speaker: Speaker, seen: Any, begun: list[int], check: Callable[[], None]) -> Line:
    """The visitor's own beginning, with the chances that the model gives it."""
    line = Line()
    for piece in begun:
        check()
        chances = speaker.next(seen, [line.ids(speaker.start)])[0]
        longer = _extended(speaker, line, chances, piece)
        if longer.ended:
            return replace(longer, score=0.0, chosen=0)
        last = replace(longer.pieces[-1], given=True)
        line = Line((*longer.pieces[:-1], last))
    return line


def _extended(speaker: Speaker, line: Line, chances: Tensor, piece: int) -> Line:
    chance = float(chances[piece])
    score, chosen = line.score + chance, line.chosen + 1
    if piece == speaker.end:
        return replace(line, score=score, chosen=chosen, ended=True)
    top = chances.topk(min(RIVALS, len(chances)))
    rivals = tuple(zip(top.indices.tolist(), top.values.tolist(), strict=True))
    return Line((*line.pieces, Piece(piece, chance, rivals)), score, chosen)


def _greedy(asking: _Asking, line: Line) -> Iterator[Lines]:
    """Always the likeliest piece."""
    while not line.ended:
        chances = asking.next([line])[0]
        line = asking.extend(line, chances, int(chances.argmax()))
        yield [line]


def _sample(asking: _Asking, line: Line) -> Iterator[Lines]:
    """Several captions side by side, drawn with temperature and top-p (nucleus, Holtzman 2020)."""
    from transformers import TemperatureLogitsWarper, TopPLogitsWarper

    request = asking.request
    generator = torch.Generator().manual_seed(request.seed)
    cool, cut = TemperatureLogitsWarper(request.temperature), TopPLogitsWarper(request.top_p)
    lines = [line] * request.candidates
    while open_ones := [number for number, line in enumerate(lines) if not line.ended]:
        chances = asking.next([lines[number] for number in open_ones])
        warped = cut(None, cool(None, chances)).softmax(-1)
        drawn = torch.multinomial(warped, 1, generator=generator)[:, 0].tolist()
        for row, (number, piece) in enumerate(zip(open_ones, drawn, strict=True)):
            lines[number] = asking.extend(lines[number], chances[row], piece)
        yield list(lines)
    yield sorted(lines, key=lambda line: -line.score)


def _beam(asking: _Asking, line: Line) -> Iterator[Lines]:
    """The `candidates` likeliest captions by mean log-probability, as transformers' beam search
    finds them with length_penalty 1 and early_stopping off."""
    wide = asking.request.candidates
    running, finished = [line], Lines()
    while running:
        chances = asking.next(running)
        totals = torch.tensor([[line.score] for line in running]) + chances
        top = totals.flatten().topk(min(2 * wide, totals.numel()))
        going = Lines()
        for place, (total, flat) in enumerate(
            zip(top.values.tolist(), top.indices.tolist(), strict=True)
        ):
            row, piece = divmod(flat, totals.shape[1])
            if total == -torch.inf or (len(going) >= wide and place >= wide):
                continue
            longer = asking.extend(running[row], chances[row], piece)
            if not longer.ended:
                going.append(longer)
            elif place < wide:
                finished.append(longer)
        finished = sorted(finished, key=_mean, reverse=True)[:wide]
        running = going[:wide]
        yield [*finished, *running][:wide] if finished else running
        if running and len(finished) == wide and _mean(finished[-1]) >= _mean(running[0]):
            break
    yield finished


def _mean(line: Line) -> float:
    return line.score / max(1, line.chosen)
