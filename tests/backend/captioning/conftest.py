"""Tiny random models saved as the hub has the real ones, and the shipped captioner."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

WORDS = [
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "the",
    "dog",
    "cat",
    "red",
    "big",
    "##s",
    "##ing",
    "##ed",
    "in",
    "on",
    "of",
    "picture",
]


@pytest.fixture(scope="session")
def blip_folder(tmp_path_factory):
    import torch
    from transformers import (
        BertTokenizer,
        BlipConfig,
        BlipForConditionalGeneration,
        BlipImageProcessor,
        BlipProcessor,
    )

    folder = tmp_path_factory.mktemp("tiny-blip")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]"]
    (folder / "vocab.txt").write_text("\n".join([*special, *WORDS]))
    tokenizer = BertTokenizer(str(folder / "vocab.txt"))
    processor = BlipProcessor(BlipImageProcessor(size={"height": 32, "width": 32}), tokenizer)
    processor.save_pretrained(folder)
    text = {
        "vocab_size": len(special) + len(WORDS), "hidden_size": 32, "encoder_hidden_size": 32,
        "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
        "max_position_embeddings": 64, "bos_token_id": 5, "eos_token_id": 3, "sep_token_id": 3,
        "pad_token_id": 0, "initializer_range": 0.6,
    }  # fmt: skip
    vision = {
        "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 4, "image_size": 32, "patch_size": 8, "initializer_range": 0.4,
    }  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(1)
        config = BlipConfig(text_config=text, vision_config=vision)
        model = BlipForConditionalGeneration(config)
        for layer in model.text_decoder.modules():
            if isinstance(layer, torch.nn.Linear):
                layer.weight.data.normal_(std=0.3)
        # Places that differ and an end that is not far: beams that are not the greedy caption.
        torch.manual_seed(2)
        embeddings = model.text_decoder.bert.embeddings
        embeddings.word_embeddings.weight.data.normal_(std=0.3)
        embeddings.position_embeddings.weight.data.normal_(std=1.5)
        model.text_decoder.cls.predictions.bias.data.zero_()[3] = 0.5
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def blip(blip_folder):
    """It, through the registry's loader."""
    from backend.captioning.blip import load
    from tests.backend.fakes import CPU, FakeSource, spec

    return load(spec("tiny", task="captioning", source=FakeSource(path=blip_folder)), CPU)


@pytest.fixture(scope="session")
def vlm(tmp_path_factory):
    """A tiny random Qwen3-VL, through the registry's loader."""
    from backend.captioning.vlm import load
    from tests.backend.captioning.tiny_vlm import save_tiny_vlm
    from tests.backend.fakes import CPU, FakeSource, spec

    folder = save_tiny_vlm(tmp_path_factory.mktemp("tiny-vlm"))
    return load(spec("tiny", task="captioning", source=FakeSource(path=folder)), CPU)


@pytest.fixture(scope="session")
def bundled():
    """The shipped captioner."""
    from tests.backend.models.test_bundled_pictures import bundled

    return bundled("captioning")


@pytest.fixture(scope="session")
def pictures():
    """Three pictures drawn here, of three shapes."""
    drawn = []
    for size, colour in (((200, 200), "red"), ((300, 200), "green"), ((150, 260), "blue")):
        picture = Image.new("RGB", size, "white")
        ImageDraw.Draw(picture).ellipse((40, 40, 130, 120), fill=colour)
        drawn.append(picture)
    return drawn
