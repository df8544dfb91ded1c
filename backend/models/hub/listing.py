"""Which files a repository has at a revision, and what each must be, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from backend.errors import ModelError
from backend.models.hub.failures import broken_off, refusal

if TYPE_CHECKING:
    import httpx

WEIGHTS = (".safetensors", ".bin")


@dataclass(frozen=True)
class HubFile:
    """A file of a repository. Its checksum is also its name among the cache's blobs: SHA-256 for a
    large file, for others what git calls it (SHA-1 of a header and the content)."""

    path: str
    size: int  # bytes
    checksum: str  # hexadecimal

    def digest(self) -> Any:
        """A hash object, to be fed the content, that ends at `checksum`."""
        if len(self.checksum) == 64:
            return hashlib.sha256()
        begun = hashlib.sha1(usedforsecurity=False)
        begun.update(f"blob {self.size}\0".encode())
        return begun


def list_files(
    client: httpx.Client, repo: str, revision: str, patterns: Sequence[str]
) -> list[HubFile]:
    """The files that any of the patterns names. Weights come last: whoever finds them on the disk
    finds everything else, too."""
    found = [_file(row) for row in _rows(client, repo, revision) if row["type"] == "file"]
    wanted = [file for file in found if any(fnmatch(file.path, one) for one in patterns)]
    return sorted(wanted, key=lambda file: (file.path.endswith(WEIGHTS), file.path))


def _rows(client: httpx.Client, repo: str, revision: str) -> list[dict[str, Any]]:
    """The hub's own listing, all its pages."""
    import httpx

    rows: list[dict[str, Any]] = []
    address: str | None = f"/api/models/{repo}/tree/{revision}?recursive=true"
    while address:
        try:
            answer = client.get(address)
        except httpx.HTTPError as error:
            raise broken_off(error, repo) from error
        if not answer.is_success:
            raise refusal(answer, repo)
        rows += _read(answer)
        address = answer.links.get("next", {}).get("url")
    return rows


def _read(answer: httpx.Response) -> list[dict[str, Any]]:
    """The rows of one page. What answers in place of a hub, such as the sign-in page of a hotel's
    network, does so with something else."""
    try:
        rows = answer.json()
        return [row for row in rows if _file(row)]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ModelError("hub_not_one", hub=answer.request.url.host) from None


def _file(row: dict[str, Any]) -> HubFile:
    large = row.get("lfs") or {}
    return HubFile(row["path"], int(row.get("size", 0)), str(large.get("oid") or row["oid"]))
