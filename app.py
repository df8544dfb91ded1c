"""Show & Tell: `python app.py`, then open the address it prints."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from backend import console, prepare
from backend.cache_folder import folder_of_this_run, private_folder
from backend.executors import ray_options
from backend.heap import Trimmer, what_stays
from backend.models.registry import MODES

if TYPE_CHECKING:
    from gradio import Blocks
    from starlette.types import ASGIApp

    from backend import Backend

DEFAULT_HOST, DEFAULT_PORT, METRICS_PORT = "127.0.0.1", 7860, 9464
SAVED_RESULTS = 200_000_000  # bytes
FAREWELL = 1.5  # seconds in which runs end with a sentence that the server stops
DELIVERY = 0.3  # seconds for that sentence to reach the page
# As in demos.shared.strings, whose import would cost a typing error two seconds.
LANGUAGES = ("en", "zh")


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage text, and exits with code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, build, serve until interrupted. A bad option or a taken port exits with code 2."""
    options = parser().parse_args(arguments)
    check_address(options.host, options.port, "--host or --port")
    if options.metrics:
        host, number = options.metrics
        check_address(host, number, "--metrics")
        if number == options.port:
            parser().error(f"the page has port {options.port}; choose another with --metrics")
    if options.mcp and find_spec("mcp") is None:
        parser().error("--mcp needs a package: pip install -r requirements-mcp.txt")
    serve(options)


def check_address(host: str, number: int, options: str) -> None:
    """End with a line that names the options, where a server could not listen."""
    problem = listening_problem(host, number)
    if problem:
        parser().error(
            f"cannot listen on {host}:{number}: {problem}; choose another with {options}"
        )


def parser() -> argparse.ArgumentParser:
    made = OneLineParser(prog="app.py", description=__doc__)
    made.add_argument("--models", choices=MODES, default="auto", help="which tier answers")
    made.add_argument("--host", default=os.environ.get("GRADIO_SERVER_NAME") or DEFAULT_HOST)
    made.add_argument(
        "--port", type=port, default=os.environ.get("GRADIO_SERVER_PORT") or DEFAULT_PORT
    )
    made.add_argument(
        "--share", action="store_true", help="a public link for a week (needs the internet)"
    )
    made.add_argument(
        "--memory",
        type=gigabytes,
        metavar="GB",
        help="what models outside a GPU may take together; default: what the machine can spare",
    )
    made.add_argument(
        "--gpu-memory",
        type=gigabytes,
        metavar="GB",
        help="what models may take together on each GPU; default: what is free there",
    )
    made.add_argument(
        "--saved-results",
        type=megabytes,
        default=SAVED_RESULTS,
        metavar="MB",
        help="memory for answers to questions that are asked again, such as a link's; 0: none are "
        f"saved. Default: {SAVED_RESULTS / 1e6:.0f}",
    )
    made.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name that the server answers to (.example.com: all below it); may be repeated. "
        "Default: on a loopback address loopback names only, elsewhere any",
    )
    made.add_argument(
        "--behind-proxy", action="store_true", help="believe what a proxy says of the visitor"
    )
    made.add_argument(
        "--public",
        action="store_true",
        help="visitors see which models there are, and cannot load or download any; so it is with "
        "--share and on Spaces",
    )
    made.add_argument(
        "--lang", choices=LANGUAGES, help="one language for all; default: the browser's"
    )
    made.add_argument(
        "--preload", action="store_true", help="load the models now, not at first use"
    )
    made.add_argument(
        "--metrics",
        type=address,
        nargs="?",
        const=(DEFAULT_HOST, METRICS_PORT),
        metavar="[HOST:]PORT",
        help="figures for Prometheus on an address of their own: without HOST on this machine "
        f"alone, without PORT on {METRICS_PORT}",
    )
    made.add_argument(
        "--mcp",
        action="store_true",
        help="offer the endpoints to assistants as tools (Model Context Protocol)",
    )
    ray_options.add_to(made)
    made.add_argument(
        "--verbose", action="store_true", help="details on the terminal, those of libraries too"
    )
    return made


def port(text: str) -> int:
    """A TCP port from text; argparse turns the error into one clear line."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; a port is from 1 to 65535")
    return int(text)


def address(text: str) -> tuple[str, int]:
    """A host and a port from "9464", "0.0.0.0:9464" or "[::1]:9464"."""
    host, colon, number = text.rpartition(":")
    if colon and not host:
        raise argparse.ArgumentTypeError(f"{text!r} has no host before its colon")
    return host.strip("[]") or DEFAULT_HOST, port(number)


def gigabytes(text: str) -> int:
    """Bytes from a number of gigabytes."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0.1 <= found <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of gigabytes, such as 2.5")
    return int(found * 1e9)


