"""A cluster of Ray on this machine beside the same work in this process.

Needs `pip install -r requirements-serve.txt`. What Ray adds is measured by asking here and there by
turns, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import itertools
import os
import signal
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from backend import Backend
from backend.classification.service import Classification
from backend.executors.ray_cluster import Cluster, Scale, connect, replicas_running, shut_down
from backend.executors.ray_serve import RayServe
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.run import Progress

TIMES, ANSWERS = 100, 20  # short runs and answers, here and there by turns
WARM = 4  # runs before, until both have the models
TOKENS = 48
KILLS = 5


def main() -> None:
    """Start a cluster, or join that of RAY_ADDRESS; print the figures; end it."""
    begun = time.monotonic()
    cluster = connect(os.environ.get("RAY_ADDRESS", ""), Scale(2, 2, cpus=0.5))
    while replicas_running() < 2:
        time.sleep(0.1)
    say("two replicas on this machine, started", f"{time.monotonic() - begun:.1f} s", "none")
    here, there = Backend("bundled"), on_cluster(cluster)
    try:
        for each in (cost_of_a_run, stop, two_visitors, killed):
            each(here, there)
    finally:
        shut_down(is_ours=True)


def say(name: str, figure: str, bar: str) -> None:
    print(f"  {name:<66} {figure} (bar: {bar})", flush=True)


def on_cluster(cluster: Cluster) -> Backend:
    """A backend with the bundled models whose work is done there."""
    backend = Backend("bundled")
    far = RayServe(cluster, backend.executor)
    backend.work_at(far, far.has_gpu)
    return backend


def cost_of_a_run(here: Backend, there: Backend) -> None:
    """What is added to the first item, and to each that follows."""
    first = [[first_item(one, n) for one in (here, there)] for n in range(WARM + TIMES)][WARM:]
    say("a text classified: Ray beside this process", *difference(first, "5 ms"))
    paces = [[pace(one, n) for one in (here, there)] for n in range(WARM + ANSWERS)][WARM:]
    say("from one token to the next: Ray beside this process", *difference(paces, "2 ms"))


def difference(pairs: list[list[float]], bar: str) -> tuple[str, str]:
    """Medians of both, and of how much more the second of a pair is, with the middle half."""
    more = [(there - here) * 1000 for here, there in pairs]
    low, middle, high = statistics.quantiles(more, n=4)
    here, there = (statistics.median(one) * 1000 for one in zip(*pairs, strict=True))
    return f"{there:.1f} - {here:.1f}: {middle:+.1f} ms ({low:+.1f} to {high:+.1f})", bar


def first_item(backend: Backend, number: int) -> float:
    """Seconds from a question to its answer."""
    service = Classification(backend)
    begun = time.perf_counter()
    result_of(service.classify(f"Day {number} was fine", "ann", "sentiment-expert"))
    return time.perf_counter() - begun


def pace(backend: Backend, number: int) -> float:
    """Seconds between two tokens: the median of an answer's."""
    times = [at for at, update in timed(answer(backend, f"{number}")) if is_result(update)]
    return statistics.median(b - a for a, b in itertools.pairwise(times))


def stop(_: Backend, there: Backend) -> None:
    """From Stop to the partial answer."""
    updates = answer(there, "ann", 800)
    next(update for update in updates if len(getattr(update, "tokens", ())) == 8)
    begun = time.monotonic()
    there.cancel("ann")
    last = result_of(updates)
    say(
        f"Stop to the partial answer ({last.finished}, {len(last.tokens)} tokens)",
        f"{time.monotonic() - begun:.2f} s",
        "0.5 s",
    )


def two_visitors(_: Backend, there: Backend) -> None:
    """Two visitors on two replicas beside one."""
    for _ in range(3):  # until both have the model
        together(there, ["warm", "up", "all"])
    one, two = together(there, ["ann"]), together(there, ["ann", "bob"])
    ratio = 2 * one / two
    figure = f"{2 * TOKENS / two:.1f} / {TOKENS / one:.1f} tokens/s = {ratio:.2f} of twice"
    say("two visitors on two replicas, beside twice one", figure, "0.9")


def together(backend: Backend, visitors: list[str]) -> float:
    """Seconds until all have their answer."""
    begun = time.monotonic()
    threads = [threading.Thread(target=lambda v=v: result_of(answer(backend, v))) for v in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - begun


def killed(_: Backend, there: Backend) -> None:
    """From the kill of the replica that writes to the next token, which another one writes."""
    told, written = zip(*[one_kill(there) for _ in range(KILLS)], strict=True)
    say(f"{KILLS} replicas killed, one after another: it is told", *worst(told, "none"))
    say("the same: the next token, by the other replica", *worst(written, "1 s"))


def worst(seconds: Sequence[float], bar: str) -> tuple[str, str]:
    return f"{statistics.median(seconds):.2f} s in the median, {max(seconds):.2f} s at worst", bar


def one_kill(there: Backend) -> tuple[float, float]:
    """Seconds until it is told and until the next token, with two replicas that have the model."""
    while replicas_running() < 2:
        time.sleep(0.1)
    for _ in range(3):
        together(there, ["warm", "up", "all"])
    updates = answer(there, "ann", 200)
    next(update for update in updates if len(getattr(update, "tokens", ())) == 8)
    before = busy_replica()
    begun = time.monotonic()
    os.kill(before, signal.SIGKILL)
    next(u for u in updates if isinstance(u, Progress) and u.message.code == "far_again")
    told = time.monotonic() - begun
    next(u for u in updates if len(getattr(u, "tokens", ())) > 8)
    written = time.monotonic() - begun
    result_of(updates)
    return told, written


def busy_replica() -> int:
    """The process id of the replica that has used the processor most in the last half second."""
    found = replicas()
    for one in found:
        one.cpu_percent()
    time.sleep(0.5)
    return max(found, key=lambda one: one.cpu_percent()).pid


def replicas() -> list[Any]:
    """The processes of this cluster's."""
    import psutil
    import ray

    session = ray.get_runtime_context().get_session_name()
    raylet = next(
        one
        for one in psutil.process_iter(["name", "cmdline"])
        if one.info["name"] == "raylet" and session in " ".join(one.info["cmdline"] or [])
    )
    return [one for one in raylet.children() if "ServeReplica" in " ".join(one.cmdline())]


def answer(backend: Backend, visitor: str, tokens: int = TOKENS) -> Iterator[Any]:
    """A text with a seed of its own, so that nothing of it is known."""
    request = check_request(
        "Tell a long story about rain.", seed=len(visitor), max_new_tokens=tokens
    )
    return Generation(backend).generate(request, visitor)


def timed(updates: Iterator[Any]) -> list[tuple[float, Any]]:
    return [(time.monotonic(), update) for update in updates]


def is_result(update: Any) -> bool:
    return not isinstance(update, Progress)


def result_of(updates: Iterator[Any]) -> Any:
    """The last update."""
    *_, last = updates
    return last


if __name__ == "__main__":
    main()
