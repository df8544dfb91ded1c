"""Operations on ZeroGPU, which lends a Space a GPU for one call at a time.

A call of the decorated function is done in a process forked from this one: it sees what was there
when it was forked, such as the models that `place` has put on the GPU before the page was launched,
and is sent what it is called with. So there is one function for all operations; questions cross as
`Call`s, answers as bytes (`wire.py`), and Stop as a byte of memory that all forks share. A call has
no turns here, for ZeroGPU has its own queue; and it stays on the visitor's thread, where `spaces`
finds whose quota of GPU time it is.

Imported only on ZeroGPU, and `spaces` before everything that imports torch or gradio.
"""

from __future__ import annotations

import logging
import mmap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import spaces

from backend.device import Device, choose_device, cpu
from backend.errors import Cancelled, ModelError
from backend.executors import Executor
from backend.executors.zero_errors import as_ours
from backend.executors.zero_seconds import seconds_of
from backend.jobs import Job
from backend.messages import Message, message
from backend.models.load_errors import as_load_error
from backend.models.pool import load_with_its_loader
from backend.models.registry import MODELS, ModelSpec
from backend.operation import Operation
from backend.operations import LOAD_ONLY, OPERATIONS
from backend.run import Progress, Run
from backend.wire import received, sent

log = logging.getLogger(__name__)
# Half a card has 48 GB, and what is drawn or written needs room, too. A process that is new moves
# all that was placed to the card, on the visitor's quota.
ROOM = 35_000_000_000
FIRST = ("generation", "text_to_image", "image_search", "classification", "zero_shot")  # tasks
FLAGS = mmap.mmap(-1, mmap.PAGESIZE)  # a byte for each run under way; not 0: it is to stop


@dataclass(frozen=True)
class Placed:
    """A model on the GPU that is lent."""

    model: Any
    device: Device


PLACED: dict[str, Placed] = {}  # by the row's id


@dataclass(frozen=True)
class Call:
    """One attempt with one row, as it crosses."""

    operation: Operation
    row: ModelSpec
    falls: tuple[Message, ...]
    seconds: float  # since it was asked
    flag: int  # its byte of FLAGS

    @property
    def lent_seconds(self) -> int:
        """How long the GPU is asked for."""
        return seconds_of(self.operation)


class LentJob(Job):
    """The run in the forked process, as the other one can stop it. It ends with what it has before
    ZeroGPU ends it with nothing."""

    def __init__(self, call: Call) -> None:
        super().__init__(call.lent_seconds)
        self._flag = call.flag
        self.start_clock()

    @property
    def is_cancelled(self) -> bool:
        return bool(FLAGS[self._flag]) or super().is_cancelled

    def check(self) -> None:
        """See Job."""
        if FLAGS[self._flag]:
            raise Cancelled
        super().check()


@spaces.GPU(duration=lambda call: call.lent_seconds)
def work(call: Call) -> Iterator[bytes]:
    """The updates of a call, in a process that has a GPU."""
    import torch

    torch.set_num_threads(1)  # OpenMP's other threads were not forked
    placed, job = PLACED[call.row.id], LentJob(call)
    run = Run(call.row, placed.device, call.falls, job, job.clock() - call.seconds)
    steps = OPERATIONS[call.operation.name].load()
    updates = steps(placed.model, run, *call.operation.arguments)
    yield from sent(updates, call.row.id, lambda: job.is_cut)


def place(rows: Sequence[ModelSpec] = MODELS, tier: str = "gpu", room: int = ROOM) -> None:
    """Put the tier's models that fit on the GPU that ZeroGPU will lend, those of FIRST before
    others. On the main thread, before the page is launched: it fetches their weights and says what
    it could not have."""
    for row in sorted((one for one in rows if one.tier == tier), key=_rank):
        size = row.needs("cuda")
        if size > room:
            continue
        print(f"Placing {row.name} ({row.task}) for ZeroGPU...", flush=True)
        try:
            found = choose_device(tier)
            device = replace(found, dtype=row.dtype or found.dtype, reason=message("zero_device"))
            row.source.fetch()
            PLACED[row.id] = Placed(load_with_its_loader(row, device), device)
            room -= size
        except Exception as error:  # noqa: BLE001  smaller models answer in its place
            log.warning("not placed: %s", as_load_error(row, error))


def has_gpu() -> bool:
    """Whether a GPU that is lent would find any model."""
    return bool(PLACED)


def on_cpu(row: ModelSpec) -> Device:
    """Where all other rows work: the card is there for calls of `work` alone."""
    return cpu("device_cpu_small")


def _rank(row: ModelSpec) -> int:
    return FIRST.index(row.task) if row.task in FIRST else len(FIRST)


class ZeroGpu:
    """Does operations of one tier on the GPU that is lent, all others `here`."""

    def __init__(self, here: Executor, tier: str = "gpu") -> None:
        self._here, self._tier = here, tier
        self._free_flags = list(range(len(FLAGS)))

    def attempt(self, operation: Operation, run: Run) -> Iterator[Progress | Any]:
        """See Executor."""
        if run.spec.tier != self._tier:
            yield from self._here.attempt(operation, run)
        elif operation.name != LOAD_ONLY:
            run.job.check()
            yield run.progress(message("zero_waiting"))
            with self._flag() as flag:
                call = Call(operation, run.spec, run.falls, run.seconds, flag)
                yield from self._updates(call, run)

    def _updates(self, call: Call, run: Run) -> Iterator[Any]:
        job, stop = run.job, partial(FLAGS.__setitem__, call.flag, 1)
        try:
            with job.when_cancelled(stop):
                yield from received(_lent(call), _tokenizer_of, job.note_cut)
        except Cancelled:
            job.check()  # it may have a reason of its own, such as that the server stops
            raise
        except Exception as error:
            raise as_ours(error) from error

    def device_of(self, spec: ModelSpec) -> Device:
        """See Executor."""
        if spec.tier != self._tier:
            return self._here.device_of(spec)
        if spec.id not in PLACED:
            raise ModelError("zero_not_placed")
        return PLACED[spec.id].device

    def load_ahead(self, spec: ModelSpec) -> None:
        """See Executor: what is placed is there."""
        if spec.tier != self._tier:
            self._here.load_ahead(spec)

    @contextmanager
    def _flag(self) -> Iterator[int]:
        flag = self._free_flags.pop()
        FLAGS[flag] = 0
        try:
            yield flag
        finally:
            self._free_flags.insert(0, flag)  # used again last


def _lent(call: Call) -> Iterator[bytes]:
    """What `work` yields. Who closes it ends the run within a step."""
    parts = work(call)
    try:
        for part in parts:  # noqa: UP028  whoever closes this, the flag is set first
            yield part
    finally:
        FLAGS[call.flag] = 1
        parts.close()


def _tokenizer_of(row: str) -> Any:
    return PLACED[row].model.tokenizer
