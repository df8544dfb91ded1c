"""Teach MiniLM Chinese by its vocabulary alone: only the embeddings of characters are trained.

The network itself stays frozen, so English is unchanged to the last bit. This is the recipe of
Artetxe et al. 2020 (a new language's embeddings under a frozen body) with the target of Reimers
and Gurevych 2020: a Chinese word should land where the English model puts its translation.
"""

import hashlib
import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from training.chinese import HAN
from training.hardware import device, mixed
from training.run import Run
from training.text import Sentences

CLS, SEP = 101, 102


@dataclass(frozen=True)
class Options:
    """The recipe. Characters in fewer than `min_pairs` pairs stay unknown; `sharpness` is
    1 / temperature."""

    min_pairs: int = 4
    batch: int = 256
    peak: float = 3e-3
    sharpness: float = 20.0


class ChineseEmbeddings(nn.Module):
    """MiniLM with embeddings [N, 384] of N Chinese characters beside its English vocabulary."""

    def __init__(self, sentences: Sentences, characters: list[str]):
        super().__init__()
        self.body = sentences.model
        self.table = sentences.model.get_input_embeddings().weight
        self.rows = nn.Parameter(torch.zeros(len(characters), self.table.shape[1]))
        self.number = {character: place for place, character in enumerate(characters)}

    def forward(self, numbers: Tensor) -> Tensor:
        """Unit vectors [B, 384] of words of T characters each, [B, T] numbers into `rows`."""
        ends = self.table[[CLS, SEP]].expand(len(numbers), 2, -1)
        inputs = torch.cat([ends[:, :1], self.rows[numbers], ends[:, 1:]], dim=1)
        states = self.body(inputs_embeds=inputs).last_hidden_state
        return normalize(states.float().mean(1), dim=-1)


def alphabet(pairs: list[tuple[str, str]], min_pairs: int) -> list[str]:
    """The characters in at least `min_pairs` pairs, most frequent first, ties by code point."""
    counts = Counter(character for word, _ in pairs for character in set(word))
    frequent = [c for c, count in counts.items() if count >= min_pairs and HAN.fullmatch(c)]
    return sorted(frequent, key=lambda character: (-counts[character], character))


def first_embeddings(
    pairs: list[tuple[str, str]], model: ChineseEmbeddings, sentences: Sentences
) -> Tensor:
    """A start near the meaning: the mean embedding of all English translations of words that a
    character is in."""
    table = model.table.detach().numpy()
    sums, counts = np.zeros(model.rows.shape, np.float32), np.zeros(len(model.rows), np.float32)
    tokens = sentences.tokenizer([gloss for _, gloss in pairs], add_special_tokens=False)
    for (word, _), ids in zip(pairs, tokens["input_ids"], strict=True):
        meaning = table[ids].mean(0)
        for character in word:
            place = model.number.get(character)
            if place is not None:
                sums[place] += meaning
                counts[place] += 1
    return torch.from_numpy(sums / np.maximum(counts, 1)[:, None])


def indices_of(model: ChineseEmbeddings, words: list[str]) -> Tensor:
    """Indices [B, T] into `model.rows` of words of known characters, all of length T."""
    return torch.tensor([[model.number[character] for character in word] for word in words])


def train(
    pairs: list[tuple[str, str]], folder: Path, minutes: float, options: Options
) -> ChineseEmbeddings:
    """Train the embeddings for `minutes`. Batches hold words of one length: no padding."""
    where = device()
    sentences = Sentences()
    model = ChineseEmbeddings(sentences, alphabet(pairs, options.min_pairs))
    known = [pair for pair in pairs if all(character in model.number for character in pair[0])]
    targets = _targets(known, sentences, folder)
    model.rows.data = first_embeddings(known, model, sentences)
    model.to(where)
    optimizer = torch.optim.Adam([model.rows], lr=options.peak)
    run = Run(folder, minutes, {"rows": _Checkpoint(model), "optimizer": optimizer})
    by_length = _by_length(known)
    for _ in run:
        optimizer.param_groups[0]["lr"] = run.rate(options.peak)
        rows = random.choices(by_length, [len(rows) for rows in by_length])[0]
        chosen = random.choices(rows, k=options.batch)
        numbers = indices_of(model, [known[row][0] for row in chosen])
        with mixed(where):
            vectors = model(numbers.to(where))
        loss = loss_of(vectors, targets[chosen].float().to(where), options.sharpness)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        run.log(loss.item())
    return model.cpu()


def loss_of(vectors: Tensor, targets: Tensor, sharpness: float) -> Tensor:
    """Close to one's own translation (cosine), and closer than to the others' (InfoNCE, soft)."""
    near = 1 - (vectors * targets).sum(1).mean()
    wanted = (targets @ targets.T * sharpness).softmax(1)
    return 5 * near + torch.nn.functional.cross_entropy(vectors @ targets.T * sharpness, wanted)


def _targets(pairs: list[tuple[str, str]], sentences: Sentences, folder: Path) -> Tensor:
    digest = hashlib.sha256(json.dumps(pairs).encode()).hexdigest()[:12]
    cache = folder / f"targets-{digest}.pt"
    if not cache.exists():
        glosses = list(dict.fromkeys(gloss for _, gloss in pairs))
        number = {gloss: place for place, gloss in enumerate(glosses)}
        vectors = torch.from_numpy(sentences.encode(glosses)).half()
        folder.mkdir(parents=True, exist_ok=True)
        torch.save(vectors[[number[gloss] for _, gloss in pairs]], cache)
    return torch.load(cache, weights_only=True)


def _by_length(pairs: list[tuple[str, str]]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for row, (word, _) in enumerate(pairs):
        groups.setdefault(len(word), []).append(row)
    return list(groups.values())


class _Checkpoint:
    """The trained embeddings alone, as a part of a checkpoint: the frozen body needs no saving."""

    def __init__(self, model: ChineseEmbeddings):
        self.model = model

    def state_dict(self) -> dict[str, Tensor]:
        return {"rows": self.model.rows.data}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.model.rows.data.copy_(state["rows"])
