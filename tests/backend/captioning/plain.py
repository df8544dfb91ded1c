"""Decoding as plain loops over the bundled captioner, written without the code under test."""

from __future__ import annotations

import torch
from torch import Tensor

from backend.models.captioner.decoder import END, MAX_WORDS, START
from backend.models.captioner.halves import halves
from backend.models.captioner.kinds import by_kind
from backend.models.captioner.model import Captioner, memory_of, word_probabilities
from backend.models.captioner.two_things import told


class PlainCaptioner:
    """What it gives for one picture."""

    def __init__(self, captioner: Captioner, picture):
        encoder = captioner.image_encoder
        self.captioner = captioner
        tower, pixels = encoder.model.visual, encoder.pixels([picture])
        self.memory = memory_of(tower, pixels)
        parts = [half.pixels for pair in halves(pixels[0]) for half in pair]
        seen = [tower.features(*tower.trunk(one[None])) for one in (pixels[0], *parts)]
        classes = torch.cat([tower.classes(scores) for _, scores in seen])
        both = classes + torch.cat([tower.drawings(features) for features, _ in seen])
        drawings, photographs = captioner.drawings, captioner.photographs
        surety = photographs.surety(both)
        readings = told(drawings, both, surety), told(photographs, classes, surety)
        self.known, self.weights = by_kind(*readings, tower.drawing_probability(seen[0][0])[0])

    def scores(self, ids: list[int]) -> Tensor:
        """Scores [T, V] of the word after each of `ids`, START among them."""
        return self.captioner.decoder(torch.tensor([ids]), self.memory)[0]

    def next_word(self, ids: list[int], scores: Tensor) -> Tensor:
        """Probabilities [V] of the word after `ids`, from the decoder's scores [V] there."""
        own = word_probabilities(scores)
        return self.known.next_word(self.weights, ids[1:], own)


@torch.inference_mode()
def plain_greedy(captioner: Captioner, picture) -> tuple[list[int], list[float], float]:
    """Its words' numbers, their probabilities, and that of the whole caption, the end included."""
    plain, ids, probabilities, whole = PlainCaptioner(captioner, picture), [START], [], 1.0
    while len(ids) < MAX_WORDS:
        next_word = plain.next_word(ids, plain.scores(ids)[-1])
        best = int(next_word.argmax())
        whole *= float(next_word[best])
        if best == END:
            break
        ids.append(best)
        probabilities.append(float(next_word[best]))
    return ids[1:], probabilities, whole


@torch.inference_mode()
def plain_beam(captioner: Captioner, picture, width: int) -> list[int]:
    """The numbers of the words of the best of so many beams."""
    plain = PlainCaptioner(captioner, picture)
    running, finished = [([START], 0.0)], []
    for _ in range(MAX_WORDS - 1):
        longer = []
        for ids, total in running:
            logprobs = plain.next_word(ids, plain.scores(ids)[-1]).log()
            best = logprobs.topk(2 * width).indices.tolist()
            longer += [([*ids, n], total + float(logprobs[n])) for n in best]
        longer = sorted(longer, key=lambda one: -one[1])[: 2 * width]
        finished += [one for one in longer[:width] if one[0][-1] == END or len(one[0]) == MAX_WORDS]
        finished = sorted(finished, key=lambda one: -one[1] / (len(one[0]) - 1))[:width]
        running = [one for one in longer if one[0][-1] != END][:width]
        mean = running[0][1] / (len(running[0][0]) - 1)
        if len(finished) == width and finished[-1][1] / (len(finished[-1][0]) - 1) >= mean:
            break
    return [number for number in finished[0][0][1:] if number != END]
