"""BLIP as a speaker (Li et al. 2022): its pieces are BERT's, parts of words among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL.Image import Image
from torch import Tensor
from transformers import DynamicCache, EncoderDecoderCache

from backend.captioning.caption_model import Frame, as_looks

SHORT, DETAILED, LEAST = 20, 50, 16  # pieces, as BLIP's paper has the first


@dataclass(frozen=True)
class Seen:
    """The patches [1, 1 + rows * columns, W] after a first token of the whole, and the
    cross-attention's keys and values of them, which all lines share."""

    patches: Tensor
    keys: DynamicCache


class BlipSpeaker:
    """Over transformers' BlipForConditionalGeneration; the same captions as its `generate`."""

    looks_by = "looks_attention"
    can_detail = True
    can_answer = False

    def __init__(self, model: Any, processor: Any) -> None:
        self.model, self.processor = model, processor
        self.tokenizer = processor.tokenizer
        config = model.config.text_config
        self.start: tuple[int, ...] = (config.bos_token_id,)
        self.end: int = config.sep_token_id
        vision = model.config.vision_config
        self._rows = vision.image_size // vision.patch_size
        self._room = config.max_position_embeddings - 1

    def longest(self, length: str) -> int:
        return min(DETAILED if length == "detailed" else SHORT, self._room)

    def least(self, length: str) -> int:
        return LEAST if length == "detailed" else 0

    @torch.inference_mode()
    def see(self, picture: Image, question: str = "", length: str = "short") -> Seen:
        pixels = self.processor.image_processor(picture, return_tensors="pt")["pixel_values"]
        pixels = pixels.to(self.model.device, self.model.dtype)
        return Seen(self.model.vision_model(pixel_values=pixels)[0], DynamicCache())

    def frame(self, picture: Image) -> Frame:
        """All of it: the processor stretches it to a square."""
        return 0.0, 0.0, 1.0, 1.0

    @torch.inference_mode()
    def next(self, seen: Any, lines: Sequence[Sequence[int]]) -> Tensor:
        if not seen.keys.layers:  # with one line: later ones are broadcast over these
            self._ask(seen, [lines[0]])
        return self._ask(seen, lines).logits[:, -1].float().log_softmax(-1).cpu()

    @torch.inference_mode()
    def looks(self, seen: Any, line: Sequence[int]) -> Tensor:
        """The mean of the cross-attention over layers and heads, at the place that chose the
        piece; the patches' first token is of no place and left out."""
        found = self._ask(seen, [line[:-1]], output_attentions=True)
        attention = torch.stack(found.cross_attentions)[:, 0, :, :, 1:].float()
        return as_looks(attention.mean((0, 1)), self._rows)

    def _ask(self, seen: Seen, lines: Sequence[Sequence[int]], **options: Any) -> Any:
        """The words are read anew each time: they are few. The patches' keys are kept."""
        patches = seen.patches.expand(len(lines), -1, -1)
        cache = EncoderDecoderCache(DynamicCache(), seen.keys)
        return self.model.text_decoder(
            input_ids=torch.tensor(lines, device=patches.device),
            encoder_hidden_states=patches,
            past_key_values=cache,
            use_cache=True,
            return_dict=True,
            **options,
        )

    def read(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def text(self, pieces: Sequence[int]) -> str:
        tokens = self.tokenizer.convert_ids_to_tokens(list(pieces))
        return " ".join(tokens).replace(" ##", "").removeprefix("##")

    def joins(self, piece: int) -> bool:
        return self.tokenizer.convert_ids_to_tokens(piece).startswith("##")


def load_blip(folder: Path, device: str, dtype: str) -> BlipSpeaker:
    """From a folder as the hub has it. Weights that are no safetensors are read by transformers
    with torch.load(weights_only=True), which runs no code."""
    from transformers import BlipForConditionalGeneration, BlipProcessor

    model = BlipForConditionalGeneration.from_pretrained(
        folder,
        dtype=getattr(torch, dtype),
        use_safetensors=any(folder.glob("*.safetensors")),
        local_files_only=True,
        trust_remote_code=False,
    )
    processor = BlipProcessor.from_pretrained(folder, local_files_only=True)
    return BlipSpeaker(model.eval().requires_grad_(False).to(device), processor)
