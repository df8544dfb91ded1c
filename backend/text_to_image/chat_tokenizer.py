"""FLUX.2's tokenizer, as its pipeline calls it: first for the chat template around a prompt, then
for the ids of both. The pipeline hands the second call one string; this keeps the prompt in it
apart, so that control tokens in the prompt are text and those of the template structure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from backend.models import control_tokens

if TYPE_CHECKING:
    from transformers import BatchEncoding

BEGIN, END = "\ufdd0", "\ufdd1"  # characters that no text has
Offsets = list[tuple[int, int]]


class ChatTokenizer:
    """In the place of `tokenizer`, which does everything else."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tokenizer, name)

    def apply_chat_template(self, turns: Sequence[dict[str, str]], **options: Any) -> str:
        """The rendered template, with marks around each content."""
        marked = [{**turn, "content": _marked(turn["content"])} for turn in turns]
        return str(self.tokenizer.apply_chat_template(marked, **options))

    def __call__(self, text: str, max_length: int, **_: Any) -> BatchEncoding:
        """Ids and mask [1, max_length] of a rendered template."""
        ids = [token for part in self._parts(text) for token in part["input_ids"]]
        padded: BatchEncoding = self.tokenizer.pad(
            {"input_ids": [ids[:max_length]]},
            padding="max_length",
            max_length=max_length,
            return_tensors="pt",
        )
        return padded

    def encode_prompt(self, prompt: str) -> BatchEncoding:
        """The prompt alone, with `offset_mapping`."""
        return control_tokens.encode(
            self.tokenizer, prompt, add_special_tokens=False, return_offsets_mapping=True
        )

    def prompt_offsets(self, prompt: str, max_length: int) -> Offsets:
        """The prompt's characters that each of `max_length` tokens covers; (0, 0): none of them."""
        text = self.apply_chat_template(
            [{"role": "user", "content": prompt}],
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=False,
        )
        before, inside, after = self._parts(text)
        rest = [(0, 0)] * len(after["input_ids"])
        offsets = [(0, 0)] * len(before["input_ids"]) + inside["offset_mapping"] + rest
        cut = offsets[:max_length]
        padding = [(0, 0)] * (max_length - len(cut))
        return padding + cut if self.tokenizer.padding_side == "left" else cut + padding

    def _parts(self, text: str) -> list[BatchEncoding]:
        """What stands before a content, the content, and what follows."""
        before, inside, after = re.split(f"[{BEGIN}{END}]", text)
        options = {"add_special_tokens": False}
        around = [self.tokenizer(part, **options) for part in (before, after)]
        return [around[0], self.encode_prompt(inside), around[1]]


def _marked(text: str) -> str:
    return BEGIN + text.replace(BEGIN, "").replace(END, "") + END
