"""Pieces merged to whole words, each with its chance, its rivals and its look."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor

from backend.captioning.caption_model import Speaker
from backend.captioning.decoding import Line, Piece


@dataclass(frozen=True)
class Rival:
    """What could stand in a word's place: `text` is "" where the caption could end."""

    text: str
    chance: float
    piece: int


@dataclass(frozen=True)
class Word:
    """`chance` is the product over its pieces, its `rivals` are those of the first one, its `look`
    [rows, columns], if it was asked for, is the mean of theirs (sum 1); `pieces` are its first and
    the one after it."""

    text: str
    chance: float
    rivals: tuple[Rival, ...]
    look: Tensor | None
    pieces: tuple[int, int]
    given: bool


@dataclass(frozen=True)
class Caption:
    """`chance` is the whole caption's probability after what was given, its end included."""

    text: str
    words: tuple[Word, ...]
    chance: float
    ids: tuple[int, ...]
    ended: bool

    def with_rival(self, word: int, rival: int) -> tuple[int, ...]:
        """The pieces up to that word, and the rival in its place."""
        chosen = self.words[word]
        return (*self.ids[: chosen.pieces[0]], chosen.rivals[rival].piece)


def caption_of(speaker: Speaker, line: Line, looks: Tensor | None = None) -> Caption:
    """A line as people read it; `looks` [T, rows, columns] are those of its pieces."""
    pieces = line.pieces
    starts = [at for at, piece in enumerate(pieces) if at == 0 or not speaker.joins(piece.id)]
    words = tuple(
        _word(speaker, pieces[first:after], first, looks)
        for first, after in pairwise([*starts, len(pieces)])
    )
    ids = tuple(piece.id for piece in pieces)
    return Caption(speaker.text(ids), words, math.exp(line.score), ids, line.ended)


def _word(speaker: Speaker, pieces: tuple[Piece, ...], first: int, looks: Tensor | None) -> Word:
    after = first + len(pieces)
    rivals = tuple(
        Rival("" if id_ == speaker.end else speaker.text([id_]), math.exp(chance), id_)
        for id_, chance in pieces[0].rivals
    )
    return Word(
        text=speaker.text([piece.id for piece in pieces]),
        chance=math.exp(sum(piece.chance for piece in pieces)),
        rivals=rivals,
        look=None if looks is None else looks[first:after].mean(0),
        pieces=(first, after),
        given=pieces[0].given,
    )
