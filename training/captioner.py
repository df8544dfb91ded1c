"""Train the captioner: `python -m training.captioner --minutes 15` (after the encoder), once for
English and once with `--language zh`.

Two kinds of lessons: pictograms, from the cached features of their views; and ImageNet's classes,
of which we have no photographs, from text alone: a memory imagined from the classes' names.
"""

import argparse
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from backend.models import search_encoder as encoders
from backend.models.captioner.decoder import CELLS, END, MAX_WORDS, START, UNKNOWN, CaptionDecoder
from backend.models.captioner.model import CHINESE, memory_from
from backend.models.search_encoder.tower import PictureTower
from training import data
from training.caption_languages import CaptionLanguage, english, in_chinese
from training.concepts import TRAIN
from training.hardware import device, mixed
from training.run import Run
from training.text import Sentences

UNSAID = -100  # cross_entropy's mark for "no word here"


@dataclass(frozen=True)
class Options:
    """The recipe. `imagined` is the share of lessons that come from text alone."""

    batch: int = 192
    peak: float = 1e-3
    decay: float = 0.05
    imagined: float = 0.35
    network: tuple[tuple[str, int], ...] = (("width", 256), ("layers", 2), ("heads", 4))


# In Chinese a sentence is an opening and a name: four words. A small network will do.
CHINESE_OPTIONS = Options(batch=64, network=(("width", 128), ("layers", 1), ("heads", 4)))


@dataclass
class Lessons:
    """Memories [V, 51, 384] (float16) of the trained views, their sentences, ImageNet's names."""

    memories: Tensor
    sentences: list[list[str]]
    class_vectors: Tensor
    class_sentences: list[str]
    number: dict[str, int]
    language: CaptionLanguage

    def draw(self, size: int, imagined: float) -> tuple[Tensor, Tensor]:
        """Memories [size, 51, 384], sentences [size, MAX_WORDS + 1]: START, ..., END, UNSAID..."""
        from_text = round(size * imagined)
        rows = random.choices(range(len(self.memories)), k=size - from_text)
        classes = torch.randint(len(self.class_vectors), (from_text,))
        drawn = self.memories[rows].float()
        memory = torch.cat([drawn, imagine(self.class_vectors, classes, drawn)])
        said = [random.choice(self.sentences[row]) for row in rows]
        said += [self.class_sentences[place] for place in classes.tolist()]
        return memory, self._lines(said)

    def numbers(self, sentence: str) -> list[int]:
        """The sentence's word numbers, with END, without START."""
        known = [self.number.get(word, UNKNOWN) for word in self.language.cut(sentence)]
        return [*known[: MAX_WORDS - 1], END]

    def _lines(self, said: list[str]) -> Tensor:
        lines = torch.full((len(said), MAX_WORDS + 1), UNSAID)
        for place, sentence in enumerate(said):
            line = [START, *self.numbers(sentence)]
            lines[place, : len(line)] = torch.tensor(line)
        return lines


def imagine(vectors: Tensor, classes: Tensor, drawn: Tensor, spread: float = 0.9) -> Tensor:
    """Memories [B, 51, 384] as photographs of `classes` [B] might give them.

    The class mixture leans to the class, the rest goes to its nearest classes; cells inside a
    random box show the class, the others little; the slot for drawings is mostly a pictogram's.
    """
    count = len(classes)
    near = (vectors[classes] @ vectors.T).topk(10, dim=1).indices
    sure = torch.rand(count, 1) * spread + (1 - spread)
    shares = torch.rand(count, 10).square()
    shares = torch.cat([sure, (1 - sure) * normalize(shares[:, 1:], p=1, dim=1)], dim=1)
    mixture = (shares.unsqueeze(-1) * vectors[near]).sum(1)
    noise = vectors[torch.randint(len(vectors), (count, CELLS, 4))].mean(2)
    inside = _boxes(count).unsqueeze(-1) * torch.rand(count, CELLS, 1)
    cells = inside * mixture.unsqueeze(1) + (1 - inside) * noise
    drawing = drawn[torch.randint(len(drawn), (count,)), 0]
    lean = torch.rand(count, 1) * 0.6
    drawing = normalize((1 - lean) * drawing + lean * vectors[classes], dim=1)
    return torch.cat([drawing.unsqueeze(1), mixture.unsqueeze(1), cells], dim=1)


def _boxes(count: int, side: int = 7) -> Tensor:
    """Ones inside a random box of at least 3 x 3 cells, [count, 49]."""
    low, size = torch.randint(0, 4, (count, 2, 1)), torch.randint(3, 8, (count, 2, 1))
    line = torch.arange(side).expand(count, 2, side)
    within = ((line >= low) & (line < low + size)).float()
    return (within[:, 0].unsqueeze(2) * within[:, 1].unsqueeze(1)).flatten(1)


@torch.inference_mode()
def remember(tower: PictureTower, folder: Path, rows: list[int], batch: int = 128) -> Tensor:
    """Memories, float16 [len(rows), 51, 384], of the cached features of these rows."""
    pooled, maps = np.load(folder / "pooled.npy", "r"), np.load(folder / "maps.npy", "r")
    out = torch.zeros(len(rows), 2 + CELLS, 384, dtype=torch.float16)
    for place in range(0, len(rows), batch):
        part = rows[place : place + batch]
        flat, last = (torch.from_numpy(np.asarray(a[part], np.float32)) for a in (pooled, maps))
        out[place : place + batch] = memory_from(tower, flat, last).half()
    return out


