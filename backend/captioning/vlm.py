"""A vision-language model as a speaker (Qwen3-VL, Bai et al. 2025): it is asked, and answers.

Picture and question are read once; their keys and values are kept, and all lines go on from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL.Image import Image
from torch import Tensor
from transformers import DynamicCache

from backend.captioning.caption_model import Frame, as_looks
from backend.pictures import shrink

ASKED = {
    "short": "Describe this picture in one short sentence.",
    "detailed": "Describe this picture in detail, in one paragraph.",
}
LONGEST = {"short": 60, "detailed": 150}  # pieces
SIDE = 1024  # pixels: more would be read as more patches, not seen better


@dataclass(frozen=True)
class Seen:
    """A picture and what is asked about it: `ids` [1, P] of all but the last piece before the
    answer, `kinds` [1, P] (1 where a piece stands for a place in the picture), what the eye gave
    (`eye`, `grid` [1, 3]), the keys and values of it all, and the place [4, 1, 1] that comes next:
    in the text, in time, down and across."""

    ids: Tensor
    kinds: Tensor
    eye: Any
    grid: Tensor
    keys: DynamicCache
    place: Tensor


class VisionLanguageSpeaker:
    """Over transformers' Qwen3VLForConditionalGeneration; the same words as its `generate`."""

    looks_by = "looks_gradient_input"
    can_detail = True
    can_answer = True

    def __init__(self, model: Any, processor: Any) -> None:
        self.model, self.processor = model, processor
        self.tokenizer = processor.tokenizer
        ends = model.generation_config.eos_token_id
        self.end: int = ends[0] if isinstance(ends, list) else ends
        # The template's last piece stands before every answer.
        self.start: tuple[int, ...] = (self.read(self._prompt(""))[-1],)

    def longest(self, length: str) -> int:
        return LONGEST[length]

    def least(self, length: str) -> int:
        return 0

    def frame(self, picture: Image) -> Frame:
        return 0.0, 0.0, 1.0, 1.0

    @torch.inference_mode()
    def see(self, picture: Image, question: str = "", length: str = "short") -> Seen:
        prompt = self._prompt(self._harmless(question) or ASKED[length])
        given = self.processor(text=[prompt], images=[shrink(picture, SIDE)], return_tensors="pt")
        given = given.to(self.model.device)
        ids, kinds = given["input_ids"][:, :-1], given["mm_token_type_ids"][:, :-1]
        grid = given["image_grid_thw"]
        eye = self.model.get_image_features(given["pixel_values"], grid, return_dict=True)
        places, _ = self.model.model.get_rope_index(ids, kinds, grid)
        last = torch.full_like(places[:1, :, -1:], ids.shape[1])
        place = torch.cat([last, (places.amax((0, 2), keepdim=True) + 1).expand(3, 1, 1)])
        keys = self._read(ids, kinds, eye, grid, past_key_values=DynamicCache()).past_key_values
        return Seen(ids, kinds, eye, grid, keys, place)

    @torch.inference_mode()
    def next(self, seen: Any, lines: Sequence[Sequence[int]]) -> Tensor:
        ids = torch.tensor(lines, device=seen.ids.device)
        keys = DynamicCache()
        for number, layer in enumerate(seen.keys.layers):  # shared: appending makes copies
            wide = (len(lines), -1, -1, -1)
            keys.update(layer.keys.expand(wide), layer.values.expand(wide), number)
        places = seen.place + torch.arange(ids.shape[1], device=ids.device)
        found = self.model(
            input_ids=ids,
            position_ids=places.expand(-1, len(lines), -1),
            past_key_values=keys,
            logits_to_keep=1,
        )
        return found.logits[:, -1].float().log_softmax(-1).cpu()

    @torch.enable_grad()
    def looks(self, seen: Any, line: Sequence[int]) -> Tensor:
        """Gradient times input (Shrikumar et al. 2017): how the log-probability of each piece
        changes with what the eye gave for each place, over all the layers that are given it."""
        rest = torch.tensor([line[:-1]], device=seen.ids.device)
        ids = torch.cat([seen.ids, rest], dim=1)
        kinds = torch.cat([seen.kinds, torch.zeros_like(rest)], dim=1)
        whole = [seen.eye.pooler_output[0], *(one[0] for one in seen.eye.deepstack_features)]
        leaves = [one.detach().clone().requires_grad_() for one in whole]
        eye = type(seen.eye)(
            pooler_output=(leaves[0],), deepstack_features=[(leaf,) for leaf in leaves[1:]]
        )
        found = self._read(ids, kinds, eye, seen.grid, logits_to_keep=rest.shape[1])
        chances = found.logits[0].float().log_softmax(-1)
        values = []
        for at, piece in enumerate(line[1:]):
            slopes = torch.autograd.grad(chances[at, piece], leaves, retain_graph=True)
            shares = [
                (slope * leaf.detach()).float().sum(-1)
                for slope, leaf in zip(slopes, leaves, strict=True)
            ]
            values.append(torch.stack(shares).sum(0))
        rows = int(seen.grid[0, 1]) // self.model.config.vision_config.spatial_merge_size
        return as_looks(torch.stack(values), rows)

    def _read(self, ids: Tensor, kinds: Tensor, eye: Any, grid: Tensor, **options: Any) -> Any:
        places, _ = self.model.model.get_rope_index(ids, kinds, grid)
        return self.model(
            input_ids=ids,
            position_ids=places,
            mm_encoder_outputs={"image": eye},
            image_grid_thw=grid,
            **options,
        )

    def _prompt(self, text: str) -> str:
        content = [{"type": "image"}, {"type": "text", "text": text}]
        turns = [{"role": "user", "content": content}]
        return str(self.processor.apply_chat_template(turns, add_generation_prompt=True))

    def _harmless(self, question: str) -> str:
        """Without the pieces by which the template tells turns and pictures apart."""
        for token in self.tokenizer.all_special_tokens:
            question = question.replace(token, " ")
        return question.strip()

    def read(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def text(self, pieces: Sequence[int]) -> str:
        return str(self.tokenizer.decode(pieces, skip_special_tokens=True)).strip()

    def joins(self, piece: int) -> bool:
        """A piece with no space before it; a Chinese character is a word of its own."""
        return not self.tokenizer.decode([piece]).startswith((" ", "\n")) and not _is_chinese(
            self.text([piece])
        )


def _is_chinese(text: str) -> bool:
    return "\u4e00" <= text[:1] <= "\u9fff"


def load_vision_language(folder: Path, device: str, dtype: str) -> VisionLanguageSpeaker:
    """From a folder as the hub has it, through transformers' own class."""
    from transformers import Qwen3VLForConditionalGeneration, Qwen3VLProcessor

    model: Any = Qwen3VLForConditionalGeneration.from_pretrained(
        folder,
        dtype=getattr(torch, dtype),
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
    )
    processor = Qwen3VLProcessor.from_pretrained(folder, local_files_only=True)
    return VisionLanguageSpeaker(model.eval().requires_grad_(False).to(device), processor)
