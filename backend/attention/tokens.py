"""A text as the model reads it: token ids, and which characters of the text each one covers.

Tokenizers may cut one character (a grapheme: a letter with its vowel signs, an emoji with its skin
tone) into several tokens. Such tokens all cover the whole character and know that they are part 2
of 3, say: no token is ever shown as a broken character. Characters that a tokenizer drops (an
accent, a joiner) belong to the token before them.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import regex

DROPPED = {"Mn", "Mc", "Me", "Cf"}  # marks and joiners: Unicode categories that may be stripped
WORD_START = "▁"  # of SentencePiece; alone before a letter it covers nothing
Span = tuple[int, int]


@dataclass(frozen=True)
class PromptToken:
    """One token. `start` and `end` count its sentence's characters; a special token covers none."""

    id: int
    token: str  # as the tokenizer's vocabulary writes it
    text: str  # the characters it covers, or a special token's own name
    start: int = 0
    end: int = 0
    special: bool = False
    sentence: int = 0  # 0 for the first text, 1 for the second
    part: int = 1  # of the `parts` tokens that share these characters
    parts: int = 1

    def as_json(self) -> dict[str, Any]:
        """Plain values for the API."""
        return {
            "text": self.text,
            "token": self.token,
            "id": self.id,
            "start": self.start,
            "end": self.end,
            "special": self.special,
            "sentence": self.sentence,
            "part": [self.part, self.parts],
        }


@dataclass(frozen=True)
class Encoded:
    """What goes into the model; `total` tokens before the text was cut."""

    tokens: tuple[PromptToken, ...]
    total: int
    type_ids: tuple[int, ...] | None = None  # an encoder's marks of first and second sentence

    @property
    def ids(self) -> list[int]:
        return [token.id for token in self.tokens]


def encode(tokenizer: Any, text: str, second: str, max_tokens: int, pairs: bool) -> Encoded:
    """One text or two, cut to `max_tokens`.

    `pairs` says that the model was trained on pairs; without it two texts become one.
    """
    if not tokenizer.is_fast:
        return _encode_sentencepiece(tokenizer, text, max_tokens)
    if second and not pairs:
        return _encode_joined(tokenizer, text, second, max_tokens)
    return _encode_fast(tokenizer, (text, second) if second else (text,), max_tokens)


def target_ids(tokenizer: Any, text: str) -> list[int]:
    """The text as an encoder-decoder's second side, with an end token if the tokenizer adds one."""
    if tokenizer.is_fast:
        return list(tokenizer(text_target=text)["input_ids"])
    pieces = tokenizer.spm_target.encode(text, out_type=str)  # as text: ">>fr<<" is no language
    return [*tokenizer.convert_tokens_to_ids(pieces), tokenizer.eos_token_id]


def decode_with_spans(tokenizer: Any, ids: list[int]) -> tuple[str, tuple[PromptToken, ...]]:
    """A text that a model wrote, and its tokens: each covers what it added to the decoded text.

    Tokens of one character, which decodes only with the last of them, cover it together.
    """
    special = set(tokenizer.all_special_ids)
    text, tokens, pending = "", [], []
    for index, token_id in enumerate(ids):
        name = tokenizer.convert_ids_to_tokens(token_id)
        if token_id in special:
            tokens.append(PromptToken(token_id, name, name, special=True, sentence=1))
            continue
        pending.append((token_id, name))
        longer = tokenizer.decode(ids[: index + 1], skip_special_tokens=True)
        if longer.endswith("\N{REPLACEMENT CHARACTER}") and index + 1 < len(ids):
            continue
        start = len(text) if longer.startswith(text) else len(longer)
        tokens += _sharing_span(pending, longer, start)
        text, pending = longer, []
    return text, tuple(tokens)


def _sharing_span(pending: list[tuple[int, str]], text: str, start: int) -> list[PromptToken]:
    """Tokens that cover the same characters: all of the text from `start` on."""
    span = PromptToken(0, "", text[start:], start, len(text), sentence=1, parts=len(pending))
    return [replace(span, id=i, token=name, part=n) for n, (i, name) in enumerate(pending, 1)]


def _encode_fast(tokenizer: Any, texts: tuple[str, ...], max_tokens: int) -> Encoded:
    whole = tokenizer(*texts, verbose=False)
    cut = tokenizer(*texts, truncation="longest_first", max_length=max_tokens)
    encoding = cut.encodings[0]
    tokens = [
        _token(texts, token_id, name, span, sentence)
        for token_id, name, span, sentence in zip(
            encoding.ids, encoding.tokens, encoding.offsets, encoding.sequence_ids, strict=True
        )
    ]
    type_ids = tuple(cut["token_type_ids"]) if "token_type_ids" in cut else None
    return Encoded(_mended(texts, tokens), len(whole["input_ids"]), type_ids)


