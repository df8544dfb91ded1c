"""What a visitor may ask for: a text, a kind of model, and how to look at what was recorded.

Layers, heads and tokens count from 1, as people do; a layer or head left empty is chosen for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backend.errors import InputError
from backend.messages import Message, message
from backend.options import ChoiceOption, NumberOption, Option
from backend.text import clean_text, shown

KINDS = ("encoder", "decoder", "seq2seq")
TASKS = {kind: f"attention-{kind}" for kind in KINDS}
STACKS = ("", "self", "encoder", "decoder", "cross")
MAX_TOKENS = 512  # of one text; a model may allow fewer

KIND = ChoiceOption("kind", "encoder", KINDS)
LOOK: dict[str, Option] = {
    option.name: option
    for option in (
        ChoiceOption("stack", "", STACKS),
        NumberOption("layer", None, 1, 1000, 1, whole=True, empty=True),
        NumberOption("head", None, 1, 1000, 1, whole=True, empty=True),
        NumberOption("token", None, 1, MAX_TOKENS, 1, whole=True, empty=True),
        ChoiceOption("average", "none", ("none", "heads", "layers", "all")),
        ChoiceOption("hide", "none", ("none", "special", "first")),
        ChoiceOption("renormalise", "no", ("no", "yes")),
        ChoiceOption("pair", "all", ("all", "AA", "AB", "BA", "BB")),
    )
}

POSITIONS = NumberOption("positions", 64, 1, 512, 1, whole=True)
WIDTH = NumberOption("width", 64, 2, 512, 2, whole=True)


@dataclass(frozen=True)
class AttentionRequest:
    """A checked text (or two: a pair, or a text and its translation) and a kind of model."""

    text: str
    second: str = ""
    kind: str = "encoder"
    model: str = ""  # a row's id, a tier, or "" for the app's choice
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Look:
    """How to look at a recording; None leaves a layer, head or token to be chosen."""

    stack: str = ""
    layer: int | None = None
    head: int | None = None
    token: int | None = None  # the query, from 1
    average: str = "none"
    hide: str = "none"
    renormalise: str = "no"
    pair: str = "all"


@dataclass(frozen=True)
class ResolvedLook:
    """A look with nothing left open, in range for one recording (see look.py)."""

    stack: str
    layer: int  # from 1, as are head and token
    head: int
    token: int
    average: str = "none"
    hide: str = "none"
    renormalise: str = "no"
    pair: str = "all"

    def as_json(self) -> dict[str, str | int]:
        """Plain values for the page and the API."""
        return dict(vars(self))


def check_request(
    text: object, second: object = "", kind: object = "encoder", model: object = ""
) -> AttentionRequest:
    """An AttentionRequest from outside values; InputError names the first bad one."""
    cleaned, changed = clean_text(text, "text")
    if not cleaned.strip():
        raise InputError("no_sentence")
    other, changed_other = clean_text(second or "", "second")
    if not other.strip():
        other = ""
    changed += changed_other
    if not isinstance(model or "", str):
        raise InputError("not_a_text", name="model", value=shown(model))
    notes = (message("cleaned", count=changed),) if changed else ()
    return AttentionRequest(cleaned, other, KIND.check(kind), str(model or ""), notes)


def check_look(**given: Any) -> Look:
    """A Look from outside values; InputError names the first bad one."""
    unknown = sorted(set(given) - set(LOOK))
    if unknown:
        raise InputError("unknown_option", name=unknown[0], choices=", ".join(LOOK))
    values = {name: row.check(given.get(name, row.default)) for name, row in LOOK.items()}
    return Look(**values)  # type: ignore[arg-type]
