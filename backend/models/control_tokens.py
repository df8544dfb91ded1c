"""Control tokens that a visitor types, such as `<|im_end|>` or `[SEP]`: text like any other.

Where a text looks like one, a tokenizer gives the token of that name. Of a visitor's text it must
not: the text could end its own turn and speak as the system, or pretend to be a picture.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from backend.messages import Message, message

if TYPE_CHECKING:
    from transformers import BatchEncoding

MARKUP = re.compile(r"<.+>|\[.+\]")
UNTYPED = "\ufdd0"  # a character that no text has

_patterns: WeakKeyDictionary[Any, re.Pattern[str]] = WeakKeyDictionary()
_readers: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def names(tokenizer: Any) -> tuple[str, ...]:
    """The tokens that structure a model's input: special ones, added ones in <...> or [...], and
    Marian's language codes."""
    added = tokenizer.added_tokens_decoder.values()
    found = [str(token) for token in added if token.special or MARKUP.fullmatch(str(token))]
    return (*found, *getattr(tokenizer, "supported_language_codes", ()))


def typed(tokenizer: Any, *texts: str | Sequence[str]) -> tuple[str, ...]:
    """Which control tokens stand in the texts, or lists of texts."""
    if tokenizer not in _patterns:
        longest_first = sorted(names(tokenizer), key=len, reverse=True)
        _patterns[tokenizer] = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
    pattern = _patterns[tokenizer]
    return tuple(dict.fromkeys(name for text in _each(texts) for name in pattern.findall(text)))


def _each(texts: Sequence[str | Sequence[str]]) -> Iterator[str]:
    for text in texts:
        yield from [text] if isinstance(text, str) else text


def note(tokenizer: Any, *texts: str | Sequence[str]) -> tuple[Message, ...]:
    """That they were taken as text, where there are any."""
    return note_on(typed(tokenizer, *texts))


def note_on(found: Sequence[str]) -> tuple[Message, ...]:
    """The note on these control tokens; none for none."""
    return (message("control_tokens", tokens=", ".join(found)),) if found else ()


def encode(tokenizer: Any, *texts: str | Sequence[str], **options: Any) -> BatchEncoding:
    """`tokenizer(*texts, **options)`, but control tokens in the texts become the tokens of their
    letters."""
    reader = _text_reader(tokenizer) if typed(tokenizer, *texts) else tokenizer
    found: BatchEncoding = reader(*texts, **options)
    return found


def chat_ids(tokenizer: Any, turns: Sequence[dict[str, str]], **options: Any) -> list[int]:
    """Turns ({"role", "content"}) in the model's chat template as token ids: control tokens of the
    template are structure, those in a content are text."""
    if typed(tokenizer, [turn["content"] for turn in turns]):
        tokenizer.chat_control_tokens = names(tokenizer)
        options["sanitize_control_tokens"] = True
    return list(tokenizer.apply_chat_template(turns, return_dict=False, **options))


def read_as_text(tokenizer: Any) -> Any:
    """The same tokenizer, from now on reading control tokens in its input as text. Those that it
    adds itself stay. For a tokenizer that is never given a rendered template."""
    tokenizer.split_special_tokens = True
    if tokenizer.is_fast:
        backend = tokenizer.backend_tokenizer
        backend.add_special_tokens(list(_named_special(tokenizer)))
        _hide_in_unigram(backend, names(tokenizer))
    return tokenizer


def _text_reader(tokenizer: Any) -> Any:
    """A copy that reads control tokens as text. The tokenizer itself still decodes, and knows
    which of its tokens are special."""
    if tokenizer.split_special_tokens:
        return tokenizer
    if tokenizer not in _readers:
        _readers[tokenizer] = read_as_text(copy.deepcopy(tokenizer))
    return _readers[tokenizer]


def _named_special(tokenizer: Any) -> Iterator[Any]:
    """Control tokens such as `<think>` that are not marked as special, marked: only special ones
    are split."""
    for token in tokenizer.added_tokens_decoder.values():
        if not token.special and MARKUP.fullmatch(token.content):
            token.special = True
            yield token


def _hide_in_unigram(backend: Any, hidden: Sequence[str]) -> None:
    """Take control tokens out of reach of a Unigram model (DeBERTa's), which finds every piece of
    its vocabulary in a text by itself. Their ids stay."""
    from tokenizers.models import Unigram

    if isinstance(backend.model, Unigram):
        model = json.loads(backend.to_str())["model"]
        pieces = [
            (piece + UNTYPED if piece in hidden else piece, score)
            for piece, score in model["vocab"]
        ]
        backend.model = Unigram(pieces, model["unk_id"], model["byte_fallback"])
