"""SmolVLM2 as a caption model (Marafioti et al. 2025): a small model that answers questions.

The picture is one square of 64 tokens (no tiles, which would be up to 17 times as many). Prompts
are built here: transformers' processor would want a further package to write out numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from PIL.Image import Image
from torch import Tensor
from transformers import DynamicCache

from backend.captioning.caption_model import as_maps, load_frozen
from backend.captioning.vlm import PROMPTS, VisionLanguageModel
from backend.models import control_tokens

if TYPE_CHECKING:
    from backend.device import Device
    from backend.models.registry import ModelSpec

# Its chat template, for one turn with a picture.
BEFORE, AFTER = "<|im_start|>User:", "<end_of_utterance>\nAssistant:"
PICTURE = "<fake_token_around_image><global-img>{places}<fake_token_around_image>"


@dataclass(frozen=True)
class Encoded:
    """A picture and a prompt about it."""

    ids: Tensor  # [1, P], all tokens but the last one before the answer
    features: Tensor  # [places, W], the picture as the language model is given it
    cache: DynamicCache  # keys and values of all that


class SmolVisionModel(VisionLanguageModel):
    """Over transformers' SmolVLMForConditionalGeneration; the same words as its `generate`."""

    def __init__(self, model: Any, tokenizer: Any, image_processor: Any) -> None:
        self.model, self.tokenizer, self.image_processor = model, tokenizer, image_processor
        ends = model.generation_config.eos_token_id
        self.end: int = ends[0] if isinstance(ends, list) else ends
        vision = model.config.vision_config
        self._rows = vision.image_size // vision.patch_size // model.config.scale_factor
        self._after = self._ids(AFTER)
        self.start: tuple[int, ...] = (self._after[-1],)

    def speaking(self, language: str) -> SmolVisionModel:
        """It has learnt English alone."""
        return self

    @torch.inference_mode()
    def encode(  # type: ignore[override]
        self, picture: Image, question: str = "", length: str = "short"
    ) -> Encoded:
        device = self.model.device
        ids = torch.tensor([self.prompt_ids(question.strip() or PROMPTS["en", length])[:-1]])
        pixels = self.image_processor(
            picture, do_image_splitting=False, return_row_col_info=False, return_tensors="pt"
        )["pixel_values"]
        found = self.model.get_image_features(pixels.to(device, self.model.dtype), return_dict=True)
        features = torch.cat(list(found.pooler_output))
        ids = ids.to(device)
        output = self._read(ids, features, past_key_values=DynamicCache(), logits_to_keep=1)
        return Encoded(ids, features, output.past_key_values)

    def prompt_ids(self, question: str) -> list[int]:
        """The template with the picture's places and the question, in which control tokens are
        text: they neither end its turn nor stand for pictures."""
        places = PICTURE.format(places="<image>" * self._rows**2)
        return [*self._ids(BEFORE + places), *self.tokenize(question), *self._after]

    @torch.enable_grad()
    def attribution_maps(self, encoded: Encoded, line: Sequence[int]) -> Tensor:  # type: ignore[override]
        """Gradient times input (Shrikumar et al. 2017) of each token's log-probability at the
        picture's features, summed over their channels."""
        answer = torch.tensor([line[:-1]], device=encoded.ids.device)
        ids = torch.cat([encoded.ids, answer], dim=1)
        leaf = encoded.features.detach().clone().requires_grad_()
        output = self._read(ids, leaf, logits_to_keep=answer.shape[1])
        logprobs = output.logits[0].float().log_softmax(-1)
        values = []
        for at, token in enumerate(line[1:]):
            (slope,) = torch.autograd.grad(logprobs[at, token], leaf, retain_graph=True)
            values.append((slope * leaf.detach()).float().sum(-1))
        return as_maps(torch.stack(values), self._rows)

    def _read(self, ids: Tensor, features: Tensor, **options: Any) -> Any:
        """A pass over the tokens, with the features in the picture's places."""
        embeds = self.model.get_input_embeddings()(ids)
        is_place = (ids == self.model.config.image_token_id).unsqueeze(-1)
        filled = embeds.masked_scatter(is_place, features.to(embeds.dtype))
        return self.model(inputs_embeds=filled, **options)

    def _positions(self, encoded: Any, ids: Tensor) -> dict[str, Tensor]:
        return {}  # one count for text and picture, which the cache knows

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])


def load(spec: ModelSpec, device: Device) -> SmolVisionModel:
    """The registry's loader of a SmolVLM2 in the hub's layout."""
    from transformers import AutoTokenizer, SmolVLMForConditionalGeneration, SmolVLMImageProcessor

    folder = spec.source.fetch()
    model = load_frozen(SmolVLMForConditionalGeneration, folder, device)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    tokenizer.chat_control_tokens = control_tokens.names(tokenizer)
    images = SmolVLMImageProcessor.from_pretrained(folder, local_files_only=True)
    return SmolVisionModel(model, tokenizer, images)
