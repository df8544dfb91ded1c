"""All that the classification tab and its endpoints can do, as streams of progress and results.

Each method checks its input first, then runs on the backend: `Progress` until there is a result.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend import Backend
from backend.classification import batch, columns, fusion, request
from backend.classification import head as heads
from backend.classification.request import AUTO, DEFAULT_TEMPLATE, MAX_PAIRS, WEIGHT
from backend.classification.results import (
    BatchDone,
    Classified,
    Explained,
    Filled,
    FusedResult,
    Head,
    NextSentence,
    Pair,
    PairsTaught,
    Probed,
    Route,
    TableClassified,
    Taught,
    ZeroShotResult,
)
from backend.classification.twins import gap_filler, reader_of, routed_reader
from backend.csv_tables import Table, read_table
from backend.errors import InputError
from backend.jobs import keeping_what_is_done
from backend.messages import Message
from backend.models.registry import ModelSpec
from backend.operation import Operation
from backend.options import ChoiceOption
from backend.pictures import read_small_picture
from backend.run import Progress, result_of
from backend.text import has_chinese

if TYPE_CHECKING:
    from PIL.Image import Image

EXPERTS, ZERO_SHOT, PICTURES = "classification", "zero_shot", "image_search"  # tasks
GAPS = "masked_word"  # and this one
SENTENCES, LIKELIHOOD, VERSE_GAPS = "sentences", "likelihood", "verse_gaps"  # roles


class Classification:
    """The tab's service, over one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def experts(self) -> list[ModelSpec]:
        """The trained experts, bundled ones first."""
        rows = self.backend.models_for(EXPERTS)
        return sorted(rows, key=lambda row: row.tier != "bundled")

    def default_expert(self) -> str:
        """The expert where none is named and nothing can be routed by."""
        return self.experts()[0].id

    def zero_shot_models(self) -> list[ModelSpec]:
        """Every row that takes any labels, smallest first."""
        return [self.backend.row_for(LIKELIHOOD), *self.backend.models_for(ZERO_SHOT)[::-1]]

    # Experts

    def classify(
        self, text: object, visitor: str, expert: object = AUTO
    ) -> Iterator[Progress | Classified]:
        """Score a text with an expert; AUTO asks the router."""
        text = request.check_text(text)
        chosen, route = yield from self._choose_expert(text, visitor, expert)
        yield from self._for_all(EXPERTS, chosen, visitor, "classify", text, route)

    def explain(
        self, text: object, visitor: str, expert: object, label: str = ""
    ) -> Iterator[Progress | Explained]:
        """Attribute one label's score to the words; "" is the likeliest label."""
        text = request.check_text(text)
        chosen, _ = yield from self._choose_expert(text, visitor, expert)
        yield from self._for_all(EXPERTS, chosen, visitor, "explain", text, label)

    def probe(
        self, sentence: object, words: object, visitor: str, expert: object, label: str = ""
    ) -> Iterator[Progress | Probed]:
        """A bias probe: one sentence with each of a list of words."""
        asked = request.check_probe_sentence(sentence), request.check_labels(words), label
        chosen = self._named_expert(expert, asked[0])
        yield from self._for_all(EXPERTS, chosen, visitor, "probe", *asked)

    # Tables

    def open_table(self, path: Path | None) -> Table:
        """The CSV file's table. Raises InputError without a file, or for one that is no table."""
        if path is None:
            raise InputError("no_file")
        return read_table(path)

    def classify_table(
        self, table: Table, column: str, gold: str | None, visitor: str, expert: object
    ) -> Iterator[Progress | BatchDone | TableClassified]:
        """Score a column's texts chunk by chunk; last comes the file, and the metrics if a column
        has the `gold` labels.

        If it is stopped or out of time with some rows done, the last result is of these.
        """
        texts, truth = table.column(column), batch.gold_column(table, gold)
        chosen = self._named_expert(expert, *texts)
        done: BatchDone | None = None
        with keeping_what_is_done(lambda: done is not None):
            for update in self._alone(EXPERTS, chosen, visitor, "classify_rows", texts):
                done = update if isinstance(update, BatchDone) else done
                yield update
        if done is not None:
            judged = batch.judge(done.batch, truth) if truth else None
            written = batch.as_csv(table, done.batch)
            yield TableClassified(table, done.batch, written, judged, done.card)

    # Any labels, and taught heads

    def zero_shot(
        self,
        text: object,
        labels: object,
        visitor: str,
        template: object = DEFAULT_TEMPLATE,
        multi_label: bool = False,
        model: str = "",
        wordings: object = (),
    ) -> Iterator[Progress | ZeroShotResult]:
        """Score a text against any labels, under `template` and under further `wordings`."""
        text, labels = request.check_text(text), request.check_labels(labels)
        templates = request.check_wordings(template, wordings)
        asked = text, labels, templates, bool(multi_label)
        row = self._zero_shot_model(model, text)
        yield from self._for_all(*row, visitor, "zero_shot", *asked)

    def examples(self, lines: object, path: Path | None) -> columns.ReadExamples:
        """Of lines such as "label: text", and of a CSV file with columns of such names."""
        return columns.read_examples(lines, path)

    def teach(
        self, rows: object, visitor: str, notes: tuple[Message, ...] = ()
    ) -> Iterator[Progress | Taught]:
        """Train a head on (text, label) pairs; `notes` go onto its run card."""
        examples = request.check_examples(rows)
        yield from self._alone(*self._row(SENTENCES), visitor, "teach", examples, notes)

    def use_head(self, head: Head, text: object, visitor: str) -> Iterator[Progress | Classified]:
        """Classify a text with a taught head."""
        text = request.check_text(text)
        yield from self._alone(*self._row(SENTENCES), visitor, "use_head", head, text)

    def read_head(self, text: object) -> Head:
        """A head from its JSON. Raises InputError for anything else."""
        return heads.read_head(text)

    def load_head(self, path: Path | None) -> Head:
        """A head from its file. Raises InputError without one, or for anything else."""
        if path is None:
            raise InputError("no_file")
        return heads.load_head(path)

    # BERT's pretraining tasks

    def fill_mask(self, text: object, visitor: str) -> Iterator[Progress | Filled]:
        """The likeliest words for each [MASK]."""
        text = request.check_gaps(text)
        model = gap_filler(self.backend.row_for(VERSE_GAPS), text)
        yield from self._for_all(GAPS, model, visitor, "fill_mask", text)

    def next_sentence(
        self, first: object, second: object, visitor: str
    ) -> Iterator[Progress | NextSentence]:
        """The probability that the second sentence follows the first."""
        texts = request.check_text(first, "first"), request.check_text(second, "second")
        model = gap_filler(self.backend.row_for(VERSE_GAPS), *texts)
        yield from self._for_all(GAPS, model, visitor, "next_sentence", *texts)

    # Texts with pictures

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
        text, labels = request.check_text(text), request.check_labels(labels)
        share = float(WEIGHT.check(weight) or 0)
        if picture is None:
            raise InputError("no_picture")
        given = text, picture, labels, share, head
        yield from self._alone(PICTURES, "", visitor, "fuse", *given)

    def teach_pairs(
        self, rows: Sequence[tuple[object, Path, object]], visitor: str
    ) -> Iterator[Progress | PairsTaught]:
        """Train a head for early fusion on (text, picture, label) triples. No picture is opened
        before all texts and labels are known to be right."""
        self.check_pair_count(len(rows))
        checked = [
            (request.check_text(text), path, request.check_label(label))
            for text, path, label in rows
        ]
        request.check_class_count(len({label for _, _, label in checked}))
        pairs = [(text, read_small_picture(path), label) for text, path, label in checked]
        yield from self._alone(PICTURES, "", visitor, "teach_pairs", pairs)

    def check_pair_count(self, count: int) -> None:
        """Raises InputError for more pairs than a head is trained on."""
        if count > MAX_PAIRS:
            raise InputError("too_many_examples", count=count, limit=MAX_PAIRS)

    def remember(
        self, result: FusedResult | None, label: object, pairs: Sequence[Pair]
    ) -> list[Pair]:
        """The pairs and that of the result, under its label. Raises InputError without one."""
        if result is None:
            raise InputError("no_pair")
        pair = replace(result.fused.pair, label=request.check_label(label))
        self.check_pair_count(len(pairs) + 1)
        return [*pairs, pair]

    def fusion_head(self, pairs: Sequence[Pair]) -> Head | None:
        """A head for early fusion of remembered pairs; None for fewer than two labels."""
        return fusion.teach_pairs(pairs) if len({pair.label for pair in pairs}) > 1 else None

    def _for_all(
        self, task: str, model: str, visitor: str, name: str, *asked: object
    ) -> Iterator[Progress | Any]:
        """A run on texts alone: who asks the same is given the same."""
        operation = Operation(task, f"classification.{name}", asked, cacheable=True)
        return self.backend.perform(operation, model, visitor)

    def _alone(
        self, task: str, model: str, visitor: str, name: str, *asked: object
    ) -> Iterator[Progress | Any]:
        """A run on what is a visitor's own."""
        return self.backend.perform(
            Operation(task, f"classification.{name}", asked), model, visitor
        )

    def _row(self, role: str) -> tuple[str, str]:
        """Task and id."""
        row = self.backend.row_for(role)
        return row.task, row.id

    def _check_expert(self, expert: object) -> str:
        known = [row.id for row in self.experts()]
        return ChoiceOption("expert", AUTO, (AUTO, *known)).check(expert)

    def _named_expert(self, expert: object, *texts: str) -> str:
        """For many texts at once, which cannot be routed."""
        checked = self._check_expert(expert)
        chosen = self.default_expert() if checked == AUTO else checked
        return reader_of(chosen, self.experts(), *texts)

    def _choose_expert(
        self, text: str, visitor: str, expert: object
    ) -> Generator[Progress, None, tuple[str, Route | None]]:
        """The expert's id; for AUTO the router's choice, and the route."""
        experts = [row for row in self.experts() if row.typical]
        here = [row for row in experts if row.source.on_disk()]
        if self._check_expert(expert) != AUTO or not here:
            return self._named_expert(expert, text), None
        run = self._for_all(*self._row(SENTENCES), visitor, "route", text, experts, here)
        route = yield from result_of(run)
        return routed_reader(route.expert, self.experts(), text), route

    def _zero_shot_model(self, model: str, text: str) -> tuple[str, str]:
        """Without a name: the text encoder for Chinese; else the largest entailment model that is
        on this disk and that the machine is made for, or the language model's likelihood."""
        known = {row.id: row.task for row in self.zero_shot_models()}
        if model:
            chosen = ChoiceOption("model", "", tuple(known)).check(model)
            return known[chosen], chosen
        if has_chinese(text):
            return self._row(SENTENCES)
        if self.backend.mode in ("gpu", "cpu"):
            return ZERO_SHOT, ""
        here = [row for row in self._entailment_models() if row.source.on_disk()]
        return (here[0].task, here[0].id) if here else self._row(LIKELIHOOD)

    def _entailment_models(self) -> list[ModelSpec]:
        """Those that the app may choose by itself, largest first."""
        tiers = ("gpu", "cpu") if self.backend.has_gpu() else ("cpu",)
        rows = self.backend.models_for(ZERO_SHOT) if self.backend.mode == "auto" else []
        return [row for row in rows if row.tier in tiers]
