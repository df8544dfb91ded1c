"""A cluster of Ray on this machine beside the same work in this process.

Needs `pip install -r requirements-serve.txt`. Two of its figures say what Ray adds, by an operation
that does nothing but yield; the others are of the bundled models.
"""

from __future__ import annotations

import itertools
import os
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any

from backend import Backend
from backend.classification.service import Classification
from backend.executors.ray_cluster import Cluster, Scale, connect, replicas_running, shut_down
from backend.executors.ray_serve import RayServe
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.run import Progress

TIMES = 20  # short runs of which the median is taken
TOKENS = 48


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
    first = {name: median_first(backend) for name, backend in (("here", here), ("ray", there))}
    more = (first["ray"] - first["here"]) * 1000
    figure = f"{first['ray'] * 1000:.1f} - {first['here'] * 1000:.1f} = {more:.1f} ms"
    say("a text classified: Ray beside this process", figure, "5 ms")
    paces = [pace(backend) for backend in (here, there)]
    figure = (
        f"{paces[1] * 1000:.1f} - {paces[0] * 1000:.1f} = {(paces[1] - paces[0]) * 1000:.1f} ms"
    )
    say("a token after another, median: Ray beside this process", figure, "2 ms")


def median_first(backend: Backend) -> float:
    """Seconds from a question to its answer, warm."""
    service = Classification(backend)
    seconds = []
    for number in range(TIMES + 4):
        begun = time.monotonic()
        result_of(service.classify(f"Day {number} was fine", "ann", "sentiment-expert"))
        seconds.append(time.monotonic() - begun)
    return statistics.median(seconds[4:])


def pace(backend: Backend) -> float:
    """Seconds between two tokens, median."""
    times = [at for at, update in timed(answer(backend, "ann")) if is_result(update)]
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
    updates = answer(there, "ann", 200)
    next(update for update in updates if len(getattr(update, "tokens", ())) == 8)
    before = busy_replica()
    begun = time.monotonic()
    os.kill(before, signal.SIGKILL)
    told = next(u for u in updates if isinstance(u, Progress) and u.message.code == "far_again")
    seconds = time.monotonic() - begun
    following = next(u for u in updates if len(getattr(u, "tokens", ())) > 8)
    figure = f"{seconds:.2f} s, {time.monotonic() - begun:.2f} s"
    say(f"replica killed: “{told.message}”; token {len(following.tokens)}", figure, "1 s")
    result_of(updates)


def busy_replica() -> int:
    """The process id of the replica that has used the processor most in the last half second."""
    import psutil

    found = [one for one in psutil.process_iter(["cmdline"]) if is_replica(one)]
    for one in found:
        one.cpu_percent()
    time.sleep(0.5)
    return max(found, key=lambda one: one.cpu_percent()).pid


def is_replica(process: Any) -> bool:
    return "ServeReplica" in " ".join(process.info["cmdline"] or [])


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
