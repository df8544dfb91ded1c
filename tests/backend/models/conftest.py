"""A tiny random open_clip model saved as the hub has it."""

from __future__ import annotations

import json

import pytest

TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {
        "context_length": 12, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 2,
    },
}  # fmt: skip
PREPROCESS = {"size": [32, 32], "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}


def save_tiny_clip(folder):
    """A random CLIP of two layers on each side."""
    import torch
    from open_clip import CLIP
    from safetensors.torch import save_file

    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = CLIP(**TINY)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    config = {"model_cfg": TINY, "preprocess_cfg": PREPROCESS}
    (folder / "open_clip_config.json").write_text(json.dumps(config))


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory):
    """The folder of one."""
    folder = tmp_path_factory.mktemp("tiny-clip")
    save_tiny_clip(folder)
    return folder


@pytest.fixture(scope="session")
def clip(clip_folder):
    """It, loaded through the registry's loader."""
    from backend.models.search_encoder import load_row
    from tests.backend.fakes import CPU, FakeSource, spec

    return load_row(spec("tiny", task="image_search", source=FakeSource(path=clip_folder)), CPU)
