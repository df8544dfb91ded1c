"""The names under which an upload's pictures enter a collection: none of them hides another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from heapq import heappop, heappush

NUMBERED = re.compile(r"(.*) \(([1-9]\d{0,8})\)", re.DOTALL)  # a/b (2)


class MemberNames:
    """Names of one upload's pictures, beside those that the collection has.

    Different pictures of one name are numbered within an upload. A picture that comes under the
    name of one from before takes its place, as a newer version of it. What it takes to give a name
    grows with the logarithm of how many there are.
    """

    def __init__(self, before: Mapping[str, str], limit: int) -> None:
        self.before = before  # name -> hash
        self.limit = limit  # of names, those from before included
        self.given: dict[str, str] = {}  # name -> hash
        self._count = len(before)
        self._free: dict[str, int] = {}  # name -> all its numbers below this one are taken
        # (name, hash) -> heap of the numbers of that name under which the picture is or was
        self._numbers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for name, key in before.items():
            self._note(name, key)

    def give(self, name: str, key: str) -> bool:
        """Give a picture of that hash its name; False if the collection is full."""
        chosen = self._name_of(name, key)
        has = self._hash_of(chosen)
        if has is None and self._count >= self.limit:
            return False
        if has != key:
            self._note(chosen, key)
        self.given[chosen] = key
        self._count += has is None
        return True

    @property
    def replaced(self) -> tuple[str, ...]:
        """The names from before under which there is another picture now, and nowhere the old."""
        kept = set(self.given.values())
        return tuple(
            name
            for name, key in self.given.items()
            if self.before.get(name, key) != key and self.before[name] not in kept
        )

    def _name_of(self, name: str, key: str) -> str:
        same, free = self._number_of(name, key), self._free_number(name)
        if same and same < free:  # the same picture again
            return _numbered(name, same)
        return _numbered(name, free) if name in self.given else name

    def _hash_of(self, name: str) -> str | None:
        return self.given.get(name, self.before.get(name))

    def _number_of(self, name: str, key: str) -> int:
        """The lowest number of the name under which that picture is; 0 if there is none."""
        numbers = self._numbers.get((name, key), [])
        while numbers and self._hash_of(_numbered(name, numbers[0])) != key:
            heappop(numbers)  # another picture has taken its place
        return numbers[0] if numbers else 0

    def _free_number(self, name: str) -> int:
        """The lowest number of the name that no picture has: one that is taken remains so."""
        number = self._free.get(name, 1)
        while self._hash_of(_numbered(name, number)) is not None:
            number += 1
        self._free[name] = number
        return number

    def _note(self, name: str, key: str) -> None:
        """The picture has that name now."""
        for base, number in _readings(name):
            heappush(self._numbers[base, key], number)


def _numbered(name: str, number: int) -> str:
    """a/b.png, a/b (2).png, a/b (3).png and so on."""
    if number == 1:
        return name
    folder, stem, ending = _parts(name)
    return f"{folder}{stem} ({number}){ending}"


def _readings(name: str) -> Iterator[tuple[str, int]]:
    """The names and numbers of which it is the numbered form."""
    yield name, 1
    folder, stem, ending = _parts(name)
    if found := NUMBERED.fullmatch(stem):
        base = f"{folder}{found[1]}{ending}"
        if _numbered(base, int(found[2])) == name:
            yield base, int(found[2])


def _parts(name: str) -> tuple[str, str, str]:
    """The path of the folder, the file's name, and its ending with the dot: .png has none."""
    folder, slash, file = name.rpartition("/")
    stem, dot, suffix = file.rpartition(".")
    if not stem:
        stem, dot, suffix = file, "", ""
    return folder + slash, stem, dot + suffix
