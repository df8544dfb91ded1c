"""Train a text expert: `python -m training.experts sentiment --data FOLDER --minutes 10`.

Low-rank adapters (LoRA, Hu et al. 2022) on every linear layer of MiniLM, and a linear head on the
mean of its states. "shared" trains on all questions at once: four sentiments, seven emotions and,
finer, all 28. An expert starts from these weights and trains on with most weight on its own
question. The running mean of the weights (Polyak and Juditsky 1992) with the best macro F1 on the
validation split is kept.
"""

import argparse
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.adapters import Best, Learner, Reader, Weights, probabilities, save, update_mean
from training.goemotions import QUESTIONS, Comments, batches, read, unmasked
from training.hardware import device, mixed
from training.run import Run
from training.scores import best_thresholds, macro_f1

OWN = {"shared": ("sentiment", "emotion"), "sentiment": ("sentiment",), "emotion": ("emotion",)}


@dataclass(frozen=True)
class Options:
    """The recipe."""

    learning_rate: float = 6e-4  # peak, of the shared training
    expert_learning_rate: float = 3e-4  # peak, of an expert that starts from it
    weight_decay: float = 0.01
    batch: int = 64
    others: float = 0.3  # loss weight of the questions that are not the expert's own
    masked: float = 0.08  # share of tokens replaced by [MASK], so that no word alone decides
    ema_decay: float = 0.999  # of the running mean, per step
    every: int = 200  # steps between validations
    patience: int = 6  # validations without an improvement


@dataclass(frozen=True)
class Lesson:
    """One split with its answers to each question."""

    comments: Comments
    answers: dict[str, Tensor]  # question -> float [N, labels]

    @classmethod
    def of(cls, folder: Path, split: str, limit: int) -> "Lesson":
        comments = read(folder, split, limit)
        answers = {name: comments.grouped(groups) for name, groups in QUESTIONS.items()}
        return cls(comments, {name: torch.tensor(true).float() for name, true in answers.items()})

    def plain(self) -> list[str]:
        """The texts with the masks filled, the same each time."""
        draw = random.Random(1)
        return [unmasked(text, draw) for text in self.comments.texts]


def loss_of(
    logits: dict[str, Tensor], answers: dict[str, Tensor], own: tuple[str, ...], others: float
) -> Tensor:
    """Cross-entropy summed over the questions; a text's labels share its target equally."""
    loss = torch.zeros(())
    for name, found in logits.items():
        parts = answers[name] / answers[name].sum(1, keepdim=True)
        weight = 1.0 if name in own else others
        loss = loss + weight * nn.functional.cross_entropy(found.float(), parts)
    return loss


class Course:
    """A training: the model, its running mean, and the best weights so far."""

    def __init__(self, expert: str, data: Path, work: Path, limit: int, options: Options) -> None:
        self.expert, self.options, self.own = expert, options, OWN[expert]
        self.where, self.draw = device(), random.Random(0)
        torch.manual_seed(0)
        self.model = Learner({name: len(groups) for name, groups in QUESTIONS.items()})
        self.model.to(self.where)
        self.reader = Reader(self.where)
        self.known, self.check = (Lesson.of(data, split, limit) for split in ("train", "dev"))
        _start_from_shared(self.model, work, expert)
        self.weights = self.model.trained()
        self.mean = Weights({name: w.detach().clone() for name, w in self.weights.items()})
        self.best = Best(self.mean.state_dict())
        self.peak = options.learning_rate if expert == "shared" else options.expert_learning_rate
        self.optimizer = torch.optim.AdamW(
            self.weights.values(), self.peak, weight_decay=options.weight_decay
        )

    def train(self, folder: Path, minutes: float) -> None:
        """Train within the budget, resuming from `folder`; the model ends at its best."""
        parts = {"model": Weights(self.weights), "mean": self.mean, "best": self.best}
        run = Run(folder, minutes, parts | {"optimizer": self.optimizer})
        self.draw.seed(run.step)  # a resumed run draws other texts
        lengths = self.reader.lengths(self.known.comments.texts)
        if run.step == 0 and self.expert != "shared":
            self.validate(run)  # the starting point is the first to beat
        feed = batches(lengths, self.options.batch, self.draw)
        for step in run:
            self.optimizer.param_groups[0]["lr"] = run.rate(self.peak, warm=50)
            run.log(self.step(next(feed), step))
            if (step + 1) % self.options.every == 0:
                self.validate(run)
                if self.best.worse >= self.options.patience:
                    print("no better for a while: stopped early", flush=True)
                    break
        run.save()
        self.validate(run)
        Weights(self.weights).load_state_dict(self.best.weights)

    def step(self, rows: list[int], step: int) -> float:
        """One update on a batch of rows; its loss."""
        texts = [unmasked(self.known.comments.texts[row], self.draw) for row in rows]
        tokens = self.reader(texts, self.options.masked)
        answers = {name: true[rows].to(self.where) for name, true in self.known.answers.items()}
        with mixed(self.where):
            logits = self.model(tokens)
        loss = loss_of(logits, answers, self.own, self.options.others)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights.values(), 1.0)
        self.optimizer.step()
        decay = min(self.options.ema_decay, (step + 1) / (step + 10))
        update_mean(self.mean.weights, self.weights, decay)
        return loss.item()

    def validate(self, run: Run) -> None:
        """Offer the running mean to `best` by its macro F1 on the validation split, and log it."""
        now = Weights(self.weights).state_dict()
        Weights(self.weights).load_state_dict(self.mean.weights)
        found = probabilities(self.model, self.reader, self.check.plain())
        Weights(self.weights).load_state_dict(now)
        scores = {name: self._score(found[name], name) for name in self.own}
        self.best.offer(sum(scores.values()) / len(scores), self.mean.state_dict())
        line = {"step": run.step, "minutes": round(run.spent / 60, 2), **scores}
        print(json.dumps(line), flush=True)
        with (run.folder / "log.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")

    def _score(self, found: np.ndarray, question: str) -> float:
        true = _truth(self.check, question)
        thresholds = best_thresholds(found, true, list(QUESTIONS[question]))
        return round(macro_f1(found, true, thresholds), 4)


def _truth(lesson: Lesson, question: str) -> np.ndarray:
    return lesson.answers[question].numpy() > 0.5


def _start_from_shared(model: Learner, work: Path, expert: str) -> None:
    """Start from the shared training's best weights, if there are any."""
    path = work / "shared" / "checkpoint.pt"
    if expert != "shared" and path.exists():
        best = torch.load(path, weights_only=True)["parts"]["best"]["weights"]
        Weights(model.trained()).load_state_dict(best)
        print("starts from the shared training", flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("expert", choices=list(OWN))
    parser.add_argument("--data", type=Path, required=True, help="folder of GoEmotions' tsv files")
    parser.add_argument("--work", type=Path, default=Path("training/work/experts"))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--limit", type=int, default=0, help="read only so many rows of a split")
    parser.add_argument("--out", type=Path, help="default: assets/models/<expert>-expert")
    given = parser.parse_args(arguments)
    course = Course(given.expert, given.data, given.work, given.limit, Options())
    course.train(given.work / given.expert, given.minutes)
    if given.expert == "shared":
        return
    out = given.out or Path(f"assets/models/{given.expert}-expert")
    save(course.model, given.expert, list(QUESTIONS[given.expert]), out)
    print(f"saved to {out}")


if __name__ == "__main__":
    main()
