"""An answer as it grows: text that always decodes, timings, and the reason it ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

from tokenizers.decoders import DecodeStream

from backend.generation.batch import Batch, Seat
from backend.generation.continuation import DecodedToken
from backend.generation.decoding import decode
from backend.generation.prompt import encode
from backend.generation.request import GenerationRequest
from backend.generation.results import GeneratedToken
from backend.generation.token_choice import token_choice
from backend.jobs import Job, keeping_what_is_done
from backend.messages import Message
from backend.models.language_model import LanguageModel
from backend.models.reader import CausalReader
from backend.together import Waits

MAX_KEPT_LOGITS = 300  # tokens of an answer whose logits are kept: 200 kB each for SmolLM2


@dataclass(frozen=True)
class ResumePoint:
    """Where an earlier answer is continued: its prompt, the tokens that stay, and a reader that has
    read all of these but the last. No reader: they are read again."""

    prompt_ids: tuple[int, ...]
    tokens: tuple[GeneratedToken, ...]
    reader: CausalReader | None = None


@dataclass
class Answer:
    """The text so far. `finished` is None while it grows, then "end" (the model ended it),
    "length" (max_new_tokens), "stop" (a stop string), "stopped" (by the visitor) or "deadline"."""

    prompt_tokens: int
    seed: int
    notes: tuple[Message, ...]
    text: str = ""
    token_count: int = 0  # includes tokens that a stop string has cut off again
    first_token_seconds: float | None = None  # from the request to the first token
    decode_seconds: float = 0.0  # from the first token to the last
    finished: str | None = None
    tokens: list[GeneratedToken] = field(default_factory=list)
    resumed_tokens: int = 0  # of these, taken from an earlier answer
    prompt_ids: tuple[int, ...] = ()
    reader: CausalReader | Seat | None = None  # has read the prompt and all tokens but the last

    @property
    def tokens_per_second(self) -> float | None:
        """Pace after the first token; None for fewer than two tokens."""
        decoded = self.token_count - self.resumed_tokens
        if decoded < 2 or self.decode_seconds <= 0:
            return None
        return (decoded - 1) / self.decode_seconds

    def figures(self) -> dict[str, float | int | str]:
        """What the run card shows: lengths in tokens, times in seconds."""
        figures: dict[str, float | int | str | None] = {
            "prompt_tokens": self.prompt_tokens,
            "answer_tokens": self.token_count,
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
    resume: ResumePoint | None = None,
    batch: Batch | None = None,
) -> Iterator[Answer | Waits]:
    """Yield the same growing Answer after each token, and once more when it is finished.

    It is also yielded for each chunk of the prompt, before the first token. `asked_at` is
    when the visitor asked, by the job's clock: loading counts, waiting for others does not. Raises
    Cancelled or DeadlineExceeded if there is no token to keep. With `resume`, `request.begin`
    starts with its tokens; they are not chosen again, and only the last of them is read again. With
    a `batch` the answer is written in it, beside others, and `Waits` comes where these must have
    their turn.
    """
    prompt = encode(lm, request)
    growing = Answer(len(prompt.ids), request.seed, request.notes + prompt.notes)
    growing.prompt_ids = tuple(prompt.ids)
    if resume and resume.prompt_ids != growing.prompt_ids:
        resume = None  # the prompt was cut differently to make room for a longer answer
    reader = resume.reader if resume else None
    growing.reader = Seat(batch, reader) if batch else reader or lm.reader()
    stream = DecodeStream(skip_special_tokens=True)
    kept = _resume(growing, resume, stream, lm)
    rest = replace(
        request,
        begin=request.begin[len(kept) :],
        max_new_tokens=request.max_new_tokens - len(kept),
    )
    steps = decode(lm, [*prompt.ids, *kept], rest, job, growing.reader, len(kept))
    with keeping_what_is_done(lambda: growing.token_count > 0) as ending, closing(steps):
        for decoded in steps:
            if isinstance(decoded, Waits):
                yield decoded
                continue
            if decoded is not None:
                _count(growing, job.clock() - asked_at)
                text = stream.step(lm.tokenizer.backend_tokenizer, decoded.id) or ""
                _append(growing, decoded, text)
            if _cut_at_stop(growing, request.stop):
                break
            yield growing
    growing.finished = _how_it_ended(growing, ending.finished, lm.stop_ids)
    yield growing


def _resume(
    growing: Answer, resume: ResumePoint | None, stream: DecodeStream, lm: LanguageModel
) -> list[int]:
    """Put the tokens that stay into the new answer; returns their ids."""
    growing.tokens = list(resume.tokens) if resume else []
    ids = [token.choice.id for token in growing.tokens]
    for token_id in ids:
        growing.text += stream.step(lm.tokenizer.backend_tokenizer, token_id) or ""
    growing.token_count = growing.resumed_tokens = len(ids)
    return ids


def _append(growing: Answer, decoded: DecodedToken, text: str) -> None:
    """Append a token, and describe its choice while the device is free."""
    growing.text += text
    # On the CPU: what is kept for inspection must not fill the device.
    kept = decoded.logits.cpu() if len(growing.tokens) < MAX_KEPT_LOGITS else None
    choice = decoded.choice or token_choice(decoded.id, decoded.logits, decoded.processed)
    growing.tokens.append(GeneratedToken(text, choice, decoded.within, kept))


def _cut_at_stop(growing: Answer, stops: tuple[str, ...]) -> bool:
    """Whether a stop string has appeared; text and tokens then end before it."""
    places = [place for stop in stops if (place := growing.text.find(stop)) >= 0]
    if places:
        growing.text, growing.finished = growing.text[: min(places)], "stop"
        _drop_tokens_beyond(growing)
    return bool(places)


def _drop_tokens_beyond(growing: Answer) -> None:
    """Drop the tokens after the end of the text; shorten the one that crosses it."""
    left, kept = len(growing.text), []
    for token in growing.tokens:
        if left <= 0:
            break
        kept.append(replace(token, text=token.text[:left]))
        left -= len(token.text)
    growing.tokens = kept


def _how_it_ended(growing: Answer, ending: str, stop_ids: frozenset[int]) -> str:
    """`ending` is "end" unless Stop or the deadline cut it short."""
    if growing.finished or ending != "end":
        return growing.finished or ending
    return "end" if growing.tokens and growing.tokens[-1].choice.id in stop_ids else "length"


def _count(growing: Answer, since_asked: float) -> None:
    if growing.first_token_seconds is None:
        growing.first_token_seconds = since_asked
    growing.decode_seconds = since_asked - growing.first_token_seconds
    growing.token_count += 1


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
