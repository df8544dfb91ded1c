"""Whether the hub answers: asked once, on a thread of its own, and never waited for for long."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from backend.errors import ModelError
from backend.models.hub.reach import MEMORY, HubReach, probe_hub
from tests.backend.fakes import PATIENCE, in_threads


def no_route():
    raise OSError("no route to host")


class Probe:
    """A hub that is up or down; counts how often it was asked. `now` is the fake clock."""

    def __init__(self, is_up):
        self.is_up, self.asked, self.now = is_up, 0, 0.0
        self.reach = HubReach(self, clock=lambda: self.now)

    def __call__(self):
        self.asked += 1
        if not self.is_up:
            no_route()

    def is_reached(self):
        try:
            self.reach.require()
        except ModelError as error:
            assert error.message.code == "hub_unreachable"
            return False
        return True


def test_an_unreachable_hub_is_asked_once_not_on_every_click():
    probe = Probe(is_up=False)
    assert [probe.is_reached() for _ in range(10)] == [False] * 10
    probe.now = MEMORY - 1
    assert not probe.is_reached()
    assert probe.asked == 1


def test_an_unreachable_hub_is_asked_again_after_a_while():
    probe = Probe(is_up=False)
    assert not probe.is_reached()
    probe.now = MEMORY + 1
    probe.is_up = True
    assert probe.is_reached()
    assert probe.asked == 2


def test_a_hub_that_went_away_again_is_noticed():
    probe = Probe(is_up=True)
    assert probe.is_reached()
    probe.is_up = False
    assert not probe.is_reached()


def test_fifty_threads_ask_an_unreachable_hub_once():
    probe = Probe(is_up=False)
    assert in_threads(50, lambda _: probe.is_reached()) == [False] * 50
    assert probe.asked == 1


class AlwaysBroken(BaseHTTPRequestHandler):
    """A hub with an error of its own still answers."""

    def do_HEAD(self):
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_server_that_answers_anything_at_all_is_reached(monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), AlwaysBroken)
    threading.Thread(target=server.handle_request, daemon=True).start()
    monkeypatch.setattr(
        "huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{server.server_port}"
    )
    probe_hub()
    server.server_close()


def test_a_server_that_is_not_there_is_an_oserror_that_names_it(monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), AlwaysBroken)
    address = f"http://127.0.0.1:{server.server_port}"
    server.server_close()  # now nobody listens there
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", address)
    with pytest.raises(OSError, match=address):
        probe_hub()


class Slow:
    """A hub whose answer comes when the test says so."""

    def __init__(self):
        self.asked, self.answers = 0, threading.Event()
        self.reach = HubReach(self)

    def __call__(self):
        self.asked += 1
        assert self.answers.wait(PATIENCE)

    def heard(self):
        """Until the answer has come."""
        while self.reach._asking is not None:
            pass


@pytest.fixture
def slow():
    made = Slow()
    yield made
    made.answers.set()


def test_nobody_waits_longer_for_the_hub_than_they_said(slow):
    with pytest.raises(ModelError, match=r"no answer within 0\.01 s"):
        slow.reach.require(patience=0.01)


def test_who_asks_while_a_question_is_open_opens_no_other(slow):
    for _ in range(3):
        with pytest.raises(ModelError):
            slow.reach.require(patience=0.01)
        slow.reach.ask_again()
    assert slow.asked == 1


def test_an_answer_that_comes_late_counts_for_the_next_who_asks(slow):
    with pytest.raises(ModelError):
        slow.reach.require(patience=0.01)
    slow.answers.set()
    slow.heard()
    slow.reach.require(patience=PATIENCE)


def test_after_a_click_an_unreachable_hub_is_asked_again_at_once():
    probe = Probe(is_up=False)
    assert not probe.is_reached()
    probe.is_up = True
    assert not probe.is_reached()
    probe.reach.ask_again()
    assert probe.is_reached()


def test_who_comes_after_it_was_asked_ahead_waits_for_the_rest_alone(slow):
    now = [0.0]
    slow.reach = HubReach(slow, clock=lambda: now[0])
    slow.reach.ask_ahead()
    slow.reach.ask_ahead()
    now[0] = 30.0
    with pytest.raises(ModelError, match="no answer within 30 s"):
        slow.reach.require(10.0)
    slow.reach.ask_ahead()  # it has lately failed
    assert slow.asked == 1
