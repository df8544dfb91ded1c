"""The thread of a device: one thing after another, and an end."""

import threading

from backend.device_thread import DeviceThread
from tests.backend.fakes import PATIENCE


def thread_of(device_thread):
    """The thread itself, once it has done all before."""
    seen, done = [], threading.Event()
    device_thread.submit(lambda: seen.append(threading.current_thread()))
    device_thread.submit(done.set)
    assert done.wait(PATIENCE)
    return seen[0]


def test_tasks_are_done_in_their_order_on_one_thread():
    thread, done = DeviceThread("one"), []
    for number in range(5):
        thread.submit(lambda number=number: done.append((number, threading.current_thread())))
    own = thread_of(thread)
    assert done == [(number, own) for number in range(5)]
    assert own.name == "one"


def test_it_knows_whether_something_is_yet_to_begin():
    thread, begun, goes_on = DeviceThread("one"), threading.Event(), threading.Event()

    def task():
        begun.set()
        assert goes_on.wait(PATIENCE)

    thread.submit(task)
    assert begun.wait(PATIENCE)
    assert not thread.has_next
    thread.submit(list)
    assert thread.has_next
    goes_on.set()
    thread_of(thread)
    assert not thread.has_next


def test_a_task_that_fails_is_logged_and_the_next_is_done(caplog):
    thread = DeviceThread("one")
    thread.submit({}.popitem)
    assert thread_of(thread) is thread_of(thread)
    assert "dictionary is empty" in caplog.text


def test_it_ends_when_it_is_let_go_and_keeps_no_process_alive():
    thread = DeviceThread("one")
    own = thread_of(thread)
    assert own.daemon and own.is_alive()
    del thread
    own.join(PATIENCE)
    assert not own.is_alive()
