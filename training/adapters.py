"""MiniLM with low-rank adapters and heads, for the experts' training."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from backend.models.minilm import minilm_folder
from training.hardware import mixed

MAX_TOKENS = 96  # GoEmotions' longest comment has about 70
RANK, ALPHA = 16, 32
LAYERS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]


class Learner(nn.Module):
    """MiniLM with adapters, and one linear head a question.

    The encoder runs without dropout: drawing the random numbers took a quarter of the CPU time.
    Eager attention, because the fused kernel's backward pass is slow for short texts.
    """

    def __init__(self, labels: dict[str, int]) -> None:
        super().__init__()
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModel

        body = AutoModel.from_pretrained(minilm_folder(), attn_implementation="eager")
        config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=LAYERS)
        self.encoder = get_peft_model(body, config).eval()
        self.dropout = nn.Dropout(0.1)
        self.heads = nn.ModuleDict({name: nn.Linear(384, count) for name, count in labels.items()})

    def forward(self, tokens: dict[str, Tensor]) -> dict[str, Tensor]:
        """Logits [B, labels] of each question from token ids and mask [B, T]."""
        states = self.encoder(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1)
        mean = self.dropout((states * mask).sum(1) / mask.sum(1))
        return {name: head(mean) for name, head in self.heads.items()}

    def trained(self) -> dict[str, Tensor]:
        """The trainable weights."""
        return {name: weight for name, weight in self.named_parameters() if weight.requires_grad}


class Reader:
    """Texts to batches of tokens."""

    def __init__(self, where: str) -> None:
        from transformers import AutoTokenizer

        self.tokenizer, self.where = AutoTokenizer.from_pretrained(minilm_folder()), where

    def __call__(self, texts: list[str], masked: float = 0.0) -> dict[str, Tensor]:
        """Token ids and mask; a share `masked` of the tokens becomes [MASK]."""
        tokens = self.tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS,
                                return_tensors="pt", return_special_tokens_mask=True)  # fmt: skip
        ids, special = tokens["input_ids"], tokens["special_tokens_mask"].bool()
        cover = (torch.rand(ids.shape) < masked) & ~special
        ids = ids.masked_fill(cover, self.tokenizer.mask_token_id)
        mask = tokens["attention_mask"]
        return {"input_ids": ids.to(self.where), "attention_mask": mask.to(self.where)}

    def lengths(self, texts: list[str]) -> list[int]:
        """Tokens of each text."""
        return [len(ids) for ids in self.tokenizer(texts)["input_ids"]]


@torch.inference_mode()
def probabilities(model: Learner, reader: Reader, texts: list[str]) -> dict[str, np.ndarray]:
    """Each question's probabilities, float64 [N, labels]; batches are of similar length."""
    model.dropout.eval()
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    found = {name: np.zeros((len(texts), head.out_features)) for name, head in model.heads.items()}
    for start in range(0, len(order), 128):
        rows = order[start : start + 128]
        with mixed(reader.where):
            logits = model(reader([texts[row] for row in rows]))
        for name, values in logits.items():
            found[name][rows] = values.float().softmax(1).cpu().numpy()
    model.dropout.train()
    return found


class Weights:
    """Some of a model's weights as a checkpoint's part."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        self.weights = weights

    def state_dict(self) -> dict[str, Tensor]:
        return {name: weight.detach().clone() for name, weight in self.weights.items()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, weight in state.items():
                self.weights[name].copy_(weight)


class Best:
    """The best validation so far: its score, its weights, and how many have been worse since."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        self.score, self.worse, self.weights = -1.0, 0, weights

    def offer(self, score: float, weights: dict[str, Tensor]) -> None:
        self.worse += 1
        if score > self.score:
            self.score, self.worse, self.weights = score, 0, weights

    def state_dict(self) -> dict[str, Any]:
        return {"score": self.score, "worse": self.worse, "weights": self.weights}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.score, self.worse, self.weights = state["score"], state["worse"], state["weights"]


def update_mean(mean: dict[str, Tensor], weights: dict[str, Tensor], decay: float) -> None:
    """Exponential moving average: mean = decay * mean + (1 - decay) * weights."""
    with torch.no_grad():
        for name, weight in weights.items():
            mean[name].lerp_(weight, 1 - decay)


def save(model: Learner, question: str, labels: list[str], folder: Path) -> None:
    """Write the adapter as peft does, the question's head (both float16), and the labels."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    for weight in model.trained().values():
        weight.data = weight.data.half()
    with tempfile.TemporaryDirectory() as scratch:  # peft also writes a card with this disk's paths
        model.encoder.save_pretrained(scratch)
        config = json.loads((Path(scratch) / "adapter_config.json").read_text())
        shutil.copyfile(
            Path(scratch) / "adapter_model.safetensors", folder / "adapter_model.safetensors"
        )
    config["base_model_name_or_path"] = "all-MiniLM-L6-v2"
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    head: Any = model.heads[question]
    parts = {"weight": head.weight.data, "bias": head.bias.data}
    tensors = {name: part.cpu().contiguous() for name, part in parts.items()}
    save_file(tensors, folder / "head.safetensors")
    content = {"labels": labels}
    (folder / "expert.json").write_text(json.dumps(content, indent=1) + "\n")
