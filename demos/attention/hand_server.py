"""What the stage "By hand" asks: answered at once, past the queue, without a model."""

from __future__ import annotations

from backend.attention.toy_numbers import check_numbers, fitted
from backend.errors import InputError
from demos.attention import hand_link, hand_payload
from demos.attention.server_functions import ServerFunction, answering, as_dict
from demos.shared.endpoints import Json
from demos.shared.strings import say_message


def server_functions() -> list[ServerFunction]:
    """`toy` of {"hand": a link's text}, or of {"preset", "numbers"}; with {"opening": true} the
    texts come along."""
    return [answering("toy", toy)]


def toy(question: Json, language: str) -> Json:
    """The numbers and all that follows; {"error", "cell"} where one of them is none."""
    first = hand_payload.opening(language) if question.get("opening") else {}
    try:
        return {**first, **_worked(question)}
    except InputError as error:
        values = error.message.values
        cell = {name: values[name] for name in ("name", "row", "column") if name in values}
        return {"error": say_message(language, error.message), "cell": cell}


def _worked(question: Json) -> Json:
    if "numbers" not in question:
        return hand_payload.answer(*hand_link.read(question.get("hand")))
    preset, _ = hand_link.read(question.get("preset"))
    numbers = check_numbers(fitted(as_dict(question["numbers"])))
    return hand_payload.answer(preset, numbers)
