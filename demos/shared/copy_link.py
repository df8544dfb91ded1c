"""The "Copy link" button: the form as an address, in the clipboard and in the address bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from demos.shared import states, theme
from demos.shared.handlers import LISTENER
from demos.shared.permalinks import Form
from demos.shared.stage import call
from demos.shared.strings import language_of, say, t

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

    def make_link(request: gr.Request, last: Any, *values: Any) -> Any:
        names = (param.name for param in form.params)
        query = form.query(current(dict(zip(names, values, strict=True)), last))
        if len(query) <= MAX_LINK:
            return gr.Textbox(value=query, visible=True), gr.skip()
        language = language_of(request)
        too_long = say(language, "common.link_too_long", count=len(query), limit=MAX_LINK)
        return gr.Textbox(value="", visible=False), states.notice(too_long)

    made = button.click(
        make_link,
        [last_run, *form.components],
        [link, form.notice],
        queue=False,
        **LISTENER,
    )
    made.then(fn=None, inputs=link, outputs=link, js=call(theme.SCRIPT, "copyLink"))
