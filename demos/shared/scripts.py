"""The scripts of `assets/web`: which ones a script imports, and all of them in one file."""

from __future__ import annotations

import base64
import json
import posixpath
import re

from demos.shared.theme import WEB

# As Biome formats it: the address of an `import` or `export ... from`.
IMPORT = re.compile(r'^(import|export|\}) ?(.*?from )?"(\.[^"]+)"', re.MULTILINE)


def imports(script: str) -> list[str]:
    """The scripts that `script` imports, named as it is itself: by their path in `assets/web`."""
    folder = posixpath.dirname(script)
    found = IMPORT.finditer(_source(script))
    return [posixpath.normpath(posixpath.join(folder, match[3])) for match in found]


def with_imports(*scripts: str) -> list[str]:
    """`scripts` and all that they import, each once."""
    seen: dict[str, None] = {}
    waiting = list(scripts)
    while waiting:
        script = waiting.pop()
        if script not in seen:
            seen[script] = None
            waiting += imports(script)
    return list(seen)


def import_map(*scripts: str) -> str:
    """An import map under which `import ... from "<script>"` works in a page that is one file.

    Each script is a data address in it. Those have no folder, so imports name the path in
    `assets/web` in place of a relative one.
    """
    addresses = {name: _as_data(name) for name in with_imports(*scripts)}
    return json.dumps({"imports": addresses})


def _as_data(script: str) -> str:
    folder = posixpath.dirname(script)

    def absolute(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, match[3]))
        return match[0].replace(f'"{match[3]}"', f'"{path}"')

    source = IMPORT.sub(absolute, _source(script))
    encoded = base64.b64encode(source.encode("utf-8")).decode("ascii")
    return f"data:text/javascript;charset=utf-8;base64,{encoded}"


def _source(script: str) -> str:
    return (WEB / script).read_text("utf-8")
