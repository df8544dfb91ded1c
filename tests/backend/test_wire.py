"""Updates as bytes: what comes out is what went in, and what was sent is not sent again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch

from backend.errors import Cancelled, DeadlineExceeded, InputError
from backend.wire import Ended, Receiver, Sender, received, sent


@dataclass(frozen=True)
class Word:
    text: str
    logits: Any = None


@dataclass(frozen=True)
class Text:
    text: str
    words: tuple[Word, ...]
    inner: Text | None = None
    card: dict[str, int] | None = None


def crossed(*updates: Any) -> tuple[list[Any], list[int]]:
    """What arrives, and how many bytes each took."""
    sender, receiver = Sender("small"), Receiver(lambda row: f"tokenizer of {row}")
    parts = [sender.bytes_of(update) for update in updates]
    return [receiver.update_of(part) for part in parts], [len(part) for part in parts]


def growing(count: int) -> list[Text]:
    words = [Word(f"word {n}") for n in range(count)]
    made = []
    for n in range(1, count + 1):
        some = tuple(words[:n])
        made.append(Text("".join(w.text for w in some), some, Text("inner", some)))
    return made


def test_what_arrives_is_what_was_sent() -> None:
    updates = [*growing(5), "progress", *growing(7)[5:], replace(growing(7)[-1], card={"seed": 1})]
    arrived, _ = crossed(*updates)
    assert arrived == updates


def test_each_word_costs_the_same_however_long_the_text_is() -> None:
    _, sizes = crossed(*growing(2000))
    assert max(sizes[1000:]) <= max(sizes[10:20]) + 20


def test_what_becomes_shorter_or_other_is_sent_whole() -> None:
    whole = Text("abc", (Word("a"), Word("b")))
    updates = [whole, replace(whole, text="ab", words=whole.words[:1]), replace(whole, text="x")]
    assert crossed(*updates)[0] == updates


def test_an_equal_word_that_is_another_object_is_no_growth_by_mistake() -> None:
    one = Text("a", (Word("a", torch.zeros(2)),))
    other = Text("a", (Word("a", torch.ones(2)), Word("b")))
    arrived, _ = crossed(one, other)
    assert torch.equal(arrived[1].words[0].logits, torch.ones(2))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int64, torch.bool])
def test_a_tensor_crosses_as_an_array_with_its_bits(dtype: torch.dtype) -> None:
    tensor = torch.arange(6).reshape(2, 3).T.to(dtype)
    (arrived,), (size,) = crossed(tensor)
    assert arrived.dtype is dtype and torch.equal(arrived, tensor)
    assert size < 600


def test_a_part_of_a_large_tensor_does_not_bring_the_whole() -> None:
    assert crossed(torch.zeros(10_000, 100)[3])[1][0] < 1000


def test_a_tokenizer_stays_and_is_found_on_the_other_side(tiny_lm: Any) -> None:
    (arrived,), (size,) = crossed({"tokenizer": tiny_lm.tokenizer})
    assert arrived == {"tokenizer": "tokenizer of small"} and size < 300


class OutOfMemory(RuntimeError):
    pass


def ending(error: Exception | None) -> Iterator[str]:
    yield "half"
    if error:
        raise error


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (InputError("no_such_token", place="7", count=3), InputError, "7"),
        (Cancelled(), Cancelled, ""),
        (DeadlineExceeded(), DeadlineExceeded, ""),
        (MemoryError(), MemoryError, ""),
        (OutOfMemory("CUDA out of memory"), RuntimeError, "OutOfMemory: CUDA out of memory"),
        (ZeroDivisionError("a bug"), RuntimeError, "ZeroDivisionError: a bug"),
    ],
)
def test_an_error_is_raised_on_the_other_side(error: Exception, kind: type, text: str) -> None:
    arriving = received(sent(ending(error), "small", lambda: False), str, pytest.fail)
    assert next(arriving) == "half"
    with pytest.raises(kind) as told:
        next(arriving)
    assert type(told.value) is kind and text in str(told.value)


@pytest.mark.parametrize("is_cut", [True, False])
def test_the_other_side_knows_whether_it_was_cut(is_cut: bool) -> None:
    told: list[int] = []
    parts = sent(ending(None), "small", lambda: is_cut)
    assert list(received(parts, str, lambda: told.append(1))) == ["half"]
    assert told == [1] * is_cut


def test_a_stream_without_its_end_has_broken_off() -> None:
    parts = list(sent(ending(None), "small", lambda: False))[:-1]
    with pytest.raises(EOFError):
        list(received(iter(parts), str, pytest.fail))
    assert Receiver(str).update_of(Sender("small").bytes_of(Ended(False))) == Ended(False)


def test_closing_the_receiver_closes_what_sends() -> None:
    closed: list[int] = []

    def updates() -> Iterator[str]:
        try:
            yield "a"
            yield "b"
        finally:
            closed.append(1)

    arriving = received(sent(updates(), "small", lambda: False), str, pytest.fail)
    next(arriving)
    arriving.close()  # type: ignore[attr-defined]
    assert closed == [1]
