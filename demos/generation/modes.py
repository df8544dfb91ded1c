"""The modes of the form: for each, how its request is built, what runs, and how that is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from backend.generation.request import OPTIONS, GenerationRequest, check_request
from backend.generation.service import Generation
from backend.options import ChoiceOption
from demos.generation.transcript import Turn
from demos.generation.view import RunView
from demos.shared.first_line import always, with_first_line
from demos.shared.pace import paced
from demos.shared.section import Updates

Values = dict[str, Any]  # of the form, by parameter name


@dataclass(frozen=True)
class Mode:
    """A way to run the form."""

    name: str
    request: Callable[[Values, list[Turn]], GenerationRequest | str]  # from form and chat so far
    run: Callable[..., Iterator[Any]]  # a method of the service: (request, visitor, *models)
    show: Callable[[RunView, Any], Updates]
    models: tuple[str, ...] = ("model",)  # form values that name the models to run

    def stream(
        self, service: Generation, visitor: str, values: Values, view: RunView
    ) -> Iterator[Updates]:
        """A run of this mode as updates of the page."""
        request = self.request(values, view.earlier)
        models = [values[name] for name in self.models]
        run = partial(self.run, service, request, visitor, *models)
        for update in paced(with_first_line(run, always)):
            yield self.show(view, update)


def _request(values: Values, names: tuple[str, ...], **fixed: Any) -> GenerationRequest:
    options = {name: values[name] for name in names} | fixed
    return check_request(values["prompt"], **options)


def chat_request(values: Values, earlier: list[Turn]) -> GenerationRequest:
    """The prompt as the next question of the chat."""
    return _request(values, (*OPTIONS, "system", "stop"), history=earlier)


def completion_request(values: Values, earlier: list[Turn]) -> GenerationRequest:
    """The prompt as the beginning of a text."""
    return _request(values, (*OPTIONS, "system", "stop"))


def text_to_score(values: Values, earlier: list[Turn]) -> str:
    text: str = values["prompt"]
    return text


def samples_request(values: Values, earlier: list[Turn]) -> GenerationRequest:
    """The beginning of a text, always sampled; stop strings are not checked."""
    return _request(values, (*OPTIONS,), mode="completion", strategy="sampling")


def comparison_request(values: Values, earlier: list[Turn]) -> GenerationRequest:
    """The prompt as the only question of a chat."""
    return _request(values, (*OPTIONS, "system", "stop"), mode="chat")


MODES = {
    mode.name: mode
    for mode in (
        Mode("chat", chat_request, Generation.generate, RunView.show_answer),
        Mode("completion", completion_request, Generation.generate, RunView.show_answer),
        Mode("read", text_to_score, Generation.score_text, RunView.show_scores),
        Mode("draws", samples_request, Generation.sample_many, RunView.show_samples),
        Mode(
            "versus",
            comparison_request,
            Generation.compare,
            RunView.show_comparison,
            models=("model", "second"),
        ),
    )
}
MODE = ChoiceOption("mode", "chat", tuple(MODES))
