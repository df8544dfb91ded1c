"""What goes wrong on a cluster, as a sentence: Ray's own errors, and Ray's own checks."""

from __future__ import annotations

import pickle
from types import SimpleNamespace
from typing import Any

import pytest

from backend.errors import BusyError, Cancelled, ModelError
from backend.executors import ray_cluster, ray_errors
from backend.executors.ray_cluster import Cluster, Scale, connect
from backend.executors.ray_errors import WorkerGone, as_ours
from backend.executors.ray_replica import About

ray = pytest.importorskip("ray", reason="requirements-serve.txt is not installed")
from ray import exceptions  # noqa: E402
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError  # noqa: E402


def task_error(cause: Exception) -> Exception:
    made: Exception = exceptions.RayTaskError("work", "Traceback", cause).as_instanceof_cause()
    return made


def test_a_worker_out_of_memory_lets_a_smaller_model_answer() -> None:
    killed = exceptions.OutOfMemoryError("Task was killed due to the node running low on memory")
    assert type(as_ours(killed)) is MemoryError


@pytest.mark.parametrize(
    "error",
    [
        exceptions.ActorDiedError(),
        exceptions.ActorUnavailableError("the connection broke", None),
        exceptions.WorkerCrashedError(),
        exceptions.NodeDiedError("the node is gone"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_dead_replica_s_run_may_be_asked_again(error: Exception) -> None:
    assert type(as_ours(error)) is WorkerGone


def test_others_are_a_sentence_each() -> None:
    said = [
        as_ours(BackPressureError(num_queued_requests=9, max_queued_requests=8)),
        as_ours(exceptions.TaskCancelledError()),
        as_ours(task_error(ZeroDivisionError("a bug"))),
        as_ours(exceptions.GetTimeoutError("no answer in 120 s")),
        as_ours(DeploymentUnavailableError(SimpleNamespace(name="Replica", app_name="app"))),
    ]
    kinds = [BusyError, Cancelled, RuntimeError, ModelError, ModelError]
    assert [type(one) for one in said] == kinds
    assert "ZeroDivisionError" in str(said[2])
    assert str(said[3]) == (
        "the cluster does not answer any more (GetTimeoutError: no answer in 120 s)"
    )


def test_what_is_ours_stays_as_it_is() -> None:
    for error in (ModelError("far_no_room"), Cancelled(), WorkerGone()):
        assert ray_errors.as_ours(error) is error


@pytest.mark.parametrize(
    ("metadata", "named"),
    [
        ({"ray_version": "2.1.0"}, "Ray: 2.1.0"),
        ({"python_version": "3.8.1"}, "Python: 3.8.1"),
    ],
)
def test_another_version_of_ray_or_python_is_refused_and_both_are_named(
    metadata: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is Ray's own, which `ray.init` makes."""
    from ray._private.utils import check_version_info, compute_version_info

    mine = dict(zip(("ray_version", "python_version"), compute_version_info(), strict=False))
    monkeypatch.setattr(ray, "init", lambda **_: check_version_info({**mine, **metadata}, "here"))
    monkeypatch.setattr(ray_cluster, "knock", lambda address: None)
    with pytest.raises(ModelError) as refused:
        connect("127.0.0.1:6379", Scale())
    assert refused.value.message.code == "far_other_version"
    sentence = str(refused.value)
    assert named in sentence and mine["python_version"] in sentence
    assert len(sentence.splitlines()) == 1


def joined(monkeypatch: pytest.MonkeyPatch, about: About | None, running: int) -> Any:
    """A cluster that is there, and on it the app."""
    from ray import serve

    handle = SimpleNamespace(
        about=SimpleNamespace(
            remote=lambda: SimpleNamespace(result=lambda timeout_s: pickle.dumps(about))
        )
    )
    app = SimpleNamespace(
        deployments={"Replica": SimpleNamespace(replica_states={"RUNNING": running})}
    )
    monkeypatch.setattr(ray_cluster, "_join", lambda address: None)
    monkeypatch.setattr(
        serve, "status", lambda: SimpleNamespace(applications={ray_cluster.APP: app})
    )
    monkeypatch.setattr(serve, "get_app_handle", lambda name: handle)
    head = SimpleNamespace(gcs_address="127.0.0.1:6379")
    monkeypatch.setattr(ray, "get_runtime_context", lambda: head)


def test_a_cluster_with_another_version_of_the_app_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined(monkeypatch, About("older", {}), 1)
    with pytest.raises(ModelError, match="another version of the app"):
        connect("127.0.0.1:6379", Scale())


def test_without_a_replica_a_run_waits_for_a_while_and_then_says_that_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined(monkeypatch, None, 0)
    monkeypatch.setattr(ray_cluster, "knock", lambda address: None)
    cluster = connect("127.0.0.1:6379", Scale())
    cluster.check_has_replicas(ray_cluster.NO_REPLICA - 1)
    with pytest.raises(ModelError, match="no room for a replica"):
        cluster.check_has_replicas(ray_cluster.NO_REPLICA + 1)


def test_a_head_that_does_not_answer_any_more_is_noticed() -> None:
    with pytest.raises(ModelError, match=r"does not answer any more .*refused"):
        Cluster(None, "127.0.0.1:9").check_has_replicas(0.0)


def test_a_start_that_fails_under_load_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[bool] = []

    def init(**_: Any) -> None:
        starts.append(True)
        if len(starts) < ray_cluster.STARTS:
            raise Exception("The current node timed out during startup.")

    monkeypatch.setattr(ray, "init", init)
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    ray_cluster._join("")
    assert len(starts) == ray_cluster.STARTS


def test_a_start_that_fails_again_and_again_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def init(**_: Any) -> None:
        raise Exception("The current node timed out during startup.\nRead the logs.")

    monkeypatch.setattr(ray, "init", init)
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    with pytest.raises(ModelError, match=r"could not be started .*timed out during startup"):
        ray_cluster._join("")


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({}, {"OMP_NUM_THREADS": ""}),
        ({"OMP_NUM_THREADS": "1"}, {"OMP_NUM_THREADS": "1"}),
        ({"MKL_NUM_THREADS": "2"}, {"OMP_NUM_THREADS": "", "MKL_NUM_THREADS": "2"}),
    ],
)
def test_a_replica_computes_with_as_many_threads_as_this_process(
    here: dict[str, str], there: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ray_cluster.THREADS:
        monkeypatch.delenv(name, raising=False)
    for name, value in here.items():
        monkeypatch.setenv(name, value)
    assert ray_cluster.threads() == there
