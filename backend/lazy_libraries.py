"""transformers and diffusers, imported by several threads at once.

Their modules put another object in their own place in `sys.modules` while they are imported: one
that imports its parts when they are first asked for. A thread that asks meanwhile is made to wait,
but for the object that was there before, which has no such parts. Visitors of two tabs on a server
that had just started were told “cannot import name 'DynamicCache'”, and some tabs never recovered.

The remedy: what was there before passes on whatever it is asked for.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

LIBRARIES = ("transformers", "diffusers")
# The parts of transformers that import each other in circles, in which threads that come from two
# sides would be given modules that are half there: these names bring them all, before others go on.
# The first two take half a second; the others seven, for nothing with the bundled language model,
# whose network is not transformers'.
CORE = ("AutoTokenizer", "DynamicCache")
OF_MODELS = ("AttentionInterface", "GenerationMixin", "AutoModel")
_lock = threading.Lock()


class PassingOn(Loader):
    """A module's own loader; what the module put in its place then answers for it."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        instead = sys.modules.get(module.__name__, module)
        if instead is not module:
            vars(module)["__getattr__"] = lambda name: getattr(instead, name)
        if module.__name__ == "transformers":
            for name in CORE:
                getattr(instead, name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)  # `inspect` and `importlib.resources` ask it for more


class LazyLibraries(MetaPathFinder):
    """Finds their modules where everybody does."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in LIBRARIES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = PassingOn(spec.loader)
        return spec


def bring_models() -> None:
    """What transformers' models are built of, by one thread; the others wait."""
    import transformers

    with _lock:
        for name in OF_MODELS:
            getattr(transformers, name)


def are_asked_for() -> bool:
    """Whether anybody has begun to import what models need. Reading torch's libraries stops all
    threads of the process for seconds."""
    return "torch" in sys.modules


def install() -> None:
    """From now on, once for the process."""
    if not any(isinstance(finder, LazyLibraries) for finder in sys.meta_path):
        sys.meta_path.insert(0, LazyLibraries())
