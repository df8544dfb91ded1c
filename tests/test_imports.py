"""The walls of the house: imports run app -> demos -> backend, and never in a circle."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL_LIBRARIES = {"torch", "transformers", "diffusers", "open_clip", "tokenizers"}
NO_TASK = {"models", "pictures"}  # folders of the backend that all tasks share


def test_the_backend_knows_neither_gradio_nor_the_page() -> None:
    assert not [
        (name, found)
        for name in modules("backend")
        if (found := libraries_of(name) & {"gradio", "demos", "app"})
    ]


def test_the_page_knows_neither_model_libraries_nor_the_app() -> None:
    forbidden = MODEL_LIBRARIES | {"app"}
    assert not [
        (name, found) for name in modules("demos") if (found := libraries_of(name) & forbidden)
    ]


def test_the_app_knows_no_model_library() -> None:
    assert not libraries_of("app") & MODEL_LIBRARIES


def test_no_tab_imports_from_another() -> None:
    tabs = {name.split(".")[1] for name in modules("demos") if name.endswith(".tab")}
    assert len(tabs) >= 6
    crossings = [
        (name, target)
        for name in modules("demos")
        for target in imports_of(name)
        if folder(name) in tabs | {"shared"}
        if target.startswith("demos.") and folder(target) in tabs - {folder(name)}
    ]
    assert not crossings


def test_a_task_reaches_another_only_through_its_service() -> None:
    tasks = {name.split(".")[1] for name in modules("backend") if name.endswith(".service")}
    assert len(tasks) >= 6
    crossings = [
        (name, target)
        for name in modules("backend")
        for target in imports_of(name)
        if target.startswith("backend.") and folder(target) in tasks - {folder(name)}
        if not (folder(name) in tasks and target.endswith((".service", ".request", ".results")))
    ]
    assert not crossings


def test_no_imports_go_in_a_circle_not_even_those_of_types() -> None:
    graph = {
        name: {target for target in imports_of(name) if target in ALL}
        for folder_ in ("backend", "demos", "training")
        for name in modules(folder_)
    }
    assert not circles(graph)


def test_a_circle_would_be_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def modules(top: str) -> list[str]:
    """Dotted names of all modules below a folder; a package has its own name."""
    files = sorted((ROOT / top).rglob("*.py"))
    return [dotted(file) for file in files]


def dotted(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def path_of(module: str) -> Path:
    plain = ROOT.joinpath(*module.split("."))
    return plain / "__init__.py" if plain.is_dir() else plain.with_suffix(".py")


def folder(module: str) -> str:
    """The part below `demos` or `backend`; "" for a module that stands in neither's folders."""
    parts = module.split(".")
    is_package = len(parts) == 2 and path_of(module).name == "__init__.py"
    return parts[1] if len(parts) > 2 or is_package else ""


@cache
def imports_of(module: str) -> frozenset[str]:
    """Dotted names of what a module imports: inside functions, and for types alone, too.

    `from backend.generation import beams` counts as backend.generation.beams where that is one.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(path_of(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in ALL else node.module)
    return frozenset(found)


def libraries_of(module: str) -> set[str]:
    return {name.split(".")[0] for name in imports_of(module)}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other, directly or through others.

    Strongly connected components, as scipy finds them.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names = sorted(graph)
    place = {name: number for number, name in enumerate(names)}
    arrows = [(place[a], place[b]) for a in names for b in graph[a] if b in place]
    rows, columns = zip(*arrows, strict=True) if arrows else ((), ())
    matrix = coo_array(([1] * len(rows), (rows, columns)), shape=(len(names), len(names)))
    _, group = connected_components(matrix, connection="strong")
    groups = [[name for name in names if group[place[name]] == g] for g in sorted(set(group))]
    return [members for members in groups if len(members) > 1]


ALL = {name for top in ("backend", "demos", "training") for name in modules(top)} | {"app"}
