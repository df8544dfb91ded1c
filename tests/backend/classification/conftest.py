"""A tiny BERT made on the spot as expert, sentence encoder and masked model; the bundled ones."""

from __future__ import annotations

import functools

import pytest

WORDS = [
    "the",
    "film",
    "is",
    "was",
    "not",
    "good",
    "bad",
    "great",
    "awful",
    "and",
    "but",
    "i",
    "love",
    "hate",
    "it",
    "a",
    "train",
    "late",
    "happy",
    "sad",
    "red",
    "green",
    "he",
    "she",
    "they",
    ".",
    ",",
    "!",
    "##s",
    "##ing",
    "un",
    "##happy",
]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@pytest.fixture(scope="session")
def tiny_tokenizer():
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *WORDS])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )  # fmt: skip
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", mask_token="[MASK]", model_max_length=64,
    )  # fmt: skip


def tiny_config(**more):
    from transformers import BertConfig

    return BertConfig(
        vocab_size=len(SPECIAL) + len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.4,
        attn_implementation="eager",
        **more,
    )


@pytest.fixture(scope="session")
def tiny_expert(tiny_tokenizer):
    """Three labels; random weights, far enough apart to make a difference."""
    import torch
    from transformers import BertModel

    from backend.classification.expert import Expert
    from backend.classification.loading import MeanClassifier

    with torch.random.fork_rng():
        torch.manual_seed(3)
        body = BertModel(tiny_config()).eval()
        head = torch.nn.Linear(32, 3)
    model = MeanClassifier(body, head).eval().requires_grad_(False)
    return Expert(
        ("good", "bad", "neither"), tiny_tokenizer, model, body.get_input_embeddings(), 60, "cpu"
    )


@pytest.fixture(scope="session")
def tiny_masked(tiny_tokenizer):
    import torch
    from transformers import BertForPreTraining

    from backend.classification.masked import MaskedModel

    with torch.random.fork_rng():
        torch.manual_seed(4)
        model = BertForPreTraining(tiny_config()).eval()
    return MaskedModel(tiny_tokenizer, model, "cpu")


@pytest.fixture(scope="session")
def sentences():
    """The bundled text encoder."""
    from backend.classification.loading import load_sentence_encoder
    from backend.models.registry import MODELS
    from tests.backend.fakes import CPU

    return load_sentence_encoder(next(row for row in MODELS if row.role == "sentences"), CPU)


@pytest.fixture(scope="session")
def sentiment():
    """The bundled sentiment expert."""
    return bundled("sentiment-expert")


@pytest.fixture(scope="session")
def emotion():
    """The bundled emotion expert."""
    return bundled("emotion-expert")


@functools.cache
def of_two_languages(question):
    """The bundled expert that reads Chinese, too."""
    from backend.classification.loading import load_expert_of_two_languages
    from backend.models.registry import MODELS
    from tests.backend.fakes import CPU

    row = next(row for row in MODELS if row.id == f"{question}-expert-two-languages")
    return load_expert_of_two_languages(row, CPU)


def bundled(model_id):
    from backend.classification.loading import load_bundled_expert
    from backend.models.registry import MODELS
    from tests.backend.fakes import CPU

    return load_bundled_expert(next(row for row in MODELS if row.id == model_id), CPU)
