"""The masked word and the next sentence by a language model, which reads from left to right.

BERT's heads give these two answers directly. A model that only continues texts gives them by
Bayes' rule: a word fits a gap as far as the text before it, the word and the text after it are
probable together; a sentence follows another as far as it is likelier after that than alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from backend.classification import likelihood
from backend.classification.request import MASK, check_gaps
from backend.classification.results import Filling
from backend.errors import ModelError
from backend.messages import Message, message
from backend.models import control_tokens
from backend.parts import Parts

if TYPE_CHECKING:
    from backend.models.language_model import LanguageModel

TOP = 10  # words shown for each gap
CANDIDATES = 48  # words that each of the two readings proposes
SHORTLIST = 16  # of them are tried in the whole text, those that do best with its next few tokens
LEFT, NEAR, RIGHT = 256, 3, 12  # tokens beside a gap that are read
BLANK = "____"
Check = Callable[[], None]  # may raise: asked between two batches


@dataclass(frozen=True)
class Odds:
    """Log-odds that one sentence follows another: `slope` times the nats by which a token of it
    gains over `threshold`. Fitted by `python -m training.next_sentence`."""

    slope: float
    threshold: float

    def probability(self, gain: float) -> float:
        return 1 / (1 + math.exp(-self.slope * (gain - self.threshold)))


PROSE, VERSE = Odds(1.70, 0.311), Odds(5.67, 0.135)


@dataclass(frozen=True)
class GapFiller:
    """A causal language model as one that fills gaps."""

    lm: LanguageModel
    odds: Odds = PROSE
    opening: str = "."  # read before a text of which nothing stands before the gap

    @property
    def tokenizer(self) -> Any:
        return self.lm.tokenizer

    @torch.inference_mode()
    def fill(
        self, text: str, check: Check = lambda: None, top: int = TOP
    ) -> Parts[list[list[Filling]]]:
        """The `top` likeliest words for each [MASK], from left to right: each sees the words chosen
        before, and the text after it up to the next gap. InputError for none or too many gaps."""
        done, *others = check_gaps(text).split(MASK)
        gaps = []
        for right in others:
            words = yield from self._gap(done, right, check)
            gaps.append(words[:top])
            done += words[0].word + right
        return gaps

    def _gap(self, left: str, right: str, check: Check) -> Parts[list[Filling]]:
        """All candidates, likeliest first."""
        begun = self._begun(left)
        tail = self._ids(right.rstrip())[:RIGHT]
        reader, first = yield from likelihood.read(self.lm, begun, check)
        hinted = yield from self._hinted(left, right, check)
        words = self._words((first, hinted), left)
        tokens, scores = list(words), torch.empty(0)
        for size, reach in ((SHORTLIST, NEAR), (SHORTLIST, RIGHT)):
            tails = [[token, *tail[:reach]] for token in tokens]
            scores = yield from likelihood.continued(reader, first, tails, check)
            order = scores.argsort(descending=True)[:size]
            tokens, scores = [tokens[row] for row in order.tolist()], scores[order]
        values = scores.softmax(0).tolist()
        return [Filling(words[token], value) for token, value in zip(tokens, values, strict=True)]

    def _hinted(self, left: str, right: str, check: Check) -> Parts[Tensor]:
        """Log-probabilities [V] of the gap's first token where the whole text with a blank was read
        before: what comes after the gap proposes words, too."""
        whole = self._ids(left + BLANK)[-LEFT:] + self._ids(right + "\n")[: 4 * RIGHT]
        prompt = [*likelihood.first_token(self.lm), *whole, *self._ids(left.rstrip())[-LEFT:]]
        _, found = yield from likelihood.read(self.lm, prompt, check)
        return found

    def _words(self, readings: Sequence[Tensor], left: str) -> dict[int, str]:
        """Token -> word: of each reading the likeliest tokens that are words. They begin with a
        space where the text before the gap ends with one; a first word, too, where there are such,
        for most of them are one token only so."""
        for is_spaced in (left[-1:].isspace() or not left, False):
            words: dict[int, str] = {}
            for reading in readings:
                words |= self._likeliest(reading, is_spaced)
            if words:
                return words
        raise ModelError("no_words")

    def _likeliest(self, reading: Tensor, is_spaced: bool) -> dict[int, str]:
        words: dict[int, str] = {}
        for token in reading.topk(min(20 * CANDIDATES, len(reading))).indices.tolist():
            piece = self.tokenizer.decode([token])
            if piece[:1].isspace() == is_spaced and _is_word(piece.strip()):
                words[token] = piece.strip()
            if len(words) == CANDIDATES:
                break
        return words

    @torch.inference_mode()
    def follows(self, first: str, second: str, check: Check = lambda: None) -> Parts[float]:
        """The probability that `second` follows `first`."""
        gain = yield from self.gain(first, second, check)
        return self.odds.probability(gain)

    def gain(self, first: str, second: str, check: Check = lambda: None) -> Parts[float]:
        """Nats that a token of `second` is likelier after `first` than alone, on average."""
        logprobs = []
        for before in (first, ""):
            reader, start = yield from likelihood.read(self.lm, self._begun(before), check)
            tail = self._ids((" " if self.opening else "") + second)
            found = yield from likelihood.continued(reader, start, [tail], check)
            logprobs.append(float(found[0]) / len(tail))
        return logprobs[0] - logprobs[1]

    def notes_on_gaps(self, text: str) -> tuple[Message, ...]:
        """That only a part of the text around a gap was read; that control tokens were text."""
        notes = control_tokens.note(self.tokenizer, text)
        before, *_ = text.rpartition(MASK)
        after = (len(self._ids(right)) for right in text.split(MASK)[1:])
        if len(self._ids(before)) > LEFT or max(after) > RIGHT:
            notes += (message("beside_gaps", left=LEFT, right=RIGHT),)
        return notes

    def notes_on_pair(self, first: str, second: str) -> tuple[Message, ...]:
        """That of the first sentence only the end was read; that control tokens were text."""
        notes = control_tokens.note(self.tokenizer, first, second)
        if (tokens := len(self._ids(first))) > LEFT:
            notes += (message("kept_end", kept=LEFT, tokens=tokens),)
        return notes

    def _begun(self, left: str) -> list[int]:
        """What is read before the gap, or before a sentence."""
        ids = self._ids(left.rstrip() or self.opening)
        return [*likelihood.first_token(self.lm), *ids[-LEFT:]]

    def _ids(self, text: str) -> list[int]:
        return likelihood.ids_of(self.lm, text) if text else []


def _is_word(piece: str) -> bool:
    return "\ufffd" not in piece and any(map(str.isalnum, piece))
