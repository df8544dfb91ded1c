"""Links that reopen a tab as it was: the form's values in the query string.

A tab lists its parameters once, as `Param` rows. The same rows read a link, write a link and fill
the form from an example; `?tab=generation&prompt=Hello&seed=7` restores and runs. Values that a
tab cannot use are left out with a note, never an error page.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import gradio as gr

from backend.errors import InputError
from backend.options import Option
from backend.text import clean_text
from demos.shared import theme
from demos.shared.handlers import LISTENER, RUNS
from demos.shared.stage import call


def hidden_field(value: str = "", **looks: Any) -> gr.Textbox:
    """A field that no visitor sees: what it holds travels with the form."""
    return gr.Textbox(value, visible="hidden", **looks)


@dataclass(frozen=True)
class Kept:
    """What a tab has beside a result, such as a chat. The result's HTML has it as text in
    `data-kept`, which the browser keeps (assets/web/shared/kept.js) and gives back with it."""

    state: gr.State
    read: Callable[[str], Any]  # what the state was; of a text that cannot be read: nothing


@dataclass(frozen=True)
class Example:
    """A button's text (a catalogue key) and the form's values, by parameter name."""

    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class PictureSource:
    """Pictures that a tab makes, for other tabs; see `send_to.py`."""

    place: gr.Row  # where the buttons stand
    pictures: gr.State  # paths of files that the server made
    chosen: gr.State  # index of the one on screen


@dataclass(frozen=True)
class PictureTarget:
    """Where a tab takes a picture from another tab; then it runs."""

    picture: gr.Image
    values: tuple[tuple[Any, Any], ...] = ()  # further components and their new values


@dataclass(frozen=True)
class Param:
    """One value of the form: its name in links, its component, how to check it, its default."""

    name: str
    component: gr.components.Component
    check: Callable[[Any], Any]
    default: Any = None

    @staticmethod
    def text(name: str, component: gr.components.Component) -> Param:
        return Param(name, component, lambda value: clean_text(value, name)[0], "")

    @staticmethod
    def option(option: Option, component: gr.components.Component) -> Param:
        return Param(option.name, component, option.check, option.default)

    @staticmethod
    def place(option: Option, component: gr.components.Component) -> Param:
        """A value that stands in a hidden text field, empty where the option has its default."""

        def check(value: Any) -> str:
            checked = option.check(value)
            return "" if checked in (None, option.default) else str(checked)

        return Param(option.name, component, check, "")


@dataclass(frozen=True)
class Form:
    """A tab's parameters, and what a link or an example touches besides them."""

    tab: str
    params: tuple[Param, ...]
    main: str | tuple[str, ...]  # a link that has this parameter, or one of these, runs
    run: gr.Textbox  # hidden; a new text in it is a run that a link or an example asks for
    notice: gr.HTML  # says which values of a link were left out
    result: str  # elem_id of the result, brought into view when a run starts
    # (task, model) as `Backend.perform` takes them: loaded while the page is read
    models: tuple[tuple[str, str], ...] = ()
    picture_source: PictureSource | None = None
    picture_target: PictureTarget | None = None
    kept: Kept | None = None
    examples: list[Example] = field(default_factory=list)  # in the order of their buttons

    @property
    def components(self) -> list[gr.components.Component]:
        return [param.component for param in self.params]

    def param(self, name: str) -> Param:
        return next(param for param in self.params if param.name == name)

    @property
    def outputs(self) -> list[gr.components.Component]:
        """Where `fill` puts its values."""
        return [*self.components, self.run]

    @property
    def reveal_js(self) -> str:
        return call(theme.SCRIPT, "reveal", self.result)

    def read(self, query: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
        """The usable values of a link, and the names of the others."""
        values: dict[str, Any] = {}
        ignored: list[str] = []
        for param in self.params:
            if param.name not in query:
                continue
            try:
                values[param.name] = param.check(query[param.name])
            except InputError:
                ignored.append(param.name)
        return values, ignored

    def fill(self, values: Mapping[str, Any], keep: tuple[str, ...] = ()) -> list[Any]:
        """Updates for `outputs`: the values, defaults elsewhere, and a run if `main` is there.

        Parameters named in `keep` stay as they are.
        """
        filled = [
            gr.skip() if param.name in keep else values.get(param.name, param.default)
            for param in self.params
        ]
        return [*filled, self._run_of(values)]

    def when_asked(
        self, handler: Callable[..., Any], inputs: Sequence[Any], outputs: Sequence[Any]
    ) -> gr.events.Dependency:
        """`handler` runs when a link or an example asks for a run, and at no other time.

        A gr.State would call it on every page that opens: gradio reports an update of a State as
        a change, whatever it holds. And what a visitor types while such a call begins is lost.
        An example pressed during such a run is answered after it; of several, the last.
        """
        return self.run.change(
            handler,
            inputs,
            outputs,
            trigger_mode="always_last",
            **LISTENER,
            **RUNS,
        )

    def open(self, values: Mapping[str, Any], runs: bool = True) -> list[Any]:
        """Updates for `outputs` of a page that has just opened: `values`, and a run as in `fill`,
        if the link `runs`.

        All else stays: it holds its default, or what the visitor has typed meanwhile.
        """
        named = [values.get(param.name, gr.skip()) for param in self.params]
        return [*named, self._run_of(values) if runs else gr.skip()]

    def _run_of(self, values: Mapping[str, Any]) -> Any:
        """What `run` becomes: something new where a main value is there."""
        mains = (self.main,) if isinstance(self.main, str) else self.main
        return str(uuid.uuid4()) if any(values.get(name) for name in mains) else gr.skip()

    def query(self, values: Mapping[str, Any]) -> str:
        """ "?tab=...&name=value": what differs from the defaults."""
        pairs = [("tab", self.tab)]
        for param in self.params:
            value = values.get(param.name, param.default)
            if value not in (None, "", param.default):
                pairs.append((param.name, _as_text(value)))
        return "?" + urlencode(pairs)


def _as_text(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
