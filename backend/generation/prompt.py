"""A chat or a plain text as token ids that leave room for the answer."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backend.errors import InputError
from backend.generation.request import GenerationRequest
from backend.messages import Message, message
from backend.models import control_tokens
from backend.models.language_model import LanguageModel

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Prompt:
    """Token ids as the model reads them, and what was left out."""

    ids: list[int]
    notes: tuple[Message, ...] = ()


def encode(lm: LanguageModel, request: GenerationRequest) -> Prompt:
    """The request as token ids; InputError if it does not fit and may not be cut."""
    room = lm.context - request.max_new_tokens
    if room < 1:
        raise InputError(
            "answer_too_long",
            requested=request.max_new_tokens,
            context=lm.context,
            model=lm.name,
        )
    unknown = [token for token in request.begin if token >= len(lm.tokenizer)]
    if unknown:
        raise InputError("unknown_token", token=unknown[0], model=lm.name, size=len(lm.tokenizer))
    ids, notes = _encode(lm.tokenizer, request), _notes(lm.tokenizer, request)
    if len(ids) <= room:
        return Prompt(ids, notes)
    if request.overflow == "keep_end":
        kept = _keep_end(lm, request, room, len(ids))
        return replace(kept, notes=notes + kept.notes)
    has_turns = request.mode == "chat" and request.history
    raise _too_long("conversation" if has_turns else "prompt", lm, request, len(ids))


def _too_long(what: str, lm: LanguageModel, request: GenerationRequest, tokens: int) -> InputError:
    reserved = request.max_new_tokens
    return InputError(
        f"{what}_too_long",
        tokens=tokens,
        model=lm.name,
        room=lm.context - reserved,
        context=lm.context,
        reserved=reserved,
    )


def _is_plain(tokenizer: PreTrainedTokenizerBase, request: GenerationRequest) -> bool:
    return request.mode == "completion" or not tokenizer.chat_template


def _notes(tokenizer: PreTrainedTokenizerBase, request: GenerationRequest) -> tuple[Message, ...]:
    chat = [request.system, *(text for _, text in request.history)]
    others = [] if _is_plain(tokenizer, request) else chat
    return control_tokens.note(tokenizer, request.prompt, others)


def _encode(tokenizer: PreTrainedTokenizerBase, request: GenerationRequest) -> list[int]:
    if _is_plain(tokenizer, request):
        return list(control_tokens.encode(tokenizer, request.prompt)["input_ids"])
    turns = [{"role": role, "content": content} for role, content in request.history]
    if request.system.strip():
        turns.insert(0, {"role": "system", "content": request.system})
    turns.append({"role": "user", "content": request.prompt})
    # enable_thinking: Qwen3's template would otherwise open a hidden monologue; others ignore it.
    return control_tokens.chat_ids(
        tokenizer, turns, add_generation_prompt=True, enable_thinking=False
    )


def _keep_end(lm: LanguageModel, request: GenerationRequest, room: int, before: int) -> Prompt:
    """Drop the oldest questions with their answers first, then the beginning of the prompt."""

    def without(turns: int) -> list[int]:
        return _encode(lm.tokenizer, replace(request, history=request.history[turns:]))

    questions = [turn for turn, (role, _) in enumerate(request.history) if role == "user"]
    cuts = [*questions, len(request.history)]
    first = bisect_left(cuts, True, key=lambda turns: len(without(turns)) <= room)
    if first < len(cuts):
        ids = without(cuts[first])
    else:
        ids = _cut_prompt(lm, replace(request, history=()), room)
    return Prompt(ids, (message("kept_end", kept=len(ids), tokens=before),))


def _cut_prompt(lm: LanguageModel, request: GenerationRequest, room: int) -> list[int]:
    """Shorten the prompt's text from its beginning until all of it fits.

    Cut as text, not as ids: the template around it must stay whole, and a token may hold only part
    of a character. Text can take one more token when it is encoded again, hence the loop.
    """
    options = {"add_special_tokens": False, "return_offsets_mapping": True}
    tokens = control_tokens.encode(lm.tokenizer, request.prompt, **options)
    starts = [start for start, _ in tokens["offset_mapping"]]  # of each token in the prompt
    around = len(_encode(lm.tokenizer, replace(request, prompt="")))
    keep = room - around
    while keep > 0:
        end = request.prompt[starts[-keep:][0] :]
        ids = _encode(lm.tokenizer, replace(request, prompt=end))
        if len(ids) <= room:
            return ids
        keep -= len(ids) - room
    raise _too_long("system", lm, request, around)
