"""Empty, loading and error panels."""

from __future__ import annotations

from backend.messages import message
from backend.run import Progress
from demos.shared import states
from demos.shared.strings import in_html


def test_an_error_is_announced_and_escaped() -> None:
    shown = message("not_a_choice", name="model", choices="a, b", value="'<b>'")
    page = states.error("en", shown)
    assert 'role="alert"' in page and "&lt;b&gt;" in page and "<b>" not in page


def test_waiting_shows_seconds_only_when_it_lasts() -> None:
    assert "0 s" not in states.loading("en", Progress(message("reading"), 0.2))
    assert "12 s" in states.loading("en", Progress(message("reading"), 12.3))


def test_no_notice_takes_no_place() -> None:
    assert states.notice("") == ""


def test_an_invitation_keeps_the_mark_that_the_browser_translates() -> None:
    assert '__i18n__{"__type__"' in states.empty(in_html("generation.empty"))
