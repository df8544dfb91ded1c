"""The search encoder's reader of Chinese, and of English where MiniLM is not there: the bilingual
text encoder, whose sentences the bridge takes to the space of pictures.

The text encoder stays as it is: its weights are shared with whoever else uses it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from torch import Tensor
from torch.nn.functional import normalize

from backend.models import text_encoder
from backend.models.search_encoder.bridge import BRIDGE, Bridge

CONTEXT = 64  # tokens
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")


def has_chinese(text: str) -> bool:
    """Whether any character is Chinese."""
    return bool(HAN.search(text))


class ChineseTexts:
    """Texts as unit vectors, from the bridge's weights (named as they are stored). The text encoder
    is loaded when the first text comes."""

    def __init__(self, weights: Mapping[str, Tensor], device: str):
        self.device = device
        self.bridge = Bridge()
        own = {name.removeprefix(BRIDGE): value for name, value in weights.items()}
        self.bridge.load_state_dict(own)
        self.bridge.eval().requires_grad_(False).to(device)

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        tokenizer, body = text_encoder.load(attention="sdpa")
        return tokenizer, body.to(self.device)

    def encode(self, texts: Sequence[str]) -> Tensor:
        """float32 [N, 384] on the CPU."""
        tokenizer, body = self._loaded
        tokens = tokenizer(
            [text_encoder.PREFIX + text for text in texts],
            max_length=CONTEXT, padding=True, truncation=True, return_tensors="pt",
        ).to(self.device)  # fmt: skip
        mask = tokens["attention_mask"].unsqueeze(-1)
        states = body(**tokens).last_hidden_state
        sentences = normalize((states * mask).sum(1) / mask.sum(1), dim=-1)
        return normalize(self.bridge(sentences), dim=-1).float().cpu()

    def token_count(self, text: str) -> tuple[int, int]:
        """Tokens of the whole text with its start and end, and how many of them are read."""
        tokenizer, _ = self._loaded
        taken = tokenizer(text_encoder.PREFIX.strip(), add_special_tokens=False)["input_ids"]
        return len(tokenizer(text, verbose=False)["input_ids"]), CONTEXT - len(taken)

    def unknown_share(self, text: str) -> float:
        """The share of a text's tokens, 0 to 1, that stand for characters it does not know."""
        tokenizer, _ = self._loaded
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        return sum(one == tokenizer.unk_token_id for one in ids) / max(1, len(ids))
