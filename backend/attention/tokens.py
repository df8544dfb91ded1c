"""A text as the model reads it: token ids, and which characters of the text each one covers.

Byte-level tokenizers may cut one character into several tokens. Such tokens all cover the whole
character and know that they are part 2 of 3, say: no token is ever shown as a broken character.
Characters that a tokenizer drops (an accent, a joiner) belong to the piece before them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import Any

DROPPED = {"Mn", "Mc", "Me", "Cf"}  # marks and joiners: what a tokenizer may strip
Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
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


@dataclass(frozen=True)
class Tokens:
    """What goes into the model, at most `limit` tokens of `total`."""

    pieces: tuple[Piece, ...]
    total: int
    type_ids: tuple[int, ...] | None = None  # an encoder's marks of first and second sentence

    @property
    def ids(self) -> list[int]:
        return [piece.id for piece in self.pieces]


def encode(tokenizer: Any, text: str, second: str, limit: int, pairs: bool) -> Tokens:
    """One text or two. `pairs` says that the model knows pairs; else both become one text."""
    if not tokenizer.is_fast:
        return _encode_sentencepiece(tokenizer, text, limit)
    if second and not pairs:
        return _encode_joined(tokenizer, text, second, limit)
    return _encode_fast(tokenizer, (text, second) if second else (text,), limit)


def _encode_fast(tokenizer: Any, texts: tuple[str, ...], limit: int) -> Tokens:
    whole = tokenizer(*texts, verbose=False)
    cut = tokenizer(*texts, truncation="longest_first", max_length=limit)
    encoding = cut.encodings[0]
    special_ids = set(tokenizer.all_special_ids)
    pieces = [
        _piece(texts, token_id, token, span, sentence, special_ids)
        for token_id, token, span, sentence in zip(
            encoding.ids, encoding.tokens, encoding.offsets, encoding.sequence_ids, strict=True
        )
    ]
    type_ids = tuple(cut["token_type_ids"]) if "token_type_ids" in cut else None
    return Tokens(_mended(texts, pieces), len(whole["input_ids"]), type_ids)


def _piece(
    texts: tuple[str, ...],
    token_id: int,
    token: str,
    span: Span,
    sentence: int | None,
    special_ids: set[int],
) -> Piece:
    if sentence is None:
        return Piece(token_id, token, token, special=True)
    text = texts[sentence][span[0] : span[1]]
    is_special = token_id in special_ids and text == token  # a visitor's own "[SEP]"; not [UNK]
    return Piece(token_id, token, text, *span, special=is_special, sentence=sentence)


def _encode_joined(tokenizer: Any, text: str, second: str, limit: int) -> Tokens:
    """Two texts as one, on two lines; each piece belongs to the text its characters begin in."""
    joined = _encode_fast(tokenizer, (f"{text}\n{second}",), limit)
    shift = len(text) + 1
    pieces = tuple(_in_its_text(piece, shift, text, second) for piece in joined.pieces)
    return replace(joined, pieces=pieces)


def _in_its_text(piece: Piece, shift: int, text: str, second: str) -> Piece:
    if piece.special or piece.start < shift - 1:
        return piece
    if piece.end <= shift:  # the line break between the two
        return piece
    start, end = max(piece.start - shift, 0), piece.end - shift
    return replace(piece, start=start, end=end, text=second[start:end], sentence=1)


def _encode_sentencepiece(tokenizer: Any, text: str, limit: int) -> Tokens:
    """Marian's tokenizer, which knows no offsets: SentencePiece itself is asked for them."""
    codes = tokenizer.supported_language_codes
    code = next((c for c in codes if c == ">>cmn_Hans<<"), None)
    first = [Piece(tokenizer.convert_tokens_to_ids(code), code, code, special=True)] if code else []
    found = tokenizer.spm_source.encode_as_offset_mapping(text)
    pieces = [
        Piece(tokenizer.convert_tokens_to_ids(token), token, text[start:end], start, end)
        for token, (start, end) in zip(found["pieces"], found["offsets"], strict=True)
    ]
    end = Piece(tokenizer.eos_token_id, tokenizer.eos_token, tokenizer.eos_token, special=True)
    total = len(first) + len(pieces) + 1
    kept = pieces[: limit - len(first) - 1]
    return Tokens(_mended((text,), [*first, *kept, end]), total)


def written(tokenizer: Any, ids: list[int]) -> tuple[str, tuple[Piece, ...]]:
    """A text that a model wrote, and its pieces: each covers what it added to the decoded text.

    Tokens of one character, which decodes only with the last of them, cover it together.
    """
    special = set(tokenizer.all_special_ids)
    text, pieces, waiting = "", [], []
    for index, token_id in enumerate(ids):
        token = tokenizer.convert_ids_to_tokens(token_id)
        if token_id in special:
            pieces.append(Piece(token_id, token, token, special=True, sentence=1))
            continue
        waiting.append((token_id, token))
        longer = tokenizer.decode(ids[: index + 1], skip_special_tokens=True)
        if longer.endswith("\N{REPLACEMENT CHARACTER}") and index + 1 < len(ids):
            continue
        pieces += _together(waiting, longer, len(text) if longer.startswith(text) else len(longer))
        text, waiting = longer, []
    return text, tuple(pieces)


def _together(tokens: list[tuple[int, str]], text: str, start: int) -> list[Piece]:
    """Tokens that cover the same characters: all of the text from `start` on."""
    span = Piece(0, "", text[start:], start, len(text), sentence=1, parts=len(tokens))
    return [replace(span, id=i, token=token, part=n) for n, (i, token) in enumerate(tokens, 1)]


def _mended(texts: tuple[str, ...], pieces: list[Piece]) -> tuple[Piece, ...]:
    """Dropped characters given to the piece before them; parts of one character numbered."""
    pieces = [_with_dropped(texts, pieces, index) for index in range(len(pieces))]
    numbered: list[Piece] = []
    for group in _sharing(pieces):
        numbered += [replace(p, part=i, parts=len(group)) for i, p in enumerate(group, 1)]
    return tuple(numbered)


def _with_dropped(texts: tuple[str, ...], pieces: list[Piece], index: int) -> Piece:
    piece = pieces[index]
    if piece.special or piece.start == piece.end:
        return piece
    text = texts[piece.sentence]
    following = pieces[index + 1] if index + 1 < len(pieces) else None
    same = following and not following.special and following.sentence == piece.sentence
    limit = following.start if following and same else len(text)
    end = piece.end
    while end < limit and unicodedata.category(text[end]) in DROPPED:
        end += 1
    return replace(piece, end=end, text=text[piece.start : end])


def _sharing(pieces: list[Piece]) -> list[list[Piece]]:
    """Neighbours in groups: those that cover a character in common stand together."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        before = groups[-1][-1] if groups else None
        shares = (
            before is not None
            and not (piece.special or before.special)
            and piece.sentence == before.sentence
            and piece.start < before.end
        )
        if shares:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def rebuilt(text: str, pieces: tuple[Piece, ...], sentence: int = 0) -> str:
    """The text put together again from what the pieces cover and the gaps between them."""
    built, cursor = "", 0
    for piece in pieces:
        if piece.special or piece.sentence != sentence:
            continue
        built += text[cursor : piece.start] + piece.text[max(0, cursor - piece.start) :]
        cursor = max(cursor, piece.end)
    return built + text[cursor:]
