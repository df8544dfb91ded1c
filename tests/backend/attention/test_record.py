"""What is recorded is what the model computes: beside transformers' own eager attentions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import transformers

from backend.attention import hooks
from backend.attention.record import record
from backend.attention.request import check_request
from backend.attention.steps import steps
from backend.errors import Cancelled, InputError, ModelError

TEXT = "The animal didn't cross the street because it was too tired."
EVERY = ["bert", "gpt2", "qwen3", "marian"]
AUTO = {
    "encoder": transformers.AutoModel,
    "decoder": transformers.AutoModelForCausalLM,
    "seq2seq": transformers.AutoModelForSeq2SeqLM,
}


def eager(folder, kind):
    """The same weights, loaded by transformers alone."""
    return AUTO[kind].from_pretrained(folder, attn_implementation="eager").eval()


def own_attentions(network, recording):
    """transformers' output_attentions by stack: a list of (H, rows, columns) for each."""
    with torch.inference_mode():
        output = network(**recording.inputs, output_attentions=True)
    if recording.kind != "seq2seq":
        return {"self": output.attentions}
    return {
        "encoder": output.encoder_attentions,
        "decoder": output.decoder_attentions,
        "cross": output.cross_attentions,
    }


def largest_difference(network, recording):
    wanted = own_attentions(network, recording)
    assert set(wanted) == set(recording.stacks)
    return max(
        float((layer.weights() - own[0]).abs().max())
        for name, owns in wanted.items()
        for layer, own in zip(recording.stacks[name].layers, owns, strict=True)
    )


@pytest.mark.parametrize("name", EVERY)
def test_weights_are_transformers_own(tiny, folders, name):
    recording = record(tiny[name], check_request(TEXT, "The cat sat." if name == "bert" else ""))
    assert largest_difference(eager(folders[name], recording.kind), recording) <= 1e-6


@pytest.mark.parametrize("kind", ["encoder", "decoder", "seq2seq"])
def test_weights_of_the_bundled_models_are_transformers_own(bundled, kind):
    text = "Wednesday 14 February 2024" if kind == "seq2seq" else TEXT
    model = bundled[kind]
    recording = record(model, check_request(text))
    network = model.model
    try:
        network.set_attn_implementation("eager")
        assert largest_difference(network, recording) <= 1e-6
    finally:
        network.set_attn_implementation(hooks.IMPLEMENTATION)


@pytest.mark.parametrize("name", EVERY)
def test_rows_sum_to_one_and_a_decoder_looks_back_only(tiny, name):
    for stack in record(tiny[name], check_request(TEXT)).stacks.values():
        for layer in stack.layers:
            weights = layer.weights().numpy()
            np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-5)
            if name in ("gpt2", "qwen3") or stack.name == "decoder":
                assert np.triu(weights[0], 1).max() == 0


@pytest.mark.parametrize("name", EVERY)
def test_the_steps_end_in_the_layers_own_output(tiny, name):
    for stack in record(tiny[name], check_request(TEXT)).stacks.values():
        for layer in stack.layers:
            for head in range(stack.heads):
                for row in (0, len(stack.rows) - 1):
                    done = steps(layer, head, row)
                    assert done.difference <= 1e-5
                    assert np.allclose(done.weights, layer.weights(head)[row].numpy(), atol=1e-6)
                    assert np.allclose(done.scaled, done.products * layer.scaling)


@pytest.mark.parametrize("kind", ["encoder", "decoder", "seq2seq"])
def test_the_steps_of_the_bundled_models_end_in_the_layers_own_output(bundled, kind):
    text = "2024年2月14日" if kind == "seq2seq" else TEXT
    for stack in record(bundled[kind], check_request(text)).stacks.values():
        worst = max(
            steps(layer, head, len(stack.rows) - 1).difference
            for layer in stack.layers
            for head in range(stack.heads)
        )
        assert worst <= 1e-5


def test_a_hook_on_the_output_projection_sees_what_was_recorded(bundled):
    """The recorded outputs are what the model goes on with, head beside head."""
    model, seen = bundled["decoder"], []
    projection = model.model.model.layers[7].self_attn.o_proj
    hook = projection.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0][0]))
    try:
        recording = record(model, check_request(TEXT))
    finally:
        hook.remove()
    recorded = recording.stacks["self"].layers[7].output
    assert torch.equal(recorded.reshape(seen[0].shape), seen[0])


