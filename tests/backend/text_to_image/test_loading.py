"""Loading pipelines: whole where they fit, their parts in turns where they do not."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from backend import Backend
from backend.errors import ModelError
from backend.models.hub.reach import QUICK
from backend.models.pool import Pool
from backend.models.registry import models_for, named
from backend.text_to_image import loading, preview_decoders
from backend.text_to_image.adapter import PipelineAdapter
from backend.text_to_image.request import check_request
from backend.text_to_image.results import PreviewDrawn
from backend.text_to_image.service import TextToImage
from tests.backend.fakes import CPU, GPU, spec
from tests.backend.text_to_image.pipelines import stable_row


class PutSomewhere:
    """A pipeline that notes where it was put."""

    scheduler = None

    def __init__(self):
        self.calls = []
        self.tokenizer = SimpleNamespace(is_fast=False)

    def set_progress_bar_config(self, **_):
        pass

    def to(self, device):
        self.calls.append(f"to {device}")

    def enable_model_cpu_offload(self, device):
        self.calls.append(f"offload {device}")


@pytest.mark.parametrize(
    ("device", "call"),
    [
        (GPU, "to cuda"),
        (replace(GPU, offloads=True), "offload cuda"),
        (replace(GPU, kind="cuda:1", offloads=True), "offload cuda:1"),
        (CPU, "to cpu"),
    ],
    ids=["large card", "small card", "second small card", "no card"],
)
def test_on_a_small_card_the_parts_take_turns(monkeypatch, tmp_path, device, call):
    import diffusers

    asked = []

    def from_pretrained(folder, **options):
        asked.append(options)
        return PutSomewhere()

    monkeypatch.setattr(diffusers.DiffusionPipeline, "from_pretrained", from_pretrained)
    adapter = loading.load_pipeline(stable_row(tmp_path), device)
    assert adapter.pipeline.calls == [call]
    assert asked[0]["use_safetensors"] and not asked[0]["trust_remote_code"]


def test_half_weights_are_taken_where_there_are_any(tmp_path):
    assert loading._variant(tmp_path) is None
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / "diffusion_pytorch_model.fp16.safetensors").touch()
    assert loading._variant(tmp_path) == "fp16"


@pytest.mark.parametrize(("free", "loads"), [(100, "whole"), (50, "in turns"), (30, "")])
def test_room_for_its_largest_part_is_enough_for_a_model_that_can_take_turns(free, loads):
    parted = replace(spec("parted", "gpu", memory_bytes=90), offloaded_bytes=40)
    pool = Pool(load=lambda _, gpu: "in turns" if gpu.offloads else "whole", free=lambda _: free)
    with pool.lease(parted, GPU) as lease:
        assert lease.wait(60)
        if loads:
            assert lease.model == loads
        else:
            with pytest.raises(ModelError, match="about 40 B of memory"):
                _ = lease.model


def test_without_a_tiny_autoencoder_the_pipelines_own_decodes_previews(adapters):
    """The hub is switched off in tests, so TAESD cannot be fetched; the flow row names none."""
    assert adapters["stable"].preview_decoder is None
    assert adapters["flow"].preview_decoder is None
    assert adapters["painter"].preview_decoder is not None


def test_nobody_waits_long_for_a_decoder_of_previews(monkeypatch):
    waits = []

    class Silent:
        def require(self, patience):
            waits.append(patience)
            raise ModelError("hub_unreachable", cause="no answer")

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr("backend.models.sources.HUB", Silent())
    assert preview_decoders.load_taesd(CPU) is None
    assert waits == [QUICK]


def test_every_row_names_its_adapter_and_its_preview_decoder():
    for model in models_for("text_to_image"):
        assert issubclass(named(model.adapter), PipelineAdapter)
        assert callable(named(model.preview_decoder))


def load_white(device):
    """A made-up preview decoder, for a made-up row."""

    class White:
        dtype = torch.float32

        def decode(self, latents):
            return SimpleNamespace(sample=torch.ones(1, 3, 8, 8))

    return White()


def test_a_row_is_all_that_a_further_pipeline_needs(stable_row):
    """No table and no branch knows it: the row names its weights, adapter and preview decoder."""
    here = f"{__name__}:load_white"
    made_up = replace(stable_row, id="made-up", name="Made up", preview_decoder=here)
    service = TextToImage(
        Backend(
            models=(made_up,),
            pool=Pool(free=lambda _: 2**60),
            device_for=lambda _: CPU,
            has_gpu=lambda: False,
        )
    )
    updates = list(service.draw(check_request("red heart", steps=2, seed=1), "me"))
    previews = [each.preview.image for each in updates if isinstance(each, PreviewDrawn)]
    assert [image.size for image in previews] == [(8, 8)] * 3  # its own decoder's
    (picture,) = updates[-1].pictures
    assert picture.image.size == (64, 64) and picture.recipe.model == "made-up"
    assert picture.generation.words == ("red", "heart")
