"""Whether the hub answers at all. An unreachable one is noticed once, not on every click."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from backend.errors import ModelError

QUICK, PATIENT = 0.7, 10.0  # seconds for the first answer: nobody asked for the hub; somebody did
MEMORY = 300.0  # seconds for which an unreachable hub is not asked again


class HubReach:
    """Asks on a thread of its own: looking up a host's name can take longer than any patience. An
    answer that comes later counts for the next who asks."""

    def __init__(self, probe: Callable[[], None], clock: Callable[[], float] = time.monotonic):
        self._probe, self._clock = probe, clock
        self._lock = threading.Lock()
        self._asking: _Question | None = None
        self._failed: tuple[float, str] | None = None  # when, and the cause in words

    def ask_ahead(self) -> None:
        """Ask now, so that who needs the hub later has less to wait for, or nothing."""
        with self._lock:
            if not self._lately_failed():
                self._question()

    def require(self, patience: float = PATIENT) -> None:
        """Return if the hub answers; raise ModelError if not, or if it lately did not. `patience`
        counts from when it was asked."""
        with self._lock:
            if self._failed and self._lately_failed():
                raise ModelError("hub_unreachable", cause=self._failed[1])
            question = self._question()
        waited = self._clock() - question.began
        if not question.ended.wait(max(0.0, patience - waited)):
            self._note(f"no answer within {max(patience, waited):.2g} s")
        elif question.cause:
            raise ModelError("hub_unreachable", cause=question.cause)

    def ask_again(self) -> None:
        """Somebody asks for the hub by a click: forget that it did not answer."""
        with self._lock:
            self._failed = None

    def _question(self) -> _Question:
        """The one under way, or a new one."""
        if self._asking is None:
            self._asking = _Question(self._probe, self._hear, self._clock())
        return self._asking

    def _lately_failed(self) -> bool:
        return self._failed is not None and self._clock() - self._failed[0] < MEMORY

    def _note(self, cause: str) -> None:
        with self._lock:
            if self._asking is not None:  # else the answer came this moment
                self._failed = (self._clock(), cause)
                raise ModelError("hub_unreachable", cause=cause)

    def _hear(self, cause: str) -> None:
        with self._lock:
            self._asking = None
            self._failed = (self._clock(), cause) if cause else None


class _Question:
    """One probe under way; `cause` says why it failed, "" if it did not."""

    def __init__(
        self, probe: Callable[[], None], hear: Callable[[str], None], began: float
    ) -> None:
        self.ended, self.cause, self.began = threading.Event(), "", began
        self._probe, self._hear = probe, hear
        threading.Thread(target=self._ask, name="hub-probe", daemon=True).start()

    def _ask(self) -> None:
        try:
            self._probe()
        except OSError as error:
            self.cause = str(error)
        finally:
            self._hear(self.cause)
            self.ended.set()


def probe_hub() -> None:
    """One HEAD request to the hub; OSError within PATIENT seconds if nothing answers."""
    import httpx
    from huggingface_hub import constants

    try:
        httpx.head(constants.ENDPOINT, timeout=PATIENT, follow_redirects=False)
    except httpx.HTTPError as error:
        raise OSError(f"{constants.ENDPOINT}: {error}") from error


def hub_is_offline() -> bool:
    """HF_HUB_OFFLINE as huggingface_hub reads it."""
    said = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return said.upper() in {"1", "ON", "YES", "TRUE"}


HUB = HubReach(probe_hub)
