"""A cluster of Ray: started on this machine, or joined; and what goes wrong with one, in sentences.

Nothing of Ray is imported before `connect`.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from backend.errors import ModelError
from backend.executors.ray_errors import as_ours
from backend.executors.ray_replica import MAX_RUNS, About, Replica
from backend.models.load_errors import first_line
from backend.operation import code_version

log = logging.getLogger(__name__)
APP = "show-and-tell"
DEPLOYMENT = "Replica"
START_PATIENCE = 120.0  # seconds for the first replica of a cluster that is started here
NO_REPLICA = 20.0  # seconds without any replica after which a run does not wait for one
ANSWER = 120.0  # seconds for a replica to say what it has: it may import torch for that
KNOCK = 3.0  # seconds for a cluster's head to answer
HEARD = 10.0  # seconds for all replicas to hear of something
TOKEN = Path.home() / ".ray" / "auth_token"  # where `ray start` keeps a cluster's
OBJECT_STORE = 200_000_000  # bytes, of a cluster that is started here; items are small
STARTS = 3  # Ray gives a start up where one of its processes takes 15 s, as some do under load
# What libraries of mathematics read once, when they are loaded.
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True)
class Scale:
    """How many replicas there are, and what each of them takes of the cluster."""

    least: int = 1
    most: int = 1
    gpus: float = 0.0  # of one replica
    cpus: float = 1.0
    runs: float = 8.0  # under way on each, above which another one is started


class Items(Protocol):
    """What a replica sends; whoever reads it may end it."""

    def __iter__(self) -> Iterator[bytes]: ...

    def cancel(self) -> None: ...


class Cluster:
    """The replicas, as this process sees them."""

    def __init__(self, handle: Any, address: str) -> None:
        """`address`: "host:port" of the cluster's head."""
        self._handle, self._address = handle, address
        self._about: About | None = None
        self._lock = threading.Lock()
        self._tellers = ThreadPoolExecutor(4, "far-tell")

    def work(self, packed: bytes) -> Items:
        """A run's items from a replica."""
        try:
            stream: Items = self._handle.options(stream=True).work.remote(packed)
        except Exception as error:
            raise as_ours(error) from error
        return stream

    def stop(self, run: str) -> None:
        """The run ends with what it has, on whichever replica it is. Not waited for."""
        self._tellers.submit(self._tell_all, "stop", run)

    def _tell_all(self, method: str, value: str) -> None:
        try:
            told = self._handle.broadcast(method, value)
            told.results(timeout_s=HEARD, return_exceptions=True)
        except Exception as error:  # noqa: BLE001  a run will say it
            log.warning("%s did not reach the cluster: %s", method, first_line(error))

    def load_ahead(self, row: str) -> None:
        """Each replica begins to load the row, where it has room. Not waited for."""
        self._tellers.submit(self._tell_all, "load_ahead", row)

    def about(self) -> About:
        """What the replicas have; asked once. ModelError if none answers."""
        with self._lock:
            if self._about is None:
                self._about = pickle.loads(self._asked("about"))  # noqa: S301  our own replica's
            return self._about

    def tokenizer(self, row: str) -> bytes:
        """A row's tokenizer, pickled."""
        return self._asked("tokenizer", row)

    def _asked(self, method: str, *arguments: str) -> bytes:
        try:
            response = getattr(self._handle, method).remote(*arguments)
            answer: bytes = response.result(timeout_s=ANSWER)
        except Exception as error:
            raise as_ours(error) from error
        return answer

    def check_is_there(self) -> None:
        """ModelError if the cluster's head does not answer any more."""
        try:
            knock(self._address)
        except OSError as error:
            raise ModelError("far_cluster_gone", cause=first_line(error)) from error

    def check_has_replicas(self, waited: float) -> None:
        """ModelError if there is no replica after `waited` seconds, nor a cluster."""
        self.check_is_there()
        if waited > NO_REPLICA and not replicas_running():
            raise ModelError("far_no_room")


def connect(address: str, scale: Scale, budget: int | None = None) -> Cluster:
    """The cluster at `address` ("host:port", or "auto" for the one on this machine), or for "" one
    that is started here and ends with this process. The app's replicas are started if they are not
    there yet. `budget`: bytes that models may take in each, see Pool.

    ModelError with a sentence if there is no such cluster, or it is of another kind.
    """
    _join(address)
    import ray
    from ray import serve

    try:
        running = APP in serve.status().applications
        handle = serve.get_app_handle(APP) if running else _deploy(scale, budget)
    except Exception as error:
        raise ModelError("far_not_started", cause=first_line(error)) from error
    cluster = Cluster(handle, ray.get_runtime_context().gcs_address)
    if replicas_running() and cluster.about().code != code_version():
        raise ModelError("far_other_code")
    return cluster


