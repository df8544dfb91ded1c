"""What the backend does with a loaded language model: write an answer, or read a text; and what is
kept of them, to be looked into and gone on from. Many draws at once: `fan.py`."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import torch
from tokenizers.decoders import DecodeStream

from backend.errors import InputError
from backend.generation.answer import Answer, Start, Written, answer
from backend.generation.request import LONGEST, GenerationRequest, check_begin
from backend.generation.results import Generated, Read
from backend.generation.sampling_trace import Steps, steps
from backend.generation.scoring import score
from backend.messages import message
from backend.models.kv_cache import Memory
from backend.models.language_model import LanguageModel
from backend.models.token_text import token_text
from backend.results import Results

if TYPE_CHECKING:
    from backend.run import Progress, Run


BYTES_OF_A_CHOICE = 4_000  # in Python's objects: ten alternatives with their numbers
ROOM = 50  # tokens that a branch may write at least


@dataclass(frozen=True)
class Taken:
    """An answer, or a text that was read, with what is needed to look into its choices, and to go
    on from one of them."""

    model: str  # the row's id: token ids mean nothing to another
    tokenizer: Any
    request: GenerationRequest | None  # None: a text that was read
    before: tuple[int, ...]  # ids of the prompt; of a text that was read, its first
    written: tuple[Written, ...]
    context: int = 0  # tokens that the model can read, prompt and answer together
    cache: str = ""  # the key of what it has read: all but the last token

    @property
    def nbytes(self) -> int:
        logits = sum(one.logits.nbytes for one in self.written if one.logits is not None)
        return logits + BYTES_OF_A_CHOICE * len(self.written)

    @property
    def ids(self) -> list[int]:
        return [one.choice.id for one in self.written]

    def text_of(self, token_id: int) -> str:
        return token_text(self.tokenizer, token_id)

    def at(self, place: object) -> Written:
        """The token at `place`, from 0; InputError if there is none."""
        if type(place) is not int or not 0 <= place < len(self.written):
            raise InputError("no_such_token", place=str(place)[:20], count=len(self.written))
        return self.written[place]

    def steps_at(self, place: object) -> Steps:
        """How the token at `place` was chosen; InputError if that is not kept."""
        one = self.at(place)
        assert type(place) is int
        if one.logits is None or self.request is None:
            kept = sum(each.logits is not None for each in self.written)
            raise InputError("choice_not_kept", kept=kept)
        ids = torch.tensor([*self.before, *self.ids[:place]], device=one.logits.device)
        return steps(one.choice.id, one.logits, ids, self.request, one.within)

    @property
    def room(self) -> int:
        """Tokens that the answer may have at most."""
        return min(LONGEST, self.context - len(self.before))

    def go_on(self) -> GenerationRequest:
        """The request whose answer begins with all of this one, and goes on."""
        if self.request is None or not self.written:
            raise InputError("no_such_token", place="1", count=0)
        longest = min(len(self.ids) + self.request.max_new_tokens, self.room)
        if longest <= len(self.ids):
            raise InputError("no_room_to_go_on", count=len(self.ids))
        notes = [note for note in self.request.notes if note.code != "written_on"]
        return replace(
            self.request,
            begin=check_begin(self.ids),
            max_new_tokens=longest,
            notes=(*notes, message("written_on", count=longest)),
        )

    def branch(self, place: object, token_id: object) -> GenerationRequest:
        """The request whose answer is this one up to `place`, then `token_id`, then goes on."""
        self.at(place)
        assert type(place) is int
        if self.request is None:
            raise InputError("no_such_token", place=str(place), count=0)
        begin = check_begin([*self.ids[:place], token_id])
        longest = min(len(begin) + ROOM, max(self.room, len(begin)))
        return replace(
            self.request,
            begin=begin,
            max_new_tokens=max(self.request.max_new_tokens, longest),
            notes=(*self.request.notes, message("branched", place=place + 1)),
        )


@dataclass(frozen=True)
class Kept:
    """Of all visitors: their answers, and what the models remember of them. Without the second an
    answer can still be looked into, and is read anew to go on from."""

    answers: Results[Taken]
    caches: Results[Memory]


def generate(
    lm: LanguageModel,
    run: Run,
    request: GenerationRequest,
    visitor: str,
    kept: Kept | None,
    after: Taken | None = None,
) -> Generator[Progress | Generated, None, None]:
    """An answer as it grows; the finished one is kept for its visitor in `kept`, if that is there.
    It may begin with tokens of an answer that was kept: what that has read is not read again."""
    yield run.progress(message("reading"))
    start = _start(lm, run.spec.id, after, request.begin, kept) if after and kept else None
    for growing in answer(lm, request, run.job, run.asked_at, start):
        if not growing.tokens:
            yield run.progress(message("reading"))
            continue
        if growing.finished is None:
            yield Generated(growing.text, written=growing.written)
            continue
        card = run.card(growing.notes, growing.figures())
        beside = after is not None
        key = _keep(lm, request, run, visitor, growing, kept, beside) if kept else ""
        yield Generated(growing.text, growing.finished, card, growing.written, key)


def _keep(
    lm: LanguageModel,
    request: GenerationRequest,
    run: Run,
    visitor: str,
    growing: Answer,
    kept: Kept,
    beside: bool,
) -> str:
    """Keep a finished answer, and what the model remembers of it; the answer's key."""
    memory = growing.reader.memory() if growing.reader else None
    cache = kept.caches.keep(visitor, memory, beside) if memory and memory.parts else ""
    before, written = growing.prompt_ids, tuple(growing.written)
    taken = Taken(run.spec.id, lm.tokenizer, request, before, written, lm.context, cache)
    return kept.answers.keep(visitor, taken, beside)


def _start(
    lm: LanguageModel, model: str, after: Taken, begin: Sequence[int], kept: Kept
) -> Start | None:
    """Where an answer goes on that branches off another, if that one's memory is still there.

    InputError for another model: its tokens are not these.
    """
    if model != after.model:
        raise InputError("branch_other_model", model=after.model)
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(after.ids, begin, strict=False))
    place = sum(1 for _ in alike)
    read = len(after.before) + place - 1  # the last one is read again, for the logits behind it
    if read < 1:
        return None
    try:
        memory = kept.caches.get(after.cache)
    except InputError:
        return None
    reader = lm.reader()
    reader.recall(memory, min(read, memory.length))
    return Start(after.before, after.written[:place], reader)


def read(
    lm: LanguageModel, run: Run, text: str, visitor: str, kept: Results[Taken]
) -> Generator[Progress | Read, None, None]:
    """A text's tokens as it is read; the whole of it is kept for its visitor."""
    yield run.progress(message("reading"))
    stream, written = DecodeStream(skip_special_tokens=False), list[Written]()
    first = ""
    for reading in score(lm, text, run.job):
        if not written:
            first = stream.step(lm.tokenizer.backend_tokenizer, reading.ids[0]) or ""
        for seen in reading.choices[len(written) :]:
            piece = stream.step(lm.tokenizer.backend_tokenizer, seen.id) or ""
            written.append(Written(piece, seen, None, None))
        yield Read(reading.perplexity, first, written)
    taken = Taken(run.spec.id, lm.tokenizer, None, tuple(reading.ids[:1]), tuple(written))
    key = kept.keep(visitor, taken)
    figures = {"prompt_tokens": len(reading.ids), "perplexity": round(reading.perplexity, 2)}
    yield Read(reading.perplexity, first, written, run.card((), figures), key)
