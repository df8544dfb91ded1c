"""Reads the text encoder's folder into a transformers model; its weights are unpacked once, its
word vectors one by one as texts need them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import torch
from torch import Tensor
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from backend.models.control_tokens import read_as_text
from backend.models.four_bits import packed_in, unpack_all
from backend.models.packed_embedding import PackedEmbedding
from backend.models.weights import read_shards

WORDS = "embeddings.word_embeddings"  # the word vectors' module in the model


class _Weights(dict[str, Tensor]):
    """A state dict that can be forgotten with the last model that uses it."""


_known: WeakValueDictionary[Path, _Weights] = WeakValueDictionary()
_reading = threading.Lock()


def tokenizer_of(folder: Path) -> PreTrainedTokenizerFast:
    """The folder's tokenizer; control tokens that a visitor types are text to it."""
    tokenizer: Any = PreTrainedTokenizerFast.from_pretrained(folder)
    read: PreTrainedTokenizerFast = read_as_text(tokenizer)
    return read


@torch.inference_mode(False)
def model_of(folder: Path, attention: str) -> BertModel:
    """The folder's model. Its weights are those of every other model of the folder.

    The first to want it may be in inference mode (a search in Chinese): weights made there could
    not be shared with a model that is asked for gradients.
    """
    config: Any = BertConfig.from_pretrained(folder, attn_implementation=attention)
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
        model.set_input_embeddings(PackedEmbedding(config.vocab_size, config.hidden_size))
    weights = _weights(folder)
    model.load_state_dict(weights, assign=True)
    model.embeddings.position_ids = torch.arange(config.max_position_embeddings)[None]
    model.embeddings.token_type_ids = torch.zeros_like(model.embeddings.position_ids)
    vars(model)["read_from"] = weights  # keeps them known while a model uses them
    return model.eval().requires_grad_(False)


def _weights(folder: Path) -> _Weights:
    with _reading:
        weights = _known.get(folder)
        if weights is None:
            weights = _Weights(_unpacked(read_shards(folder)))
            _known[folder] = weights
    return weights


def _unpacked(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The model's tensors as it wants them: all unpacked but the word vectors."""
    words = {key: tensor for key, tensor in state.items() if key.startswith(WORDS)}
    ((nibbles, scales),) = packed_in(words).values()
    rest = {key: tensor for key, tensor in state.items() if key not in words}
    return unpack_all(rest) | {f"{WORDS}.nibbles": nibbles, f"{WORDS}.scales": scales}
