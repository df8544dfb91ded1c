"""The full shapes of the hub's models: each row's published configuration, as the arguments that
transformers' and diffusers' own classes take. On the meta device they weigh nothing."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

BERT = {
    "vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
    "intermediate_size": 3072, "max_position_embeddings": 512,
}  # fmt: skip
QWEN3_SMALL = {
    "vocab_size": 151936, "hidden_size": 1024, "num_hidden_layers": 28, "num_attention_heads": 16,
    "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 3072,
    "max_position_embeddings": 40960, "tie_word_embeddings": True,
}  # fmt: skip
QWEN3_4B = QWEN3_SMALL | {
    "hidden_size": 2560, "num_hidden_layers": 36, "num_attention_heads": 32,
    "intermediate_size": 9728,
}  # fmt: skip
DEBERTA = {
    "vocab_size": 128100, "relative_attention": True, "position_buckets": 256,
    "norm_rel_ebd": "layer_norm", "share_att_key": True, "pos_att_type": ["p2c", "c2p"],
    "max_relative_positions": -1, "position_biased_input": False, "type_vocab_size": 0,
    "pooler_dropout": 0, "pooler_hidden_act": "gelu", "num_labels": 2,
}  # fmt: skip
SD_TEXT = {  # the text encoder of Stable Diffusion 2: OpenCLIP ViT-H, less its last layer
    "vocab_size": 49408, "hidden_size": 1024, "num_hidden_layers": 23, "num_attention_heads": 16,
    "intermediate_size": 4096, "max_position_embeddings": 77, "hidden_act": "gelu",
    "projection_dim": 512,
}  # fmt: skip
SD_UNET = {
    "sample_size": 64, "cross_attention_dim": 1024, "attention_head_dim": [5, 10, 20, 20],
    "use_linear_projection": True, "block_out_channels": (320, 640, 1280, 1280),
}  # fmt: skip
SD_VAE = {
    "block_out_channels": (128, 256, 512, 512), "layers_per_block": 2, "latent_channels": 4,
    "down_block_types": ("DownEncoderBlock2D",) * 4, "up_block_types": ("UpDecoderBlock2D",) * 4,
    "sample_size": 768,
}  # fmt: skip
KLEIN = {
    "num_layers": 5, "num_single_layers": 20, "num_attention_heads": 24, "attention_head_dim": 128,
    "joint_attention_dim": 7680, "in_channels": 128, "guidance_embeds": False,
}  # fmt: skip


def parts_of(row: str) -> list[Any]:
    """The row's networks with their weights on the meta device."""
    import torch
    import transformers

    with torch.device("meta"):
        return PARTS[row](transformers)


