"""Each token knows its characters, and together they are the text."""

from __future__ import annotations

import pytest

from backend.attention.tokens import encode, rebuilt, written

TEXTS = {
    "english": "The animal didn't cross the street, because it was too tired.",
    "chinese": "注意力让每个词看到所有的词。",
    "emoji": "I 🙂 you 👩‍👩‍👧‍👦, 👍🏽!",
    "marks": "cafe\u0301 naïve Zu\u0308rich क्षत्रिय",
    "right-to-left": "مَرْحَبًا بالعالم",
    "markup": "<script>alert('x')</script>\n\ttext",
    "mixed": "a\u200db  two   spaces\nline 中文🙂e\u0301",
}
EVERY_TEXT = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def encoded(model, text, second=""):
    return encode(model.tokenizer, text, second, 512, pairs=model.kind == "encoder")


@EVERY_TEXT
@pytest.mark.parametrize("name", ["bert", "gpt2", "marian"])
def test_pieces_rebuild_the_text(tiny, name, text):
    assert rebuilt(text, encoded(tiny[name], text).pieces) == text


@EVERY_TEXT
@pytest.mark.parametrize("kind", ["encoder", "decoder"])
def test_pieces_of_the_bundled_models_rebuild_the_text(bundled, kind, text):
    pieces = encoded(bundled[kind], text).pieces
    assert rebuilt(text, pieces) == text
    covered = {i for p in pieces if not p.special for i in range(p.start, p.end)}
    assert "".join(c for i, c in enumerate(text) if i not in covered).strip(" \n\t\u200d") == ""
    for piece in pieces:
        assert piece.special or piece.text == text[piece.start : piece.end]
        assert "\N{REPLACEMENT CHARACTER}" not in piece.text


def test_a_character_of_several_tokens_is_shown_whole_and_counted(bundled):
    pieces = encoded(bundled["decoder"], "好").pieces
    assert [(p.text, p.part, p.parts) for p in pieces] == [("好", 1, 2), ("好", 2, 2)]


def test_an_accent_that_the_tokenizer_drops_stays_with_its_letter(bundled):
    pieces = encoded(bundled["encoder"], "cafe\u0301 au lait").pieces
    assert next(p.text for p in pieces if not p.special) == "cafe\u0301"


def test_two_sentences_know_which_they_are(bundled):
    pieces = encoded(bundled["encoder"], "One two.", "Three.").pieces
    assert [p.text for p in pieces if p.sentence == 1] == ["Three", "."]
    assert [p.text for p in pieces if p.special] == ["[CLS]", "[SEP]", "[SEP]"]


def test_two_sentences_of_a_decoder_stand_on_two_lines(bundled):
    first, second = "One 好.", "Two 好."
    pieces = encoded(bundled["decoder"], first, second).pieces
    assert rebuilt(second, pieces, sentence=1) == second
    assert all(p.text == second[p.start : p.end] for p in pieces if p.sentence == 1)


def test_ids_are_the_tokenizers_own(bundled, tiny):
    text = TEXTS["mixed"]
    for model in (bundled["encoder"], bundled["decoder"], tiny["bert"], tiny["gpt2"]):
        assert encoded(model, text).ids == model.tokenizer(text)["input_ids"]
    marian = tiny["marian"]
    assert (
        encoded(marian, "The cat sat.").ids
        == marian.tokenizer(">>cmn_Hans<< The cat sat.")["input_ids"]
    )


def test_what_a_model_wrote_is_covered_by_its_pieces(bundled):
    tokenizer = bundled["decoder"].tokenizer
    ids = tokenizer("Hello 世界 🙂")["input_ids"]
    text, pieces = written(tokenizer, ids)
    assert text == "Hello 世界 🙂"
    assert len(pieces) == len(ids)


@EVERY_TEXT
@pytest.mark.parametrize("kind", ["decoder", "seq2seq"])
def test_written_pieces_stand_end_to_end(bundled, kind, text):
    tokenizer = bundled[kind].tokenizer
    read = tokenizer(text_target=text) if kind == "seq2seq" else tokenizer(text)
    made, pieces = written(tokenizer, read["input_ids"])
    covering = [piece for piece in pieces if not piece.special]
    assert all(piece.text == made[piece.start : piece.end] for piece in covering)
    spans = dict.fromkeys((piece.start, piece.end) for piece in covering)
    assert "".join(made[start:end] for start, end in spans) == made
    assert [piece.id for piece in pieces] == list(read["input_ids"])
    if kind == "decoder":
        assert made == text


def test_a_visitors_own_special_token_is_text_of_theirs(bundled):
    pieces = encoded(bundled["encoder"], "a [SEP] b").pieces
    assert [p.text for p in pieces] == ["[CLS]", "a", "[SEP]", "b", "[SEP]"]
