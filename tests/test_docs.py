"""README and docs say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from backend.models.registry import MODELS, ModelSpec
from backend.models.sources import Hub
from backend.units import bytes_in_words, parameters_in_words
from demos import TABS, reference
from demos.shared.strings import CATALOGUE

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODELS_PAGE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
WORDS_OF_README = 1500
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "training").glob("*.md")),
    *sorted((ROOT / "assets").glob("models/*/README.md")),
]


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


def test_every_model_has_its_row() -> None:
    assert not [spec.id for spec in MODELS if table_row(spec) not in MODELS_PAGE]


def test_every_tab_has_its_row() -> None:
    for tab in TABS:
        assert f"| {CATALOGUE[f'tab.{tab.ID}'][0]} | `?tab={tab.ID}` |" in README


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len(README.split()) <= WORDS_OF_README


def test_the_reference_of_the_api_is_up_to_date() -> None:
    page = reference.PAGE.read_text(encoding="utf-8")
    assert reference.with_reference(page) == page, "run `make docs`"


def test_every_path_that_a_page_names_is_there() -> None:
    """`backend/models/pool.py`, `assets/web/`: what is not a pattern has to exist. The tab of
    CONTRIBUTING's recipe, "counting", is made by a test of its own."""
    missing = [
        (page.name, path)
        for page in PAGES
        for path in re.findall(r"`([\w./-]+)`", page.read_text(encoding="utf-8"))
        if re.match(
            r"(app\.py|demos|backend|assets|tests|training/\w+\.py|benchmarks|docs)\b", path
        )
        if not (ROOT / path).exists() and not is_module(path) and "counting" not in path
    ]
    assert not missing


def test_links_inside_the_repository_lead_somewhere() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\((?!http)([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_option_of_the_app_is_in_the_readme() -> None:
    import app

    options = {name for action in app.parser()._actions for name in action.option_strings}
    assert not [name for name in options - {"-h", "--help"} if f"`{name}" not in README]


def test_the_header_is_what_spaces_needs() -> None:
    header = README.split("---")[1]
    for line in ("sdk: gradio", "app_file: app.py", "license: apache-2.0", "python_version:"):
        assert line in header
    short = re.search(r"short_description: (.*)", header)
    assert short and len(short.group(1)) <= 60  # Spaces refuses longer ones


def test_a_space_fetches_the_cpu_row_at_the_revision_that_the_app_loads() -> None:
    spec = next(spec for spec in MODELS if spec.task == "generation" and spec.tier == "cpu")
    assert isinstance(spec.source, Hub)
    preload = re.search(r"preload_from_hub:\n  - (\S+) (\S+) (\S+)", README)
    assert preload and preload.group(1) == spec.source.repo
    assert preload.group(3) == spec.source.revision


def test_no_plain_file_is_too_large_for_spaces() -> None:
    for file in (ROOT / "assets").rglob("*"):
        assert not file.is_file() or file.stat().st_size < 10_000_000, file


def is_module(path: str) -> bool:
    """`benchmarks.models` and the like."""
    return (ROOT / path.replace(".", "/")).with_suffix(".py").exists()
