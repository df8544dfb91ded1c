"""A process on an emulated ZeroGPU, in which test_zero_gpu.py tries things one after another.

`python -m tests.backend.executors.zero_session FOLDER`, with a small language model in the folder.
Prints "passed NAME" for each, or why it failed.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.zero_api import DeviceService, device_service, emulate

TRIED: list[Callable[..., None]] = []
SAME = (
    "generation.generate",
    "attention.attend",
    "classification.classify",
    "image_search.search",
    "text_to_image.draw",
    "captioning.describe",
)


def tried(function: Callable[..., None]) -> Callable[..., None]:
    TRIED.append(function)
    return function


class Session:
    """Two backends over the same rows: one works here, one on the emulated GPU."""

    def __init__(self, folder: Path, service: DeviceService) -> None:
        from backend import Backend
        from backend.executors import zero_gpu
        from backend.models.registry import MODELS
        from tests.backend.fakes import CPU, FakeSource, spec

        self.cpu = CPU
        tiny = replace(
            spec("tiny", source=FakeSource(path=folder)),
            loader="backend.models.language_model:load",
            role="likelihood",
        )
        others = [row for row in MODELS if row.tier == "bundled" and row.task != "generation"]
        self.rows, self.service, self.zero = (tiny, *others), service, zero_gpu
        self.here = Backend("bundled", self.rows, device_for=zero_gpu.on_cpu)
        self.lent = Backend("bundled", self.rows, device_for=zero_gpu.on_cpu)
        self.lent.executor = zero_gpu.ZeroGpu(self.lent.executor, tier="bundled")

    def launch(self) -> None:
        """Place the models, as the app does, and open a page."""
        import gradio as gr

        from tests.serving import free_port

        self.zero.place(self.rows, tier="bundled")
        with gr.Blocks() as page:
            gr.Markdown("")
        page.launch(prevent_thread_lock=True, quiet=True, server_port=free_port())

    def falling(self) -> Any:
        """A backend whose larger model is on the GPU, and whose smaller one is here."""
        from backend import Backend
        from tests.backend.fakes import CPU, spec

        large = spec("large", tier="gpu")
        rows, zero = (large, *self.rows), self.zero
        backend = Backend("gpu", rows, device_for=zero.on_cpu, has_gpu=zero.has_gpu)
        backend.executor = zero.ZeroGpu(backend.executor)
        tiny = zero.PLACED["tiny"]
        zero.PLACED["large"] = zero.Placed(tiny.model, replace(CPU, name="Lent"))
        return backend


def generate(backend: Any, tokens: int = 4) -> Iterator[Any]:
    from backend.generation.request import check_request
    from backend.generation.service import Generation
    from tests.backend.fakes import results

    asked = check_request("Hi", strategy="greedy", seed=1, max_new_tokens=tokens)
    yield from results_of(Generation(backend).generate(asked, "ann"), results)


def results_of(updates: Iterator[Any], results: Callable[..., Any]) -> Iterator[Any]:
    """Results as they come, without the progress."""
    for update in updates:
        yield from results([update])


@tried
def all_models_are_placed(session: Session) -> None:
    assert set(session.zero.PLACED) == {row.id for row in session.rows}


@tried
def rows_that_do_not_fit_are_left_out_and_the_first_tasks_come_first(session: Session) -> None:
    from backend.models.registry import MODELS

    asked: list[str] = []
    session.zero.load_with_its_loader, kept = note_in(asked), session.zero.load_with_its_loader
    session.zero.choose_device, device = lambda tier: session.cpu, session.zero.choose_device
    placed = dict(session.zero.PLACED)
    try:
        session.zero.place([on_this_disk(row) for row in MODELS])
    finally:
        session.zero.load_with_its_loader, session.zero.choose_device = kept, device
        session.zero.PLACED.clear()
        session.zero.PLACED.update(placed)
    first = ["qwen3-4b", "flux2-klein-4b", "siglip2-base", "roberta-emotions"]
    assert asked == [*first, "deberta-zeroshot-large"]


@tried
def operations_give_the_same(session: Session) -> None:
    from tests.backend.test_operations import ASKS, assert_same

    for name in SAME:
        *_, there = ASKS[name](session.lent, Path())
        *_, here = ASKS[name](session.here, Path())
        assert str(there.card.device.reason) == "ZeroGPU lends it for each run", name
        card = replace(there.card, device=here.card.device, spec=here.card.spec)
        assert_same(replace(there, card=card), here, name)
    assert len(session.service.schedules) >= len(SAME)


@tried
def the_gpu_is_asked_for_as_long_as_the_operation_may_take(session: Session) -> None:
    list(generate(session.lent, tokens=250))
    assert session.service.schedules[-1]["durationSeconds"] == "15"  # 5 + 250 / 25


@tried
def the_visitors_own_token_is_shown(session: Session) -> None:
    from gradio.context import LocalContext

    class Request:
        headers = type("Headers", (), {"get": staticmethod({"x-ip-token": "hers"}.get)})()

    LocalContext.request.set(Request())
    list(generate(session.lent))
    LocalContext.request.set(None)
    assert session.service.schedules[-1]["token"] == "hers"
    list(generate(session.lent))
    assert "token" not in session.service.schedules[-1]


@tried
def stop_keeps_what_there_is(session: Session) -> None:
    answers = generate(session.lent, tokens=1500)
    first = next(answers)
    session.lent.cancel("ann")
    *_, last = answers
    assert (first.finished, last.finished) == (None, "stopped")
    assert 0 < len(last.tokens) < 1500


@tried
def who_leaves_frees_the_gpu(session: Session) -> None:
    answers = generate(session.lent, tokens=1500)
    next(answers)
    answers.close()
    *_, last = generate(session.lent)
    assert last.finished == "length"


@tried
def three_visitors_at_once_are_three_processes(session: Session) -> None:
    from concurrent.futures import ThreadPoolExecutor

    session.service.answer["idle"] = False
    with ThreadPoolExecutor(3) as visitors:
        texts = list(visitors.map(lambda _: list(generate(session.lent))[-1].text, range(3)))
    assert len(set(texts)) == 1 and texts[0]


@tried
def a_model_error_crosses_with_its_sentence(session: Session) -> None:
    from backend.errors import InputError
    from backend.generation.request import check_request
    from backend.generation.service import Generation

    asked = check_request("Hi", begin=[10**6], max_new_tokens=4)
    try:
        list(Generation(session.lent).generate(asked, "ann"))
    except InputError as error:
        assert error.message.code == "unknown_token"
    else:
        raise AssertionError("no error")


def note_in(asked: list[str]) -> Callable[..., None]:
    return lambda row, device: asked.append(row.id)


def on_this_disk(row: Any) -> Any:
    from tests.backend.fakes import FakeSource

    return replace(row, source=FakeSource())


def fall_of(session: Session, status: int, **answer: object) -> str:
    """Why the small model answered, where the service refuses so."""
    session.service.refuse(status, **answer)
    try:
        *_, last = generate(session.falling())
    finally:
        session.service.lend()
    assert last.card.spec.id == "tiny" and last.text
    [fall] = last.card.falls
    return str(fall)


@tried
def where_the_quota_is_used_up_the_small_model_answers(session: Session) -> None:
    assert "is used up" in fall_of(session, 429, left=0, wait=3600)


@tried
def where_no_gpu_is_free_the_small_model_answers(session: Session) -> None:
    assert "has no GPU free" in fall_of(session, 503)


@tried
def where_the_service_fails_the_small_model_answers(session: Session) -> None:
    assert "does not answer" in fall_of(session, 500)


@tried
def where_the_process_dies_the_small_model_answers(session: Session) -> None:
    backend, answers = session.falling(), []
    running = generate(backend, tokens=1500)
    answers.append(next(running))
    for child in multiprocessing.active_children():
        child.kill()
    *_, last = running
    assert "ended the run" in str(last.card.falls[0])
    assert last.card.spec.id == "tiny"


@tried
def a_row_that_was_not_placed_is_not_tried_in_vain(session: Session) -> None:
    backend = session.falling()
    del session.zero.PLACED["large"]
    *_, last = generate(backend)
    assert "room on ZeroGPU" in str(last.card.falls[0])


def main(folder: Path) -> int:
    """The number of those that failed."""
    failed = 0
    with device_service() as service:
        emulate(service.address)
        session = Session(folder, service)
        session.launch()
        for one in TRIED:
            try:
                one(session)
                print("passed", one.__name__, flush=True)
            except Exception:  # noqa: BLE001  whatever it is, the test shows it
                failed += 1
                print("failed", one.__name__, traceback.format_exc(), flush=True)
            finally:
                service.lend()
    return failed


if __name__ == "__main__":
    code = main(Path(sys.argv[1]))
    for child in multiprocessing.active_children():
        child.kill()
    sys.stdout.flush()
    os._exit(code)  # threads of gradio and of the models would be waited for
