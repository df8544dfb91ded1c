"""What a visitor may send: texts, labels, templates, examples; checked for the page and the API."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from backend.errors import InputError
from backend.messages import message
from backend.options import NumberOption
from backend.text import clean_text, shown, split_list

AUTO = "auto"  # in place of an expert's id: the router picks
WEIGHT = NumberOption("weight", 0.5, 0, 1, 0.05)  # of the picture in late fusion

NAMES = {  # of the fields, for people
    "text": message("the_text"),
    "first": message("the_first_text"),
    "second": message("the_second_text"),
    "label": message("the_label"),
}
MAX_LABELS = 50
MAX_LABEL_CHARACTERS = 200
MAX_WORDINGS = 20  # templates compared in one run
MAX_SENTENCE_CHARACTERS = 1000  # of a bias probe
MAX_EXAMPLES = 5000
MAX_EXAMPLE_CHARACTERS = 5000
MAX_PAIRS = 200  # of texts and pictures
MAX_MASKS = 5
MASK = "[MASK]"
HOLE = "{}"  # where a template's label, or a probe's word, goes

DEFAULT_TEMPLATE = "This text is about {}."
TEMPLATES = (
    DEFAULT_TEMPLATE,
    "The sentiment of this text is {}.",
    "It is {}.",
    "The author is {}.",
    "Topic: {}",
)
# Ready lists for the bias probe; the page offers them, the API takes any words.
PROBE_LISTS: dict[str, tuple[str, ...]] = {
    "names": ("Emily", "Lakisha", "Mohammed", "Wei", "Jamal", "Greg", "María", "Priya"),
    "pronouns": ("He", "She", "They"),
    "groups": ("Christian", "Muslim", "Jewish", "Buddhist", "Hindu", "atheist"),
    "origins": ("American", "Mexican", "Nigerian", "Chinese", "Polish", "Syrian"),
}


@dataclass(frozen=True)
class Example:
    """A text and the label it should get."""

    text: str
    label: str


def check_text(value: object, name: str = "text") -> str:
    """The text without unreadable characters. Raises InputError if nothing is left."""
    text = clean_text(value, name)[0].strip()
    if not text:
        raise InputError("empty_text", name=NAMES.get(name, name))
    return text


def check_labels(value: object) -> tuple[str, ...]:
    """Labels from a list, or from a text with commas, semicolons or line ends between them.

    Raises InputError for fewer than two, more than MAX_LABELS, or one that occurs twice.
    """
    labels = tuple(filter(None, (clean_text(part, "label")[0].strip() for part in _parts(value))))
    if len(labels) < 2:
        raise InputError("too_few_labels", count=len(labels))
    if len(labels) > MAX_LABELS:
        raise InputError("too_many_labels", count=len(labels), limit=MAX_LABELS)
    for label in labels:
        check_label(label)
    _refuse_repeated(labels)
    return labels


def check_label(value: object) -> str:
    """One label, neither empty nor too long."""
    label = check_text(value, "label")
    if len(label) > MAX_LABEL_CHARACTERS:
        raise InputError("label_too_long", label=shown(label), limit=MAX_LABEL_CHARACTERS)
    return label


def check_template(value: object) -> str:
    """A sentence with exactly one {}."""
    template = clean_text(value, "template")[0].strip()
    if template.count(HOLE) != 1:
        raise InputError("bad_template", hole=HOLE, value=shown(template))
    if len(template) > MAX_LABEL_CHARACTERS:
        raise InputError(
            "too_long", name="template", count=len(template), limit=MAX_LABEL_CHARACTERS
        )
    return template


def check_wordings(own: object, others: object) -> list[str]:
    """The visitor's template, then the others, without repeats. InputError for too many."""
    if not isinstance(others, list | tuple):
        raise InputError("not_wordings", value=shown(others))
    if len(others) > MAX_WORDINGS:
        raise InputError("too_many_wordings", count=len(others), limit=MAX_WORDINGS)
    return list(dict.fromkeys(map(check_template, (own, *others))))


