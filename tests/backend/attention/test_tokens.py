"""Each token knows its characters, and together they are the text."""

from __future__ import annotations

import pytest
import regex

from backend.attention.tokens import decode_with_spans, encode, target_ids

TEXTS = {
    "english": "The animal didn't cross the street, because it was too tired.",
    "chinese": "注意力让每个词看到所有的词。",
    "emoji": "I 🙂 you 👩‍👩‍👧‍👦, 👍🏽!",
    "marks": "cafe\u0301 naïve Zu\u0308rich क्षत्रिय",
    "right-to-left": "مَرْحَبًا بالعالم",
    "markup": "<script>alert('x')</script>\n\ttext",
    "mixed": "a\u200db  two   spaces\nline 中文🙂e\u0301",
}
BETWEEN = " \n\t\u200d"  # what no token need cover
EVERY_TEXT = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def encoded(model, text, second=""):
    return encode(model.tokenizer, text, second, 512, pairs=model.kind == "encoder")


def spans_hold(tokens, text, sentence=0):
    """Each token of the sentence has the text of its span, in order; only spaces, line breaks and
    joiners are left between them."""
    own = [token for token in tokens if token.sentence == sentence and not token.special]
    end = 0
    for token in own:
        assert token.text == text[token.start : token.end]
        assert "\N{REPLACEMENT CHARACTER}" not in token.text
        assert text[end : token.start].strip(BETWEEN) == ""
        end = max(end, token.end)
    assert text[end:].strip(BETWEEN) == ""
    assert [token.start for token in own] == sorted(token.start for token in own)


@EVERY_TEXT
@pytest.mark.parametrize("name", ["bert", "gpt2", "marian"])
def test_tokens_cover_the_text(tiny, name, text):
    spans_hold(encoded(tiny[name], text).tokens, text)


@EVERY_TEXT
@pytest.mark.parametrize("kind", ["encoder", "decoder"])
def test_tokens_of_the_bundled_models_cover_the_text(bundled, kind, text):
    spans_hold(encoded(bundled[kind], text).tokens, text)


def test_a_character_of_several_tokens_is_shown_whole_and_counted(bundled):
    tokens = encoded(bundled["decoder"], "好").tokens
    assert [(t.text, t.part, t.parts) for t in tokens] == [("好", 1, 2), ("好", 2, 2)]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("kind", ["encoder", "decoder"])
def test_no_token_shows_part_of_a_grapheme(bundled, kind, text):
    edges = {0, *(found.end() for found in regex.finditer(r"\X", text))}
    shown = [token for token in encoded(bundled[kind], text).tokens if token.start < token.end]
    assert {place for token in shown for place in (token.start, token.end)} <= edges


def test_tokens_of_one_emoji_all_show_it(bundled):
    tokens = encoded(bundled["decoder"], "👍🏽").tokens
    assert {token.text for token in tokens} == {"👍🏽"}
    assert [token.part for token in tokens] == list(range(1, tokens[0].parts + 1))


def test_an_accent_that_the_tokenizer_drops_stays_with_its_letter(bundled):
    tokens = encoded(bundled["encoder"], "cafe\u0301 au lait").tokens
    assert next(t.text for t in tokens if not t.special) == "cafe\u0301"


def test_two_sentences_know_which_they_are(bundled):
    tokens = encoded(bundled["encoder"], "One two.", "Three.").tokens
    assert [t.text for t in tokens if t.sentence == 1] == ["Three", "."]
    assert [t.text for t in tokens if t.special] == ["[CLS]", "[SEP]", "[SEP]"]


def test_two_sentences_of_a_decoder_stand_on_two_lines(bundled):
    first, second = "One 好.", "Two 好."
    tokens = encoded(bundled["decoder"], first, second).tokens
    spans_hold(tokens, f"{first}\n")  # the line break is a token of the first
    spans_hold(tokens, second, sentence=1)


def test_ids_are_the_tokenizers_own(bundled, tiny):
    text = TEXTS["mixed"]
    for model in (bundled["encoder"], bundled["decoder"], tiny["bert"], tiny["gpt2"]):
        assert encoded(model, text).ids == model.tokenizer(text)["input_ids"]
    marian = tiny["marian"]
    assert (
        encoded(marian, "The cat sat.").ids
        == marian.tokenizer(">>cmn_Hans<< The cat sat.")["input_ids"]
    )


def test_what_a_model_wrote_is_covered_by_its_tokens(bundled):
    tokenizer = bundled["decoder"].tokenizer
    ids = tokenizer("Hello 世界 🙂")["input_ids"]
    text, tokens = decode_with_spans(tokenizer, ids)
    assert text == "Hello 世界 🙂"
    assert len(tokens) == len(ids)


@EVERY_TEXT
@pytest.mark.parametrize("kind", ["decoder", "seq2seq"])
def test_written_tokens_stand_end_to_end(bundled, kind, text):
    tokenizer = bundled[kind].tokenizer
    read = tokenizer(text_target=text) if kind == "seq2seq" else tokenizer(text)
    made, tokens = decode_with_spans(tokenizer, read["input_ids"])
    covering = [token for token in tokens if not token.special]
    assert all(token.text == made[token.start : token.end] for token in covering)
    spans = dict.fromkeys((token.start, token.end) for token in covering)
    assert "".join(made[start:end] for start, end in spans) == made
    assert [token.id for token in tokens] == list(read["input_ids"])
    if kind == "decoder":
        assert made == text


def test_a_visitors_own_special_token_is_text_of_theirs(bundled):
    tokens = encoded(bundled["encoder"], "a [SEP] b").tokens
    assert [t.text for t in tokens] == ["[CLS]", "a", "[", "SEP", "]", "b", "[SEP]"]
    assert [t.text for t in tokens if t.special] == ["[CLS]", "[SEP]"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("bert", "[MASK]"), ("gpt2", "<|endoftext|>"), ("qwen3", "<|endoftext|>"), ("marian", "</s>")],
)
def test_control_tokens_of_every_kind_are_text(tiny, name, text):
    model = tiny[name]
    own = [token for token in encoded(model, f"a {text} cat").tokens if not token.special]
    assert model.tokenizer.convert_tokens_to_ids(text) not in [token.id for token in own]
    assert len(own) > 3


@pytest.mark.parametrize("text", ["</s> cat", ">>cmn_Hans<< cat", "<pad>"])
def test_control_tokens_of_a_second_text_are_text(tiny, text):
    tokenizer = tiny["marian"].tokenizer
    own = target_ids(tokenizer, text)[:-1]
    structure = ["</s>", "<pad>", ">>cmn_Hans<<"]
    assert not set(own) & set(tokenizer.convert_tokens_to_ids(structure))


def test_a_second_texts_ids_are_the_tokenizers_own(tiny, bundled):
    for model, text in ((tiny["marian"], TEXTS["english"]), (bundled["seq2seq"], "1999-01-01")):
        assert target_ids(model.tokenizer, text) == model.tokenizer(text_target=text)["input_ids"]
