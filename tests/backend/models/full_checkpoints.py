"""Checkpoints of the hub's rows in their full shape, as the hub's cache has them, and one step of
each: what `FAMILIES` knows of a row, it knows by the row's loader.

The weights are zeros in sparse files, which take no room on the disk and load like any others.
Tokenizers are small ones made on the spot: their ids are among those that the model knows.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.models.registry import ModelSpec
from backend.parts import finish
from tests.backend.attention.models import save_marian
from tests.backend.captioning.test_smolvlm import SPECIAL as SMOL
from tests.backend.captioning.tiny_vlm import save_tiny_vlm
from tests.backend.models.full_shapes import parts_of, write_sparse
from tests.backend.text_to_image.pipelines import save_flow, save_stable
from tests.tokenizers import byte_level_tokenizer

HALF = ("qwen3-4b", "qwen3-0.6b", "qwen3-0.6b-attention", "qwen3-vl-4b")  # bfloat16 on the hub
WORDS = ["a red apple on a table"]


@dataclass(frozen=True)
class Family:
    """How rows of one loader lie on the disk, what of a loaded one holds the weights, and one step
    of it: a tensor or array that must be finite, of the shape that the row's task has."""

    save: Callable[[ModelSpec, Path], None]
    network: Callable[[Any], list[Any]]
    step: Callable[[Any], Any]


# --- On the disk ---------------------------------------------------------------------------------


def _save_network(row: ModelSpec, folder: Path) -> Any:
    """Its configuration and weights; gives the configuration."""
    import torch
    from transformers import GenerationConfig

    (network,) = parts_of(row.id)
    network.to(torch.bfloat16 if row.id in HALF else torch.float32)
    network.config.save_pretrained(folder)
    GenerationConfig(eos_token_id=2, pad_token_id=0).save_pretrained(folder)
    if getattr(row.source, "pickled", ""):
        torch.save(_strided_zeros(network), folder / row.source.pickled)
    else:
        write_sparse(network, folder / "model.safetensors")
    return network.config


def _strided_zeros(network: Any) -> dict[str, Any]:
    """Its state in which each tensor is one number, seen many times."""
    import torch

    state = network.state_dict().items()
    return {name: torch.zeros(1, dtype=one.dtype).expand(one.shape) for name, one in state}


def save_text(row: ModelSpec, folder: Path) -> None:
    """A model of texts."""
    _save_network(row, folder)
    special = ["[PAD]", "[CLS]", "[SEP]", "[MASK]"]
    words = byte_level_tokenizer(WORDS, special, "[SEP]", mask_token="[MASK]")
    words.save_pretrained(folder)


def save_entailment(row: ModelSpec, folder: Path) -> None:
    """One that tells what follows from a text, with the hub's names of its labels."""
    save_text(row, folder)
    file = folder / "config.json"
    names = {"0": "entailment", "1": "not_entailment"}
    config = json.loads(file.read_text()) | {"id2label": names}
    file.write_text(json.dumps(config | {"label2id": {name: int(n) for n, name in names.items()}}))


def save_attention(row: ModelSpec, folder: Path) -> None:
    """One whose attention is shown; a translator has two sides of SentencePiece."""
    if row.task != "attention-seq2seq":
        return save_text(row, folder)
    tiny = folder / "tiny"
    tiny.mkdir()
    save_marian(tiny)
    for name in ("source.spm", "target.spm", "vocab.json", "tokenizer_config.json"):
        shutil.move(tiny / name, folder / name)
    shutil.rmtree(tiny)
    _save_network(row, folder)
    return None


def save_open_clip(row: ModelSpec, folder: Path) -> None:
    """A pair of towers."""
    import open_clip

    name = {"siglip2-base": "ViT-B-16-SigLIP2", "clip-datacomp": "ViT-B-32-256"}[row.id]
    shape = open_clip.get_model_config(name)
    if "hf_tokenizer_name" in shape["text_cfg"]:
        byte_level_tokenizer(WORDS, ["<pad>", "<eos>"], "<eos>").save_pretrained(folder)
    size = [shape["vision_cfg"]["image_size"]] * 2
    preprocess = {"size": size, "mean": [0.5] * 3, "std": [0.5] * 3}
    config = {"model_cfg": shape, "preprocess_cfg": preprocess}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    (network,) = parts_of(row.id)
    write_sparse(network, folder / "open_clip_model.safetensors")


def save_qwen_vl(row: ModelSpec, folder: Path) -> None:
    """A vision-language model and its processors."""
    from transformers import Qwen3VLProcessor

    save_tiny_vlm(folder)
    tiny = json.loads((folder / "config.json").read_text())
    processor = Qwen3VLProcessor.from_pretrained(folder)
    for part in (processor.image_processor, processor.video_processor):
        part.patch_size = 16
    processor.save_pretrained(folder)
    config = _save_network(row, folder)
    numbers = {name: tiny[name] for name in tiny if name.endswith("_token_id")}
    config.update(numbers)
    config.save_pretrained(folder)


