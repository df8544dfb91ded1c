"""The models of this machine: `GET /models.json`, and the drawer behind the header's button.

On a public host visitors see them and cannot press anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from backend.errors import InputError
from backend.messages import Message, message
from backend.model_library import ModelLibrary, ModelState
from backend.models.hub.downloads import Fetched
from backend.models.load_progress import clock
from backend.models.registry import ModelSpec
from backend.units import bytes_in_words, parameters_in_words
from demos.shared.endpoints import Json
from demos.shared.strings import language_in, say, say_message

OURS = "x-show-and-tell"  # a header that no other website's page can send here unasked
LANGUAGES = {
    "English": "models.english",
    "English, Chinese": "models.english_chinese",
    "classical Chinese": "models.classical_chinese",
    "English, Chinese and 100 more": "models.many_languages",
}
NO_STORE = {"Cache-Control": "no-store"}


def routes(library: ModelLibrary, is_public: bool) -> list[Route]:
    """`/models.json`, `/models.html` and `POST /models/<id>/<action>`."""
    actions: dict[str, Callable[[str], None]] = {
        "download": library.download,
        "stop": library.stop,
        "load": library.load,
        "unload": library.let_go,
    }

    async def as_json(request: Request) -> Response:
        language = language_in(request.headers.get("accept-language", ""))
        found = await run_in_threadpool(listing, library, is_public, language)
        return JSONResponse(found, headers=NO_STORE)

    async def as_html(request: Request) -> Response:
        language = language_in(request.headers.get("accept-language", ""))
        states = await run_in_threadpool(library.states)
        return HTMLResponse(drawer(language, states, is_public), headers=NO_STORE)

    async def act(request: Request) -> Response:
        model, action = request.path_params["model"], request.path_params["action"]
        if is_public or OURS not in request.headers:
            return _refused(request, message("public_host"), 403)
        if action not in actions:
            choices = ", ".join(actions)
            return _refused(request, message("no_such_action", action=action, choices=choices), 404)
        try:
            await run_in_threadpool(actions[action], model)
        except InputError as error:
            return _refused(request, error.message, 409)
        return JSONResponse({"ok": True})

    return [
        Route("/models.json", as_json),
        Route("/models.html", as_html),
        Route("/models/{model}/{action}", act, methods=["POST"]),
    ]


def _refused(request: Request, why: Message, status: int) -> Response:
    language = language_in(request.headers.get("accept-language", ""))
    return JSONResponse({"error": say_message(language, why)}, status)


def listing(library: ModelLibrary, is_public: bool, language: str = "en") -> Json:
    """{"models": [...], "offers": {name of a bundled model: {task: a larger row}}, "may_change"}.
    Why a model was chosen is in English; what is for the page to show, in the visitor's language.
    """
    offers: Json = {}
    for small, large in ({} if is_public else library.offers()).items():
        tasks = offers.setdefault(library.row(small).name, {})
        tasks[large.task] = _offer(language, large)
    models = [as_json(state, language) for state in library.states()]
    return {"models": models, "offers": offers, "may_change": not is_public}


def as_json(state: ModelState, language: str = "en") -> Json:
    """Plain values."""
    spec, fetched, failure = state.spec, state.fetched, state.failure
    return {
        "id": spec.id,
        "task": spec.task,
        "tier": spec.tier,
        "name": spec.name,
        "from": spec.source.origin,
        "licence": spec.licence,
        "languages": spec.languages,
        "parameters": spec.parameters,
        "download_bytes": spec.source.download_bytes,
        "on_disk": state.on_disk,
        "loading": state.is_loading,
        "device": state.device,
        "memory_bytes": state.memory_bytes,
        "last_used": _moment(state.used_at),
        "chosen": state.is_chosen,
        "why": str(state.why),
        "download": None if fetched is None else {
            "done_bytes": fetched.done,
            "total_bytes": fetched.total,
            "bytes_per_second": round(fetched.rate),
            "seconds_left": None if fetched.left is None else round(fetched.left),
            "words": _how_far(language, fetched),
        },
        "error": say_message(language, failure) if failure else None,
    }  # fmt: skip


def _offer(language: str, row: ModelSpec) -> Json:
    size = bytes_in_words(row.source.download_bytes)
    values = {"name": row.name, "size": size, "licence": row.licence}
    return {
        "id": row.id,
        **values,
        "sentence": say(language, "models.offer", **values),
        "button": say(language, "models.offer.run"),
        "stop": say(language, "models.stop"),
        "failed": say(language, "models.failed"),
    }


def _moment(seconds: float) -> str | None:
    if not seconds:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")


# --- The drawer ---------------------------------------------------------------------------------

ROW = Markup(  # marks, id, name, state, facts, why, bar, error, buttons
    '<li class="st-model-row{}" data-model="{}"><div class="st-model-head"><b>{}</b>'
    '<span class="st-model-state">{}</span></div><p>{}</p><p>{}</p>{}{}'
    '<div class="st-model-buttons">{}</div></li>'
)
BAR = Markup('<progress max="{}" value="{}" aria-label="{}"></progress><p>{}</p>')
HEAD = Markup(
    '<header><h2 id="st-models-title">{}</h2>'
    '<button type="button" data-action="close">{}</button></header>'
)
BUTTON = Markup('<button type="button" data-action="{}">{}</button>')
ERROR = Markup('<p class="st-model-error" role="alert">{}</p>')


def drawer(language: str, states: list[ModelState], is_public: bool) -> str:
    """All rows by task, as HTML."""
    tasks = dict.fromkeys(state.spec.task for state in states)
    parts = [
        HEAD.format(say(language, "models.open"), say(language, "models.close")),
        Markup("<p>{}</p>").format(say(language, "models.about")),
    ]
    if is_public:
        parts.append(Markup("<p>{}</p>").format(say_message(language, message("public_host"))))
    for task in tasks:
        rows = Markup("").join(
            _row(language, state, is_public) for state in states if state.spec.task == task
        )
        title = say(language, f"models.task.{task}")
        parts.append(Markup("<h3>{}</h3><ul>{}</ul>").format(title, rows))
    return str(Markup("").join(parts))


def _row(language: str, state: ModelState, is_public: bool) -> Markup:
    failure = state.failure
    return ROW.format(
        " st-model-chosen" if state.is_chosen else "",
        state.spec.id,
        state.spec.name,
        _state(language, state),
        _facts(language, state),
        say_message(language, state.why),
        _bar(language, state),
        ERROR.format(say_message(language, failure)) if failure else "",
        "" if is_public else _buttons(language, state),
    )


def _state(language: str, state: ModelState) -> str:
    if state.device:
        memory = bytes_in_words(state.memory_bytes)
        return say(language, "models.loaded", device=state.device, memory=memory)
    for is_so, key in (
        (state.fetched is not None, "models.downloading"),
        (state.is_loading, "models.loading"),
        (state.on_disk, "models.on_disk"),
    ):
        if is_so:
            return say(language, key)
    return say(language, "models.not_here")


def _facts(language: str, state: ModelState) -> str:
    spec = state.spec
    size = spec.source.download_bytes
    facts = [
        say(language, f"tier.{spec.tier}"),
        parameters_in_words(spec.parameters),
        *([bytes_in_words(size)] if size else []),
        spec.licence,
        say(language, LANGUAGES[spec.languages]),
    ]
    if state.used_at:
        used = datetime.fromtimestamp(state.used_at).strftime("%H:%M:%S")
        facts.append(say(language, "models.used", time=used))
    return " · ".join(facts)


def _bar(language: str, state: ModelState) -> Markup:
    fetched = state.fetched
    if fetched is None:
        return Markup("")
    label = say(language, "models.downloading")
    return BAR.format(fetched.total or 1, fetched.done, label, _how_far(language, fetched))


def _how_far(language: str, fetched: Fetched) -> str:
    """500 MB / 2.0 GB · 20 MB a second, 1:15 left."""
    words = f"{bytes_in_words(fetched.done)} / {bytes_in_words(fetched.total)}"
    if fetched.left is None:
        return words
    rate, left = bytes_in_words(fetched.rate), clock(fetched.left)
    return words + " · " + say(language, "models.rate", rate=rate, left=left)


def _buttons(language: str, state: ModelState) -> Markup:
    """What can be done with it now."""
    if state.fetched is not None:
        names = ["stop"]
    elif state.device:
        names = ["unload"]
    elif state.is_loading:
        names = []
    else:
        names = ["load"] if state.on_disk else ["download"]
    return Markup("").join(BUTTON.format(name, say(language, f"models.{name}")) for name in names)
