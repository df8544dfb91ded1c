"""The papers: where a deck names one that an explanation names too, both say the same of it."""

from __future__ import annotations

import re

from demos.shared import decks
from demos.shared.papers import PAPERS

EXPLAINED = {link: paper for paper, link in PAPERS.values()}


def first_author_and_year(paper: str) -> tuple[str, str]:
    """Of "Hu, Shen et al. (2022): LoRA" and of "Hu et al. 2022, LoRA"."""
    author = re.split(r",| and | et al| \(", paper)[0]
    year = re.search(r"\b(19|20)\d\d\b", paper)
    assert year, paper
    return author, year[0]


def test_every_paper_has_authors_a_year_and_a_title() -> None:
    for paper, _ in PAPERS.values():
        assert re.fullmatch(r".+ \((19|20)\d\d\): \S.+", paper), paper


def test_decks_and_explanations_give_a_paper_the_same_author_and_year() -> None:
    sources = [
        source
        for path in decks.paths()
        for step in decks.read(path)["steps"]
        for source in step.get("sources", [])
    ]
    shared = [source for source in sources if source.get("link") in EXPLAINED]
    assert shared
    for source in shared:
        assert first_author_and_year(source["text"]) == first_author_and_year(
            EXPLAINED[source["link"]]
        )
