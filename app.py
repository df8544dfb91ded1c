"""Show & Tell: `python app.py`, then open the address it prints."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn

from backend import console
from backend.models.registry import MODES

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 7860
LANGUAGES = (
    "en",
    "zh",
)  # as in demos.shared.strings, whose import would cost a typing error two seconds


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage text, and exits with code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, build, serve until interrupted. A bad option or a taken port exits with code 2."""
    options = parser().parse_args(arguments)
    problem = listening_problem(options.host, options.port)
    if problem:
        where = f"{options.host}:{options.port}"
        parser().error(f"cannot listen on {where}: {problem}; choose another with --host or --port")
    serve(options)


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
        "--lang", choices=LANGUAGES, help="one language for all; default: the browser's"
    )
    made.add_argument(
        "--preload", action="store_true", help="load the models now, not at first use"
    )
    made.add_argument(
        "--verbose", action="store_true", help="details on the terminal, those of libraries too"
    )
    return made


def port(text: str) -> int:
    """A TCP port from text; argparse turns the error into one clear line."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; a port is from 1 to 65535")
    return int(text)


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
    """Build and launch; gradio is imported only here, so that a typing error answers at once."""
    console.set_up(options.verbose)
    os.environ["GRADIO_SERVER_PORT"] = str(options.port)  # gradio reads it, unchecked, on import
    from backend import Backend
    from demos import TABS
    from demos.page import build_page, launch_options

    backend = Backend(options.models)
    page = build_page(backend, TABS)
    if options.preload:
        threading.Thread(target=backend.preload, daemon=True).start()
    _, address, public = page.launch(
        server_name=options.host,
        server_port=options.port,
        share=options.share,
        quiet=not options.verbose,
        prevent_thread_lock=True,
        **launch_options(options.lang),
    )
    print(f"Show & Tell is at {address}", f"and at {public}" if public else "", flush=True)
    page.block_thread()


if __name__ == "__main__":
    main(sys.argv[1:])
