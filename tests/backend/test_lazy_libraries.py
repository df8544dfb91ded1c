"""A library that puts another object in its place while it is imported, from several threads."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from backend import lazy_libraries
from tests.backend.fakes import in_threads
from tests.serving import ROOT

# As transformers does it; slowly, so that all threads come while it is under way.
LAZY = """
import sys, time
from types import ModuleType

class Lazy(ModuleType):
    def __getattr__(self, name):
        if name == "part":
            return "the part"
        raise AttributeError(name)

lazy = Lazy(__name__)
lazy.__spec__ = __spec__
lazy.__path__ = __path__
time.sleep(0.3)
sys.modules[__name__] = lazy
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its name; it is forgotten afterwards."""
    name = f"lazy_{tmp_path.name}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text(LAZY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(lazy_libraries, "LIBRARIES", (name,))
    others = [one for one in sys.meta_path if not isinstance(one, lazy_libraries.LazyLibraries)]
    monkeypatch.setattr(sys, "meta_path", others)
    monkeypatch.delitem(sys.modules, name, raising=False)
    return name


def parts(name: str) -> list[str]:
    """What four threads find that import the same part, each a little later than the last."""

    def work(index: int) -> str:
        time.sleep(0.05 * index)
        found: dict[str, str] = {}
        try:
            exec(f"from {name} import part", found)
        except ImportError:
            return "cannot import"
        return found["part"]

    return in_threads(4, work)


def test_threads_that_come_in_the_middle_of_an_import_get_its_parts(library: str) -> None:
    lazy_libraries.install()
    assert parts(library) == ["the part"] * 4


def test_without_the_remedy_they_would_not(library: str) -> None:
    assert "cannot import" in parts(library)


def test_what_it_has_not_is_still_an_error(library: str) -> None:
    lazy_libraries.install()
    with pytest.raises(ImportError, match="cannot import name 'other'"):
        exec(f"from {library} import other")


def test_it_is_found_once_and_keeps_its_loaders_abilities(library: str) -> None:
    lazy_libraries.install()
    before = len(sys.meta_path)
    lazy_libraries.install()
    assert len(sys.meta_path) == before
    assert "class Lazy" in import_module(library).__spec__.loader.get_source(library)  # type: ignore


@pytest.mark.slow  # two imports of transformers
def test_transformers_itself_from_many_threads() -> None:
    """In a process of its own, where nobody has imported it before."""
    code = (
        "import threading; from backend import lazy_libraries; lazy_libraries.install()\n"
        "names = ['AutoModel', 'DynamicCache', 'AttentionInterface', 'AutoTokenizer'] * 2\n"
        "found = []\n"
        "def work(name):\n"
        "    lazy_libraries.bring_models()\n"
        "    exec(f'from transformers import {name}', {}); found.append(name)\n"
        "threads = [threading.Thread(target=work, args=(name,)) for name in names]\n"
        "[one.start() for one in threads]; [one.join() for one in threads]\n"
        "assert len(found) == len(names), found\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=200)
