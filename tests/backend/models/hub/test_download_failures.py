"""Each failure of a download has its own sentence, and the next try makes the model whole."""

import errno

import pytest

from backend.errors import ModelError
from backend.models.hub import downloads
from backend.models.hub.downloads import DOWNLOADS, Downloads
from backend.models.hub.failures import Unwanted
from tests.backend.models.hub.conftest import SOURCE, WEIGHTS
from tests.backend.models.hub.fetched import MODEL, blobs, refused, whole
from tests.hub import Trouble

FAILURES = {
    "silent": (Trouble(stalls=True), MODEL, "hub_silent", "the hub stopped sending"),
    "cut": (Trouble(cuts=True), MODEL, "hub_cut", "broke again and again"),
    "other content": (
        Trouble(content=WEIGHTS[::-1]),
        MODEL,
        "hub_damaged",
        f"{MODEL} arrived damaged and was thrown away",
    ),
    "too long": (Trouble(content=WEIGHTS + b"more"), MODEL, "hub_damaged", "damaged"),
    "too short": (Trouble(content=WEIGHTS[:-4]), MODEL, "hub_damaged", "damaged"),
    "a small file lies": (Trouble(content=b"[]"), "config.json", "hub_damaged", "config.json"),
    "401": (Trouble(status=401), "", "hub_unauthorised", "access token (401); set HF_TOKEN"),
    "403": (Trouble(status=403), "", "hub_forbidden", "refuses Some/Model"),
    "404": (Trouble(status=404), "", "hub_no_repo", "127.0.0.1 has no Some/Model (404)"),
    "gated": (Trouble(status=403, named="GatedRepo"), "", "hub_gated", "accepted its terms"),
    "gated 401": (Trouble(status=401, named="GatedRepo"), "", "hub_gated", "accepted its terms"),
    "no repo": (Trouble(status=401, named="RepoNotFound"), "", "hub_no_repo", "has no Some/Model"),
    "no revision": (
        Trouble(status=404, named="RevisionNotFound"),
        "",
        "hub_no_revision",
        "not the revision that is asked for",
    ),
    "no file": (Trouble(status=404), MODEL, "hub_no_file", f"lists the file {MODEL}"),
    "busy": (Trouble(status=429), MODEL, "hub_busy", "too many requests"),
    "broken": (Trouble(status=500), "", "hub_failed", "an error of its own (500)"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_says_what_it_was_and_the_next_try_succeeds(hub, cache, name, request):
    trouble, path, code, said = FAILURES[name]
    if trouble.stalls:
        request.getfixturevalue("impatient")
    error = refused(hub, trouble, path)
    assert error.message.code == code
    assert said in str(error)
    hub.troubles.clear()
    assert whole(SOURCE.fetch())
    assert not [blob for blob in blobs(cache) if blob.endswith(".incomplete")]


@pytest.mark.parametrize("page", [b"<html>Please sign in</html>", b'{"error": 1}', b"[1]", b"null"])
def test_what_is_no_hub_is_called_so(hub, page):
    hub.page = page
    with pytest.raises(ModelError, match=r"what answers as 127\.0\.0\.1 is no model hub"):
        SOURCE.fetch()
    hub.page = None
    assert whole(SOURCE.fetch())


def test_a_repository_without_the_weights_is_incomplete(hub):
    del hub.files[MODEL]
    with pytest.raises(ModelError, match="its download is incomplete"):
        SOURCE.fetch()


def test_a_path_that_leads_out_of_the_cache_is_refused(hub, cache):
    hub.files["../../../../evil.json"] = b"{}"
    with pytest.raises(ModelError):
        SOURCE.fetch()
    assert not list(cache.parent.rglob("evil.json"))


def test_a_disk_without_room_is_said_before_anything_is_fetched(hub, monkeypatch):
    monkeypatch.setattr(downloads, "SPARE", 10**15)
    with pytest.raises(ModelError, match="the disk of the hub's cache is full: 512 kB more"):
        SOURCE.fetch()
    assert hub.asked_for(MODEL) == []


def test_a_disk_that_fills_up_on_the_way_is_said_and_goes_on_once_there_is_room(hub, monkeypatch):
    def full(self, *_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("backend.models.hub.transfer.Transfer._write", full)
        with pytest.raises(ModelError, match="the disk of the hub's cache is full"):
            SOURCE.fetch()
    assert whole(SOURCE.fetch())


def test_a_cache_that_cannot_be_written_is_said(hub, cache):
    cache.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match=r"the hub's cache cannot be written \(.+\); HF_HOME"):
        SOURCE.fetch()


def test_a_bug_of_ours_ends_the_download_and_leaves_nobody_waiting(hub, monkeypatch):
    monkeypatch.setattr(downloads, "list_files", lambda *_: 1 / 0)
    with pytest.raises(ModelError, match="ZeroDivisionError"):
        SOURCE.fetch()
    assert DOWNLOADS.state(SOURCE) is None


def test_a_new_download_waits_for_the_one_that_nobody_wanted(hub):
    shared = Downloads()
    hub.troubles[MODEL] = Trouble(after=1000, stalls=True, times=1)
    with pytest.raises(Unwanted):
        shared.fetch(SOURCE, lambda: not hub.stalled.is_set())
    shared.fetch(SOURCE)
    assert SOURCE.on_disk()
