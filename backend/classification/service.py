"""What the classification tab and its endpoints can ask for, as streams of progress and results.

Every method checks its input first, then runs on the backend: `Progress` until there is a result.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from backend import Backend
from backend.classification import labels as ask
from backend.classification import steps
from backend.classification.bias import check_sentence, check_words
from backend.classification.results import (
    Asked,
    BatchDone,
    Classified,
    Explained,
    Filled,
    Follows,
    FusedResult,
    PairsTaught,
    Probed,
    Taught,
)
from backend.classification.router import AUTO, TYPICAL, Route
from backend.classification.steps import LIKELIHOOD
from backend.errors import Cancelled, DeadlineExceeded, InputError
from backend.models.registry import ModelSpec
from backend.options import ChoiceOption, NumberOption
from backend.run import Progress

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.classification.head import Head

EXPERTS, ZERO_SHOT, MASKED, PICTURES = "classification", "zero_shot", "masked_word", "image_search"
SENTENCES = "minilm"  # the row that embeds sentences
MASKED_MODEL = "bert-base"  # asked for by name: it is at hand only where it was downloaded
BUNDLED = ("sentiment-expert", "emotion-expert")
WEIGHT = NumberOption("weight", 0.5, 0, 1, 0.05)  # of the picture in late fusion
MOST_PAIRS = 200


class Classification:
    """All that the tab does, over one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def experts(self) -> list[ModelSpec]:
        """The experts there are, bundled ones first."""
        rows = self.backend.models_for(EXPERTS)
        return sorted(rows, key=lambda row: row.tier != "bundled")

    def classify(
        self, text: object, visitor: str, expert: str = AUTO
    ) -> Iterator[Progress | Classified]:
        """Score a text with an expert; AUTO asks the router."""
        text, (route, expert) = ask.check_text(text), (None, self._check_expert(expert))
        if expert == AUTO:
            route = yield from _result(self._route(text, visitor), Route)
            expert = route.expert
        work = lambda model, run: steps.classify(model, text, run, route)  # noqa: E731
        yield from self.backend.run(EXPERTS, expert, visitor, work)

    def explain(
        self, text: object, visitor: str, expert: str, label: str = ""
    ) -> Iterator[Progress | Explained]:
        """Attribute one label's score to the words; "" is the likeliest label."""
        text, expert = ask.check_text(text), self._check_expert(expert)
        if expert == AUTO:
            expert = (yield from _result(self._route(text, visitor), Route)).expert
        work = lambda model, run: steps.explain(model, text, label, run)  # noqa: E731
        yield from self.backend.run(EXPERTS, expert, visitor, work)

    def zero_shot(
        self,
        text: object,
        labels: object,
        visitor: str,
        template: object = ask.DEFAULT_TEMPLATE,
        multi_label: bool = False,
        model: str = "",
        wordings: object = (),
    ) -> Iterator[Progress | Asked]:
        """Score a text against any labels, under `template` and under further `wordings`."""
        text, labels = ask.check_text(text), ask.check_labels(labels)
        templates = ask.check_wordings(template, wordings)
        work = lambda loaded, run: steps.ask(  # noqa: E731
            loaded, text, labels, templates, bool(multi_label), run
        )
        yield from self.backend.run(*self._zero_shot_model(model), visitor, work)

    def teach(
        self, rows: Sequence[tuple[object, object]], visitor: str
    ) -> Iterator[Progress | Taught]:
        """Train a head on (text, label) pairs."""
        from backend.classification.teach import check_examples

        examples = check_examples(rows)
        work = lambda model, run: steps.teach(model, examples, run)  # noqa: E731
        yield from self.backend.run(ZERO_SHOT, SENTENCES, visitor, work)

    def use_head(self, head: Head, text: object, visitor: str) -> Iterator[Progress | Classified]:
        """Classify a text with a taught head."""
        text = ask.check_text(text)
        work = lambda model, run: steps.use_head(model, head, text, run)  # noqa: E731
        yield from self.backend.run(ZERO_SHOT, SENTENCES, visitor, work)

    def probe(
        self, sentence: object, words: object, visitor: str, expert: str, label: str = ""
    ) -> Iterator[Progress | Probed]:
        """One sentence over a list of words."""
        sentence, words = check_sentence(sentence), check_words(words)
        work = lambda model, run: steps.probe(model, sentence, words, label, run)  # noqa: E731
        yield from self.backend.run(EXPERTS, self._a_named_expert(expert), visitor, work)

    def classify_rows(
        self, texts: Sequence[str], visitor: str, expert: str
    ) -> Iterator[Progress | BatchDone]:
        """Score many texts, chunk by chunk.

        Stopped or out of time with something done, it ends there: that is a result, not an error.
        """
        work = lambda model, run: steps.classify_rows(model, texts, run)  # noqa: E731
        done = False
        try:
            for update in self.backend.run(EXPERTS, self._a_named_expert(expert), visitor, work):
                done = done or isinstance(update, BatchDone)
                yield update
        except (Cancelled, DeadlineExceeded):
            if not done:
                raise

    def fill_mask(self, text: object, visitor: str) -> Iterator[Progress | Filled]:
        """The likeliest words for each [MASK]."""
        text = ask.check_gaps(text)
        work = lambda model, run: steps.fill(model, text, run)  # noqa: E731
        yield from self.backend.run(MASKED, MASKED_MODEL, visitor, work)

    def next_sentence(
        self, first: object, second: object, visitor: str
    ) -> Iterator[Progress | Follows]:
        """The probability that the second sentence follows the first."""
        first, second = ask.check_text(first, "first"), ask.check_text(second, "second")
        work = lambda model, run: steps.follows(model, first, second, run)  # noqa: E731
        yield from self.backend.run(MASKED, MASKED_MODEL, visitor, work)

    def fuse(
        self,
        text: object,
        picture: Image | None,
        labels: object,
        visitor: str,
        weight: object = WEIGHT.default,
        head: Head | None = None,
    ) -> Iterator[Progress | FusedResult]:
        """A text and a picture against the same labels."""
        text, labels = ask.check_text(text), ask.check_labels(labels)
        share = float(WEIGHT.check(weight) or 0)
        if picture is None:
            raise InputError("no_picture")
        work = lambda model, run: steps.fuse(model, text, picture, labels, share, head, run)  # noqa: E731
        yield from self.backend.run(PICTURES, "", visitor, work)

    def teach_pairs(
        self, rows: Sequence[tuple[object, Image, object]], visitor: str
    ) -> Iterator[Progress | PairsTaught]:
        """Train a head for early fusion on (text, picture, label) triples."""
        from backend.classification.fusion import check_labels_of_pairs

        if len(rows) > MOST_PAIRS:
            raise InputError("too_many_examples", count=len(rows), limit=MOST_PAIRS)
        pairs = [
            (ask.check_text(text), picture, ask.check_label(label)) for text, picture, label in rows
        ]
        check_labels_of_pairs([label for _, _, label in pairs])
        work = lambda model, run: steps.teach_pairs(model, pairs, run)  # noqa: E731
        yield from self.backend.run(PICTURES, "", visitor, work)

    def masked_model(self) -> ModelSpec:
        """The row that fills gaps: at hand only where it was downloaded."""
        return next(row for row in self.backend.models_for(MASKED) if row.id == MASKED_MODEL)

    def _route(self, text: str, visitor: str) -> Iterator[Progress | Route]:
        here = [spec.id for spec in self.experts() if spec.source.on_disk()]
        here = [one for one in here if one in TYPICAL] or [BUNDLED[0]]
        work = lambda model, run: steps.route(model, text, here)  # noqa: E731
        yield from self.backend.run(ZERO_SHOT, SENTENCES, visitor, work)

    def _check_expert(self, expert: object) -> str:
        known = (AUTO, *(spec.id for spec in self.experts()))
        return ChoiceOption("expert", AUTO, known).check(expert)

    def _a_named_expert(self, expert: object) -> str:
        """Where many texts share one expert there is no single one to route by."""
        checked = self._check_expert(expert)
        return BUNDLED[0] if checked == AUTO else checked

    def zero_shot_models(self) -> list[ModelSpec]:
        """Every row that answers with labels of one's own, smallest first."""
        likelihood = [row for row in self.backend.models if row.id == LIKELIHOOD]
        return [*likelihood, *self.backend.models_for(ZERO_SHOT)[::-1]]

    def _zero_shot_model(self, model: object) -> tuple[str, str]:
        """The task and row. The app's own choice is an entailment model that is on this disk, the
        largest that the machine is made for; without one, the language model's likelihood."""
        known = {row.id: row.task for row in self.zero_shot_models()}
        chosen = ChoiceOption("model", "", tuple(known)).check(model) if model else ""
        if not chosen and self.backend.mode in ("gpu", "cpu"):
            return ZERO_SHOT, ""
        tiers = {"auto": ("gpu", "cpu") if self.backend.has_gpu() else ("cpu",)}
        tried = tiers.get(self.backend.mode, ())
        here = (
            row.id
            for row in self.backend.models_for(ZERO_SHOT)
            if row.tier in tried and row.source.on_disk()
        )
        chosen = chosen or next(here, LIKELIHOOD)
        return known[chosen], chosen


def _result(stream: Iterator[Any], kind: type) -> Generator[Progress, None, Any]:
    """Pass the progress on; the value is the stream's one result."""
    found = None
    for update in stream:
        if isinstance(update, Progress):
            yield update
        elif isinstance(update, kind):
            found = update
    return found
