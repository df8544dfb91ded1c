"""The real thing: a cluster of Ray on this machine, started once for these tests."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend import Backend, gallery
from backend.attention.request import AttentionRequest, Look
from backend.attention.service import Attention
from backend.captioning.request import check_request as check_caption
from backend.captioning.service import Captioning
from backend.classification.service import Classification
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.image_search.request import check_request as check_search
from backend.image_search.service import ImageSearch
from backend.text_to_image.request import check_request as check_draw
from backend.text_to_image.service import TextToImage
from tests.backend.fakes import codes, results
from tests.backend.test_operations import assert_same

HAS_RAY = importlib.util.find_spec("ray") is not None  # it is imported when its settings are known
pytestmark = [
    pytest.mark.alone,  # Ray gives up after 15 s where others want the cores
    pytest.mark.timeout(600),
    pytest.mark.skipif(not HAS_RAY, reason="requirements-serve.txt is not installed"),
]
ROOT = Path(__file__).parents[3]
EXAMPLE = gallery.file_of("food-fruit-apple_red.webp")
ASKS: dict[str, Any] = {
    "classify": lambda b: Classification(b).classify("a fine film", "ann", "sentiment-expert"),
    "draw": lambda b: TextToImage(b).draw(check_draw("sun", seed=3, steps=2), "ann"),
    "generate": lambda b: Generation(b).generate(
        check_request("What is rain?", seed=1, max_new_tokens=8), "ann"
    ),
    "attend": lambda b: Attention(b).attend(AttentionRequest("The cat sat"), Look(), "ann"),
    "caption": lambda b: Captioning(b).describe(check_caption(EXAMPLE, seed=1), "ann"),
    "search": lambda b: ImageSearch(b).search(check_search("red apple"), "ann"),
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from backend.executors.ray_cluster import Scale, connect, shut_down

    begun = time.monotonic()
    cluster = connect(os.environ.get("RAY_ADDRESS", ""), Scale(2, 2, cpus=0.5))
    print(f"a cluster of Ray was started in {time.monotonic() - begun:.0f} s")
    yield cluster
    shut_down(is_ours=True)


@pytest.fixture
def far(cluster: Any) -> Backend:
    from backend.executors.ray_serve import RayServe

    backend = Backend("bundled")
    there = RayServe(cluster, backend.executor)
    backend.work_at(there, there.has_gpu)
    return backend


@pytest.mark.parametrize("name", ASKS)
def test_the_result_is_that_of_this_process(
    name: str, far: Backend, bundled_backend: Backend
) -> None:
    here, there = (results(ASKS[name](one))[-1] for one in (bundled_backend, far))
    assert not there.card.falls
    assert_same(here, there)


def story(far: Backend, tokens: int = 400) -> Iterator[Any]:
    request = check_request("Tell a long story.", seed=5, max_new_tokens=tokens)
    return Generation(far).generate(request, "ann")


def until(updates: Iterator[Any], tokens: int) -> Any:
    return next(u for u in updates if len(getattr(u, "tokens", ())) >= tokens)


def test_stop_keeps_what_there_is(far: Backend) -> None:
    updates = story(far)
    until(updates, 4)
    far.cancel("ann")
    last = results(updates)[-1]
    assert last.finished == "stopped" and 4 <= len(last.tokens) < 400


def test_an_answer_s_tokens_have_names_here(far: Backend) -> None:
    service = Generation(far)
    *_, last = service.generate(check_request("Hi", seed=1, max_new_tokens=4), "ann")
    answer = service.answer(last.key)
    assert "".join(answer.text_of(one) for one in answer.ids).startswith(last.text[:3])
    assert results(service.continue_answer(last.key, "ann"))[-1].text.startswith(last.text)


def test_a_closed_page_leaves_the_replica_free(far: Backend) -> None:
    updates = story(far)
    until(updates, 2)
    updates.close()  # type: ignore[attr-defined]
    assert results(ASKS["classify"](far))[-1].card


def test_a_killed_replica_is_told_and_the_answer_goes_on_to_be_the_same(far: Backend) -> None:
    *_, whole = story(far, 24)
    updates = story(far, 24)
    until(updates, 4)
    for pid in replicas():
        os.kill(pid, signal.SIGKILL)
    rest = list(updates)
    assert "far_again" in codes(rest)
    assert results(rest)[-1].text == whole.text


def test_another_process_joins_the_same_cluster(cluster: Any) -> None:
    import ray

    code = (
        "from backend import Backend\n"
        "from backend.executors.ray_cluster import Scale, connect\n"
        "from backend.executors.ray_serve import RayServe\n"
        "from backend.classification.service import Classification\n"
        f"far = RayServe(connect('{ray.get_runtime_context().gcs_address}', Scale()), None)\n"
        "backend = Backend('bundled')\n"
        "backend.work_at(far, far.has_gpu)\n"
        "*_, last = Classification(backend).classify('fine', 'bob', 'sentiment-expert')\n"
        "import sys; print(last.card.spec.id, 'torch' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["sentiment-expert", "False"], done.stderr


def test_two_visitors_are_on_two_replicas(far: Backend) -> None:
    threads = [
        threading.Thread(target=lambda n=n: list(
            Generation(far).generate(check_request("Hi", seed=n, max_new_tokens=8), f"visitor {n}")
        ))
        for n in range(2)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replicas()) == 2


def replicas() -> list[int]:
    import psutil

    found = psutil.process_iter(["cmdline"])
    return [one.pid for one in found if "ServeReplica" in " ".join(one.info["cmdline"] or [])]
