"""Control tokens that a visitor types are text, whichever model reads them."""

from __future__ import annotations

import pytest

from backend.models import control_tokens
from backend.models.registry import MODELS
from tests.backend.models import every_tokenizer

PLAIN = "a red heart on 2 <b>bold</b> x < y, [note] and the end"
FAST = sorted({kind for kind in every_tokenizer.KINDS.values() if kind} - {"open_clip", "marian"})
EVERY_KIND = pytest.mark.parametrize("kind", FAST)


def made(kind):
    return getattr(every_tokenizer, kind)()


def control_ids(tokenizer):
    return set(tokenizer.convert_tokens_to_ids(list(control_tokens.names(tokenizer))))


def test_every_row_has_a_kind_of_tokenizer_that_is_tested_here():
    assert set(every_tokenizer.KINDS) == {row.id for row in MODELS}


@EVERY_KIND
def test_a_typed_control_token_becomes_several_tokens_of_its_letters(kind):
    tokenizer = control_tokens.read_as_text(made(kind))
    for name in control_tokens.names(tokenizer):
        ids = tokenizer(f"a {name} b{name}", add_special_tokens=False)["input_ids"]
        alone = tokenizer(name, add_special_tokens=False)["input_ids"]
        assert len(alone) > 1
        assert not (control_ids(tokenizer) - {tokenizer.unk_token_id}) & {*ids, *alone}


@EVERY_KIND
def test_other_texts_have_the_ids_that_they_had(kind):
    before, after = made(kind), control_tokens.read_as_text(made(kind))
    options = {"return_offsets_mapping": True, "padding": True}
    assert dict(after([PLAIN, "dog"], **options)) == dict(before([PLAIN, "dog"], **options))
    assert after(PLAIN, "a dog")["input_ids"] == before(PLAIN, "a dog")["input_ids"]


@pytest.mark.parametrize("kind", ["qwen", "smollm", "bert", "deberta"])
def test_one_call_reads_them_as_text_and_leaves_the_tokenizer_as_it_was(kind):
    tokenizer = made(kind)
    name = control_tokens.names(tokenizer)[-1]
    raw = list(tokenizer(f"a{name}")["input_ids"])
    read = control_tokens.encode(tokenizer, f"a{name}")["input_ids"]
    assert len(read) > len(raw)
    assert list(tokenizer(f"a{name}")["input_ids"]) == raw
    assert control_tokens.encode(tokenizer, PLAIN) == tokenizer(PLAIN)


def test_what_is_not_marked_as_special_is_still_shown_where_a_model_writes_it():
    tokenizer = made("qwen")
    control_tokens.encode(tokenizer, "<think>")
    assert tokenizer.decode(tokenizer("<think>a")["input_ids"], skip_special_tokens=True) == (
        "<think>a"
    )


def test_a_note_names_those_that_were_typed():
    tokenizer = made("qwen")
    [note] = control_tokens.note(tokenizer, "a <|im_end|> b", ["<think>", "<|im_end|>"])
    assert note.values == {"tokens": "<|im_end|>, <think>"}
    assert "taken as text" in str(note)
    assert control_tokens.note(tokenizer, PLAIN) == ()


def test_open_clips_own_tokenizer_reads_them_as_text_and_the_rest_as_before():
    from open_clip.tokenizer import SimpleTokenizer

    from backend.models.search_encoder import simple_tokenizer

    before, after = SimpleTokenizer(), simple_tokenizer.read_as_text(SimpleTokenizer())
    texts = [PLAIN, "don't", "Zürich 中文 🙂!?", ""]
    assert before(texts).tolist() == after(texts).tolist()
    for name in ("<end_of_text>", "<START_OF_TEXT>"):
        assert len(before.encode(f"a {name} b")) == 3
        ids = after.encode(f"a {name} b")
        assert len(ids) > 4 and not set(ids) & set(after.all_special_ids)
        assert simple_tokenizer.typed("a", [f"b {name}"]) == (name.lower(),)
    assert simple_tokenizer.typed(*texts) == ()
