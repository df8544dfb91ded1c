"""Downloads from a hub on loopback that stalls, cuts and lies: each failure has its own sentence,
and the next try makes the model whole."""

import errno
import threading

import pytest

from backend.errors import ModelError
from backend.models.hub import downloads
from backend.models.hub.downloads import DOWNLOADS, Download, Downloads
from backend.models.hub.failures import Unwanted
from backend.models.sources import Hub, Wish
from tests.backend.fakes import PATIENCE, Clock, in_threads
from tests.backend.models.hub.conftest import FILES, SOURCE, WEIGHTS
from tests.hub import REPO, FakeHub, Trouble, serving

MODEL = "model.safetensors"


def whole(folder):
    """Whether all the files that are wanted are there, and nothing else."""
    found = {file.name: file.read_bytes() for file in folder.iterdir()}
    return found == {name: FILES[name] for name in ("config.json", "tokenizer.json", MODEL)}


def blobs(cache):
    return sorted(file.name for file in cache.glob("models--*/blobs/*"))


def refused(hub, trouble, path=MODEL):
    """The code of the sentence, and that nothing is left that would be taken for a model."""
    hub.troubles[path] = trouble
    with pytest.raises(ModelError) as caught:
        SOURCE.fetch()
    assert not SOURCE.on_disk()
    assert SOURCE.fetched() is None
    return caught.value


# --- What arrives -------------------------------------------------------------------------------


def test_a_download_is_of_the_pinned_revision_and_of_the_files_that_are_wanted(hub):
    assert whole(SOURCE.fetch())
    assert sorted(path for path, _, _ in hub.asked) == ["", "config.json", MODEL, "tokenizer.json"]


def test_the_hubs_own_library_finds_what_was_downloaded(hub):
    from huggingface_hub import try_to_load_from_cache

    folder = SOURCE.fetch()
    found = try_to_load_from_cache(
        REPO, MODEL, cache_dir=str(folder.parents[2]), revision=SOURCE.revision
    )
    assert found == str(folder / MODEL)


def test_weights_come_last_so_that_who_finds_them_finds_everything(hub):
    SOURCE.fetch()
    assert hub.asked[-1][0] == MODEL


def test_a_model_once_downloaded_is_not_asked_for_again(hub):
    folders = {SOURCE.fetch(), SOURCE.fetch()}
    assert len(folders) == 1
    assert len(hub.asked_for(MODEL)) == 1


def test_files_in_folders_keep_their_places(hub):
    hub.files |= {"unet/config.json": b"{}", "unet/weights.safetensors": WEIGHTS}
    folder = Hub(REPO, SOURCE.revision, 1, files=("*.json", "*/*.json", "*.safetensors")).fetch()
    assert (folder / "unet" / "weights.safetensors").read_bytes() == WEIGHTS


def test_without_links_files_are_copied(hub, monkeypatch):
    def refuse(*_):
        raise OSError("no links here")

    monkeypatch.setattr("pathlib.Path.symlink_to", refuse)
    folder = SOURCE.fetch()
    assert whole(folder)
    assert not (folder / MODEL).is_symlink()