def megabytes(text: str) -> int:
    """Bytes from a number of megabytes, which may be 0."""
    if not (text.isascii() and text.isdigit() and int(text) <= 1_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of megabytes, such as 200")
    return int(text) * 1_000_000


def listening_problem(host: str, number: int) -> str:
    """Why a server could not listen there; empty if it could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            return error.strerror or str(error)
        except (TypeError, UnicodeError):  # a name that no resolver takes
            return "that is not a host name"
    return ""


def serve(options: argparse.Namespace) -> None:
    """Build, launch, and serve until Ctrl+C or SIGTERM. What visitors uploaded goes with it."""
    console.set_up(options.verbose)
    if "SPACE_ID" in os.environ:  # elsewhere `make run` has seen to it
        prepare.in_a_process_of_its_own()
    os.environ["GRADIO_SERVER_PORT"] = str(options.port)  # gradio reads it, unchecked, on import
    root = os.environ.get("GRADIO_TEMP_DIR")
    with folder_of_this_run(Path(root) if root else private_folder("files")) as folder:
        os.environ["GRADIO_TEMP_DIR"] = str(folder)
        stopping = _stop_signal()
        with what_stays():
            backend, page = launch(options)
        trimmer = Trimmer()
        while not stopping.wait(0.5):  # a wait without an end would not hear Ctrl+C on Windows
            trimmer.look()
        backend.close(FAREWELL)
        time.sleep(DELIVERY)
        page.close(verbose=False)
        ray_options.leave(options)
    sys.stdout.flush()
    os._exit(0)  # a model in the middle of a step would be waited for


def launch(options: argparse.Namespace) -> tuple[Backend, Blocks]:
    """The running page; gradio is imported only here, so that a typing error answers at once."""
    on_zero_gpu = os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")
    if on_zero_gpu:
        import spaces  # noqa: F401  before torch and gradio, which it changes
    if not options.mcp:  # gradio imports it wherever it is installed, which takes two seconds
        sys.modules.setdefault("mcp", None)
    from backend.model_library import ModelLibrary
    from demos import TABS
    from demos.page import build_page, launch_options
    from demos.shared import models_page
    from demos.shared.doors import doors
    from demos.shared.watching import serve_figures

    backend = backend_on_zero_gpu(options) if on_zero_gpu else backend_here(options)
    if options.metrics:
        serve_figures(metrics_of(backend), *options.metrics)
    if problem := ray_options.work_on_ray(backend, options):
        parser().error(problem)
    page = build_page(backend, TABS)
    if options.preload:
        threading.Thread(target=backend.preload, daemon=True).start()
    _, address, public = page.launch(
        server_name=options.host,
        server_port=options.port,
        share=options.share,
        quiet=not options.verbose,
        prevent_thread_lock=True,
        mcp_server=options.mcp,
        _frontend=False,  # no look at the page first: where that takes 3 s, gradio would give up
        **launch_options(
            options.lang,
            doors(options.host, options.allowed_host, options.behind_proxy, options.share),
            backend.jobs.trouble,
            models_page.routes(ModelLibrary(backend), is_public(options)),
        ),
    )
    print(f"Show & Tell is at {address}", f"and at {public}" if public else "", flush=True)
    return backend, page


def is_public(options: argparse.Namespace) -> bool:
    """Whether visitors may only look at the models."""
    return options.public or options.share or "SPACE_ID" in os.environ


def backend_here(options: argparse.Namespace, **where: Any) -> Backend:
    """A backend whose models work in this process."""
    from backend import Backend
    from backend.models.pool import Pool
    from backend.saved_results import SavedResults

    saved = SavedResults(options.saved_results) if options.saved_results else None
    pool = Pool(budget=options.memory, gpu_budget=options.gpu_memory)
    return Backend(options.models, pool=pool, saved=saved, **where)


def backend_on_zero_gpu(options: argparse.Namespace) -> Backend:
    """A backend whose larger models work on the GPU that ZeroGPU lends, all others here."""
    from backend.executors.zero_gpu import ZeroGpu, has_gpu, on_cpu, place

    place()
    backend = backend_here(options, device_for=on_cpu, has_gpu=has_gpu)
    backend.executor = ZeroGpu(backend.executor)
    return backend


def metrics_of(backend: Backend) -> ASGIApp:
    """Figures for Prometheus, whose library is imported for them alone."""
    try:
        from backend.metrics import Metrics
    except ImportError:
        parser().error("--metrics needs a package: pip install prometheus_client")
    return Metrics(backend).app


def _stop_signal() -> threading.Event:
    """Set by Ctrl+C and by SIGTERM."""
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    return stopping


if __name__ == "__main__":
    main(sys.argv[1:])
