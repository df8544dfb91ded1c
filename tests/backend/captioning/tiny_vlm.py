"""A tiny random Qwen3-VL in a folder, as the hub has the real one."""

from __future__ import annotations

from pathlib import Path

from tests.tokenizers import byte_level_tokenizer

SPECIAL = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
    "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip
# What the real template comes to for one turn with a picture.
TEMPLATE = (
    "{% for turn in messages %}<|im_start|>{{ turn.role }}\n"
    "{% for part in turn.content %}"
    "{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% else %}{{ part.text }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEXTS = ["a red apple on a table", "Describe this picture in one short sentence.", "what colour"]


def save_tiny_vlm(folder: Path) -> Path:
    """Its configuration, random weights as safetensors, tokenizer and processors."""
    import torch
    from transformers import (
        Qwen2VLImageProcessor,
        Qwen3VLConfig,
        Qwen3VLForConditionalGeneration,
        Qwen3VLProcessor,
        Qwen3VLVideoProcessor,
    )

    tokenizer = byte_level_tokenizer(
        TEXTS, SPECIAL, "<|im_end|>", additional_special_tokens=list(SPECIAL[1:])
    )
    sizes = {"patch_size": 8, "temporal_patch_size": 2, "merge_size": 2}
    limits = {"shortest_edge": 16 * 16, "longest_edge": 96 * 96}
    processor = Qwen3VLProcessor(
        Qwen2VLImageProcessor(**sizes, size=limits),
        tokenizer,
        Qwen3VLVideoProcessor(**sizes),
        chat_template=TEMPLATE,
    )
    processor.save_pretrained(folder)
    number = tokenizer.convert_tokens_to_ids
    config = Qwen3VLConfig(
        text_config={
            "vocab_size": len(tokenizer), "hidden_size": 32, "intermediate_size": 64,
            "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
            "head_dim": 8, "max_position_embeddings": 2048,
            "rope_parameters": {
                "rope_type": "default", "rope_theta": 10_000.0,
                "mrope_section": [2, 1, 1], "mrope_interleaved": True,
            },
        },
        vision_config={
            "depth": 2, "hidden_size": 32, "intermediate_size": 64, "num_heads": 4,
            "patch_size": 8, "spatial_merge_size": 2, "temporal_patch_size": 2,
            "out_hidden_size": 32, "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0, 1],
        },
        image_token_id=number("<|image_pad|>"), video_token_id=number("<|video_pad|>"),
        vision_start_token_id=number("<|vision_start|>"),
        vision_end_token_id=number("<|vision_end|>"), tie_word_embeddings=True,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = Qwen3VLForConditionalGeneration(config)
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.data.normal_(std=0.3)
    model.generation_config.eos_token_id = number("<|im_end|>")
    model.generation_config.pad_token_id = number("<|endoftext|>")
    model.save_pretrained(folder)
    return folder