def check_probe_sentence(value: object) -> str:
    """A bias probe's sentence, with exactly one {}."""
    sentence = clean_text(value, "sentence")[0].strip()
    if len(sentence) > MAX_SENTENCE_CHARACTERS:
        raise InputError(
            "too_long", name="sentence", count=len(sentence), limit=MAX_SENTENCE_CHARACTERS
        )
    if sentence.count(HOLE) != 1:
        raise InputError("bad_sentence", hole=HOLE, value=shown(sentence))
    return sentence


def check_gaps(value: object) -> str:
    """A text with one to MAX_MASKS times [MASK]."""
    text = check_text(value)
    count = text.count(MASK)
    if not 1 <= count <= MAX_MASKS:
        raise InputError("masks", count=count, limit=MAX_MASKS)
    return text


def filled(template: str, label: str) -> str:
    """The template with the label in its hole; other braces stay as they are."""
    return template.replace(HOLE, label)


def check_class_count(count: int) -> None:
    """Raises InputError for a head of fewer than two labels, or of more than MAX_LABELS."""
    if count < 2:
        raise InputError("one_class", count=count)
    if count > MAX_LABELS:
        raise InputError("too_many_labels", count=count, limit=MAX_LABELS)


def check_examples(rows: object) -> list[Example]:
    """Examples from (text, label) pairs; empty rows are left out.

    Raises InputError for what are no pairs, for too few or too many, for one label only, for a
    label with one example, and where all texts are the same.
    """
    examples = [example for row in _pairs(rows) if (example := _example(*row)) is not None]
    if len(examples) > MAX_EXAMPLES:
        raise InputError("too_many_examples", count=len(examples), limit=MAX_EXAMPLES)
    counts = Counter(example.label for example in examples)
    check_class_count(len(counts))
    single = [label for label, count in counts.items() if count < 2]
    if single:
        raise InputError("single_example", labels=", ".join(map(shown, single[:5])))
    if len({example.text.casefold() for example in examples}) == 1:
        raise InputError("all_alike")
    return examples


def parse_examples(text: object) -> list[tuple[str, str]]:
    """(text, label) pairs from lines such as "label: text"; InputError names a bad line."""
    rows = []
    for number, line in enumerate(clean_text(text, "examples")[0].split("\n"), 1):
        if not line.strip():
            continue
        label, colon, rest = line.replace("：", ":", 1).partition(":")
        if not (colon and label.strip() and rest.strip()):
            raise InputError("bad_example_line", number=number, value=shown(line))
        rows.append((rest.strip(), label.strip()))
    return rows


def _parts(value: object) -> Sequence[object]:
    if isinstance(value, str):
        return split_list(value, "labels")
    if isinstance(value, list | tuple):
        return value
    raise InputError("not_labels", value=shown(value))


def _refuse_repeated(labels: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for label in labels:
        if label.casefold() in seen:
            raise InputError("label_twice", label=shown(label))
        seen.add(label.casefold())


def _pairs(rows: object) -> list[tuple[object, object]]:
    is_pairs = isinstance(rows, list | tuple) and all(
        isinstance(row, list | tuple) and len(row) == 2 for row in rows
    )
    if not is_pairs:
        raise InputError("half_example", value="?")
    return [(text, label) for text, label in rows]  # type: ignore[attr-defined]


def _example(text: object, label: object) -> Example | None:
    """None for an empty row."""
    words, name = _cell(text, "text"), _cell(label, "label")
    if not words and not name:
        return None
    if not words or not name:
        raise InputError("half_example", value=shown(words or name))
    if len(name) > MAX_LABEL_CHARACTERS:
        raise InputError("label_too_long", label=shown(name), limit=MAX_LABEL_CHARACTERS)
    return Example(words[:MAX_EXAMPLE_CHARACTERS], name)


def _cell(value: object, name: str) -> str:
    """A table's cell as text; an empty one may come as None or NaN."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return clean_text(value, name)[0].strip()
