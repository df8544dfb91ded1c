"""The answer as it grows: text that always decodes, times, and why it ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tokenizers.decoders import DecodeStream
from torch import Tensor

from backend.errors import Cancelled, DeadlineExceeded
from backend.generation.decoding import Drawn, decode
from backend.generation.prompt import encode
from backend.generation.request import GenerationRequest
from backend.generation.token_choice import Choice, choice
from backend.jobs import Job
from backend.messages import Message
from backend.models.language_model import LanguageModel
from backend.models.reader import Reader

KEPT = 300  # tokens of an answer whose logits are kept, to be looked into: 200 kB each for SmolLM2


@dataclass(frozen=True)
class Written:
    """A token of the answer under glass. Its text is empty while a character is incomplete: the
    token that completes it has the whole of it."""

    text: str
    choice: Choice
    within: float | None  # see backend/generation/sampling.py
    logits: Tensor | None  # the model's own, [vocabulary]; None: the answer has grown long


@dataclass(frozen=True)
class Start:
    """Where an answer goes on from: tokens of an earlier one that stay, and a reader that has read
    `before`, its prompt, and these but for the last token."""

    before: tuple[int, ...]
    written: tuple[Written, ...]
    reader: Reader


@dataclass
class Answer:
    """The text so far. `finished` is None while it grows, then "end" (the model ended it),
    "length" (max_new_tokens), "stop" (a stop string), "stopped" (by the visitor) or "deadline"."""

    prompt_tokens: int
    seed: int
    notes: tuple[Message, ...]
    text: str = ""
    tokens: int = 0
    first_token_seconds: float | None = None  # from the request to the first token
    decode_seconds: float = 0.0  # from the first token to the last
    finished: str | None = None
    written: list[Written] = field(default_factory=list)
    taken_over: int = 0  # of the tokens, those that an earlier answer gave
    prompt_ids: tuple[int, ...] = ()
    reader: Reader | None = None  # has read the prompt and all tokens but the last

    @property
    def tokens_per_second(self) -> float | None:
        """Pace after the first token; None below two tokens, where there is no pace to tell."""
        drawn = self.tokens - self.taken_over
        if drawn < 2 or self.decode_seconds <= 0:
            return None
        return (drawn - 1) / self.decode_seconds

    def figures(self) -> dict[str, float | int | str]:
        """What the run card shows: lengths in tokens, times in seconds."""
        figures: dict[str, float | int | str | None] = {
            "prompt_tokens": self.prompt_tokens,
            "answer_tokens": self.tokens,
            "first_token_seconds": _rounded(self.first_token_seconds, 3),
            "tokens_per_second": _rounded(self.tokens_per_second, 1),
            "finished": self.finished,
            "seed": self.seed,
        }
        return {name: value for name, value in figures.items() if value is not None}


def answer(
    lm: LanguageModel,
    request: GenerationRequest,
    job: Job,
    asked_at: float,
    start: Start | None = None,
) -> Iterator[Answer]:
    """Yield the same growing Answer after each token, and once more when it is finished.

    Before the first token it is yielded for each piece of the prompt read. `asked_at` is
    `time.monotonic()` when the visitor asked: loading and waiting count. Raises Cancelled or
    DeadlineExceeded if there is no token to keep. With a `start`, `request.begin` begins with its
    tokens; none of them is chosen again, and only the last one is read again.
    """
    prompt = encode(lm, request)
    growing = Answer(len(prompt.ids), request.seed, request.notes + prompt.notes)
    growing.prompt_ids = tuple(prompt.ids)
    if start and start.before != growing.prompt_ids:
        start = None  # cut to fit a longer answer, the prompt is another one
    growing.reader = start.reader if start else lm.reader()
    stream = DecodeStream(skip_special_tokens=True)
    kept = _take_over(growing, start, stream, lm)
    rest = replace(
        request,
        begin=request.begin[len(kept) :],
        max_new_tokens=request.max_new_tokens - len(kept),
    )
    try:
        for drawn in decode(lm, [*prompt.ids, *kept], rest, job, growing.reader, len(kept)):
            if drawn is not None:
                _time(growing, asked_at)
                text = stream.step(lm.tokenizer.backend_tokenizer, drawn.id) or ""
                _write(growing, drawn, text)
            if _cut_at_stop(growing, request.stop):
                break
            yield growing
        growing.finished = _how_it_ended(growing, lm.stop_ids)
    except (Cancelled, DeadlineExceeded) as end:
        if not growing.tokens:
            raise
        growing.finished = "stopped" if isinstance(end, Cancelled) else "deadline"
    yield growing


def _take_over(
    growing: Answer, start: Start | None, stream: DecodeStream, lm: LanguageModel
) -> list[int]:
    """Put what stays of an earlier answer into the new one; its token ids."""
    growing.written = list(start.written) if start else []
    ids = [one.choice.id for one in growing.written]
    for token_id in ids:
        growing.text += stream.step(lm.tokenizer.backend_tokenizer, token_id) or ""
    growing.tokens = growing.taken_over = len(ids)
    return ids


def _write(growing: Answer, drawn: Drawn, text: str) -> None:
    """Append a token. It is looked at now, while the next one is not yet being reckoned."""
    growing.text += text
    # On the CPU: what is kept to be looked into must not fill the device.
    kept = drawn.logits.cpu() if len(growing.written) < KEPT else None
    seen = choice(drawn.id, drawn.logits, drawn.warped)
    growing.written.append(Written(text, seen, drawn.within, kept))


def _cut_at_stop(growing: Answer, stops: tuple[str, ...]) -> bool:
    """Whether a stop string has been written; text and tokens then end before it."""
    places = [place for stop in stops if (place := growing.text.find(stop)) >= 0]
    if places:
        growing.text, growing.finished = growing.text[: min(places)], "stop"
        _drop_tokens_beyond(growing)
    return bool(places)


def _drop_tokens_beyond(growing: Answer) -> None:
    """Tokens that begin at the end of the text or behind it go; one that crosses it is cut."""
    left, kept = len(growing.text), []
    for one in growing.written:
        if left <= 0:
            break
        kept.append(replace(one, text=one.text[:left]))
        left -= len(one.text)
    growing.written = kept


def _how_it_ended(growing: Answer, stop_ids: frozenset[int]) -> str:
    if growing.finished:
        return growing.finished
    return "end" if growing.written and growing.written[-1].choice.id in stop_ids else "length"


def _time(growing: Answer, asked_at: float) -> None:
    since_asked = time.monotonic() - asked_at
    if growing.first_token_seconds is None:
        growing.first_token_seconds = since_asked
    growing.decode_seconds = since_asked - growing.first_token_seconds
    growing.tokens += 1


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
