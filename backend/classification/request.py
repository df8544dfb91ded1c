"""What a visitor asks with: a text, labels of their own, a template; checked for page and API."""

from __future__ import annotations

from collections.abc import Sequence

from backend.errors import InputError
from backend.text import clean_text, shown

MOST_LABELS = 50
LONGEST_LABEL = 200  # characters
MOST_WORDINGS = 20  # templates compared in one run
HOLE = "{}"
MASK, MOST_MASKS = "[MASK]", 5
DEFAULT_TEMPLATE = "This text is about {}."
TEMPLATES = (
    DEFAULT_TEMPLATE,
    "The sentiment of this text is {}.",
    "It is {}.",
    "The author is {}.",
    "Topic: {}",
)


def check_text(value: object, name: str = "text") -> str:
    """The text without what cannot be read. Raises InputError if nothing is left."""
    text = clean_text(value, name)[0].strip()
    if not text:
        raise InputError("empty_text", name=name)
    return text


def check_labels(value: object) -> tuple[str, ...]:
    """Labels from a list, or from a text with a comma or a line end between them.

    Raises InputError for fewer than two, more than MOST_LABELS, or one that is there twice.
    """
    labels = tuple(filter(None, (clean_text(part, "label")[0].strip() for part in _parts(value))))
    if len(labels) < 2:
        raise InputError("too_few_labels", count=len(labels))
    if len(labels) > MOST_LABELS:
        raise InputError("too_many_labels", count=len(labels), limit=MOST_LABELS)
    for label in labels:
        check_label(label)
    _refuse_twice(labels)
    return labels


def check_label(value: object) -> str:
    """One label that is there and not too long."""
    label = check_text(value, "label")
    if len(label) > LONGEST_LABEL:
        raise InputError("label_too_long", label=shown(label), limit=LONGEST_LABEL)
    return label


def check_template(value: object) -> str:
    """A sentence with exactly one {}."""
    template = clean_text(value, "template")[0].strip()
    if template.count(HOLE) != 1:
        raise InputError("bad_template", hole=HOLE, value=shown(template))
    if len(template) > LONGEST_LABEL:
        raise InputError("too_long", name="template", count=len(template), limit=LONGEST_LABEL)
    return template


def check_wordings(own: object, others: object) -> list[str]:
    """The visitor's template, then the others; none twice. Raises InputError for too many."""
    if not isinstance(others, list | tuple):
        raise InputError("not_wordings", value=shown(others))
    if len(others) > MOST_WORDINGS:
        raise InputError("too_many_wordings", count=len(others), limit=MOST_WORDINGS)
    return list(dict.fromkeys(map(check_template, (own, *others))))


def check_gaps(value: object) -> str:
    """A text with [MASK] once to MOST_MASKS times."""
    text = check_text(value)
    count = text.count(MASK)
    if not 1 <= count <= MOST_MASKS:
        raise InputError("masks", count=count, limit=MOST_MASKS)
    return text


def filled(template: str, label: str) -> str:
    """The template with the label in its hole, whatever braces either has."""
    return template.replace(HOLE, label)


def _parts(value: object) -> Sequence[object]:
    if isinstance(value, str):
        return value.replace("，", ",").replace("\n", ",").split(",")
    if isinstance(value, list | tuple):
        return value
    raise InputError("not_labels", value=shown(value))


def _refuse_twice(labels: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for label in labels:
        if label.casefold() in seen:
            raise InputError("label_twice", label=shown(label))
        seen.add(label.casefold())
