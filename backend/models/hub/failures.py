"""What can go wrong with the hub, each with a sentence of its own (`backend/messages.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.disk_space import FULL
from backend.errors import ModelError

if TYPE_CHECKING:
    import httpx

# The hub's own names of what is wrong (the header X-Error-Code); they say more than the number.
NAMED = {
    "GatedRepo": "hub_gated",
    "RepoNotFound": "hub_no_repo",
    "RevisionNotFound": "hub_no_revision",
    "EntryNotFound": "hub_no_file",
}
NUMBERED = {401: "hub_unauthorised", 403: "hub_forbidden", 404: "hub_no_repo", 429: "hub_busy"}
PASSING = {408, 425, 429, 500, 502, 503, 504}  # worth another try


class Unwanted(Exception):
    """Nobody waits for the download any more. What has come is kept for the next time."""


class TryAgain(Exception):
    """The connection broke, or the server is busy: what has come is kept, the rest is asked for
    again. `reason` is what to say if that helps nothing."""

    def __init__(self, reason: ModelError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def refusal(answer: httpx.Response, repo: str, file: str = "") -> Exception:
    """What an answer that is not a success means."""
    status, named = answer.status_code, answer.headers.get("X-Error-Code", "")
    code = NAMED.get(named) or NUMBERED.get(status) or "hub_failed"
    if code == "hub_no_repo" and file:  # its listing was there
        code = "hub_no_file"
    known = {"repo": repo, "file": file, "status": status, "hub": answer.request.url.host}
    error = ModelError(code, **known)
    return TryAgain(error) if status in PASSING and not named else error


def broken_off(error: httpx.HTTPError, repo: str) -> TryAgain:
    """What an exception of the connection means."""
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return TryAgain(ModelError("hub_silent", repo=repo))
    if isinstance(error, httpx.ConnectError):
        return TryAgain(ModelError("hub_unreachable", cause=str(error)))
    return TryAgain(ModelError("hub_cut", repo=repo))


def not_written(error: OSError, repo: str, needed: int) -> ModelError:
    """What an exception of the disk means."""
    from backend.units import bytes_in_words

    if error.errno in FULL:
        return ModelError("hub_disk_full", repo=repo, needed=bytes_in_words(needed))
    return ModelError("hub_cache_closed", cause=error.strerror or type(error).__name__)
