"""Loading pipelines: whole where they fit, their parts in turns where they do not."""

from dataclasses import replace

import pytest

from backend.errors import ModelError
from backend.models.pool import Pool
from backend.text_to_image import loading
from tests.backend.fakes import CPU, GPU, spec
from tests.backend.text_to_image.pipelines import STABLE_HABITS, row


class StableDiffusionPipeline:
    """Notes where it was put; its class's name finds its easel."""

    scheduler = None

    def __init__(self):
        self.calls = []

    def set_progress_bar_config(self, **_):
        pass

    def to(self, device):
        self.calls.append(f"to {device}")

    def enable_model_cpu_offload(self):
        self.calls.append("offload")


@pytest.mark.parametrize(
    ("device", "too_large", "call"),
    [(GPU, False, "to cuda"), (GPU, True, "offload"), (CPU, True, "to cpu")],
    ids=["large card", "small card", "no card"],
)
def test_on_a_small_card_the_parts_take_turns(monkeypatch, tmp_path, device, too_large, call):
    import diffusers

    asked = []

    def from_pretrained(folder, **options):
        asked.append(options)
        return StableDiffusionPipeline()

    monkeypatch.setattr(diffusers.DiffusionPipeline, "from_pretrained", from_pretrained)
    monkeypatch.setattr(loading, "_is_too_large", lambda _: too_large)
    monkeypatch.setattr(loading, "_tiny", lambda *_: None)
    easel = loading.load_pipeline(row("x", tmp_path, STABLE_HABITS), device)
    assert easel.pipeline.calls == [call]
    assert asked[0]["use_safetensors"] and not asked[0]["trust_remote_code"]


def test_half_weights_are_taken_where_there_are_any(tmp_path):
    assert loading._variant(tmp_path) is None
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / "diffusion_pytorch_model.fp16.safetensors").touch()
    assert loading._variant(tmp_path) == "fp16"


@pytest.mark.parametrize(("free", "loads"), [(100, True), (50, True), (30, False)])
def test_room_for_its_largest_part_is_enough_for_a_model_that_can_take_turns(free, loads):
    parted = replace(spec("parted", "gpu", memory_bytes=90), offloaded_bytes=40)
    pool = Pool(load=lambda row, _: row.id, free=lambda _: free)
    with pool.lease(parted, GPU) as lease:
        lease.wait(10)
        if loads:
            assert lease.model == "parted"
        else:
            with pytest.raises(ModelError, match="about 40 B of memory"):
                _ = lease.model


def test_without_the_tiny_autoencoder_previews_come_from_the_pipelines_own(easels):
    """The hub is switched off in tests: TAESD cannot be had."""
    assert easels["stable"].tiny is None and easels["flow"].tiny is None
    assert easels["painter"].tiny is not None
