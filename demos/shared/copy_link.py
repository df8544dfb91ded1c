"""The "Copy link" button: the form as an address, in the clipboard and in the address bar; and
"Save as a step", which puts that address into the visitor's own deck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from demos.shared import api_page, states, theme
from demos.shared.handlers import LISTENER
from demos.shared.permalinks import Form, hidden_field
from demos.shared.stage import call
from demos.shared.strings import language_of, say, t
from demos.shared.take_away import take_away

EMBED, OWN_DECK = "shared/copy_embed.js", "present/own.js"
MAX_TITLE = 80  # characters
MAX_LINK = 8000  # characters; servers and browsers refuse much longer addresses


def copy_link(
    form: Form, last_run: gr.State, current: Callable[[dict[str, Any], Any], dict[str, Any]]
) -> None:
    """A button, and a field that shows the link for browsers that refuse the clipboard.

    `current(values, last_run)` says what a link should hold, given the form and the last run.
    """
    button = gr.Button(t("common.copy_link"), size="sm", elem_classes="st-copy-link")
    link = gr.Textbox(
        label=t("common.link"),
        info=t("common.link_info"),
        visible=False,
        interactive=False,
        elem_id=f"st-link-{form.tab}",
        elem_classes="st-link",
    )

    inputs, outputs = [last_run, *form.components], [link, form.notice]

    def query_of(last: Any, values: Sequence[Any]) -> str:
        names = (param.name for param in form.params)
        return form.query(current(dict(zip(names, values, strict=True)), last))

    def make_link(request: gr.Request, last: Any, *values: Any) -> Any:
        query = query_of(last, values)
        if len(query) <= MAX_LINK:
            return gr.Textbox(value=query, visible=True), gr.skip()
        return gr.Textbox(value="", visible=False), _too_long(request, query)

    def short_link(last: Any, *values: Any) -> str:
        query = query_of(last, values)
        return query if len(query) <= MAX_LINK else ""

    take_away(form, short_link, inputs)
    embed = gr.Button(t("common.copy_embed"), size="sm", elem_classes="st-copy-embed")
    framed = embed.click(make_link, inputs, outputs, queue=False, **LISTENER)
    framed.then(fn=None, inputs=link, outputs=link, js=call(EMBED, "copyEmbed"))
    docs = f"{api_page.PATH}#{form.tab}"
    gr.Button(t("common.api"), size="sm", link=docs, link_target="_blank")
    step = gr.Button(t("common.deck_step"), size="sm", elem_id=f"st-step-{form.tab}")
    made = button.click(make_link, inputs, outputs, queue=False, **LISTENER)
    made.then(fn=None, inputs=link, outputs=link, js=call(theme.SCRIPT, "copyLink"))
    found = hidden_field()

    def make_step(request: gr.Request, last: Any, *values: Any) -> tuple[str, Any, str]:
        """The link, a remark where it is too long, and the step's title."""
        query, title = query_of(last, values), title_of(form, request, values)
        is_short = len(query) <= MAX_LINK
        return (query, gr.skip(), title) if is_short else ("", _too_long(request, query), title)

    title = hidden_field()
    saved = step.click(make_step, inputs, [found, form.notice, title], queue=False, **LISTENER)
    saved.then(fn=None, inputs=[found, title], outputs=found, js=call(OWN_DECK, "saveStep"))


def _too_long(request: gr.Request, query: str) -> str:
    language = language_of(request)
    count = len(query)
    return states.notice(say(language, "common.link_too_long", count=count, limit=MAX_LINK))


def title_of(form: Form, request: gr.Request, values: Sequence[Any]) -> str:
    """What a step is called before its author gives it a name: the first text of the form."""
    texts = [value for value in values if isinstance(value, str) and " " in value]
    return texts[0][:MAX_TITLE] if texts else say(language_of(request), f"tab.{form.tab}")
