"""The options of `--engine ray`, and what they bring about. Nothing of Ray is imported without."""

from __future__ import annotations

import argparse
import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend import Backend

MOST_REPLICAS, MOST_GPUS = 1000, 64


def add_to(parser: argparse.ArgumentParser) -> None:
    """The options with their help."""
    parser.add_argument(
        "--engine",
        choices=("here", "ray"),
        default="here",
        help="where models work: in this process, or on a cluster of Ray "
        "(pip install -r requirements-serve.txt)",
    )
    parser.add_argument(
        "--ray-address",
        default="",
        metavar="HOST:PORT",
        help="the cluster to join; default: one is started on this machine, for as long as the app "
        "runs",
    )
    parser.add_argument(
        "--ray-replicas",
        type=replicas,
        default=(1, 1),
        metavar="MIN-MAX",
        help="processes that work, between which the cluster chooses by the runs under way; "
        "default: 1",
    )
    parser.add_argument(
        "--ray-gpus",
        type=share,
        default=0.0,
        metavar="N",
        help="GPUs of each; 0.5: two share one. Default: 0",
    )


def replicas(text: str) -> tuple[int, int]:
    """The least and the most from "2" or "1-4"."""
    least, _, most = text.partition("-")
    numbers = (least, most or least)
    if not all(one.isascii() and one.isdigit() and len(one) <= 4 for one in numbers):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes, as in 2 or 1-4")
    found = int(numbers[0]), int(numbers[1])
    if not 1 <= found[0] <= found[1] <= MOST_REPLICAS:
        raise argparse.ArgumentTypeError(f"{text!r} is no range from 1 on, as in 1-4")
    return found


def share(text: str) -> float:
    """A number of GPUs: whole, or a part of one."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= MOST_GPUS or (found > 1 and found % 1):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of GPUs, such as 1 or 0.5")
    return found


def work_on_ray(backend: Backend, options: argparse.Namespace) -> str:
    """Start or join a cluster and have it work, if that is asked for; what is in the way."""
    if options.engine != "ray":
        return ""
    if importlib.util.find_spec("ray") is None:
        return "--engine ray needs Ray: pip install -r requirements-serve.txt"
    from backend.errors import ModelError
    from backend.executors.ray_cluster import Scale, connect
    from backend.executors.ray_serve import RayServe

    print("Joining" if options.ray_address else "Starting", "a cluster of Ray...", flush=True)
    least, most = options.ray_replicas
    scale = Scale(least, most, options.ray_gpus)
    try:
        cluster = connect(options.ray_address, scale, options.memory)
    except ModelError as error:
        return str(error)
    on_ray = RayServe(cluster, backend.executor)
    backend.work_at(on_ray, on_ray.has_gpu)
    return ""


def leave(options: argparse.Namespace) -> None:
    """The app ends: so does a cluster that was started for it."""
    if options.engine == "ray" and not options.ray_address:
        import ray

        ray.shutdown()
