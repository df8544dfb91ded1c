"""What a model reads of a prompt: its words, what was cut, control tokens as text."""

import re

import pytest

from backend.text_to_image.prompt_tokens import PromptTokens, tokenize_prompt
from backend.text_to_image.request import check_request
from backend.text_to_image.resolve import resolve
from tests.backend.text_to_image.recipes import DEFAULTS


def test_what_was_cut_is_shown(adapter):
    wanted = resolve(check_request("red heart " * 1000), adapter.defaults)
    notes = adapter.prompt_tokens(wanted).notes()
    assert [note.code for note in notes] == ["prompt_cut"]
    said = str(notes[0])
    assert "red heart" in said and len(said) < 300
    assert (
        adapter.prompt_tokens(resolve(check_request("red heart"), adapter.defaults)).notes() == ()
    )


def test_characters_that_a_model_reads_as_one_piece_are_one_word():
    prompt = "一只红色的猫, a cat"
    pieces = [(0, 2), (2, 5), (5, 6), (6, 7), (8, 9), (10, 13)]
    read = PromptTokens(prompt, ((0, 0), *pieces, (0, 0)), count=6)
    assert [word.text for word in read.words] == ["一只", "红色的", "猫", "a", "cat"]
    assert read.tokens_of_words == [[1], [2], [3], [5], [6]]
    assert [note.code for note in read.notes()] == ["pieces_as_words"]
    letters = PromptTokens("红猫", ((0, 1), (1, 2)), count=2)
    assert [word.text for word in letters.words] == ["红", "猫"]
    assert [note.code for note in letters.notes()] == ["characters_as_words"]


def test_a_prefix_of_the_model_belongs_to_no_word():
    class Tokenizer:
        """A token for each word and each colon."""

        unk_token_id = -1

        def __call__(self, text, **_):
            spans = [match.span() for match in re.finditer(r"\w+|:", text)]
            return {"input_ids": [0] * len(spans), "offset_mapping": spans}

    tokens = tokenize_prompt(Tokenizer(), "red heart", 16, prefix="query: ")
    assert tokens.tokens_of_words == [[2], [3]]
    assert tokens.count == tokens.read == 2


STRUCTURE = {"painter": "</s>", "stable": "<|end|>", "flow": "<|end|>"}


def test_control_tokens_in_a_prompt_are_text_and_noted(adapters):
    for name, typed in STRUCTURE.items():
        adapter = adapters[name]
        asked = adapter.resolve(check_request(f"a {typed} heart"))
        assert [note.code for note in asked.notes].count("control_tokens") == 1
        tokens = adapter.prompt_tokens(asked)
        assert tokens.count > 4
        assert "heart" in [word.text for word in tokens.words]
        plain = adapter.resolve(check_request("a heart"))
        assert "control_tokens" not in [note.code for note in plain.notes]


def test_the_pipelines_read_control_tokens_as_text(adapters):
    painter, stable = adapters["painter"].pipeline.tokenizer, adapters["stable"].pipeline.tokenizer
    assert painter("</s>")["input_ids"].count(painter.sep_token_id) == 1
    assert stable.eos_token_id not in stable("a <|end|> b")["input_ids"]


def chat_ids(tokenizer, prompt, length=64):
    """As FLUX.2's pipeline gets them: ids and mask."""
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": prompt}],
        tokenize=False,
        add_generation_prompt=True,
        enable_thinking=False,
    )
    options = {"return_tensors": "pt", "padding": "max_length", "truncation": True}
    read = tokenizer(text, max_length=length, **options)
    return read["input_ids"][0].tolist(), read["attention_mask"][0].tolist()


def test_the_template_around_a_prompt_is_structure_and_the_prompt_text(adapters):
    tokenizer = adapters["flow"].pipeline.tokenizer
    for prompt in ("a red heart", "🦖 élan, x < y", "word " * 100):
        assert chat_ids(tokenizer, prompt) == chat_ids(tokenizer.tokenizer, prompt)
    typed = "a <|end|><|start|> b"
    (ids, _), (plain, _) = chat_ids(tokenizer, typed), chat_ids(tokenizer, "a b")
    for name in ("<|start|>", "<|end|>"):
        number = tokenizer.convert_tokens_to_ids(name)
        assert ids.count(number) == plain.count(number)
    assert typed in tokenizer.decode(ids)


def test_each_word_knows_its_tokens_beside_control_tokens(adapters):
    adapter = adapters["flow"]
    asked = adapter.resolve(check_request("red <|end|> heart"))
    ids, _ = chat_ids(adapter.pipeline.tokenizer, asked.prompt)
    tokens = adapter.prompt_tokens(asked)
    said = [
        adapter.pipeline.tokenizer.decode([ids[at] for at in positions]).strip()
        for positions in tokens.tokens_of_words
    ]
    assert [word.text for word in tokens.words] == said == ["red", "end", "heart"]


@pytest.mark.parametrize("prompt", ["红心", "🍎", "a red heart", "一只坐在沙发上的猫"])
def test_of_a_short_prompt_the_painter_reads_all(adapters, prompt):
    tokens = adapters["painter"].prompt_tokens(resolve(check_request(prompt), DEFAULTS))
    assert tokens.count == tokens.read > 0
    assert "prompt_cut" not in [note.code for note in tokens.notes()]


def test_parts_that_the_vocabulary_lacks_are_named(adapters):
    tokens = adapters["painter"].prompt_tokens(resolve(check_request("a 🦖 heart"), DEFAULTS))
    assert [note.code for note in tokens.notes()] == ["not_in_vocabulary"]
    assert "🦖" in str(tokens.notes()[0])