def knock(address: str) -> None:
    """OSError if nobody listens at "host:port"; a ValueError where that is no address."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCK).close()


def _join(address: str) -> None:
    """Start a cluster here, or join the one that is there."""
    if address and address != "auto":  # Ray itself would try for minutes
        try:
            knock(address)
        except (OSError, ValueError, OverflowError) as error:
            raise ModelError("far_no_cluster", address=address, cause=first_line(error)) from error
    if address and (
        TOKEN.exists() or os.environ.keys() & {"RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"}
    ):
        os.environ.setdefault("RAY_AUTH_MODE", "token")  # read once, when Ray is imported
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    quiet = {"namespace": APP, "log_to_driver": False, "logging_level": logging.ERROR}
    if address:
        _join_that_of(address, quiet)
    else:
        _start(quiet)


def _start(quiet: dict[str, Any]) -> None:
    import ray

    # More than here: Ray's 15 would have replicas wait for whatever else this machine does.
    os.environ.setdefault("RAY_worker_niceness", "0")
    for left in reversed(range(STARTS)):
        try:
            ray.init(object_store_memory=OBJECT_STORE, include_dashboard=False, **quiet)
            return
        except Exception as error:  # Ray has no kind of its own for it
            ray.shutdown()
            if not left:
                raise ModelError("far_not_started", cause=first_line(error)) from error
            log.warning("Ray has not started, and is started again: %s", first_line(error))


def _join_that_of(address: str, quiet: dict[str, Any]) -> None:
    import ray

    try:
        ray.init(address=address, **quiet)
    except ConnectionError as error:
        raise ModelError("far_no_cluster", address=address, cause=first_line(error)) from error
    except RuntimeError as error:
        is_version = "ersion" in str(error)
        code = "far_other_version" if is_version else "far_no_cluster"
        values = {} if is_version else {"address": address}
        cause = " ".join(str(error).split())
        raise ModelError(code, cause=cause, **values) from error


def threads() -> dict[str, str]:
    """How many threads this process computes with, as a replica is told it: a sum in another number
    of parts is rounded in another way. Where nothing is set here, nothing is there; left to itself
    Ray would set the first to the replica's CPUs."""
    found = {name: os.environ[name] for name in THREADS if name in os.environ}
    return {THREADS[0]: "", **found}


def _deploy(scale: Scale, budget: int | None) -> Any:
    """Start the replicas; wait for the first, if there is room for it now."""
    from ray import serve

    deployment = serve.deployment(
        name=DEPLOYMENT,
        max_ongoing_requests=MAX_RUNS,
        graceful_shutdown_timeout_s=5,
        health_check_period_s=5,
        ray_actor_options={
            "num_cpus": scale.cpus,
            "num_gpus": scale.gpus,
            "runtime_env": {"env_vars": threads()},
        },
        autoscaling_config={
            "min_replicas": scale.least,
            "max_replicas": max(scale.least, scale.most),
            "target_ongoing_requests": scale.runs,
        },
    )(Replica)
    target = serve.RunTarget(target=deployment.bind(budget), name=APP, route_prefix=None)
    (handle,) = serve.run_many([target], wait_for_applications_running=False)
    _wait_for_a_replica(scale)
    return handle


def _wait_for_a_replica(scale: Scale) -> None:
    """Says in the log where there is no room yet: a cluster may grow."""
    from ray import cluster_resources

    begun = time.monotonic()
    while not replicas_running():
        waited, has = time.monotonic() - begun, cluster_resources()
        lacks = has.get("GPU", 0.0) < scale.gpus or has.get("CPU", 0.0) < scale.cpus
        if waited > START_PATIENCE or (lacks and waited > 2.0):
            asked = f"{scale.cpus:g} CPUs and {scale.gpus:g} GPUs"
            log.warning("no replica yet: one takes %s; other models answer meanwhile", asked)
            return
        time.sleep(0.1)


def replicas_running() -> int:
    """How many replicas can be asked."""
    from ray import serve

    app = serve.status().applications.get(APP)
    deployment = app and app.deployments.get(DEPLOYMENT)
    return _count(deployment.replica_states, "RUNNING") if deployment else 0


def _count(states: Any, name: str) -> int:
    """By a state's name: as an Enum or as a text, that depends on where it is asked."""
    return sum(
        number for state, number in states.items() if str(getattr(state, "value", state)) == name
    )


def shut_down(is_ours: bool) -> None:
    """Leave the cluster; end it, if this process has started it."""
    import ray
    from ray import serve

    if is_ours:
        serve.shutdown()
    ray.shutdown()
