"""Text generation: first token cold and warm, and what streaming costs beside `model.generate`.

The tab's figures are taken from outside: the app runs in a process of its own and is asked
through gradio_client. The bare figure is transformers' `generate` on the same weights in this
process, in turn with the app. Both are given the same prompt and greedy settings and must write
the same number of tokens.
"""

from __future__ import annotations

import time
from typing import Any

from gradio_client import Client

from benchmarks.table import show, show_ratio
from tests.serving import serving

PROMPT = "Count from one to one thousand: one, two, three, four, five,"
TOKENS = 192  # at most; which token wins a close race, and so where a text ends, is the processor's
FEWEST = 64  # below that a rate says little
RUNS = 5
OPTIONS = {
    "mode": "completion",
    "strategy": "greedy",
    "repetition_penalty": 1.0,
    "max_new_tokens": TOKENS,
}


def main() -> None:
    print("Text generation, bundled model")
    unpack_once()
    cold = [first_token_after_start() for _ in range(3)]
    show("first token after a cold start (bar: within 8)", cold, "s")
    with serving("--models", "bundled", "--saved-results", "0") as address:
        client = Client(address, verbose=False)
        ask(client)
        show("first token when warm (bar: within 2)", [ask(client)[0] for _ in range(RUNS)], "s")
        compare(client)


def compare(client: Client) -> None:
    """Tokens per second of the streaming app, of decoding with no server and of bare `generate`,
    in turn."""
    lm, packed = load_bare(), load_packed()
    bare_generate(lm)
    decode_here(packed)
    streamed, bare, here = [], [], []
    for _ in range(RUNS):
        here.append(decode_here(packed))
        rate, written = bare_generate(lm)
        bare.append(rate)
        _, rate, written_by_app = ask(client)
        streamed.append(rate)
        assert written == written_by_app, f"{written_by_app} tokens were written, not {written}"
    ours, theirs = (
        show("app, streamed", streamed, "tokens/s"),
        show("bare generate", bare, "tokens/s"),
    )
    show_ratio("app / bare generate", ours / theirs, "at least 0.95")
    decoded = show("decoded in this process", here, "tokens/s")
    lm.model.set_attn_implementation("eager")
    eager = show("the same, eager", [bare_generate(lm)[0] for _ in range(RUNS)], "tokens/s")
    show_ratio("decoded / eager generate", decoded / eager, "at least 3")
    show_ratio("app, streamed / eager generate", ours / eager, "none")


def first_token_after_start() -> float:
    """Seconds from the first request to a fresh app until its first token has arrived."""
    with serving("--models", "bundled", "--saved-results", "0") as address:
        return ask(Client(address, verbose=False))[0]


def ask(client: Client) -> tuple[float, float, int]:
    """(seconds to the first streamed token, tokens per second over the whole request, tokens)."""
    begun = time.perf_counter()
    first = None
    written = 0
    for part in client.submit(PROMPT, **OPTIONS, api_name="/generate"):
        if part["text"]:
            first = first or time.perf_counter() - begun
        written = part["run"]["answer_tokens"] if part["run"] else 0
    assert first is not None and written >= FEWEST, f"only {written} tokens were written"
    return first, written / (time.perf_counter() - begun), written


def load_bare() -> Any:
    """The same weights in this process: float32, as transformers reads GGUF itself."""
    from dataclasses import replace

    from transformers import AutoModelForCausalLM

    from backend.models.registry import models_for

    path = models_for("generation")[-1].source.fetch()
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype="float32")
    return replace(load_packed(), model=model)


def load_packed() -> Any:
    """The bundled model as the app runs it, in this process."""
    from backend.device import choose_device
    from backend.models.llama.loading import load
    from backend.models.registry import models_for

    spec = models_for("generation")[-1]
    return load(spec, choose_device(spec.tier))


def decode_here(lm: Any) -> float:
    """Tokens per second of the backend's own decoding, prompt included."""
    from backend.generation.decoding import decode
    from backend.generation.request import check_request
    from backend.jobs import Job

    begun, ids = time.perf_counter(), lm.tokenizer(PROMPT)["input_ids"]
    written = sum(1 for _ in decode(lm, ids, check_request(PROMPT, **OPTIONS), Job(600)))
    return written / (time.perf_counter() - begun)


def bare_generate(lm: Any) -> tuple[float, int]:
    """(tokens per second, tokens) of `model.generate`."""
    ids = lm.tokenizer(PROMPT, return_tensors="pt")
    begun = time.perf_counter()
    output = lm.model.generate(**ids, max_new_tokens=TOKENS, do_sample=False)
    written = output.shape[1] - ids["input_ids"].shape[1]
    return written / (time.perf_counter() - begun), written


def unpack_once() -> None:
    """The bundled weights are unpacked at their first use; that is not what is timed here."""
    first_token_after_start()
