"""A file for a visitor may be another's as well, who asked for the same."""

from __future__ import annotations

from pathlib import Path

from demos.shared.files import file_of


def test_a_file_that_is_asked_for_again_is_whole_for_who_reads_the_first_one() -> None:
    first = file_of("3-painter.png", b"a picture")
    with Path(first).open("rb") as reading:
        assert file_of("3-painter.png", b"a picture") == first
        assert reading.read() == b"a picture"
    assert Path(first).read_bytes() == b"a picture"
    assert [file.name for file in Path(first).parent.iterdir()] == ["3-painter.png"]


def test_while_it_is_written_nothing_stands_under_its_name(monkeypatch) -> None:
    seen = []
    write = Path.write_bytes

    def watched(path: Path, content: bytes) -> int:
        seen.append(path.name)
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", watched)
    assert Path(file_of("4-painter.png", b"another picture")).name == "4-painter.png"
    assert seen and "4-painter.png" not in seen
