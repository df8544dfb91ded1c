"""A vision-language model as a caption model (Qwen3-VL, Bai et al. 2025): it answers a prompt.

Picture and prompt are read once; all lines continue from their cached keys and values.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from PIL.Image import Image
from torch import Tensor
from transformers import DynamicCache

from backend.captioning.caption_model import as_maps, load_frozen
from backend.captioning.results import Frame
from backend.models import control_tokens
from backend.pictures import shrink
from backend.words import is_unspaced

if TYPE_CHECKING:
    from backend.device import Device
    from backend.models.registry import ModelSpec

PROMPTS = {
    ("en", "short"): "Describe this picture in one short sentence.",
    ("en", "detailed"): "Describe this picture in detail, in one paragraph.",
    ("zh", "short"): "用一句简短的中文描述这张图片。",
    ("zh", "detailed"): "用一段中文详细描述这张图片。",
}
MAX_TOKENS = {"short": 60, "detailed": 150}
MAX_SIDE = 1024  # pixels: a larger picture becomes more patches, but is not seen better


@dataclass(frozen=True)
class Encoded:
    """A picture and a prompt about it."""

    ids: Tensor  # [1, P], all tokens but the last one before the answer
    types: Tensor  # [1, P], 1 where a token stands for a place in the picture
    features: Any  # the image encoder's output
    grid: Tensor  # [1, 3], its patches in time, down and across
    cache: DynamicCache  # keys and values of all that
    position: Tensor  # [4, 1, 1], the next one: in the text, in time, down and across


class VisionLanguageModel:
    """Over transformers' Qwen3VLForConditionalGeneration; the same words as its `generate`."""

    maps_method = "maps_gradient_input"
    can_detail = True
    can_answer = True
    language, question_prefix = "en", ""

    def __init__(self, model: Any, processor: Any) -> None:
        self.model, self.processor = model, processor
        self.tokenizer = processor.tokenizer
        self.tokenizer.chat_control_tokens = control_tokens.names(self.tokenizer)
        ends = model.generation_config.eos_token_id
        self.end: int = ends[0] if isinstance(ends, list) else ends
        # The template's last token stands before every answer.
        opening = [{"role": "user", "content": [{"type": "text", "text": ""}]}]
        template = processor.apply_chat_template(opening, add_generation_prompt=True)
        self.start: tuple[int, ...] = (self.tokenizer(template)["input_ids"][-1],)

    def speaking(self, language: str) -> VisionLanguageModel:
        """It is asked for a description in that language."""
        other = copy(self)
        other.language = language
        return other

    def max_tokens(self, length: str) -> int:
        return MAX_TOKENS[length]

    def min_tokens(self, length: str) -> int:
        return 0

    def frame(self, picture: Image) -> Frame:
        return 0.0, 0.0, 1.0, 1.0

    @torch.inference_mode()
    def encode(self, picture: Image, question: str = "", length: str = "short") -> Encoded:
        asked = question.strip() or PROMPTS[self.language, length]
        inputs = self._inputs(shrink(picture, MAX_SIDE), asked)
        ids, types = inputs["input_ids"][:, :-1], inputs["mm_token_type_ids"][:, :-1]
        grid = inputs["image_grid_thw"]
        features = self.model.get_image_features(inputs["pixel_values"], grid, return_dict=True)
        positions, _ = self.model.model.get_rope_index(ids, types, grid)
        in_text = torch.full_like(positions[:1, :, -1:], ids.shape[1])
        in_picture = (positions.amax((0, 2), keepdim=True) + 1).expand(3, 1, 1)
        output = self._forward(ids, types, features, grid, past_key_values=DynamicCache())
        position = torch.cat([in_text, in_picture])
        return Encoded(ids, types, features, grid, output.past_key_values, position)

    @torch.inference_mode()
    def next_logprobs(self, encoded: Encoded, lines: Sequence[Sequence[int]]) -> Tensor:
        ids = torch.tensor(lines, device=encoded.ids.device)
        cache = DynamicCache()
        layers: list[Any] = encoded.cache.layers  # shared: appending makes copies
        for number, layer in enumerate(layers):
            shape = (len(lines), -1, -1, -1)
            cache.update(layer.keys.expand(shape), layer.values.expand(shape), number)
        output = self.model(
            input_ids=ids, past_key_values=cache, logits_to_keep=1, **self._positions(encoded, ids)
        )
        return output.logits[:, -1].float().log_softmax(-1).cpu()

    def _positions(self, encoded: Encoded, ids: Tensor) -> dict[str, Tensor]:
        """Where lines of tokens [B, T] continue: after the text, and after the picture."""
        positions = encoded.position + torch.arange(ids.shape[1], device=ids.device)
        return {"position_ids": positions.expand(-1, len(ids), -1)}

    @torch.enable_grad()
    def attribution_maps(self, encoded: Encoded, line: Sequence[int]) -> Tensor:
        """Gradient times input (Shrikumar et al. 2017) of each token's log-probability at the
        image encoder's output, summed over its channels and over all layers that read it."""
        answer = torch.tensor([line[:-1]], device=encoded.ids.device)
        ids = torch.cat([encoded.ids, answer], dim=1)
        types = torch.cat([encoded.types, torch.zeros_like(answer)], dim=1)
        leaves, features = _differentiable(encoded.features)
        output = self._forward(ids, types, features, encoded.grid, logits_to_keep=answer.shape[1])
        logprobs = output.logits[0].float().log_softmax(-1)
        values = []
        for at, token in enumerate(line[1:]):
            slopes = torch.autograd.grad(logprobs[at, token], leaves, retain_graph=True)
            shares = [
                (slope * leaf.detach()).float().sum(-1)
                for slope, leaf in zip(slopes, leaves, strict=True)
            ]
            values.append(torch.stack(shares).sum(0))
        rows = int(encoded.grid[0, 1]) // self.model.config.vision_config.spatial_merge_size
        return as_maps(torch.stack(values), rows)

    def _forward(
        self, ids: Tensor, types: Tensor, features: Any, grid: Tensor, **options: Any
    ) -> Any:
        positions, _ = self.model.model.get_rope_index(ids, types, grid)
        return self.model(
            input_ids=ids,
            position_ids=positions,
            mm_encoder_outputs={"image": features},
            image_grid_thw=grid,
            **options,
        )

    def _inputs(self, picture: Image, question: str) -> Any:
        """Both in the chat template. Control tokens in the question are text: they neither end its
        turn nor stand for pictures."""
        content = [{"type": "image", "image": picture}, {"type": "text", "text": question}]
        inputs = self.processor.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            sanitize_control_tokens=True,
        )
        return inputs.to(self.model.device)

    def tokenize(self, text: str) -> list[int]:
        found = control_tokens.encode(self.tokenizer, text, add_special_tokens=False)
        return list(found["input_ids"])

    def text(self, tokens: Sequence[int]) -> str:
        return str(self.tokenizer.decode(tokens, skip_special_tokens=True)).strip()

    def continues_word(self, token: int) -> bool:
        """A token with no space before it; in Chinese each character is a word of its own, and in
        other scripts without spaces."""
        text = self.tokenizer.decode([token])
        return not text.startswith((" ", "\n")) and not is_unspaced(self.text([token]))


def _differentiable(features: Any) -> tuple[list[Tensor], Any]:
    """Copies of the image features as leaves that have gradients, and an output made of them: for
    the first layer, then for each of the deeper ones that read the picture, too (DeepStack)."""
    given = [features.pooler_output[0], *(one[0] for one in features.deepstack_features)]
    leaves = [one.detach().clone().requires_grad_() for one in given]
    deeper = [(leaf,) for leaf in leaves[1:]]
    return leaves, type(features)(pooler_output=(leaves[0],), deepstack_features=deeper)


def load(spec: ModelSpec, device: Device) -> VisionLanguageModel:
    """The registry's loader of a Qwen3-VL in the hub's layout."""
    from transformers import Qwen3VLForConditionalGeneration, Qwen3VLProcessor

    folder = spec.source.fetch()
    model = load_frozen(Qwen3VLForConditionalGeneration, folder, device)
    processor = Qwen3VLProcessor.from_pretrained(folder, local_files_only=True)
    return VisionLanguageModel(model, processor)
