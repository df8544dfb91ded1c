"""Loaders of the classification rows: (row, device) -> a ready model.

All run in float32, as their rows say: they are small, and attributions need the precision.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from backend.classification import gaps
from backend.classification.expert import Expert
from backend.classification.gaps import GapFiller
from backend.classification.masked import MaskedModel
from backend.classification.sentences import MAX_TOKENS, Centre, SentenceEncoder, masked_mean
from backend.classification.zero_shot import Entailment
from backend.models import text_encoder
from backend.models.control_tokens import read_as_text
from backend.models.minilm import minilm_folder
from backend.models.registry import VERSE

if TYPE_CHECKING:
    from backend.device import Device
    from backend.models.registry import ModelSpec


TWO_LANGUAGES = "two_languages.safetensors"  # an expert's head on the text encoder


class MeanClassifier(nn.Module):
    """An encoder, the mean of its states, and a linear head."""

    def __init__(self, encoder: Any, head: nn.Linear) -> None:
        super().__init__()
        self.encoder, self.head = encoder, head

    def forward(self, attention_mask: Tensor, **words: Tensor) -> Tensor:
        """`input_ids` or `inputs_embeds` to logits [B, labels]."""
        states = self.encoder(attention_mask=attention_mask, **words).last_hidden_state
        return self.head(masked_mean(states, attention_mask))


class PrefixedClassifier(nn.Module):
    """The frozen text encoder and a linear head on its sentence vectors.

    The encoder's prefix goes in here, after the first token: the tokens that callers see, and give
    as vectors for attributions, are the text's own.
    """

    prefix: Tensor  # ids [P]

    def __init__(self, encoder: Any, prefix: Tensor, centre: Centre, head: nn.Linear) -> None:
        super().__init__()
        self.encoder, self.head, self.centre = encoder, head, centre
        self.register_buffer("prefix", prefix)

    def forward(self, attention_mask: Tensor, **words: Tensor) -> Tensor:
        """`input_ids` or `inputs_embeds` to logits [B, labels]."""
        table = self.encoder.get_input_embeddings()
        own = words["inputs_embeds"] if "inputs_embeds" in words else table(words["input_ids"])
        before = table(self.prefix).expand(len(own), -1, -1)
        whole = torch.cat([own[:, :1], before, own[:, 1:]], dim=1)
        seen = attention_mask[:, :1].expand(-1, len(self.prefix))
        mask = torch.cat([seen, attention_mask], dim=1)
        states = self.encoder(inputs_embeds=whole, attention_mask=mask).last_hidden_state
        vectors = nn.functional.normalize(masked_mean(states, mask), dim=-1)
        return self.head(self.centre.taken_from(vectors))


class HubClassifier(nn.Module):
    """A sequence classifier of transformers; gives its logits only."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, attention_mask: Tensor, **words: Tensor) -> Tensor:
        return self.model(attention_mask=attention_mask, **words).logits


def load_bundled_expert(spec: ModelSpec, device: Device) -> Expert:
    """MiniLM with the row's adapter merged in, and its head."""
    return load_expert_folder(spec.source.fetch(), device.kind)


def load_expert_folder(folder: Path, device: str) -> Expert:
    """An expert as `training.experts` saves it; the adapter is merged, so it costs no time."""
    from peft import PeftModel
    from safetensors.torch import load_file

    tokenizer, encoder = _minilm()
    # To where the encoder is: by itself peft would take a GPU, wherever the expert is to go.
    adapted: Any = PeftModel.from_pretrained(encoder, str(folder), torch_device="cpu")
    encoder = adapted.merge_and_unload()
    config = json.loads((folder / "expert.json").read_text(encoding="utf-8"))
    weights = load_file(folder / "head.safetensors")
    head = nn.Linear(weights["weight"].shape[1], len(config["labels"]))
    head.load_state_dict({name: part.float() for name, part in weights.items()})
    model = MeanClassifier(encoder, head).float().eval().requires_grad_(False).to(device)
    words = encoder.get_input_embeddings()
    return Expert(tuple(config["labels"]), tokenizer, model, words, MAX_TOKENS, device)


