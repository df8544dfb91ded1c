"""Bad calls and forged page calls against a server that runs."""

from __future__ import annotations

from typing import Any

from tests.fuzz.calls import REFUSED, Call, Parameter, bad_call, good_call
from tests.fuzz.findings import Finding, Report, shortened
from tests.fuzz.judge import Watch, judged
from tests.fuzz.page_calls import PageCall, page_call
from tests.fuzz.values import as_json
from tests.fuzz.visitor import Answer, Visitor

WARM_CALLS, WARM_PAGE_CALLS = 20, 150
Endpoints = dict[str, list[Parameter]]


def endpoints_of(visitor: Visitor) -> Endpoints:
    """The parameters of every endpoint, as the server describes them."""
    info = visitor.http.get("info").raise_for_status().json()
    return {name: one["parameters"] for name, one in info["named_endpoints"].items()}


def config_of(visitor: Visitor) -> dict[str, Any]:
    """The page's configuration, as a browser gets it."""
    return dict(visitor.http.get("../config").raise_for_status().json())


def send(visitor: Visitor, call: Call) -> list[Finding]:
    """Make the call; what is wrong with its answer."""
    data = visitor.with_uploads(call.data)
    return _judged(visitor, call.name, visitor.call(call.endpoint, data), as_json(data))


def send_page_call(visitor: Visitor, call: PageCall) -> list[Finding]:
    """Make the forged request; what is wrong with its answer."""
    body = visitor.with_uploads(call.body)
    sent = as_json(body)
    if call.queued:
        answer = visitor.queued(call.path, body)
    else:
        visitor.http.cookies.clear()
        headers = {"content-type": "application/json"}
        answer = visitor.ask(call.method, call.path, sent.encode(), headers)
    return _judged(visitor, call.name, answer, sent + call.path)


def warm_up(visitor: Visitor, endpoints: Endpoints, report: Report, seed: int) -> None:
    """A right call of each endpoint, which loads its model; those that fail are findings. Then a
    small round of what follows, by another seed: long texts, many tokens and large pictures make
    room for themselves that the libraries keep, and so do models that only the page uses."""
    for endpoint, parameters in endpoints.items():
        call = good_call(endpoint, parameters)
        answer = visitor.call(endpoint, visitor.with_uploads(call.data))
        if not answer.succeeded and endpoint not in REFUSED:
            report.findings.append(Finding("good call", call.name, shortened(answer.text[-400:])))
    for endpoint, parameters in endpoints.items():
        for number in range(WARM_CALLS):
            send(visitor, bad_call(endpoint, parameters, seed - 1, number))
    config = config_of(visitor)
    for number in range(WARM_PAGE_CALLS):
        send_page_call(visitor, page_call(config, seed - 1, number))


def run_calls(
    visitor: Visitor, watch: Watch, report: Report, seed: int, count: int, endpoints: Endpoints
) -> None:
    """So many bad calls of each endpoint, one after another: the log tells whose a trace is."""
    for endpoint, parameters in endpoints.items():
        for number in range(count):
            call = bad_call(endpoint, parameters, seed, number)
            report.findings += send(visitor, call) + watch.tracebacks(call.name)
        report.tried["bad calls of endpoints"] += count
        print(f"{endpoint}: {len(report.findings)} findings so far, {watch.megabytes():,.0f} MB")


def run_page_calls(visitor: Visitor, watch: Watch, report: Report, seed: int, count: int) -> None:
    """So many forged page calls."""
    config = config_of(visitor)
    for number in range(count):
        call = page_call(config, seed, number)
        report.findings += send_page_call(visitor, call) + watch.tracebacks(call.name)
    print(f"the page: {len(report.findings)} findings so far, {watch.megabytes():,.0f} MB")
    report.tried["forged page calls"] += count


def _judged(visitor: Visitor, name: str, answer: Answer, sent: str) -> list[Finding]:
    return judged(name, answer, sent, visitor.patience + visitor.grace)