def _token(
    texts: tuple[str, ...],
    token_id: int,
    name: str,
    span: Span,
    sentence: int | None,
) -> PromptToken:
    if sentence is None:
        return PromptToken(token_id, name, name, special=True)
    text = texts[sentence][span[0] : span[1]]
    if name == WORD_START and not text.isspace():
        return PromptToken(token_id, name, "", span[0], span[0], sentence=sentence)
    return PromptToken(token_id, name, text, *span, sentence=sentence)


def _encode_joined(tokenizer: Any, text: str, second: str, max_tokens: int) -> Encoded:
    """Two texts as one, on two lines; each token belongs to the text its characters begin in."""
    joined = _encode_fast(tokenizer, (f"{text}\n{second}",), max_tokens)
    shift = len(text) + 1
    tokens = tuple(_in_its_text(token, shift, second) for token in joined.tokens)
    return replace(joined, tokens=tokens)


def _in_its_text(token: PromptToken, shift: int, second: str) -> PromptToken:
    """A token of the joined text, counted in its own; the second text begins at `shift`."""
    if token.special or token.start < shift - 1:
        return token
    if token.end <= shift:  # the line break between the two
        return token
    start, end = max(token.start - shift, 0), token.end - shift
    return replace(token, start=start, end=end, text=second[start:end], sentence=1)


def _encode_sentencepiece(tokenizer: Any, text: str, max_tokens: int) -> Encoded:
    """Marian's tokenizer, which knows no offsets: they come from SentencePiece itself."""
    codes = tokenizer.supported_language_codes
    code = next((c for c in codes if c == ">>cmn_Hans<<"), None)
    first = (
        [PromptToken(tokenizer.convert_tokens_to_ids(code), code, code, special=True)]
        if code
        else []
    )
    pieces = tokenizer.spm_source.encode_as_offset_mapping(text)
    tokens = [
        PromptToken(tokenizer.convert_tokens_to_ids(piece), piece, text[start:end], start, end)
        for piece, (start, end) in zip(pieces["pieces"], pieces["offsets"], strict=True)
    ]
    end_mark = tokenizer.eos_token
    last = PromptToken(tokenizer.eos_token_id, end_mark, end_mark, special=True)
    total = len(first) + len(tokens) + 1
    kept = tokens[: max_tokens - len(first) - 1]
    return Encoded(_mended((text,), [*first, *kept, last]), total)


def _mended(texts: tuple[str, ...], tokens: list[PromptToken]) -> tuple[PromptToken, ...]:
    """Dropped characters given to the token before them; parts of one character numbered."""
    tokens = [_with_dropped(texts, tokens, index) for index in range(len(tokens))]
    edges = [[0, *(found.end() for found in regex.finditer(r"\X", text))] for text in texts]
    tokens = [_of_whole_characters(texts, edges, token) for token in tokens]
    numbered: list[PromptToken] = []
    for group in _sharing_a_character(tokens):
        numbered += [replace(t, part=i, parts=len(group)) for i, t in enumerate(group, 1)]
    return tuple(numbered)


def _with_dropped(texts: tuple[str, ...], tokens: list[PromptToken], index: int) -> PromptToken:
    token = tokens[index]
    if token.special or token.start == token.end:
        return token
    text = texts[token.sentence]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    same = following and not following.special and following.sentence == token.sentence
    limit = following.start if following and same else len(text)
    end = token.end
    while end < limit and unicodedata.category(text[end]) in DROPPED:
        end += 1
    return replace(token, end=end, text=text[token.start : end])


def _of_whole_characters(
    texts: tuple[str, ...], edges: Sequence[Sequence[int]], token: PromptToken
) -> PromptToken:
    """The token with its span widened to the nearest edges between characters."""
    if token.special:
        return token
    text, places = texts[token.sentence], edges[token.sentence]
    start = places[bisect_right(places, token.start) - 1]
    end = start if token.start == token.end else places[bisect_left(places, token.end)]
    return replace(token, start=start, end=end, text=text[start:end])


def _sharing_a_character(tokens: list[PromptToken]) -> list[list[PromptToken]]:
    """Neighbours in groups: tokens that cover a character in common stand together."""
    groups: list[list[PromptToken]] = []
    for token in tokens:
        before = groups[-1][-1] if groups else None
        shares = (
            before is not None
            and not (token.special or before.special)
            and token.sentence == before.sentence
            and token.start < before.end
        )
        if shares:
            groups[-1].append(token)
        else:
            groups.append([token])
    return groups
