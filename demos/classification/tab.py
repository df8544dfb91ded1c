"""The text classification tab: eight inner tabs over one service."""

from __future__ import annotations

import gradio as gr

from backend import Backend
from backend.classification.request import PROBE_LISTS
from backend.classification.service import SENTENCES, Classification
from backend.options import ChoiceOption
from demos.classification import (
    api,
    bias_probe,
    classify,
    compare,
    masked,
    picture,
    table,
    teach,
    zero_shot,
)
from demos.classification.explained import EXPLAINED
from demos.shared.examples import Example, example_buttons
from demos.shared.explain import explain
from demos.shared.inner_tabs import inner_tab, wire
from demos.shared.permalinks import Form, Param, hidden_field
from demos.shared.section import Section

ID = "classification"
VIEWS = ("classify", "zero_shot", "teach", "compare", "probe", "table", "masked", "picture")
TAUGHT = """travel: When does the train to Bern leave?
travel: I need a hotel near the airport.
travel: Is my flight to Rome on time?
travel: How long is the bus ride to the beach?
cooking: How long do I boil an egg?
cooking: My sauce is too salty, what now?
cooking: Which flour is best for bread?
cooking: Can I freeze the soup?
money: My card was charged twice.
money: How do I open a savings account?
money: The bank raised its fees again.
money: When will my salary arrive?"""

EXPERT_EXAMPLES = (
    Example(
        "classification.example.review",
        {"text": "The plot is thin and the jokes are old, but I laughed from start to finish."},
    ),
    Example(
        "classification.example.feeling",
        {"text": "I have no words. I never thought I would see you again!"},
    ),
    Example(
        "classification.example.sarcasm",
        {"text": "Oh great, another meeting. Just what I needed on a Monday morning."},
    ),
    Example(
        "classification.example.negation",
        {"text": "The hotel was not bad at all.", "expert": "sentiment-expert"},
    ),
)
ZERO_SHOT_EXAMPLES = (
    Example(
        "classification.example.topic",
        {
            "view": "zero_shot",
            "asked": "The central bank raised its interest rate for the third time this year.",
            "labels": "economy, sports, health, travel",
        },
    ),
    Example(
        "classification.example.mood",
        {
            "view": "zero_shot",
            "asked": "The waiter ignored us for half an hour.",
            "labels": "negative, positive",
            "template": "The sentiment of this text is {}.",
        },
    ),
    Example(
        "classification.example.several",
        {
            "view": "zero_shot",
            "asked": "My flight was cancelled and the airline refuses to pay me back.",
            "labels": "travel, money, complaint, cooking",
            "how_many": "several",
        },
    ),
)
TEACH_EXAMPLES = (Example("classification.example.topics", {"view": "teach", "examples": TAUGHT}),)
COMPARE_EXAMPLES = (
    Example(
        "classification.example.one_word",
        {"view": "compare", "first": "The soup was good.", "second": "The soup was not good."},
    ),
    Example(
        "classification.example.two_experts",
        {
            "view": "compare",
            "first": "I can't believe you did this for me!",
            "second_expert": "emotion-expert",
        },
    ),
)
PROBE_EXAMPLES = (
    Example(
        "classification.example.neighbour",
        {"view": "probe", "sentence": "My new neighbour is called {}."},
    ),
    Example(
        "classification.example.faith",
        {
            "view": "probe",
            "sentence": "I had dinner with a {} family.",
            "words": ", ".join(PROBE_LISTS["groups"]),
        },
    ),
)
GAP_EXAMPLES = (
    Example(
        "classification.example.capital",
        {"view": "masked", "gap": "Paris is the [MASK] of France."},
    ),
)
NEXT_EXAMPLES = (
    Example(
        "classification.example.follows",
        {
            "view": "masked",
            "before": "She put the kettle on.",
            "after": "A few minutes later the tea was ready.",
        },
    ),
)
TABLE_EXAMPLES = (
    Example(
        "classification.csv.sample",
        {"view": table.SECTION, table.EXAMPLE.name: "sample", "table_expert": "sentiment-expert"},
    ),
)
PICTURE_EXAMPLES = (
    Example("classification.picture.sample", {"view": picture.SECTION, **picture.SAMPLE}),
    Example(
        "classification.picture.lesson",
        {"view": picture.SECTION, **picture.SAMPLE, picture.LESSON.name: "ready"},
    ),
)