def save_smolvlm(row: ModelSpec, folder: Path) -> None:
    """A small vision-language model."""
    from transformers import SmolVLMImageProcessor

    words = byte_level_tokenizer(
        WORDS, SMOL, "<end_of_utterance>", additional_special_tokens=list(SMOL[1:])
    )
    words.save_pretrained(folder)
    edge = {"longest_edge": 512}
    SmolVLMImageProcessor(size=edge, max_image_size=edge).save_pretrained(folder)
    config = _save_network(row, folder)
    config.image_token_id = words.convert_tokens_to_ids("<image>")
    config.save_pretrained(folder)


def save_blip(row: ModelSpec, folder: Path) -> None:
    """A captioner of pictures of 384 pixels."""
    from transformers import BertTokenizer, BlipImageProcessor, BlipProcessor

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]"]
    (folder / "vocab.txt").write_text("\n".join([*special, *WORDS[0].split()]))
    images = BlipImageProcessor(size={"height": 384, "width": 384})
    BlipProcessor(images, BertTokenizer(str(folder / "vocab.txt"))).save_pretrained(folder)
    _save_network(row, folder)


def save_pipeline(row: ModelSpec, folder: Path) -> None:
    """A tiny pipeline's files with the row's own networks in place of the tiny ones."""
    import torch

    is_flow = row.id.startswith("flux")
    (save_flow if is_flow else save_stable)(folder)
    names = ("text_encoder", "transformer" if is_flow else "unet", "vae")
    for name, network in zip(names, parts_of(row.id), strict=True):
        for weights in (folder / name).glob("*.safetensors"):
            weights.unlink()
        network.to(torch.bfloat16 if is_flow else torch.float16)
        kind = "model" if name == "text_encoder" else "diffusion_pytorch_model"
        variant = "" if is_flow else ".fp16"
        write_sparse(network, folder / name / f"{kind}{variant}.safetensors")
        _save_config(network, folder / name)


def _save_config(network: Any, folder: Path) -> None:
    """transformers' networks have their configuration as an object, diffusers' save it."""
    if hasattr(network.config, "save_pretrained"):
        network.config.save_pretrained(folder)
    else:
        network.save_config(folder)


# --- One step ------------------------------------------------------------------------------------


def _picture() -> Any:
    from PIL import Image

    return Image.new("RGB", (64, 64), "red")


def read_tokens(lm: Any) -> Any:
    import torch

    reader = lm.reader()
    return reader.read(torch.tensor([[1, 2, 3]], device=reader.device))


def encode_both(encoder: Any) -> Any:
    import torch

    texts, pictures = encoder.encode_texts(WORDS), encoder.encode_pictures([_picture()])
    return torch.cat([torch.as_tensor(texts), torch.as_tensor(pictures)])


def caption_a_token(model: Any) -> Any:
    return model.next_logprobs(model.encode(_picture()), [list(model.start)])


def draw_a_step(adapter: Any) -> Any:
    """64 pixels in one step of denoising, through the pipeline that the adapter calls."""
    import inspect

    import torch

    options = {"max_sequence_length": 16}
    known = inspect.signature(adapter.pipeline.__call__).parameters
    arguments = {name: value for name, value in options.items() if name in known}
    with torch.inference_mode():
        found = adapter.pipeline(
            prompt="a red apple", height=64, width=64, num_inference_steps=1, guidance_scale=1.0,
            output_type="pt", **arguments,
        )  # fmt: skip
    return found.images.float()


def judge(model: Any) -> Any:
    return model.probabilities(WORDS)


def entail(model: Any) -> Any:
    return finish(model.logits(WORDS[0], WORDS))


def fill(model: Any) -> Any:
    import torch

    [gap] = finish(model.fill("a red [MASK]"))
    return torch.tensor([one.probability for one in gap])


def attend(model: Any) -> Any:
    """All attention weights, as the tab asks for them."""
    import torch

    tokens = model.tokenizer("a red apple", return_tensors="pt").to(model.model.device)
    ids = {"input_ids": tokens["input_ids"]}
    if model.kind == "seq2seq":
        ids["decoder_input_ids"] = tokens["input_ids"][:, :1]
    with torch.inference_mode():
        found = model.model(**ids)
    return found[0]


def _inside(loaded: Any) -> list[Any]:
    return [loaded.model]


def _parts(adapter: Any) -> list[Any]:
    parts = adapter.pipeline.components.values()
    return [part for part in parts if hasattr(part, "parameters")]


CAPTIONS, EXPERTS = "backend.captioning", "backend.classification.loading"
FAMILIES = {
    "backend.models.language_model:load": Family(save_text, _inside, read_tokens),
    "backend.models.search_encoder:load_row": Family(save_open_clip, _inside, encode_both),
    f"{CAPTIONS}.vlm:load": Family(save_qwen_vl, _inside, caption_a_token),
    f"{CAPTIONS}.smolvlm:load": Family(save_smolvlm, _inside, caption_a_token),
    f"{CAPTIONS}.blip:load": Family(save_blip, _inside, caption_a_token),
    "backend.text_to_image.loading:load_pipeline": Family(save_pipeline, _parts, draw_a_step),
    f"{EXPERTS}:load_hub_expert": Family(save_text, _inside, judge),
    f"{EXPERTS}:load_entailment": Family(save_entailment, _inside, entail),
    f"{EXPERTS}:load_masked": Family(save_text, _inside, fill),
    "backend.attention.model:load": Family(save_attention, _inside, attend),
}
