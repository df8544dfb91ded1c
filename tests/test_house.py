"""Files and functions of a size that can be read at once, tests too; every public one typed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES_OF_A_FILE, LINES_OF_A_FUNCTION, LONG_FUNCTIONS = 300, 40, 5
TABLES = ("strings.py", "registry.py", "messages.py")  # tables of data may be longer
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_file_is_longer_than_300_lines() -> None:
    web = [file for kind in ("js", "css") for file in (ROOT / "assets" / "web").rglob(f"*.{kind}")]
    counts = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in [*python_files(), *files_of_tests(), *web]
        if file.name not in TABLES and file.parent.name != "strings"
    }
    assert not {name: count for name, count in counts.items() if count > LINES_OF_A_FILE}


def test_at_most_five_functions_are_longer_than_40_lines() -> None:
    long = [
        f"{file.relative_to(ROOT)}:{function.lineno} {function.name}"
        for file in python_files()
        for function in functions(file)
        if length(function) > LINES_OF_A_FUNCTION
    ]
    assert len(long) <= LONG_FUNCTIONS, long


def test_every_public_function_is_typed() -> None:
    untyped = [
        f"{file.relative_to(ROOT)}:{function.lineno} {function.name}"
        for file in python_files()
        for function in functions(file)
        if not function.name.startswith("_") and not is_typed(function)
    ]
    assert not untyped


def python_files() -> list[Path]:
    folders = ("backend", "demos", "training", "benchmarks")
    found = [file for top in folders for file in (ROOT / top).rglob("*.py")]
    fetched = ROOT / "training" / "work"  # where trainings lay what they fetch
    return [ROOT / "app.py", *(file for file in found if not file.is_relative_to(fetched))]


def files_of_tests() -> list[Path]:
    found = (ROOT / "tests").rglob("*.py")
    return [file for file in found if "node_modules" not in file.parts]


def functions(file: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    """Lines from its `def` to its end, docstring and inner functions included."""
    return (function.end_lineno or 0) - function.lineno + 1


def is_typed(function: Function) -> bool:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    if arguments and arguments[0].arg in ("self", "cls"):
        arguments = arguments[1:]
    rest = [one for one in (given.vararg, given.kwarg) if one]
    return function.returns is not None and all(one.annotation for one in [*arguments, *rest])
