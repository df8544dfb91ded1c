"""Imports point one way: app -> demos -> backend."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODEL_LIBRARIES = {"torch", "transformers", "diffusers", "open_clip", "tokenizers"}


def imported(file: Path) -> set[str]:
    """Top-level names of all modules that a file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("file", files("backend"), ids=lambda file: str(file.relative_to(ROOT)))
def test_the_backend_knows_neither_gradio_nor_the_page(file: Path) -> None:
    assert not imported(file) & {"gradio", "demos", "app"}


@pytest.mark.parametrize("file", files("demos"), ids=lambda file: str(file.relative_to(ROOT)))
def test_the_page_knows_neither_model_libraries_nor_the_app(file: Path) -> None:
    assert not imported(file) & (MODEL_LIBRARIES | {"app"})


def test_the_app_knows_no_model_library() -> None:
    assert not imported(ROOT / "app.py") & MODEL_LIBRARIES
