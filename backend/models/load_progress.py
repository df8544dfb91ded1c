"""What a load is at, in words: how far its download is, unpacking, loading."""

from __future__ import annotations

from backend.messages import Message, message
from backend.models import gguf_cache
from backend.models.hub.downloads import Fetched
from backend.models.registry import ModelSpec
from backend.units import bytes_in_words


def loading_message(spec: ModelSpec) -> Message:
    """What the load spends its time on just now."""
    fetched = spec.source.fetched()
    if fetched is not None and fetched.total:
        return _how_far(spec.name, fetched)
    if spec.source.download_bytes and not spec.source.on_disk():
        size = bytes_in_words(spec.source.download_bytes)
        return message("downloading", model=spec.name, size=size)
    path = spec.source.fetch()
    if path.suffix == ".gguf" and not gguf_cache.is_unpacked(path, spec.form):
        return message("converting", model=spec.name)
    return message("loading", model=spec.name)


def _how_far(name: str, fetched: Fetched) -> Message:
    done, total = bytes_in_words(fetched.done), bytes_in_words(fetched.total)
    if fetched.left is None:
        return message("downloading_part", model=name, done=done, total=total)
    rate, left = bytes_in_words(fetched.rate), clock(fetched.left)
    return message("downloading_at", model=name, done=done, total=total, rate=rate, left=left)


def clock(seconds: float) -> str:
    """A time as clocks show it: 75 -> "1:15"; 4000 -> "1:06:40"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