def write_sparse(network: Any, path: Path) -> None:
    """The network as safetensors in its own number format, all zeros: the file takes no room on
    the disk, and reads like any other."""
    names = {
        "torch.float32": "F32", "torch.bfloat16": "BF16", "torch.float16": "F16",
        "torch.int64": "I64", "torch.bool": "BOOL",
    }  # fmt: skip
    header, at = {}, 0
    tied = getattr(network, "all_tied_weights_keys", None) or {}
    for name, weight in network.state_dict().items():
        if name in tied:
            continue
        end = at + weight.numel() * weight.element_size()
        kind = names[str(weight.dtype)]
        header[name] = {"dtype": kind, "shape": list(weight.shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + at)


def _model(config: str, model: str, **arguments: Any) -> Any:
    return lambda t: [getattr(t, model)(getattr(t, config)(**arguments))]


def _siglip(t: Any) -> list[Any]:
    import open_clip

    return [open_clip.create_model("ViT-B-16-SigLIP2", load_weights=False, device="meta")]


def _clip(t: Any) -> list[Any]:
    import open_clip

    return [open_clip.create_model("ViT-B-32-256", load_weights=False, device="meta")]


def _sd_turbo(t: Any) -> list[Any]:
    from diffusers import AutoencoderKL, UNet2DConditionModel

    text = t.CLIPTextModel(t.CLIPTextConfig(**SD_TEXT))
    return [text, UNet2DConditionModel(**SD_UNET), AutoencoderKL(**SD_VAE)]


def _flux_klein(t: Any) -> list[Any]:
    from diffusers import AutoencoderKLFlux2, Flux2Transformer2DModel

    text = t.Qwen3ForCausalLM(t.Qwen3Config(**QWEN3_4B))
    return [text, Flux2Transformer2DModel(**KLEIN), AutoencoderKLFlux2()]


PARTS = {
    "flux2-klein-4b": _flux_klein,
    "qwen3-4b": _model("Qwen3Config", "Qwen3ForCausalLM", **QWEN3_4B),
    "qwen3-0.6b": _model("Qwen3Config", "Qwen3ForCausalLM", **QWEN3_SMALL),
    "qwen3-0.6b-attention": _model("Qwen3Config", "Qwen3ForCausalLM", **QWEN3_SMALL),
    "siglip2-base": _siglip,
    "clip-datacomp": _clip,
    "qwen3-vl-4b": _model(
        "Qwen3VLConfig",
        "Qwen3VLForConditionalGeneration",
        text_config=QWEN3_4B,
        vision_config={
            "depth": 24, "hidden_size": 1024, "intermediate_size": 4096, "num_heads": 16,
            "out_hidden_size": 2560, "patch_size": 16, "spatial_merge_size": 2,
            "temporal_patch_size": 2, "num_position_embeddings": 2304,
            "deepstack_visual_indexes": [5, 11, 17],
        },
        tie_word_embeddings=True,
    ),
    "smolvlm2-500m": _model(
        "SmolVLMConfig",
        "SmolVLMForConditionalGeneration",
        text_config={
            "model_type": "llama", "vocab_size": 49280, "hidden_size": 960,
            "intermediate_size": 2560, "num_hidden_layers": 32, "num_attention_heads": 15,
            "num_key_value_heads": 5, "head_dim": 64, "max_position_embeddings": 8192,
        },
        vision_config={
            "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12,
            "num_attention_heads": 12, "image_size": 512, "patch_size": 16,
        },
        scale_factor=4, image_token_id=49190,
    ),
    "blip-base": _model(
        "BlipConfig",
        "BlipForConditionalGeneration",
        text_config={"vocab_size": 30524, "encoder_hidden_size": 768},
        vision_config={"image_size": 384, "patch_size": 16},
    ),
    "sd-turbo": _sd_turbo,
    "distilbert-sst2": _model(
        "DistilBertConfig", "DistilBertForSequenceClassification", vocab_size=30522, num_labels=2
    ),
    "distilroberta-finance": _model(
        "RobertaConfig", "RobertaForSequenceClassification", vocab_size=50265,
        num_hidden_layers=6, max_position_embeddings=514, type_vocab_size=1, num_labels=3,
    ),
    "roberta-emotions": _model(
        "RobertaConfig", "RobertaForSequenceClassification", vocab_size=50265,
        max_position_embeddings=514, type_vocab_size=1, num_labels=28,
    ),
    "deberta-zeroshot-large": _model(
        "DebertaV2Config", "DebertaV2ForSequenceClassification", **DEBERTA, hidden_size=1024,
        num_hidden_layers=24, num_attention_heads=16, intermediate_size=4096,
        pooler_hidden_size=1024,
    ),
    "deberta-zeroshot-xsmall": _model(
        "DebertaV2Config", "DebertaV2ForSequenceClassification", **DEBERTA, hidden_size=384,
        num_hidden_layers=12, num_attention_heads=6, intermediate_size=1536,
        pooler_hidden_size=384,
    ),
    "bert-base": _model("BertConfig", "BertForPreTraining", **BERT),
    "bert-base-uncased": _model("BertConfig", "BertModel", **BERT),
    "gpt2": _model("GPT2Config", "GPT2LMHeadModel"),
    "opus-mt-en-zh": _model(
        "MarianConfig", "MarianMTModel", vocab_size=65001, d_model=512, encoder_layers=6,
        decoder_layers=6, encoder_attention_heads=8, decoder_attention_heads=8,
        encoder_ffn_dim=2048, decoder_ffn_dim=2048, max_position_embeddings=512,
        scale_embedding=True, pad_token_id=65000, decoder_start_token_id=65000, eos_token_id=0,
        forced_eos_token_id=0,
    ),
}  # fmt: skip
