"""The options of a request in one table, and the checks of a request."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from backend.errors import InputError
from backend.messages import Message, message
from backend.options import SEED, ChoiceOption, NumberOption, Option, check_options, with_seed
from backend.text import MAX_CHARACTERS, clean_text, shown

MAX_TOKENS = 2048  # of an answer
MAX_STOPS, MAX_STOP_CHARACTERS = 8, 200  # stop strings, and characters of each
MIN_TEMPERATURE = 0.001  # logits divided by much less overflow: NaN, and on a GPU a lost device

OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        ChoiceOption("mode", "chat", ("chat", "completion")),
        ChoiceOption("strategy", "sampling", ("sampling", "greedy")),
        NumberOption("temperature", 0.7, 0.0, 2.0, 0.05),
        NumberOption("top_k", 50, 0, 200, 1, whole=True),
        NumberOption("top_p", 0.9, 0.01, 1.0, 0.01),
        NumberOption("min_p", 0.0, 0.0, 1.0, 0.01),
        NumberOption("repetition_penalty", 1.1, 0.5, 2.0, 0.05),
        NumberOption("max_new_tokens", 200, 1, MAX_TOKENS, 1, whole=True),
        SEED,
        ChoiceOption("overflow", "error", ("error", "keep_end")),
        NumberOption("draws", 32, 2, 64, 1, whole=True),
    )
}


@dataclass(frozen=True)
class GenerationRequest:
    """A checked request. `history` holds earlier turns as (role, text); chat only."""

    prompt: str
    system: str = ""
    history: tuple[tuple[str, str], ...] = ()
    mode: str = "chat"
    strategy: str = "sampling"
    temperature: float = 0.7
    top_k: int = 50
    top_p: float = 0.9
    min_p: float = 0.0
    repetition_penalty: float = 1.1
    max_new_tokens: int = 200
    seed: int = 0
    overflow: str = "error"
    stop: tuple[str, ...] = ()  # the answer ends before the first of these strings
    draws: int = 32  # number of samples, in batched sampling
    begin: tuple[int, ...] = ()  # token ids that the answer begins with, as a branch of another
    notes: tuple[Message, ...] = ()
    is_seeded: bool = True  # whether the visitor chose the seed; it was drawn otherwise

    @property
    def is_for_all(self) -> bool:
        """Whether others who ask the same may be given the same answer: not where a seed was drawn,
        and no part of a visitor's own chat or of an answer of theirs is in it."""
        return (self.is_seeded or not self.is_sampling) and not self.history and not self.begin

    @property
    def as_asked(self) -> GenerationRequest:
        """The request without a seed where none is used."""
        return self if self.is_sampling else replace(self, seed=0, is_seeded=True)

    @property
    def is_sampling(self) -> bool:
        """Whether tokens are sampled; temperature 0 leaves only the most probable one."""
        return self.strategy == "sampling" and self.temperature >= MIN_TEMPERATURE

    @property
    def otherwise(self) -> GenerationRequest:
        """The same with tokens chosen the other way: the likeliest, or drawn at random."""
        if self.is_sampling:
            return replace(self, strategy="greedy")
        return replace(self, strategy="sampling", temperature=GenerationRequest.temperature)


def check_request(prompt: object, **given: Any) -> GenerationRequest:
    """A GenerationRequest from outside values; InputError names the first bad one.

    Options that are not given take their defaults. A missing seed is chosen at random; the result
    says which.
    """
    text, changed = clean_text(prompt, "prompt")
    if not text.strip():
        raise InputError("empty_prompt")
    system, changed_system = clean_text(given.pop("system", "") or "", "system")
    history, changed_history = check_history(given.pop("history", None))
    stop, begin = check_stop(given.pop("stop", None)), check_begin(given.pop("begin", None))
    values = with_seed(check_options(OPTIONS, given))
    notes = _notes(changed + changed_system + changed_history, values)
    return GenerationRequest(
        text,
        system,
        history,
        stop=stop,
        begin=begin,
        notes=notes,
        **values,
    )


def check_text(text: object) -> str:
    """A text to score; InputError if there is none or it is too long."""
    cleaned, _ = clean_text(text, "text")
    if not cleaned.strip():
        raise InputError("empty_text", name=message("the_text"))
    return cleaned


def check_stop(given: object) -> tuple[str, ...]:
    """Stop strings, from a list or from a text with one per line; empty ones are left out.

    "\\n" in one stands for a new line, "\\t" for a tab.
    """
    if isinstance(given, str):
        given = [row for row in clean_text(given, "stop")[0].split("\n") if row]
    rows = [] if given is None else given
    if not isinstance(rows, (list, tuple)) or len(rows) > MAX_STOPS:
        raise InputError("bad_stop", value=shown(rows), limit=MAX_STOPS)
    texts = [clean_text(row, "stop")[0] for row in rows]
    stops = tuple(text.replace("\\n", "\n").replace("\\t", "\t") for text in texts if text)
    if any(len(text) > MAX_STOP_CHARACTERS for text in stops):
        raise InputError("bad_stop", value=shown(rows), limit=MAX_STOPS)
    return stops


def check_begin(given: object) -> tuple[int, ...]:
    """Token ids; whether the model has them is checked once it is loaded."""
    ids = [] if given is None else given
    if not isinstance(ids, (list, tuple)) or len(ids) > MAX_TOKENS:
        raise InputError("bad_begin", value=shown(given if isinstance(given, str) else "that"))
    if not all(type(one) is int and one >= 0 for one in ids):
        raise InputError("bad_begin", value=shown(ids[:5]))
    return tuple(ids)


def check_history(turns: object) -> tuple[tuple[tuple[str, str], ...], int]:
    """Earlier turns as (role, text), from a list of {"role", "content"}; and, as `clean_text`
    does, how many characters were changed. MAX_CHARACTERS holds for all turns together."""
    if turns is None:
        return (), 0
    if not isinstance(turns, list):
        raise InputError("bad_history", index=0, value=shown(turns))
    checked = [_check_turn(index, turn) for index, turn in enumerate(turns)]
    length = sum(len(text) for _, text, _ in checked)
    if length > MAX_CHARACTERS:
        raise InputError("too_many_characters", count=length, limit=MAX_CHARACTERS)
    history = tuple((role, text) for role, text, _ in checked)
    return history, sum(changed for _, _, changed in checked)


def _check_turn(index: int, turn: object) -> tuple[str, str, int]:
    role = turn.get("role") if isinstance(turn, dict) else None
    content = turn.get("content") if isinstance(turn, dict) else None
    if role not in ("user", "assistant") or not isinstance(content, str):
        raise InputError("bad_history", index=index, value=shown(turn))
    return role, *clean_text(content, "history")


def _notes(changed: int, values: dict[str, Any]) -> tuple[Message, ...]:
    notes = [message("cleaned", count=changed)] if changed else []
    if values["strategy"] == "sampling" and values["temperature"] < MIN_TEMPERATURE:
        notes.append(message("temperature_zero"))
    return tuple(notes)


assert set(OPTIONS) < {field.name for field in fields(GenerationRequest)}