def lessons(work: Path, tower: PictureTower, language: CaptionLanguage) -> Lessons:
    """Everything that the training draws from; other parts and the held-out style are left out."""
    records = data.load(work / "data")[1]
    views = np.load(work / "features" / "rows.npy")[:, 0].tolist()
    said = [[text for text, _ in language.of(r)] if is_fit(r) else [] for r in records]
    kept = [place for place, picture in enumerate(views) if said[picture]]
    sentences = [said[views[place]] for place in kept]
    named = [place for place, sentence in enumerate(language.of_classes) if sentence]
    photographs = [language.of_classes[place] for place in named]
    spoken = {
        word
        for line in [*photographs, language.link, *(s for lines in sentences for s in lines)]
        for word in language.cut(line)
    }
    words = ["<start>", "<end>", "<unknown>", *sorted(spoken)]
    memories = remember(tower, work / "features", kept)
    number = {word: place for place, word in enumerate(words)}
    vectors = tower.classes.names[named].clone()
    return Lessons(memories, sentences, vectors, photographs, number, language)


def is_fit(record: data.Record) -> bool:
    """Whether a pictogram may be learnt from."""
    return record.part == TRAIN and record.style != data.HELD_OUT_STYLE


def known_sentences(work: Path, made: Lessons) -> tuple[list[str], Tensor]:
    """All sentences that were taught and the vectors [S, 384] of what they name, for kNN: where
    several English names have one in Chinese, of the first, which is an emoji's."""
    records = data.load(work / "data")[1]
    named: dict[str, str] = {}
    for line, name in (said for r in records if is_fit(r) for said in made.language.of(r)):
        named.setdefault(line, name)
    vectors = torch.from_numpy(Sentences().encode(list(named.values())))
    return [*named, *made.class_sentences], torch.cat([vectors, made.class_vectors])


def loss_of(decoder: CaptionDecoder, memory: Tensor, lines: Tensor) -> Tensor:
    """Mean cross-entropy of each next word."""
    before, after = lines[:, :-1].clamp(min=0), lines[:, 1:]
    longest = int((after != UNSAID).sum(1).max())
    scores = decoder(before[:, :longest], memory)
    return torch.nn.functional.cross_entropy(
        scores.flatten(0, 1).float(),
        after[:, :longest].flatten(),
        ignore_index=UNSAID,
        label_smoothing=0.05,
    )


def train(made: Lessons, folder: Path, minutes: float, options: Options) -> CaptionDecoder:
    """Train within the budget."""
    where = device()
    decoder = CaptionDecoder(len(made.number), **dict(options.network), dropout=0.2).to(where)
    optimizer = torch.optim.AdamW(decoder.parameters(), options.peak, weight_decay=options.decay)
    run = Run(folder, minutes, {"decoder": decoder, "optimizer": optimizer})
    for _ in run:
        optimizer.param_groups[0]["lr"] = run.rate(options.peak)
        memory, lines = made.draw(options.batch, options.imagined)
        memory = memory + 0.01 * torch.randn_like(memory)
        with mixed(where):
            loss = loss_of(decoder, memory.to(where), lines.to(where))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
        optimizer.step()
        run.log(loss.item())
    return decoder.cpu().eval()


def save(
    decoder: CaptionDecoder,
    made: Lessons,
    known: tuple[list[str], Tensor],
    folder: Path,
    options: Options,
) -> None:
    """Write float16 shards under 10 MB and the config with the words and known sentences."""
    from huggingface_hub import save_torch_state_dict

    folder.mkdir(parents=True, exist_ok=True)
    sentences, vectors = known
    state = {name: tensor.half() for name, tensor in decoder.state_dict().items()}
    state["recall"] = vectors.half()
    save_torch_state_dict(state, folder, max_shard_size="9MB")
    config = {
        "network": dict(options.network),
        "words": list(made.number),
        "sentences": [made.numbers(sentence) for sentence in sentences],
        "is_spaced": made.language.is_spaced,
        "openings": [made.language.drawing, made.language.photograph],
        "link": made.language.link,
    }
    (folder / "config.json").write_text(json.dumps(config, ensure_ascii=False) + "\n")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--encoder", type=Path, default=Path("assets/models/search-encoder"))
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--out", type=Path, default=Path("assets/models/captioner"))
    given = parser.parse_args(arguments)
    is_chinese = given.language == "zh"
    options = CHINESE_OPTIONS if is_chinese else Options()
    tower = encoders.load(given.encoder).model.visual
    language = in_chinese(given.work / "sources") if is_chinese else english()
    made = lessons(given.work, tower, language)
    out = given.out / CHINESE if is_chinese else given.out
    print(f"{len(made.memories)} views, {len(made.number)} words", flush=True)
    run = given.work / ("captioner-chinese" if is_chinese else "captioner")
    decoder = train(made, run, given.minutes, options)
    save(decoder, made, known_sentences(given.work, made), out, options)
    print(f"saved to {out}")


if __name__ == "__main__":
    main()
