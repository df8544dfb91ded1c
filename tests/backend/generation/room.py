"""Answers that are written together, driven in rounds, and the same ones written alone."""

from __future__ import annotations

import torch

from backend.errors import Cancelled
from backend.generation.batch import Seat, batch_of
from backend.generation.continuation import DecodedToken
from backend.generation.decoding import decode
from backend.generation.request import GenerationRequest
from backend.jobs import Job
from backend.together import Waits
from tests.backend.fakes import PATIENCE

LENGTHS = (5, 31, 12, 59, 1, 40)


def prompt(number, length=None):
    """Token ids, others for each number."""
    made = torch.Generator().manual_seed(number)
    count = length or LENGTHS[number % len(LENGTHS)]
    return torch.randint(3, 280, (count,), generator=made).tolist()


def ask(number=0, **options):
    return GenerationRequest("", **{"max_new_tokens": 12, "seed": 100 + number, **options})


def alone(lm, ids, request):
    return [token for token in decode(lm, ids, request, Job(PATIENCE)) if token is not None]


def ids_of(tokens):
    return [token.id for token in tokens]


class Room:
    """Drives runs in rounds, as the device's thread does: each to where it waits, then one step of
    the batch, whether that fails or not."""

    def __init__(self, lm):
        self.lm, self.batch = lm, batch_of(lm)
        self.runs, self.tokens, self.errors, self.steps = {}, {}, {}, 0

    def enter(self, name, ids, request, job=None, reader=None, skip=0):
        seat = Seat(self.batch, reader)
        self.runs[name] = decode(self.lm, ids, request, job or Job(PATIENCE), seat, skip)
        self.tokens[name] = []
        return seat

    def leave(self, name):
        self.runs.pop(name).close()

    def round(self):
        if [name for name in list(self.runs) if self._drive(name)]:
            self.steps += 1
            self.batch.step()

    def to_the_end(self, events=None):
        """Rounds until all runs have ended. `events`: what to do before the n-th."""
        count, events = 0, dict(events or {})
        while self.runs or events:
            for act in events.pop(count, ()):
                act()
            self.round()
            count += 1
        return {name: ids_of(tokens) for name, tokens in self.tokens.items()}

    def _drive(self, name):
        """Whether the run waits now; it may have ended instead."""
        try:
            item = next(self.runs[name])
            while not isinstance(item, Waits):
                if isinstance(item, DecodedToken):
                    self.tokens[name].append(item)
                item = next(self.runs[name])
        except StopIteration:
            del self.runs[name]
            return False
        except Cancelled as error:
            self.errors[name] = error
            del self.runs[name]
            return False
        assert item.on is self.batch
        return True
