"""The real thing: a cluster of Ray on this machine, started once for these tests.

What they wait for are events, for as long as pytest's own limit: the machine may be slow.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
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
from backend.operation import Operation
from backend.text_to_image.request import check_request as check_draw
from backend.text_to_image.service import TextToImage
from tests.backend.captioning.videos import video
from tests.backend.fakes import codes, results
from tests.backend.test_operations import assert_same

HAS_RAY = importlib.util.find_spec("ray") is not None  # it is imported when its settings are known
pytestmark = [
    pytest.mark.cluster,
    pytest.mark.timeout(900),
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
def cluster(request: pytest.FixtureRequest) -> Iterator[Any]:
    from backend.executors.ray_cluster import Scale, connect, shut_down

    begun = time.monotonic()
    cluster = connect(os.environ.get("RAY_ADDRESS", ""), Scale(2, 2, cpus=0.5))
    started = time.monotonic() - begun
    yield cluster
    shut_down(is_ours=True)
    there = time.monotonic() - begun
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\na cluster of Ray: started in {started:.0f} s, there for {there:.0f} s")


@pytest.fixture
def far(cluster: Any) -> Backend:
    """A backend whose work is done by two replicas, which are there."""
    from backend.executors.ray_cluster import replicas_running
    from backend.executors.ray_serve import RayServe

    while replicas_running() < 2:
        time.sleep(0.1)
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


def test_films_and_albums_are_answered_there_as_here(
    far: Backend, bundled_backend: Backend, tmp_path: Path
) -> None:
    album, film = tmp_path / "album.zip", tmp_path / "film.mp4"
    with zipfile.ZipFile(album, "w") as archive:
        archive.write(EXAMPLE, "apple.webp")
        archive.writestr("no picture.txt", "text")
    film.write_bytes(video(["red", "green"]))
    for asked in (
        Operation("captioning", "captioning.describe_all", ([("my.zip", album)], "a")),
        Operation("captioning", "captioning.describe_scenes", (film, "my film")),
    ):
        both = [results(one.perform(asked, "", "ann"))[-1] for one in (bundled_backend, far)]
        assert_same(*both)
        cards = [getattr(one, "card", None) or one.cards[0] for one in both]
        assert not any(card.falls for card in cards)


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


def test_another_process_joins_the_same_cluster(far: Backend) -> None:
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
    """The process ids of this cluster's."""
    import psutil
    import ray

    session = ray.get_runtime_context().get_session_name()
    raylet = next(
        one
        for one in psutil.process_iter(["name", "cmdline"])
        if one.info["name"] == "raylet" and session in " ".join(one.info["cmdline"] or [])
    )
    workers = [(one.pid, " ".join(one.cmdline())) for one in raylet.children()]
    return [pid for pid, command in workers if "ServeReplica" in command]
