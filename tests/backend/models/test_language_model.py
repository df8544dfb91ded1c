"""Loading, and what to do with a damaged copy."""

import shutil
from types import SimpleNamespace

import pytest
import torch

from backend.device import Device
from backend.messages import message
from backend.models import gguf_cache, language_model
from backend.models.language_model import load, load_folder, stop_ids
from tests.backend.fakes import CPU, FakeSource, spec


def test_a_saved_folder_loads_ready_to_run(tiny_lm, tiny_folder):
    assert tiny_lm.name == "Tiny"
    assert tiny_lm.context == 2048
    assert not tiny_lm.model.training
    assert tiny_lm.model.dtype == torch.float32
    assert tiny_lm.tokenizer.decode(tiny_lm.tokenizer("Hi 🌈 你好")["input_ids"]) == "Hi 🌈 你好"
    assert tiny_lm.stop_ids == {tiny_lm.tokenizer.eos_token_id}


def test_the_device_decides_the_number_format(tiny_folder):
    device = Device("cpu", "CPU", "bfloat16", message("device_cpu_no_gpu"))
    assert load_folder("Tiny", tiny_folder, device).model.dtype == torch.bfloat16


def test_a_row_is_loaded_under_its_own_name(tiny_folder):
    row = spec("small", source=FakeSource(path=tiny_folder))
    assert load(row, CPU).name == "Small"


def test_pickled_weights_are_refused(tiny_folder, tmp_path):
    folder = tmp_path / "pickled"
    shutil.copytree(tiny_folder, folder)
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(OSError, match="safetensors"):
        load_folder("Pickled", folder, CPU)


@pytest.mark.parametrize(
    ("by_model", "by_tokenizer", "expected"),
    [(2, 9, {2}), ([2, 5], 9, {2, 5}), (None, 9, {9}), (None, None, set()), (0, None, {0})],
)
def test_an_answer_ends_where_generate_would_end_it(by_model, by_tokenizer, expected):
    model = SimpleNamespace(generation_config=SimpleNamespace(eos_token_id=by_model))
    assert stop_ids(model, SimpleNamespace(eos_token_id=by_tokenizer)) == expected


# --- GGUF ---------------------------------------------------------------------------------------


@pytest.fixture
def packed(monkeypatch, tmp_path, tiny_folder):
    """A row whose GGUF "unpacks" to the tiny model; `packed.unpackings` counts."""
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "Tiny.gguf"
    path.write_bytes(b"packed")
    packed = SimpleNamespace(
        path=path, row=spec("tiny", source=FakeSource(path=path)), unpackings=0, unpacks=tiny_folder
    )

    def convert(gguf, target):
        packed.unpackings += 1
        shutil.copytree(packed.unpacks, target)

    monkeypatch.setattr(language_model, "write_plain", convert)
    packed.convert = convert
    return packed


def break_copy(folder):
    (folder / "model.safetensors").write_bytes(b"cut off")


def test_a_gguf_is_unpacked_once_and_loaded_from_the_copy(packed):
    for _ in range(2):
        assert load(packed.row, CPU).model.num_parameters() > 0
    assert packed.unpackings == 1


def test_a_broken_copy_is_made_once_more(packed):
    break_copy(gguf_cache.unpacked(packed.path, gguf_cache.PLAIN, packed.convert))
    assert load(packed.row, CPU).context == 2048
    assert packed.unpackings == 2


def test_a_file_that_cannot_be_loaded_is_unpacked_no_more_than_twice(packed, tmp_path):
    packed.unpacks = tmp_path / "broken"
    packed.unpacks.mkdir()
    break_copy(packed.unpacks)
    for asked, unpackings in ((1, 1), (2, 2)):
        with pytest.raises(Exception):  # noqa: B017 (whatever transformers makes of it)
            load(packed.row, CPU)
        assert packed.unpackings == unpackings, f"after ask {asked}"
