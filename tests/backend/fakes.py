"""Stand-ins for rows, sources, devices, loaders and models: no download, no GPU, no waiting."""

import threading
import weakref
from dataclasses import dataclass, replace
from pathlib import Path

from backend import Backend
from backend.device import Device
from backend.errors import ModelError
from backend.executors.here import Here
from backend.jobs import Job
from backend.messages import message
from backend.models.pool import Pool
from backend.models.registry import ModelSpec
from backend.operation import Operation
from backend.operations import OPERATIONS, Procedure
from backend.run import Progress

PATIENCE = 60  # seconds until a test that hangs fails; generous, for a machine under load

CPU = Device("cpu", "CPU", "float32", message("device_cpu_no_gpu"))
GPU = Device("cuda", "Fake GPU", "float32", message("device_cuda", name="Fake GPU", memory="8 GB"))


def device_for(row):
    """The fake machine has both devices."""
    return GPU if row.tier == "gpu" else CPU


def device_without_gpu(row):
    """Where there is no GPU."""
    if row.tier == "gpu":
        raise ModelError("device_missing")
    return CPU


@dataclass(frozen=True)
class FakeSource:
    here: bool = True
    download_bytes: int = 1_500_000_000
    origin: str = "a fake"
    path: Path = Path("weights")

    def on_disk(self):
        return self.here

    def fetch(self, wish=None):
        return self.path

    def fetched(self):
        return None

    def throw_away_damage(self):
        return []


def spec(model_id, tier="bundled", *, task="generation", source=None, memory_bytes=100):
    """A row of MODELS."""
    return ModelSpec(
        id=model_id,
        task=task,
        tier=tier,
        name=model_id.title(),
        source=source or FakeSource(),
        loader="tests.backend.fakes:load_fake",
        licence="Apache-2.0",
        parameters=1_000_000,
        memory_bytes=memory_bytes,
        languages="English",
    )


def two_rows(load):
    """A backend with two language models: "large", with four times the parameters, and "small"."""
    rows = (replace(spec("large", "cpu"), parameters=4_000_000), spec("small"))
    pool = Pool(load=load, free=lambda _: 2**60)
    return Backend(models=rows, pool=pool, device_for=lambda _: CPU, has_gpu=lambda: False)


class FakeModel:
    """Refers to itself, as real models do: only the garbage collector frees it."""

    def __init__(self, row, device):
        self.id, self.bytes, self.device = row.id, row.memory_bytes, device.kind
        self.itself = self


def load_fake(row, device):
    """What a row's `loader` names."""
    return FakeModel(row, device)


class Loader:
    """Loads FakeModels and notes the ids; ids in `failing` raise; waits for `gate` if given."""

    def __init__(self, failing=None, gate=None):
        self.failing, self.gate = failing or {}, gate
        self.asked = []  # ids, in order
        self.started = threading.Event()

    def __call__(self, row, device):
        self.asked.append(row.id)
        self.started.set()
        if self.gate is not None:
            assert self.gate.wait(PATIENCE)
        if row.id in self.failing:
            raise self.failing[row.id]
        return FakeModel(row, device)


class Memory:
    """A device's memory: what is free is what the models that still exist leave."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.models = weakref.WeakSet()

    def load(self, row, device):
        model = FakeModel(row, device)
        self.models.add(model)
        return model

    def free(self, device):
        return self.capacity - sum(m.bytes for m in self.models if m.device == device.kind)

    def ids(self):
        return {model.id for model in self.models}


class Clock:
    """Stands in for the module `time`; only the test moves it."""

    now = 1000.0

    def monotonic(self):
        return self.now


def in_threads(count, work):
    """Run `work(index)` on `count` threads that start together; their results in order."""
    start, results = threading.Barrier(count), [None] * count

    def run(index):
        start.wait(PATIENCE)
        results[index] = work(index)

    threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return results


def hold(jobs, device_kind="cpu"):
    """Take the whole device, which must be free; the job that has it."""
    job = Job(PATIENCE)
    assert list(jobs.take_place(device_kind, job)) == []
    return job


def slot_is_free(jobs, device_kind="cpu"):
    """Whether nobody is on the device; leaves it so."""
    job = Job(PATIENCE)
    for _ in jobs.take_place(device_kind, job):
        return False
    jobs.leave_place(job)
    return True


def results(updates):
    """What a run gives, without the progress before it."""
    return [update for update in updates if not isinstance(update, Progress)]


class Watched:
    """A language model's network that calls `before(n)` before its n-th pass (from 1)."""

    def __init__(self, network, before=lambda passes: None):
        self._network, self._before = network, before
        self.device, self.config = network.device, network.config
        self.passes = 0

    def __call__(self, *args, **options):
        self.passes += 1
        self._before(self.passes)
        return self._network(*args, **options)


def generated(lm, prompt_ids, request, **options):
    """What transformers' own `generate` answers to the same request: token ids."""
    import torch

    if request.is_sampling:
        options |= {"temperature": request.temperature, "top_k": request.top_k}
        options |= {"top_p": request.top_p, "min_p": request.min_p or None}
    torch.manual_seed(request.seed)
    ids = torch.tensor([prompt_ids])
    answer = lm.model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=request.is_sampling,
        repetition_penalty=request.repetition_penalty,
        max_new_tokens=request.max_new_tokens,
        pad_token_id=lm.tokenizer.pad_token_id,
        **options,
    )
    return answer[0, len(prompt_ids) :].tolist()


ROWS = (spec("big", "gpu"), spec("middle", "cpu"), spec("small"))


def make_backend(load=None, rows=ROWS, **changed):
    """A backend on a machine with a GPU and no end of memory, unless changed."""
    options = {"device_for": device_for, "has_gpu": lambda: True, **changed}
    options.setdefault("pool", Pool(load=load or Loader(), free=lambda _: 2**60))
    backend = Backend(models=rows, **options)
    backend.executor = Here(backend.pool, backend.jobs, options["device_for"], TEST_OPERATIONS)
    return backend


def do_hint(model, run, *arguments):
    """What the operations below are done by: the work that came with the question."""
    return run.hint(model, run, *arguments)


KINDS = ("short", "row", "long", "exclusive")
TEST_OPERATIONS = {
    **OPERATIONS,
    **{f"test.{kind}": Procedure("tests.backend.fakes:do_hint", kind) for kind in KINDS},
    "other": Procedure("tests.backend.fakes:do_hint", "long"),
}


def performed(backend, work, model="", visitor="ann", kind="long", task="generation"):
    """`work(model, run)` as an operation of that kind."""
    return backend.perform(Operation(task, f"test.{kind}", (), hint=work), model, visitor)


def begun(updates):
    assert next(updates).message.code == "starting"
    return updates


def codes(updates):
    return [update.message.code for update in updates if isinstance(update, Progress)]


def assert_nothing_is_left(backend):
    assert backend.jobs.running() == 0
    assert slot_is_free(backend.jobs, "cuda")
    assert slot_is_free(backend.jobs, "cpu")
