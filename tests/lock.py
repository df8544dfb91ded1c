"""Writes `requirements.lock`: the versions that were tried together (`make lock`).

It holds what `requirements.txt` asks for and all that this brings, as installed here. Not for this
platform alone: what other platforms need besides, pip adds by itself.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
HEAD = (
    "# The versions that were tried together; written by `make lock`. To install exactly these:\n"
)
HOW = "#     pip install -r requirements.txt -c requirements.lock\n"


def asked_for(file: Path, everywhere: bool = False) -> list[Requirement]:
    """What a requirements file names for this Python; `everywhere`: for others, too."""
    lines = (line.partition("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    named = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return [one for one in named if everywhere or _applies(one, set())]


def with_all_they_need(requirements: list[Requirement]) -> dict[str, str]:
    """Names and installed versions of these packages, and of those that they require here."""
    found: dict[str, str] = {}
    waiting = [(one.name, one.extras) for one in requirements]
    while waiting:
        name, extras = waiting.pop()
        if (key := canonicalize_name(name)) in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:  # of another platform
            continue
        found[key] = package.version
        needed = [Requirement(text) for text in package.requires or []]
        waiting += [(one.name, one.extras) for one in needed if _applies(one, extras)]
    return dict(sorted(found.items()))


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    """Whether it is needed on this machine, for one of the extras or without any."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def main() -> None:
    versions = with_all_they_need(asked_for(ROOT / "requirements.txt"))
    lines = [f"{name}=={version.partition('+')[0]}\n" for name, version in versions.items()]
    LOCK.write_text(HEAD + HOW + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