def load_expert_of_two_languages(spec: ModelSpec, device: Device) -> Expert:
    """The frozen text encoder with the row's head, as `training.expert_heads` saves it."""
    from safetensors.torch import load_file

    folder, encoder_folder = spec.source.fetch(), text_encoder.TEXT_ENCODER.fetch()
    tokenizer, encoder = text_encoder.load(encoder_folder)
    config = json.loads((folder / "expert.json").read_text(encoding="utf-8"))
    weights = load_file(folder / TWO_LANGUAGES)
    head = nn.Linear(weights["weight"].shape[1], len(config["labels"]))
    head.load_state_dict(weights)
    words_before = text_encoder.PREFIX.strip()  # the space is in the text's first token
    prefix = tokenizer(words_before, add_special_tokens=False, return_tensors="pt")
    model = PrefixedClassifier(
        encoder, prefix["input_ids"][0], _centre(encoder_folder, device.kind), head
    )
    model = model.eval().requires_grad_(False).to(device.kind)
    words = encoder.get_input_embeddings()
    return Expert(tuple(config["labels"]), tokenizer, model, words, MAX_TOKENS, device.kind)


def _centre(folder: Path, device: str = "cpu") -> Centre:
    content = json.loads((folder / text_encoder.CENTRE).read_text(encoding="utf-8"))
    parts = (torch.tensor(content[name], device=device) for name in ("mean", "language"))
    return Centre(*parts)


def load_hub_expert(spec: ModelSpec, device: Device) -> Expert:
    """A sequence classifier from the hub; its labels in lower case."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = spec.source.fetch()
    tokenizer = read_as_text(AutoTokenizer.from_pretrained(folder))
    model: Any = AutoModelForSequenceClassification.from_pretrained(folder, use_safetensors=True)
    model = model.float().eval().requires_grad_(False).to(device.kind)
    labels = tuple(model.config.id2label[index].lower() for index in sorted(model.config.id2label))
    several = model.config.problem_type == "multi_label_classification"
    words = model.get_input_embeddings()
    limit = min(512, tokenizer.model_max_length)
    return Expert(labels, tokenizer, HubClassifier(model), words, limit, device.kind, several)


def load_sentence_encoder(spec: ModelSpec, device: Device) -> SentenceEncoder:
    """The frozen text encoder of the row."""
    folder = spec.source.fetch()
    tokenizer, encoder = text_encoder.load(folder)
    return SentenceEncoder(
        tokenizer,
        encoder.to(device.kind),
        device.kind,
        prefix=text_encoder.PREFIX,
        centre=_centre(folder),
    )


def load_entailment(spec: ModelSpec, device: Device) -> Entailment:
    """A model of natural language inference, for zero-shot classification."""
    expert = load_hub_expert(spec, device)
    return Entailment(expert.tokenizer, expert.model, expert.labels, device.kind)


def load_masked(spec: ModelSpec, device: Device) -> MaskedModel:
    """A BERT with both of its pretraining heads."""
    from transformers import AutoModelForPreTraining, AutoTokenizer

    folder = spec.source.fetch()
    model: Any = AutoModelForPreTraining.from_pretrained(folder, use_safetensors=True)
    model = model.float().eval().requires_grad_(False).to(device.kind)
    return MaskedModel(AutoTokenizer.from_pretrained(folder), model, device.kind)


def load_gap_filler(spec: ModelSpec, device: Device) -> GapFiller:
    """A language model that fills gaps."""
    from backend.models.llama import loading

    lm = loading.load(spec, device)
    if spec.languages == VERSE:
        return GapFiller(lm, gaps.VERSE, opening="")
    return GapFiller(lm)


def _minilm() -> tuple[Any, Any]:
    """MiniLM's tokenizer and body, float32. Eager attention: its gradient is fast on a CPU."""
    from transformers import AutoModel, AutoTokenizer

    folder = minilm_folder()
    model: Any = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    tokenizer = read_as_text(AutoTokenizer.from_pretrained(folder))
    return tokenizer, model.eval().requires_grad_(False)
