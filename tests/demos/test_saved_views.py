"""The saved views in `assets/saved` are those of today's examples, as today's code makes them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from backend import Backend
from demos import TABS
from demos.classification import tab as classification
from demos.page import build_page
from demos.saved_views import (
    data_url,
    in_order,
    steps_of_decks,
    translated,
    views,
    with_files,
)
from demos.shared import saved

TIMES = re.compile(r"[\d.]+(?= s<| s\b| 秒)")


def test_every_example_that_runs_by_itself_is_saved(bundled_backend: Backend) -> None:
    page = build_page(bundled_backend, TABS)
    examples = {form.query(one.values) for form in page.forms for one in form.examples}
    kept = {view["query"] for view in saved.index()}
    linked = {form.query(one.values) for form, one in steps_of_decks(page.forms)}
    assert kept <= examples | linked
    assert linked <= kept, "make saved"
    assert len(kept) >= len(examples) - 1, "make saved"


def test_every_view_stands_in_a_place_of_the_page_and_runs_by_a_button_of_it(
    bundled_backend: Backend,
) -> None:
    ids = {getattr(part, "elem_id", None) for part in in_order(build_page(bundled_backend, TABS))}
    of_examples = [view for view in saved.index() if view["button"]]
    assert of_examples
    for view in of_examples:
        assert view["place"] in ids and view["button"] in ids


def test_a_live_run_gives_what_was_saved(bundled_backend: Backend) -> None:
    """But for seconds. One example: `make saved` makes all, and its diff shows what changed."""
    entry, made = next(iter(views(bundled_backend, [classification])))
    for language, name in entry["files"].items():
        kept = json.loads((saved.FOLDER / name).read_text("utf-8"))
        assert _without_times(made[language]) == _without_times(kept)


def test_files_of_the_server_travel_with_the_view(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"small")
    given = {"file": str(file), "other": ["/no/such/file", 7]}
    assert with_files(given) == {
        "file": "data:image/png;base64,c21hbGw=",
        "other": ["/no/such/file", 7],
    }


def test_a_large_file_stays_behind(tmp_path: Path) -> None:
    file = tmp_path / "film.gif"
    file.write_bytes(bytes(1_000_000))
    assert data_url(file) is None


@pytest.mark.parametrize(("language", "text"), [("en", "Copy link"), ("zh", "复制链接")])
def test_fixed_texts_are_translated(language: str, text: str) -> None:
    mark = '__i18n__{"__type__": "translation_metadata", "key": "common.copy_link"}'
    assert translated(f"<p>{mark}</p>", language) == f"<p>{text}</p>"


def _without_times(view: Any) -> str:
    return TIMES.sub("…", json.dumps(view, ensure_ascii=False))
