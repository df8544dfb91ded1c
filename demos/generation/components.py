"""The components of the tab that a run changes, and what they show between runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from demos.generation import attempts
from demos.generation.attempts import Attempt
from demos.shared import states
from demos.shared.section import Updates
from demos.shared.strings import in_html


def nothing_yet() -> str:
    """The invitation before the first run."""
    return states.empty(in_html("generation.empty"))


@dataclass(frozen=True)
class Components:
    """What a run changes."""

    prompt: gr.Textbox
    answer: gr.HTML
    card: gr.HTML
    notice: gr.HTML
    history: gr.State  # list[Turn]: the chat so far
    last_run: gr.State  # {"prompt", "mode", "seed", "key"} of the run on screen, or nothing
    run: gr.Button
    stop: gr.Button
    again: gr.Button
    keep_end: gr.Button
    new_chat: gr.Button
    go_on: gr.Button
    to_verse: gr.Button  # offered where the model has learnt no Chinese
    same: gr.Button  # unseen: pressed by the page when a larger model has come
    inspector: gr.HTML  # of tokens
    tree: gr.HTML  # of samples
    attempts: gr.State  # list[Attempt]: the answer on screen, and those that it branches off
    menu: gr.Radio  # of attempts
    compared: gr.HTML
    comparison: gr.Accordion
    export: gr.DownloadButton
    examples: tuple[gr.Button, ...] = ()

    @property
    def all(self) -> list[Any]:
        *single, examples = vars(self).values()
        return [*single, *examples]

    def busy(self) -> Updates:
        """A run has begun: nothing else can start or be cleared until it is over."""
        return {
            **self._startable(False),
            self.stop: gr.Button(interactive=True),
            **self._no_follow_ups(),
            self.card: "",
            self.inspector: None,
            self.tree: None,
        }

    def idle(self) -> Updates:
        """A run is over."""
        return {**self._startable(True), self.stop: gr.Button(interactive=False)}

    def _startable(self, on: bool) -> Updates:
        starters = (self.run, self.new_chat, *self.examples)
        buttons = {button: gr.Button(interactive=on) for button in starters}
        return {**buttons, self.menu: gr.Radio(interactive=on)}

    def _no_follow_ups(self) -> Updates:
        """Hide the buttons that need a result."""
        buttons = (self.again, self.keep_end, self.go_on, self.to_verse)
        return {button: gr.Button(visible=False) for button in buttons}

    def without_attempts(self) -> Updates:
        """There is no answer to branch off."""
        return {
            self.attempts: [],
            self.menu: gr.Radio(choices=[], value=None, visible=False),
            self.comparison: gr.Accordion(visible=False),
            self.compared: "",
            self.export: gr.DownloadButton(visible=False),
        }

    def with_attempts(self, language: str, made: list[Attempt], file: str | None) -> Updates:
        """The attempts, shown once there are two, and the file that holds them all."""
        is_shown = len(made) > 1
        return {
            self.attempts: made,
            self.menu: attempts.menu(language, made),
            self.comparison: gr.Accordion(visible=is_shown),
            self.compared: attempts.compared(language, made),
            self.export: gr.DownloadButton(value=file, visible=is_shown),
        }

    def cleared(self) -> Updates:
        """A new chat."""
        return {
            self.history: [],
            self.last_run: {},
            self.answer: nothing_yet(),
            self.card: "",
            self.notice: "",
            self.inspector: None,
            self.tree: None,
            **self._no_follow_ups(),
            **self.without_attempts(),
        }
