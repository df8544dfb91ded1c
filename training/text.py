"""The text model MiniLM, from its wheel, as the trainings use it: frozen, its answers cached."""

from collections.abc import Sequence

import numpy as np
import torch

from backend.models.minilm import minilm_folder


class Sentences:
    """MiniLM as in sentence-transformers: the mean of the token states, at length one."""

    def __init__(self) -> None:
        from transformers import AutoModel, AutoTokenizer

        folder = minilm_folder()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder).eval().requires_grad_(False)

    @torch.inference_mode()
    def encode(self, texts: Sequence[str], batch: int = 256) -> np.ndarray:
        """Unit vectors, float32 [len(texts), 384], in order of length to waste no padding."""
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        vectors = np.zeros((len(texts), 384), np.float32)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            tokens = self.tokenizer([texts[row] for row in rows], padding=True, truncation=True,
                                    max_length=32, return_tensors="pt")  # fmt: skip
            states = self.model(**tokens).last_hidden_state
            mask = tokens["attention_mask"].unsqueeze(-1)
            mean = (states * mask).sum(1) / mask.sum(1)
            vectors[rows] = torch.nn.functional.normalize(mean, dim=-1).numpy()
        return vectors
