"""A Dockerfile's steps, done in order in a folder that stands for the image.

No engine is needed. What an image has at `/app` is at `<folder>/app`; a base image is this Python
and an empty folder. Commands run as whoever runs the test.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

Environment = dict[str, str]
Run = Callable[[str, Path, Environment], None]  # (command, folder to run it in, environment)
BASE = {"PATH": os.defpath, "LANG": "C.UTF-8"}  # of an image with nothing but Python
USERADD = '#!/bin/sh\nfor name; do :; done\nmkdir -p "$HOMES/$name"\n'


@dataclass(frozen=True)
class Instruction:
    """`RUN pip install x` as name and text, its lines joined."""

    name: str
    text: str


def instructions(file: Path) -> list[Instruction]:
    """All of a file, without its comments."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line[:1] != "#"]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    pairs = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [Instruction(name.upper(), text) for name, text in pairs]


def context(root: Path, ignore: Path) -> Iterator[Path]:
    """The files below `root` that the builder is sent, relative to it. Of several patterns that
    match, the last decides."""
    lines = [line for line in ignore.read_text("utf-8").splitlines() if line and line[0] != "#"]

    def is_out(path: Path) -> bool:
        out = False
        for line in lines:
            pattern = line.removeprefix("!")
            if any(_matches(part, pattern) for part in (path, *path.parents)):
                out = not line.startswith("!")
        return out

    def below(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            relative = path.relative_to(root)
            if not is_out(relative):
                yield from below(path) if path.is_dir() else (relative,)

    return below(root)


def _matches(path: Path, pattern: str) -> bool:
    name = pattern.removeprefix("**/")
    return fnmatch(path.name if name != pattern else str(path), name) and str(path) != "."


@dataclass
class Stage:
    """What one FROM begins: its folder, and what holds for the steps after it."""

    root: Path
    environment: Environment = field(default_factory=dict)
    arguments: Environment = field(default_factory=dict)
    folder: str = "/"
    user: str = "root"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def here(self, text: str) -> str:
        """The text with the image's absolute paths as they are here."""
        return re.sub(r"(?<![\w.}/:])/(app|opt|home)\b", rf"{self.root}/\1", text)

    def known(self, text: str) -> str:
        """The text with its variables replaced."""
        values = {**self.environment, **self.arguments}
        return re.sub(r"\$\{?(\w+)\}?", lambda found: values.get(found[1], ""), text)


class Build:
    """Does a file's steps; `stage` is where it is."""

    def __init__(self, source: Path, folder: Path, run: Run, **arguments: str) -> None:
        """`source`: what COPY copies from; `arguments` as with --build-arg."""
        self._source, self._folder, self._run, self._given = source, folder, run, arguments
        self._stages: dict[str, Stage] = {}
        self._global: Environment = {}
        self.stage: Stage | None = None

    def all_of(self, steps: list[Instruction]) -> Stage:
        """The last stage. Those that it does not need are left out, as a builder does."""
        needed = self._needed(steps)
        is_on, name = True, ""
        for step in steps:
            if step.name == "FROM":
                name = self._name_of(step)
                is_on = name in needed
            if is_on:
                getattr(self, f"_do_{step.name.lower()}")(step.text)
        assert self.stage
        return self.stage

    def _needed(self, steps: list[Instruction]) -> set[str]:
        """Names of the last stage and of all that it is built from."""
        known: Mapping[str, str] = _defaults(steps) | self._given
        sources: dict[str, set[str]] = {}
        for step in steps:
            if step.name == "FROM":
                name = self._name_of(step)
                image = step.text.split()[0]
                sources[name] = {re.sub(r"\$\{(\w+)\}", lambda one: known[one[1]], image)}
            elif found := re.match(r"--from=(\S+)", step.text):
                sources[name].add(found[1])
        waiting, needed = [name], set[str]()
        while waiting:
            needed.add(one := waiting.pop())
            waiting += [other for other in sources.get(one, ()) if other in sources]
        return needed

    @staticmethod
    def _name_of(step: Instruction) -> str:
        return step.text.partition(" AS ")[2] or "the last"

    def _do_arg(self, text: str) -> None:
        name, _, value = text.partition("=")
        where = self.stage.arguments if self.stage else self._global
        where[name] = self._given.get(name, value)

    def _do_from(self, text: str) -> None:
        image, _, name = text.partition(" AS ")
        image = re.sub(r"\$\{(\w+)\}", lambda found: self._global[found[1]], image)
        if image in self._stages:
            base = self._stages[image]
            self.stage = Stage(base.root, {**base.environment}, folder=base.folder)
        else:
            self.stage = Stage(self._bare(name or "last"))
            self.stage.environment = self._base(self.stage.root)
        self._stages[name] = self.stage

    def _bare(self, name: str) -> Path:
        """A base image: Python, and a `useradd` that makes the home alone."""
        root = self._folder / name
        for part in ("app", "opt", "home", "bin"):
            (root / part).mkdir(parents=True)
        (root / "bin" / "python").symlink_to(Path(sys.executable).resolve())
        (root / "bin" / "useradd").write_text(USERADD)
        (root / "bin" / "useradd").chmod(0o755)
        return root

    def _base(self, root: Path) -> Environment:
        return {**BASE, "PATH": f"{root}/bin:{os.defpath}", "HOMES": f"{root}/home"}

    def _do_env(self, text: str) -> None:
        for name, value in re.findall(r"(\w+)=(\S+)", text):
            self.stage.environment[name] = self.stage.here(self.stage.known(value))

    def _do_workdir(self, text: str) -> None:
        self.stage.folder = text
        Path(self.stage.here(text)).mkdir(parents=True, exist_ok=True)

    def _do_user(self, text: str) -> None:
        [home] = (self.stage.root / "home").iterdir()
        self.stage.user = text
        self.stage.environment["HOME"] = str(home)

    def _do_copy(self, text: str) -> None:
        *sources, target = text.split()
        if sources[0].startswith("--from="):
            other = self._stages[sources.pop(0).removeprefix("--from=")]
            [source] = sources
            shutil.copytree(other.here(source), self.stage.here(target), symlinks=True)
            return
        into = Path(self.stage.here(self.stage.folder))
        wanted = [Path(one) for one in sources]
        for file in context(self._source, self._source / "deploy/Dockerfile.dockerignore"):
            if any(one in (file, *file.parents) for one in wanted):
                (into / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self._source / file, into / file)

    def _do_run(self, text: str) -> None:
        environment = {**self.stage.environment, **self.stage.arguments}
        folder = Path(self.stage.here(self.stage.folder))
        self._run(self.stage.here(text), folder, environment)

    def _do_expose(self, text: str) -> None:
        assert text.isdigit()

    def _do_entrypoint(self, text: str) -> None:
        self.stage.command = json.loads(text)

    def _do_healthcheck(self, text: str) -> None:
        self.stage.health = json.loads(text.partition(" CMD ")[2])


def _defaults(steps: list[Instruction]) -> Environment:
    pairs = [step.text.partition("=") for step in steps if step.name == "ARG"]
    return {name: value for name, _, value in pairs}


def in_a_shell(command: str, folder: Path, environment: Environment) -> None:
    """How RUN runs. Raises CalledProcessError, with what the command said."""
    subprocess.run(["/bin/sh", "-ec", command], cwd=folder, env=environment, check=True)
