"""Downloads from a hub on loopback: what arrives, who shares one, who stops and goes on."""

import threading

import pytest

from backend.models.hub.downloads import Download
from backend.models.hub.failures import Unwanted
from backend.models.sources import Hub, Wish
from tests.backend.fakes import PATIENCE, Clock, in_threads
from tests.backend.models.hub.conftest import SOURCE, WEIGHTS
from tests.backend.models.hub.fetched import MODEL, blobs, whole
from tests.hub import REPO, FakeHub, Trouble, serving

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


# --- Stopped, and resumed -------------------------------------------------------------------------


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