def build(backend: Backend) -> Form:
    """Lay out and wire the tab. Returns its form, through which links and examples fill it."""
    service = Classification(backend)
    view = hidden_field(VIEWS[0], elem_id="classification-view")
    notice = gr.HTML(apply_default_css=False)
    with gr.Tabs(elem_id="classification-views", overflow_behavior="wrap") as bar:
        sections, places = _sections(service, view)
    links_here = gr.Row(elem_classes="st-after")
    explain(ID, "classification.explain", EXPLAINED)
    form = _form(sections, view, notice, _first_models(service))
    _examples(form, places)
    wire(backend, form, view, bar, links_here, sections)
    api.add_endpoints(service)
    return form


def _sections(
    service: Classification, view: gr.Textbox
) -> tuple[list[Section], dict[str, gr.Column]]:
    """The inner tabs: the sections that links can run, and where their examples go."""
    with inner_tab(ID, "classify", view):
        experts, classify_examples = classify.build(service)
    with inner_tab(ID, "zero_shot", view):
        own_labels, own_labels_examples = zero_shot.build(service)
    with inner_tab(ID, "teach", view):
        lesson, lesson_examples = teach.build(service)
    with inner_tab(ID, "compare", view):
        pair, pair_examples = compare.build(service)
    with inner_tab(ID, "probe", view):
        probe, probe_examples = bias_probe.build(service)
    with inner_tab(ID, "table", view):
        rows, rows_examples = table.build(service)
    with inner_tab(ID, "masked", view):
        gap, gap_examples = masked.build_gap(service)
        following, following_examples = masked.build_next(service)
    with inner_tab(ID, "picture", view):
        fusion, fusion_examples = picture.build(service)
    places = {
        "classify": classify_examples,
        "zero_shot": own_labels_examples,
        "teach": lesson_examples,
        "compare": pair_examples,
        "probe": probe_examples,
        "masked": gap_examples,
        "next": following_examples,
        "table": rows_examples,
        "picture": fusion_examples,
    }
    sections = [experts, own_labels, lesson, pair, probe, gap, following, rows, fusion]
    return sections, places


def _first_models(service: Classification) -> tuple[tuple[str, str], ...]:
    """The router and the experts that come with the app."""
    experts = [row for row in service.experts() if row.tier == "bundled" and row.typical]
    return tuple((row.task, row.id) for row in (service.backend.row_for(SENTENCES), *experts))


def _form(
    sections: list[Section],
    view: gr.Textbox,
    notice: gr.HTML,
    models: tuple[tuple[str, str], ...],
) -> Form:
    params = (
        Param.option(ChoiceOption("view", VIEWS[0], VIEWS), view),
        *(param for section in sections for param in section.params),
    )
    mains = tuple(section.params[0].name for section in sections)
    return Form(
        ID,
        params,
        mains,
        hidden_field(),
        notice,
        result="classification-views",
        models=models,
    )


def _examples(form: Form, places: dict[str, gr.Column]) -> None:
    examples = {
        "classify": EXPERT_EXAMPLES,
        "zero_shot": ZERO_SHOT_EXAMPLES,
        "teach": TEACH_EXAMPLES,
        "compare": COMPARE_EXAMPLES,
        "probe": PROBE_EXAMPLES,
        "masked": GAP_EXAMPLES,
        "next": NEXT_EXAMPLES,
        "table": TABLE_EXAMPLES,
        "picture": PICTURE_EXAMPLES,
    }
    for name, place in places.items():
        with place:
            example_buttons(form, examples[name])