def test_thumbnails_hold_each_parts_largest_weight(tiny):
    stack = record(tiny["gpt2"], check_request(TEXT)).stacks["self"]
    layers, heads, rows, columns = stack.thumbnails.shape
    assert (layers, heads) == (3, 2)
    assert rows == columns <= 40
    assert stack.thumbnails.dtype == np.uint8
    assert stack.thumbnails[0, 0, 0, 0] == 255  # the first token can look at itself alone


def test_a_longer_text_is_cut_and_says_so(tiny):
    recording = record(tiny["bert"], check_request("The cat sat on the mat. " * 40))
    (note,) = recording.notes
    assert len(recording.stacks["self"].rows) == 64
    assert (note.code, note.values["kept"]) == ("cut_text", 64)
    assert recording.total == note.values["tokens"] > 200


@pytest.mark.parametrize("text", ["", "   \n\t", None, 5])
def test_no_text_is_a_sentence_not_a_crash(text):
    with pytest.raises(InputError):
        check_request(text)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    "text",
    ["a", "x" * 10_000, "🙂" * 60, "<script>alert(1)</script>", "مرحبا بالعالم", "e\u0301 \u200d"],
    ids=["one", "no-space", "emoji", "markup", "right-to-left", "marks"],
)
def test_odd_texts_are_recorded(tiny, name, text):
    recording = record(tiny[name], check_request(text))
    for stack in recording.stacks.values():
        weights = stack.layers[0].weights().numpy()
        assert np.isfinite(weights).all()
        assert len(stack.rows) <= 64


def test_a_model_that_hands_out_no_attention_is_an_error_not_a_blank(tiny):
    model = tiny["bert"]
    try:
        model.model.set_attn_implementation("sdpa")
        with pytest.raises(ModelError, match="hands out no attention weights"):
            record(model, check_request(TEXT))
    finally:
        model.model.set_attn_implementation(hooks.IMPLEMENTATION)


def test_an_encoder_decoder_writes_or_reads_the_second_text(bundled):
    written = record(bundled["seq2seq"], check_request("14 February 2024"))
    assert written.written == "2024-02-14"
    given = record(bundled["seq2seq"], check_request("14 February 2024", "1999-01-01"))
    assert given.written == "1999-01-01"
    cross = given.stacks["cross"]
    assert "".join(t.text for t in cross.rows if not t.special) == "1999-01-01"
    assert "".join(t.text for t in cross.columns if not t.special) == "14 February 2024"


def test_a_recording_of_512_tokens_is_far_smaller_than_its_weights(bundled):
    recording = record(bundled["encoder"], check_request("word " * 600))
    assert len(recording.stacks["self"].rows) == 512
    assert recording.nbytes < 25_000_000  # the weights: 75 MB


def test_a_longer_second_text_of_an_encoder_decoder_is_cut_and_says_so(tiny):
    recording = record(tiny["marian"], check_request("The cat sat.", "The dog ran. " * 40))
    (note,) = recording.notes
    assert len(recording.stacks["cross"].rows) == 64
    assert (note.code, note.values["kept"]) == ("cut_second", 63)
    assert note.values["tokens"] > 63


def test_a_text_that_the_model_does_not_end_says_so(bundled, monkeypatch):
    monkeypatch.setattr("backend.attention.record.MAX_NEW_TOKENS", 4)
    recording = record(bundled["seq2seq"], check_request("14 February 2024"))
    (note,) = recording.notes
    assert note.code == "cut_written"
    assert len(recording.stacks["cross"].rows) - 1 == note.values["kept"] <= 4
    monkeypatch.undo()
    assert record(bundled["seq2seq"], check_request("14 February 2024")).notes == ()


def test_a_stop_is_heard_while_an_encoder_decoder_writes(tiny):
    calls = []

    def check():
        calls.append(1)
        if len(calls) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        record(tiny["marian"], check_request(TEXT), check)
    assert len(calls) == 2  # at the second token, before the recorded pass