def test_the_token_is_shown_to_the_hub_and_not_to_where_it_sends_on(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with serving(FakeHub(dict(hub.files))) as elsewhere:
        hub.elsewhere = elsewhere.address.replace("127.0.0.1", "localhost")
        assert whole(SOURCE.fetch())
    assert {token for _, _, token in hub.asked} == {"Bearer hf_secret"}
    assert elsewhere.asked == [(MODEL, "", "")]


# --- One download however many ask, and its progress --------------------------------------------


def test_twenty_who_ask_share_one_download(hub):
    folders = in_threads(20, lambda _: SOURCE.fetch())
    assert len(set(folders)) == 1
    assert [len(hub.asked_for(path)) for path in ("", "config.json", MODEL)] == [1, 1, 1]


def test_bytes_rate_and_time_left_are_told_while_it_runs(hub):
    hub.troubles[MODEL] = Trouble(after=100_000, stalls=True, times=1)
    thread = threading.Thread(target=SOURCE.fetch, daemon=True)
    thread.start()
    assert hub.stalled.wait(PATIENCE)
    while (state := SOURCE.fetched()).done < 100_000:
        pass
    assert state.total == len(WEIGHTS) + 10
    assert state.rate > 0
    assert state.left == pytest.approx((state.total - state.done) / state.rate)
    hub.go_on.set()
    thread.join(PATIENCE)
    assert SOURCE.fetched() is None


def test_the_rate_is_that_of_the_last_seconds():
    clock = Clock()
    download = Download(SOURCE, clock=clock.monotonic)
    download.waiting, download.total = 1, 10_000
    download._arrived(5000)
    clock.now += 100
    download._arrived(1000)
    clock.now += 2
    state = download.state
    assert (state.done, state.rate, state.left) == (6000, 500.0, 8.0)


def test_a_download_that_stands_still_has_no_time_left():
    assert Download(SOURCE).state.left is None


# --- Stopped, and gone on with ------------------------------------------------------------------


def begin_and_stop(hub, after=100_000):
    """A download whose only asker leaves once that much has come."""
    hub.troubles[MODEL] = Trouble(after=after, stalls=True, times=1)
    with pytest.raises(Unwanted):
        SOURCE.fetch(Wish(lambda: not hub.stalled.is_set()))


def test_who_stops_is_free_at_once_though_the_hub_is_silent(hub):
    begin_and_stop(hub)
    assert not hub.go_on.is_set()  # it still is
    assert not SOURCE.on_disk()


def test_the_next_one_goes_on_where_it_was_stopped(hub):
    begin_and_stop(hub)
    assert whole(SOURCE.fetch())
    first, second = hub.asked_for(MODEL)
    assert first == ""
    assert second.startswith("bytes=")
    assert int(second[6:-1]) > 0
    assert hub.asked_for("config.json") == [""]


def test_a_download_goes_on_for_the_others_when_one_stops(hub):
    hub.troubles[MODEL] = Trouble(after=1000, stalls=True, times=1)
    got = []
    other = threading.Thread(target=lambda: got.append(SOURCE.fetch()), daemon=True)
    other.start()
    assert hub.stalled.wait(PATIENCE)
    with pytest.raises(Unwanted):
        SOURCE.fetch(Wish(lambda: False))
    hub.go_on.set()
    other.join(PATIENCE)
    assert whole(got[0])


def test_a_process_that_was_killed_half_way_leaves_what_the_next_one_goes_on_from(hub, cache):
    begin_and_stop(hub)
    (half,) = [name for name in blobs(cache) if name.endswith(".incomplete")]
    assert whole(SOURCE.fetch())
    assert half not in blobs(cache)


@pytest.fixture
def impatient(monkeypatch):
    """A silent hub is given up after a moment, not after ten seconds."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DOWNLOAD_TIMEOUT", 0.3)


# --- A connection that breaks -------------------------------------------------------------------


def test_a_cut_connection_is_taken_up_where_it_broke(hub):
    hub.troubles[MODEL] = Trouble(after=100_000, cuts=True, times=2)
    assert whole(SOURCE.fetch())
    assert hub.asked_for(MODEL) == ["", "bytes=100000-", "bytes=200000-"]


def test_a_silent_hub_is_asked_again_and_goes_on(hub, impatient):
    hub.troubles[MODEL] = Trouble(after=100_000, stalls=True, times=1)
    assert whole(SOURCE.fetch())
    assert hub.asked_for(MODEL) == ["", "bytes=100000-"]


def test_a_mirror_that_knows_no_ranges_sends_all_of_it_again(hub):
    hub.troubles[MODEL] = Trouble(after=100_000, cuts=True, times=1)
    hub.after[MODEL] = Trouble(ignores_range=True)
    assert whole(SOURCE.fetch())
    assert len(hub.asked_for(MODEL)) == 2


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_an_error_that_passes_is_waited_out(hub, status):
    hub.troubles[MODEL] = Trouble(status=status, times=2)
    assert whole(SOURCE.fetch())


# --- Each failure has its own sentence, and a usable cache after ---------------------------------

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
