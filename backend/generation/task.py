"""What the backend does with a loaded language model: write an answer, or read a text."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import torch
from tokenizers.decoders import DecodeStream

from backend.errors import InputError
from backend.generation.answer import Start, Written, answer
from backend.generation.beams import beam_search
from backend.generation.decoding import decode
from backend.generation.glass import choice
from backend.generation.many import Draws, check_size, draw_many
from backend.generation.pieces import token_text
from backend.generation.prompt import encode
from backend.generation.request import LONGEST, GenerationRequest, check_begin
from backend.generation.scoring import score
from backend.generation.stages import Steps, steps
from backend.generation.tree import Tempered, merge
from backend.generation.updates import Fanned, Generated, Read, Told
from backend.language_model import LanguageModel
from backend.messages import message
from backend.results import Results

if TYPE_CHECKING:
    from backend import Progress, Run
    from backend.generation.tree import Branch
    from backend.reader import Reader


BYTES_OF_A_CHOICE = 4_000  # in Python's objects: ten alternatives with their numbers
ROOM = 50  # tokens that a branch may write at least
BEAMS = 5
LONGEST_DRAW = 40  # tokens of one of many draws
TextOf = Callable[[Sequence[int]], str]


@dataclass(frozen=True)
class Taken:
    """An answer, or a text that was read, with what is needed to look into its choices, and to go
    on from one of them."""

    model: str  # the row's id: token ids mean nothing to another
    tokenizer: Any
    request: GenerationRequest | None  # None: a text that was read
    before: tuple[int, ...]  # ids of the prompt; of a text that was read, its first
    written: tuple[Written, ...]
    reader: Reader | None = None  # has read all but the last token
    reader_bytes: int = 0

    @property
    def nbytes(self) -> int:
        logits = sum(one.logits.nbytes for one in self.written if one.logits is not None)
        return logits + BYTES_OF_A_CHOICE * len(self.written) + self.reader_bytes

    def start(self, model: str, begin: Sequence[int]) -> Start | None:
        """Where an answer goes on that has these first tokens; InputError for another model."""
        if model != self.model:
            raise InputError("branch_other_model", model=self.model)
        if self.reader is None:
            return None
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(self.ids, begin, strict=False))
        place = sum(1 for _ in alike)
        read = len(self.before) + place - 1
        return Start(self.before, self.written[:place], self.reader.copy(read))

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

    def go_on(self) -> GenerationRequest:
        """The request whose answer begins with all of this one, and goes on."""
        if self.request is None or not self.written:
            raise InputError("no_such_token", place="1", count=0)
        begin = check_begin(self.ids)
        longest = min(len(begin) + self.request.max_new_tokens, LONGEST)
        return replace(self.request, begin=begin, max_new_tokens=longest)

    def branch(self, place: object, token_id: object) -> GenerationRequest:
        """The request whose answer is this one up to `place`, then `token_id`, then goes on."""
        self.at(place)
        assert type(place) is int
        if self.request is None:
            raise InputError("no_such_token", place=str(place), count=0)
        begin = check_begin([*self.ids[:place], token_id])
        longest = min(len(begin) + ROOM, LONGEST)
        return replace(
            self.request,
            begin=begin,
            max_new_tokens=max(self.request.max_new_tokens, longest),
            notes=(*self.request.notes, message("branched", place=place + 1)),
        )


def generate(
    lm: LanguageModel,
    request: GenerationRequest,
    run: Run,
    visitor: str,
    kept: Results[Taken],
    after: Taken | None = None,
) -> Generator[Progress | Generated, None, None]:
    """An answer as it grows; the finished one is kept for its visitor. It may begin with tokens
    of an answer that was kept: what that one has read is not read again."""
    yield run.progress(message("reading"))
    start = after.start(run.spec.id, request.begin) if after else None
    for growing in answer(lm, request, run.job, run.asked_at, start):
        if not growing.tokens:
            yield run.progress(message("reading"))
            continue
        if growing.finished is None:
            yield Generated(growing.text, written=growing.written)
            continue
        card = run.card(growing.notes, growing.figures())
        taken = Taken(
            run.spec.id,
            lm.tokenizer,
            request,
            growing.prompt_ids,
            tuple(growing.written),
            growing.reader,
            growing.reader.nbytes if growing.reader else 0,
        )
        key = kept.keep(visitor, taken)
        yield Generated(growing.text, growing.finished, card, growing.written, key)


def read(
    lm: LanguageModel, text: str, run: Run, visitor: str, kept: Results[Taken]
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


def fan(
    lm: LanguageModel, request: GenerationRequest, run: Run
) -> Generator[Progress | Fanned, None, None]:
    """`request.draws` draws of one prompt, growing; then greedy and beams beside them."""
    request = replace(request, max_new_tokens=min(request.max_new_tokens, LONGEST_DRAW))
    yield run.progress(message("reading"))
    prompt = encode(lm, request)
    check_size(len(prompt.ids), request.draws, request.max_new_tokens)

    def text_of(ids: Sequence[int]) -> str:
        return str(lm.tokenizer.decode(list(ids), skip_special_tokens=True))

    def fanned(tree: Branch, **more: Any) -> Fanned:
        return Fanned(tree, text_of, request.draws, request.temperature, **more)

    draws = Draws([])
    begun = time.monotonic()
    for draws in draw_many(lm, prompt.ids, request, request.draws, run.job):
        yield fanned(merge(draws))
    seconds = time.monotonic() - begun
    tree = merge(draws, Tempered(draws, prompt.ids, request))
    yield fanned(tree)
    greedy = _greedy(lm, prompt.ids, request, text_of, run)
    beams = _beams(lm, prompt.ids, request, text_of, run)
    figures = {
        "prompt_tokens": len(prompt.ids),
        "answer_tokens": draws.tokens,
        "tokens_per_second": round(draws.tokens / seconds, 1),
        "seed": request.seed,
    }
    card = run.card(request.notes + prompt.notes, figures)
    yield fanned(tree, greedy=greedy, beams=beams, card=card)


def _greedy(
    lm: LanguageModel, ids: list[int], request: GenerationRequest, text_of: TextOf, run: Run
) -> Told:
    """The likeliest token each time."""
    likeliest = replace(request, strategy="greedy")
    drawn = [one for one in decode(lm, ids, likeliest, run.job) if one is not None]
    nats = sum(choice(one.id, one.logits, one.warped).nats for one in drawn)
    return Told(text_of([one.id for one in drawn]), nats)


def _beams(
    lm: LanguageModel, ids: list[int], request: GenerationRequest, text_of: TextOf, run: Run
) -> list[Told]:
    """The likeliest texts."""
    *_, beams = beam_search(lm, ids, request, BEAMS, run.job)
    return [Told(text_of(beam.ids), beam.nats) for beam in beams]
