"""Tabs inside a tab: each a section of its own; a link names the one that is open and runs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from backend import Backend
from demos.shared.copy_link import copy_link
from demos.shared.permalinks import Form
from demos.shared.section import Section, Updates
from demos.shared.strings import t

# gr.Tabs has no value of its own: an update of its `selected` is what Python would send.
SELECT_JS = "(view) => ({ __type__: 'update', selected: view })"


def inner_tab(tab: str, name: str, view: gr.Textbox) -> gr.Tab:
    """A tab labelled "<tab>.view.<name>"; choosing it writes its name into `view`."""
    inner = gr.Tab(t(f"{tab}.view.{name}"), id=name)
    inner.select(fn=None, outputs=view, js=f"() => {name!r}")
    return inner


def wire(
    backend: Backend,
    form: Form,
    view: gr.Textbox,
    bar: gr.Tabs,
    links_here: gr.Row,
    linked: list[Section],
    others: Sequence[Section] = (),
) -> None:
    """All that the sections of the inner tabs in `bar` need once they are laid out: a link to what
    is on screen, the opening of the one that `view` names, and their runs. No link runs `others`.
    """
    with links_here:
        copy_link(form, gr.State({}), lambda values, _: of_view(linked, values))
    view.change(fn=None, inputs=view, outputs=bar, js=SELECT_JS)
    for section in (*linked, *others):
        section.connect(backend)
    run_links(form, linked)


def of_view(sections: list[Section], values: dict[str, Any]) -> dict[str, Any]:
    """Of all sections' values those that the view on screen shows."""
    shown = {
        param.name
        for section in sections
        if section.is_in(values["view"])
        for param in section.params
    }
    return {name: value for name, value in values.items() if name in shown or name == "view"}


def run_links(form: Form, sections: list[Section]) -> None:
    """A link or an example runs the section that its view shows, if it is asked something.

    What no link holds (a picture, a file) is taken as it stands on the page.
    """
    names = [param.name for param in form.params]
    unlinked = [
        (section, name, part) for section in sections for name, part in section.unlinked.items()
    ]

    def run_shown(request: gr.Request, *given: Any) -> Iterator[Updates]:
        values = dict(zip(names, given, strict=False))
        beside = list(zip(unlinked, given[len(names) :], strict=True))
        for section in sections:
            own = {param.name: values[param.name] for param in section.params}
            own |= {name: value for (of, name, _), value in beside if of is section}
            if not section.is_in(values["view"]) or not section.is_asked(own):
                continue
            yield from section.answer(request, own)

    outputs = [form.notice, *(part for section in sections for part in section.all_outputs)]
    form.when_asked(run_shown, [*form.components, *(part for _, _, part in unlinked)], outputs)
