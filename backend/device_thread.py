"""A thread that does what it is handed, one thing after another.

Unlike an executor's `submit`, handing it something takes no lock: the garbage collector may close a
run in the middle of any line, such as inside another executor's `submit`, and a lock of that line
would then be waited for by the thread that holds it. `SimpleQueue.put` may be called even there.
"""

from __future__ import annotations

import logging
import queue
import threading
import weakref
from collections.abc import Callable

log = logging.getLogger(__name__)
Task = Callable[[], object]


class DeviceThread:
    """Its thread ends when it is let go, and keeps no process alive."""

    def __init__(self, name: str) -> None:
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        threading.Thread(target=_work, args=(self._tasks,), name=name, daemon=True).start()
        weakref.finalize(self, self._tasks.put, None)

    def submit(self, task: Task) -> None:
        """Have it called after all before it; what it raises is logged."""
        self._tasks.put(task)

    @property
    def has_next(self) -> bool:
        """Whether there is a task that has not begun."""
        return not self._tasks.empty()


def _work(tasks: queue.SimpleQueue[Task | None]) -> None:
    while task := tasks.get():
        try:
            task()
        except BaseException:  # whatever it is, the thread is there for the next
            log.exception("the thread of a device was handed what fails")
        del task  # whose it is may be let go while the thread waits
