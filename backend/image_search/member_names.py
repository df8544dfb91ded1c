"""The names under which an upload's pictures enter a collection: none of them hides another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class MemberNames:
    """Names of one upload's pictures, beside those that the collection has.

    Different pictures of one name are numbered within an upload. A picture that comes under the
    name of one from before takes its place, as a newer version of it.
    """

    def __init__(self, before: Mapping[str, str], limit: int) -> None:
        self.before = before  # name -> hash
        self.limit = limit  # of names, those from before included
        self.given: dict[str, str] = {}  # name -> hash

    def give(self, name: str, key: str) -> bool:
        """Give a picture of that hash its name; False if the collection is full."""
        chosen = self._name_of(name, key)
        is_new = chosen not in self.before and chosen not in self.given
        if is_new and len(self.before.keys() | self.given.keys()) >= self.limit:
            return False
        self.given[chosen] = key
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
        for candidate in _numbered(name):
            has = self.given.get(candidate, self.before.get(candidate))
            if has == key:  # the same picture again
                return candidate
            if has is None:
                return candidate if name in self.given else name
        raise AssertionError("numbers end nowhere")


def _numbered(name: str) -> Iterator[str]:
    """a/b.png, a/b (2).png, a/b (3).png and so on."""
    yield name
    folder, slash, file = name.rpartition("/")
    stem, dot, suffix = file.rpartition(".")
    if not stem:
        stem, dot, suffix = file, "", ""
    number = 1
    while True:
        number += 1
        yield f"{folder}{slash}{stem} ({number}){dot}{suffix}"
