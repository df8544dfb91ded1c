"""Any open_clip model from a folder as the hub has it: `open_clip_config.json` and weights."""

import json
from pathlib import Path
from typing import Any

from open_clip import create_model, get_tokenizer
from open_clip.tokenizer import SimpleTokenizer
from open_clip.transform import PreprocessCfg, image_transform_v2

from backend.models import control_tokens
from backend.models.search_encoder import simple_tokenizer
from backend.models.search_encoder.model import SearchEncoder


def load_folder(folder: Path, device: str) -> SearchEncoder:
    """The model in float32, ready to encode.

    Raises RuntimeError where the weights are missing: a random model would answer nonsense.
    """
    name = f"local-dir:{folder}"
    model = create_model(name, device=device, require_pretrained=True, weights_only=True)
    model.eval().requires_grad_(False)
    config = json.loads((folder / "open_clip_config.json").read_text(encoding="utf-8"))
    return SearchEncoder(
        model,
        _read_as_text(get_tokenizer(name)),
        image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False),
        device,
        width=config["model_cfg"]["embed_dim"],
        trims=False,  # some towers take the last token's vector, wherever the text ends
    )


def _read_as_text(tokenizer: Any) -> Any:
    """The tokenizer, from now on reading control tokens in its input as text."""
    if isinstance(tokenizer, SimpleTokenizer):
        return simple_tokenizer.read_as_text(tokenizer)
    control_tokens.read_as_text(tokenizer.tokenizer)
    return tokenizer
