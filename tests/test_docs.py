"""README and docs say what the code says."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

from backend.models.minilm import MINILM
from backend.models.registry import MODELS, SMOLLM2, ModelSpec
from backend.units import bytes_in_words, parameters_in_words
from demos import TABS, reference
from demos.shared.strings import CATALOGUE
from tests.lock import asked_for

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


def test_a_space_fetches_what_the_app_would_load_at_the_same_revision() -> None:
    [text] = [spec for spec in MODELS if spec.task == "generation" and spec.tier == "cpu"]
    hubs = {hub.repo: hub for hub in (text.source, SMOLLM2.other, MINILM.other)}
    lines = re.search(r"preload_from_hub:\n((?:  - .*\n)+)", README)
    assert lines and len(lines.group(1).splitlines()) == len(hubs)
    for line in lines.group(1).splitlines():
        repo, files, revision = line.removeprefix("  - ").split()
        assert revision == hubs[repo].revision
        assert all(any(fnmatch(name, one) for one in hubs[repo].files) for name in files.split(","))
        assert "model.safetensors" in files and "config.json" in files


def test_a_space_has_a_pytorch_that_zero_gpu_offers() -> None:
    """And others have the newest."""
    python = re.search(r'python_version: "(.*)"', README.split("---")[1])
    assert python and python.group(1) == "3.12.12"
    lines = asked_for(ROOT / "requirements.txt", everywhere=True)
    of_torch = [one for one in lines if one.name == "torch"]

    def allowed(python: str, torch: str) -> bool:
        here = {"python_full_version": python, "python_version": python.rpartition(".")[0]}
        apply = [one for one in of_torch if not one.marker or one.marker.evaluate(here)]
        return all(one.specifier.contains(torch) for one in apply)

    assert allowed("3.12.12", "2.11.0") and allowed("3.12.12", "2.10.0")
    assert not allowed("3.12.12", "2.12.0") and not allowed("3.12.12", "2.9.1")
    assert allowed("3.11.7", "2.15.0")


def test_no_plain_file_is_too_large_for_spaces() -> None:
    for file in (ROOT / "assets").rglob("*"):
        assert not file.is_file() or file.stat().st_size < 10_000_000, file


def is_module(path: str) -> bool:
    """`benchmarks.models` and the like."""
    return (ROOT / path.replace(".", "/")).with_suffix(".py").exists()
