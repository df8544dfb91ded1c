"""The scripts of the page: every one is used, and what they import is there."""

from __future__ import annotations

import ast
import base64
import json
import re
from pathlib import Path

from demos.shared.scripts import import_map, imports, with_imports
from demos.shared.theme import WEB

DEMOS = Path(__file__).resolve().parents[3] / "demos"
SCRIPTS = {str(file.relative_to(WEB)) for file in WEB.rglob("*.js")}


def named() -> set[str]:
    """The scripts that Python names: every text in `demos` that ends in ".js"."""
    trees = (ast.parse(file.read_text("utf-8")) for file in DEMOS.rglob("*.py"))
    texts = (
        node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)
    )
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[\w/-]+\.js", text)}


def test_python_names_scripts_that_there_are_and_they_import_all_others() -> None:
    assert named() <= SCRIPTS, named() - SCRIPTS
    reached = set(with_imports(*named()))
    assert reached == SCRIPTS, reached ^ SCRIPTS


def test_every_import_is_found() -> None:
    for script in SCRIPTS:
        source = (WEB / script).read_text("utf-8")
        assert len(imports(script)) == len(re.findall(r'"\.{1,2}/[^"]+";$', source, re.MULTILINE))


def test_scripts_name_no_global_but_the_browsers() -> None:
    for script in SCRIPTS:
        assert "showTell" not in (WEB / script).read_text("utf-8"), script


def test_in_an_import_map_every_import_names_another_script_of_it() -> None:
    addresses = json.loads(import_map("attention/file.js"))["imports"]
    assert "attention/file.js" in addresses and "shared/dom.js" in addresses
    for script, address in addresses.items():
        kind, encoded = address.split(",", maxsplit=1)
        assert kind == "data:text/javascript;charset=utf-8;base64"
        source = base64.b64decode(encoded).decode("utf-8")
        found = re.findall(r'^(?:import|\}) ?(?:.*?from )?"([^"]+)";$', source, re.MULTILINE)
        assert len(found) == len(imports(script)) and set(found) <= set(addresses), script
