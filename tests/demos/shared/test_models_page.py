"""`/models.json`, the drawer, and who may press what."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from backend.model_library import ModelLibrary
from backend.models.pool import Pool
from demos.shared import models_page
from tests.backend.fakes import FakeSource, Loader, device_without_gpu, make_backend, spec

OURS = {"X-Show-And-Tell": "models"}
ROWS = (
    spec("large", "cpu", source=FakeSource(here=False)),
    spec("small", memory_bytes=900_000_000),
)


def client(is_public=False, rows=ROWS):
    pool = Pool(load=Loader(), free=lambda _: 2**60)
    backend = make_backend(
        rows=rows, pool=pool, device_for=device_without_gpu, has_gpu=lambda: False
    )
    library = ModelLibrary(backend)
    return TestClient(Starlette(routes=models_page.routes(library, is_public)))


def rows_of(found):
    return {row["id"]: row for row in found.get("/models.json").json()["models"]}


def test_each_row_says_what_it_is_where_it_is_and_why():
    row = rows_of(client())["large"]
    assert row["task"] == "generation"
    assert row["licence"] == "Apache-2.0"
    assert row["download_bytes"] == 1_500_000_000
    assert row["on_disk"] is False
    assert row["last_used"] is None
    assert row["why"].startswith("not on this disk")
    assert rows_of(client())["small"]["chosen"] is True


def test_a_model_is_loaded_and_unloaded():
    found = client()
    assert found.post("/models/small/load", headers=OURS).json() == {"ok": True}
    while not (row := rows_of(found)["small"])["device"]:
        pass
    assert row["memory_bytes"] == 900_000_000
    assert row["last_used"]
    assert found.post("/models/small/unload", headers=OURS).status_code == 200
    assert rows_of(found)["small"]["device"] == ""


def test_on_a_public_host_visitors_see_and_cannot_press():
    found = client(is_public=True)
    answer = found.get("/models.json").json()
    assert answer["may_change"] is False
    assert answer["offers"] == {}
    assert '<button type="button" data-action="load"' not in found.get("/models.html").text
    for action in ("download", "stop", "load", "unload"):
        refused = found.post(f"/models/small/{action}", headers=OURS)
        assert refused.status_code == 403
        assert "public host" in refused.json()["error"]


def test_another_websites_page_cannot_press():
    assert client().post("/models/small/load").status_code == 403


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/models/small/burn", 404, "There is no burn; there are download, stop, load, unload."),
        ("/models/other/load", 409, "must be one of"),
        ("/models/small/unload", 409, "Small is in use, or not loaded"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(path, status, said):
    answer = client().post(path, headers=OURS)
    assert answer.status_code == status
    assert said in answer.json()["error"]


def test_a_larger_row_is_offered_under_the_name_of_the_bundled_one(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    offer = client().get("/models.json").json()["offers"]["Small"]["generation"]
    assert offer["id"] == "large"
    assert offer["sentence"] == ("Large would do better: 1.5 GB to download, licence Apache-2.0.")


def test_the_drawer_speaks_the_visitors_language():
    found = client()
    assert "Text generation" in found.get("/models.html").text
    chinese = found.get("/models.html", headers={"Accept-Language": "zh-CN,en"}).text
    assert "文本生成" in chinese
    assert "下载" in chinese


def test_every_task_and_the_languages_of_every_row_have_a_text():
    from backend.models.registry import MODELS
    from demos.shared.strings import say

    for row in MODELS:
        assert say("zh", f"models.task.{row.task}")
        assert say("zh", models_page.LANGUAGES[row.languages])
