"""What goes wrong on a cluster of Ray, as errors that the app knows."""

from __future__ import annotations

from collections.abc import Callable

from backend.errors import BusyError, Cancelled, ModelError, ShowTellError
from backend.models.load_errors import first_line


class WorkerGone(Exception):
    """The replica that was at a run has died: another one may be asked."""


def as_ours(error: BaseException) -> Exception:
    """What Ray raises as what the app knows: another row may do, or the run is asked again."""
    if isinstance(error, ShowTellError | Cancelled | WorkerGone):
        return error
    for kinds, made in _kinds():
        if isinstance(error, kinds):
            return made(error)
    return ModelError("far_cluster_gone", cause=first_line(error))


Kinds = tuple[type[BaseException], ...]


def _kinds() -> list[tuple[Kinds, Callable[[BaseException], Exception]]]:
    """The first that fits counts: Ray's kinds inherit from each other."""
    from ray import exceptions as ray
    from ray.serve import exceptions as serve

    gone = (ray.RayActorError, ray.WorkerCrashedError, ray.NodeDiedError)
    cancelled = (ray.TaskCancelledError, serve.RequestCancelledError)
    return [
        ((ray.OutOfMemoryError,), lambda _: MemoryError("a replica ran out of memory")),
        ((*gone, serve.ReplicaUnavailableError), lambda error: WorkerGone(first_line(error))),
        ((serve.BackPressureError,), lambda _: BusyError("line_full", count=0)),
        (cancelled, lambda _: Cancelled()),
        ((ray.RayTaskError,), lambda error: RuntimeError(f"on a replica: {first_line(error)}")),
    ]
