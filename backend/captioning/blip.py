"""BLIP as a caption model (Li et al. 2022). Its tokens are BERT's word pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from PIL.Image import Image
from torch import Tensor
from transformers import DynamicCache, EncoderDecoderCache

from backend.captioning.caption_model import as_maps, load_frozen
from backend.captioning.results import Frame
from backend.models.control_tokens import read_as_text

if TYPE_CHECKING:
    from transformers import BlipProcessor

    from backend.device import Device
    from backend.models.registry import ModelSpec

MAX_TOKENS = {"short": 20, "detailed": 50}  # 20 as in BLIP's paper
MIN_TOKENS = {"short": 0, "detailed": 16}


@dataclass(frozen=True)
class Encoded:
    """What BLIP keeps of a picture."""

    patches: Tensor  # [1, 1 + rows * columns, W]; the first is a token for the whole picture
    cache: DynamicCache  # the cross-attention's keys and values of them, shared by all lines


class BlipCaptioner:
    """Over transformers' BlipForConditionalGeneration; the same captions as its `generate`."""

    maps_method = "maps_attention"
    can_detail = True
    can_answer = False
    language, question_prefix = "en", "a drawing of"

    def __init__(self, model: Any, processor: BlipProcessor) -> None:
        self.model, self.processor = model, processor
        self.tokenizer = processor.tokenizer
        config = model.config.text_config
        self.start: tuple[int, ...] = (config.bos_token_id,)
        self.end: int = config.sep_token_id
        vision = model.config.vision_config
        self._rows = vision.image_size // vision.patch_size
        self._max_positions = config.max_position_embeddings - 1

    def speaking(self, language: str) -> BlipCaptioner:
        return self

    def max_tokens(self, length: str) -> int:
        return min(MAX_TOKENS[length], self._max_positions)

    def min_tokens(self, length: str) -> int:
        return MIN_TOKENS[length]

    @torch.inference_mode()
    def encode(self, picture: Image, question: str = "", length: str = "short") -> Encoded:
        pixels = self.processor.image_processor(picture, return_tensors="pt")["pixel_values"]
        pixels = pixels.to(self.model.device, self.model.dtype)
        return Encoded(self.model.vision_model(pixel_values=pixels)[0], DynamicCache())

    def frame(self, picture: Image) -> Frame:
        """All of it: the processor stretches it to a square."""
        return 0.0, 0.0, 1.0, 1.0

    @torch.inference_mode()
    def next_logprobs(self, encoded: Encoded, lines: Sequence[Sequence[int]]) -> Tensor:
        if not encoded.cache.layers:  # filled by one line; later ones are broadcast over it
            self._decode(encoded, [lines[0]])
        return self._decode(encoded, lines).logits[:, -1].float().log_softmax(-1).cpu()

    @torch.inference_mode()
    def attribution_maps(self, encoded: Encoded, line: Sequence[int]) -> Tensor:
        """The cross-attention of the place that predicted each token, averaged over layers and
        heads, without the token for the whole picture."""
        output = self._decode(encoded, [line[:-1]], output_attentions=True)
        attention = torch.stack(output.cross_attentions)[:, 0, :, :, 1:].float()
        return as_maps(attention.mean((0, 1)), self._rows)

    def _decode(self, encoded: Encoded, lines: Sequence[Sequence[int]], **options: Any) -> Any:
        """The text decoder's output for whole lines: they are short, so only the patches' keys
        and values are cached."""
        patches = encoded.patches.expand(len(lines), -1, -1)
        cache = EncoderDecoderCache(DynamicCache(), encoded.cache)
        return self.model.text_decoder(
            input_ids=torch.tensor(lines, device=patches.device),
            encoder_hidden_states=patches,
            past_key_values=cache,
            use_cache=True,
            return_dict=True,
            **options,
        )

    def tokenize(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def text(self, tokens: Sequence[int]) -> str:
        pieces = self.tokenizer.convert_ids_to_tokens(list(tokens))
        return " ".join(pieces).replace(" ##", "").removeprefix("##")

    def continues_word(self, token: int) -> bool:
        return self.tokenizer.convert_ids_to_tokens(token).startswith("##")


def load(spec: ModelSpec, device: Device) -> BlipCaptioner:
    """The registry's loader of a BLIP in the hub's layout."""
    from transformers import BlipForConditionalGeneration, BlipProcessor

    folder = spec.source.fetch()
    is_safe = any(folder.glob("*.safetensors"))
    model = load_frozen(BlipForConditionalGeneration, folder, device, use_safetensors=is_safe)
    processor = BlipProcessor.from_pretrained(folder, local_files_only=True)
    read_as_text(processor.tokenizer)
    return BlipCaptioner(model, processor)
