"""The explanations: every view of every tab has a formula, a drawing, its limits and papers; terms
say their sentence."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from importlib import import_module

import pytest

from demos import TABS
from demos.attention.tab import PANEL
from demos.captioning import tab as captioning
from demos.classification import tab as classification
from demos.generation.modes import MODE
from demos.image_search import tab as image_search
from demos.shared.drawings import WIDTH, bars, boxes, cells, curve, dots, tree
from demos.shared.explain import BESIDE, Explained, in_markdown, in_mathml, part, written
from demos.shared.papers import PAPERS
from demos.shared.strings import CATALOGUE, LANGUAGES, say
from demos.text_to_image.inputs import VIEW

EXPLAINED: dict[str, tuple[Explained, ...]] = {
    tab.ID: import_module(f"demos.{tab.ID}.explained").EXPLAINED for tab in TABS
}
VIEWS = {
    "attention": PANEL.choices,
    "generation": MODE.choices,
    "classification": classification.VIEWS,
    "image_search": image_search.VIEWS,
    "text_to_image": VIEW.choices,
    "captioning": captioning.VIEWS,
}
EACH = [(tab, view) for tab, views in EXPLAINED.items() for view in views]


@pytest.mark.parametrize("tab", VIEWS)
def test_every_view_is_explained_once(tab: str) -> None:
    explained = [name for view in EXPLAINED[tab] for name in view.view.split()]
    assert sorted(explained) == sorted(VIEWS[tab])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("tab", "view"), EACH, ids=lambda one: getattr(one, "view", one))
def test_a_view_says_what_it_shows_and_what_it_does_not(
    tab: str, view: Explained, language: str
) -> None:
    shown = part(language, view)
    assert len(shown["shows"]) > 20 and len(shown["hides"]) > 15
    assert "[[" not in shown["shows"] + shown["hides"]
    assert shown["papers"] and all(link.startswith("https://") for _, link in shown["papers"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tab", EXPLAINED)
def test_a_tab_in_general_has_terms_that_say_their_sentence(tab: str, language: str) -> None:
    said = in_markdown(language, say(language, f"{tab}.explain"))
    assert said.count('class="st-term"') >= 3 and "[[" not in said


@pytest.mark.parametrize(("tab", "view"), EACH, ids=lambda one: getattr(one, "view", one))
def test_a_formula_is_mathml_without_leftovers_of_latex(tab: str, view: Explained) -> None:
    for formula in view.formula.split(BESIDE):
        drawn = str(in_mathml(formula))
        ET.fromstring(drawn)
        assert "\\" not in drawn and 'display="block"' in drawn


def test_drawings_are_svg_whose_marks_lie_inside() -> None:
    drawn = [
        boxes("a", "b", "c"),
        bars((0.0, 0.5, 1.0), ("x", "y", "z"), cut=0.4),
        cells(((0, 1), (1, 0)), (0, 1)),
        dots(((0, 0), (1, 1)), ("first",)),
        curve((0, 1, 0.5)),
        tree("root", ("one", "two", "three")),
    ]
    for one in drawn:
        root = ET.fromstring(str(one))
        numbers = [float(n) for n in re.findall(r'(?:\b[xy][12]?|c[xy])="([-\d.]+)"', str(one))]
        assert root.tag.endswith("svg") and all(-1 <= number <= WIDTH for number in numbers)


def test_labels_of_a_drawing_cannot_write_into_it() -> None:
    assert "<script" not in str(boxes("<script>alert(1)</script>"))


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "a [[token]]", "token"),
        ("zh", "一个[[token|词元]]", "词元"),
        ("en", "[[head|heads]]", "heads"),
    ],
)
def test_a_term_has_its_sentence_in_the_visitors_language(
    language: str, text: str, shown: str
) -> None:
    made = str(in_markdown(language, text))
    name = re.findall(r"\[\[(\w+)", text)[0]
    assert f">{shown}</button>" in made and say(language, f"term.{name}")[:12] in made


def test_every_term_and_every_paper_is_used() -> None:
    texts = "".join(text for pair in CATALOGUE.values() for text in pair)
    terms = {key.removeprefix("term.") for key in CATALOGUE if key.startswith("term.")}
    assert set(re.findall(r"\[\[(\w+)", texts)) == terms
    assert {name for _, view in EACH for name in view.papers} == set(PAPERS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tab", VIEWS)
def test_a_fold_out_has_the_general_text_and_a_part_for_each_view(tab: str, language: str) -> None:
    made = written(language, f"{tab}.explain", EXPLAINED[tab])
    count = len(EXPLAINED[tab])
    assert [made.count(f"<{name}") for name in ("details", "svg")] == [count] * 2
    assert made.count("<math") >= count
    assert "**" not in made
