"""The README's tables are the lists in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.models.registry import MODELS, ModelSpec
from backend.models.sources import Hub
from backend.units import bytes_in_words, parameters_in_words
from demos import TABS
from demos.shared.strings import CATALOGUE

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table_row(spec: ModelSpec) -> str:
    size = f", {bytes_in_words(spec.source.download_bytes)}" if spec.source.download_bytes else ""
    cells = (
        spec.task,
        spec.tier,
        spec.name,
        parameters_in_words(spec.parameters),
        spec.source.origin + size,
        spec.licence,
        spec.languages,
    )
    return f"| {' | '.join(cells)} |"


@pytest.mark.parametrize("spec", MODELS, ids=lambda spec: spec.id)
def test_every_model_has_its_row(spec: ModelSpec) -> None:
    assert table_row(spec) in README


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.ID)
def test_every_tab_has_its_row(tab: object) -> None:
    name = CATALOGUE[f"tab.{tab.ID}"][0]  # type: ignore[attr-defined]
    assert f"| {name} | `?tab={tab.ID}` |" in README  # type: ignore[attr-defined]


def test_every_file_that_the_tree_names_exists_and_none_is_missing() -> None:
    tree = re.search(r"```\n(app\.py.*?)```", README, re.DOTALL)
    assert tree
    named = set(re.findall(r"[\w.]+\.py", tree.group(1)))
    for folder in ("demos", "backend"):
        for file in (ROOT / folder).glob("*.py"):
            assert file.name in named, f"{folder}/{file.name} is not in the README's tree"
    files = {file.name for file in ROOT.rglob("*.py") if ".venv" not in file.parts}
    assert named <= files


def test_the_header_is_what_spaces_needs() -> None:
    header = README.split("---")[1]
    for line in ("sdk: gradio", "app_file: app.py", "license: apache-2.0", "python_version:"):
        assert line in header
    short = re.search(r"short_description: (.*)", header)
    assert short and len(short.group(1)) <= 60  # Spaces refuses longer ones


def test_a_space_fetches_the_cpu_row_at_the_revision_that_the_app_loads() -> None:
    spec = next(spec for spec in MODELS if spec.id == "qwen3-0.6b")
    assert isinstance(spec.source, Hub)
    preload = re.search(r"preload_from_hub:\n  - (\S+) (\S+) (\S+)", README)
    assert preload and preload.group(1) == spec.source.repo
    assert preload.group(3) == spec.source.revision


def test_links_inside_the_repository_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_no_plain_file_is_too_large_for_spaces() -> None:
    for file in (ROOT / "assets").rglob("*"):
        assert not file.is_file() or file.stat().st_size < 10_000_000, file
