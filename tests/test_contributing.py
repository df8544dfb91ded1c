"""CONTRIBUTING's recipes, followed to the letter in a copy of the repository."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# A file of a recipe: its path in backticks on a line of its own, then its text.
FILES = re.findall(r"^`([\w/]+\.py)`\n\n```python\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
ROW = re.search(r"```python\n\(\n(    ModelSpec\(.*?)\)\n```", PAGE, re.DOTALL)
LINE = re.search(r"in `demos/__init__.py`: `(.*?)`", PAGE)
OPERATION = re.search(r"in `backend/operations.py`, .*?\n +`(.*?)`", PAGE)

COUNT = """
import json
from backend import Backend
from backend.counting.service import Counted, Counting
from demos import TABS
from demos.page import build_page

page = build_page(Backend("bundled"), TABS[-1:])
*_, counted = Counting(Backend("bundled", models=MODELS)).count("The quick brown fox", "ann")
endpoints = page.get_api_info()["named_endpoints"]
print(json.dumps({"tabs": [tab.ID for tab in TABS], "tokens": counted.tokens,
                  "model": counted.card.spec.id, "is_there": "/count" in endpoints}))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code; what is large is linked."""
    for name in ("backend", "demos"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "assets" / "models").mkdir(parents=True)
    for one in (ROOT / "assets").iterdir():
        if one.name != "models":
            (tmp_path / "assets" / one.name).symlink_to(one)
    for one in (ROOT / "assets" / "models").iterdir():
        (tmp_path / "assets" / "models" / one.name).symlink_to(one)
    return tmp_path


@pytest.mark.slow  # tests run in a copy of everything
def test_a_tab_and_a_model_are_added_as_it_says(copy: Path, tiny_folder: Path) -> None:
    add_the_tab(copy)
    add_the_model(copy, tiny_folder)
    only = "from backend.models.registry import MODELS as ALL\n"
    only += 'MODELS = tuple(row for row in ALL if row.id == "tiny-writer")\n'
    result = run(copy, only + COUNT)
    assert result["tabs"][-1] == "counting" and result["is_there"]
    assert result["tokens"] > 3 and result["model"] == "tiny-writer"


@pytest.mark.slow  # mypy reads the whole copy
def test_what_it_shows_is_typed_and_tidy(copy: Path) -> None:
    add_the_tab(copy)
    names = [name for name, _ in FILES]
    check = [sys.executable, "-m", "mypy", *names]
    done = subprocess.run(check, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    tidy = [sys.executable, "-m", "ruff", "check", "--extend-ignore", "E501", *names]
    done = subprocess.run(tidy, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def add_the_tab(copy: Path) -> None:
    assert len(FILES) == 4
    for name, text in FILES:
        file = copy / name
        file.parent.mkdir(exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(text, encoding="utf-8")
    assert LINE and OPERATION
    add_line(copy / "demos" / "__init__.py", '        "captioning",\n', LINE.group(1))
    first = "OPERATIONS: Mapping[str, Procedure] = {\n"
    add_line(copy / "backend" / "operations.py", first, OPERATION.group(1))


def add_line(file: Path, after: str, line: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert after in text
    file.write_text(text.replace(after, f"{after}        {line}\n"), encoding="utf-8")


def add_the_model(copy: Path, folder: Path) -> None:
    assert ROW
    shutil.copytree(folder, copy / "assets" / "models" / "tiny-writer")
    registry = copy / "backend" / "models" / "registry.py"
    text = registry.read_text(encoding="utf-8")
    start = "MODELS: tuple[ModelSpec, ...] = (\n"
    assert start in text
    registry.write_text(text.replace(start, start + ROW.group(1)), encoding="utf-8")


def run(copy: Path, code: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
