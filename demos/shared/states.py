"""What the result's place shows when there is no result: nothing yet, work under way, an error."""

from __future__ import annotations

from markupsafe import Markup

from backend.messages import Message
from backend.run import Progress
from demos.shared.strings import say, say_message, seconds_in_words


def empty(invitation: Markup) -> str:
    """An invitation: `in_html(key)`, whose <b> part is the title."""
    return Markup(
        '<div class="st-state st-empty"><div class="st-scale" aria-hidden="true"></div>'
        "<p>{}</p></div>"
    ).format(invitation)


def loading(language: str, progress: Progress) -> str:
    """What is being done; from the second second on, also for how long."""
    seconds = seconds_in_words(language, int(progress.seconds)) if progress.seconds >= 1 else ""
    return Markup(
        '<div class="st-state st-loading" role="status">'
        '<div class="st-scale" aria-hidden="true"></div>'
        '<p>{} <span aria-hidden="true">{}</span></p></div>'
    ).format(say_message(language, progress.message), seconds)


def error(language: str, message: Message) -> str:
    """An error a visitor can act on."""
    return Markup(
        '<div class="st-state st-error" role="alert">'
        '<p class="st-state-title">{}</p><p>{}</p></div>'
    ).format(say(language, "common.error"), say_message(language, message))


def notice_of(language: str, code: str) -> str:
    """A backend's message as a notice."""
    return notice(say(language, f"message.{code}"))


def notice(text: str) -> str:
    """A remark above a result; nothing at all for an empty text."""
    if not text:
        return ""
    return Markup('<div class="st-notice" role="status">{}</div>').format(text)
