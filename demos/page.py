"""The page: header, tab bar, footer, and what happens when it opens or closes.

A tab module has an `ID` and `build(backend) -> Form | None`, called inside its own gr.Tab.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from types import ModuleType
from typing import Any

import gradio as gr
from markupsafe import Markup
from starlette.middleware import Middleware
from starlette.routing import Route

from backend import Backend
from demos.shared import api_page, saved, take_away, theme, visits
from demos.shared.bodies import MAX_FILE, LimitedBodies
from demos.shared.calls import Page
from demos.shared.decks import Presenting
from demos.shared.doors import LOCAL, Doors, GuardedDoors
from demos.shared.handlers import LISTENER, WORKERS, visitor_of
from demos.shared.language_middleware import ForceLanguage
from demos.shared.lost_answers import LostAnswers
from demos.shared.permalinks import Form, hidden_field
from demos.shared.refused_calls import RefusedCalls
from demos.shared.send_to import connect_pictures
from demos.shared.stage import call, stage
from demos.shared.strings import in_html, t, translations
from demos.shared.watching import Health

TITLE = "Show & Tell"
KEPT = (3600, 24 * 3600)  # seconds: how often uploads and results are looked through, and kept
# Sessions whose state the server keeps, the latest: what a visitor has chosen and been shown
# (`benchmarks/sessions.py`). gradio would keep ten thousand.
MAX_SESSIONS = 200
MODELS_BUTTON = Markup('<button type="button" id="st-models-open">{}</button>')
QUEUE_LENGTH = 64  # visitors waiting for a worker; the next one is told that it is full


def build_page(backend: Backend, tabs: Sequence[ModuleType]) -> Page:
    """The whole app with these tabs, not yet launched."""
    with Page(title=TITLE, analytics_enabled=False, delete_cache=KEPT) as page:
        gr.HTML(_header(), elem_id="st-header", apply_default_css=False)
        with gr.Row(elem_id="st-bar"):
            stage("st-tools", "shared/tools.js")
            gr.HTML(MODELS_BUTTON.format(in_html("models.open")), elem_id="st-models-bar")
        chosen_tab = hidden_field()  # by the visitor, since the page has opened
        with gr.Tabs(elem_id="st-tabs", overflow_behavior="wrap") as bar:
            forms = [_build_tab(backend, tab, chosen_tab) for tab in tabs]
        gr.HTML(_footer(), elem_id="st-footer", apply_default_css=False)
        built = page.forms = [form for form in forms if form]
        ahead = partial(_load_ahead, backend, built)
        visits.connect(page, bar, [tab.ID for tab in tabs], built, ahead)
        chosen_tab.change(ahead, chosen_tab, queue=False, **LISTENER)
        connect_pictures(bar, built)

        def leave(request: gr.Request) -> None:
            """The page was closed: whatever runs for this visitor ends, and nothing is kept."""
            backend.leave(visitor_of(request))

        def stop(request: gr.Request) -> dict[str, int]:
            """End what this client has running: {"stopped": how many runs that were}."""
            return {"stopped": backend.cancel(visitor_of(request))}

        page.unload(leave)
        gr.api(stop, api_name="stop", queue=False)
    page.queue(default_concurrency_limit=8, max_size=QUEUE_LENGTH, api_open=False)
    page.is_built = True
    return page


def launch_options(
    language: str | None,
    doors: Doors = LOCAL,
    trouble: Callable[[], str] = lambda: "",
    models: Sequence[Route] = (),
) -> dict[str, Any]:
    """What `launch` needs for the look, the languages and a page that asks no other host; `trouble`
    is what `/healthz` says, `models` what the drawer of models asks (`models_page.routes`)."""
    middleware = [Middleware(Health, trouble=trouble), Middleware(GuardedDoors, doors=doors)]
    if language:
        middleware.append(Middleware(ForceLanguage, language=language))
    middleware += [Middleware(LimitedBodies), Middleware(RefusedCalls), Middleware(LostAnswers)]
    middleware.append(Middleware(Presenting, forced=language))
    pages = [saved.route(), *take_away.routes(), api_page.route()]
    return {
        "theme": theme.theme(),
        "head": theme.head(language),
        "i18n": translations(language),
        "favicon_path": theme.FAVICON,
        "footer_links": [],
        "ssr_mode": False,  # a second server in Node.js, which few of our hosts have
        "run_history": False,
        "enable_monitoring": False,
        "max_file_size": MAX_FILE,
        "max_threads": WORKERS,
        "state_session_capacity": MAX_SESSIONS,
        "app_kwargs": {"routes": [*models, *pages, *theme.routes()], "middleware": middleware},
    }


def _build_tab(backend: Backend, tab: ModuleType, chosen: gr.Textbox) -> Form | None:
    label = t(f"tab.{tab.ID}")
    with gr.Tab(label, id=tab.ID, elem_id=f"st-tab-{tab.ID}") as page:
        form: Form | None = tab.build(backend)
    page.select(
        fn=None, inputs=chosen, outputs=chosen, js=call(visits.SCRIPT, "rememberTab", tab.ID)
    )
    return form


def _load_ahead(backend: Backend, forms: Sequence[Form], tab: str) -> None:
    """The tab's models begin to load while the visitor reads the page."""
    for form in forms:
        if form.tab == tab:
            backend.load_ahead(*form.models)


def _header() -> str:
    return Markup(
        '<header class="st-brand"><span class="st-logo" aria-hidden="true"></span>'
        "<h1>{}</h1><p>{}</p></header>"
    ).format(TITLE, in_html("page.tagline"))


def _footer() -> str:
    return Markup("<footer><p>{}</p></footer>").format(in_html("page.footer"))
