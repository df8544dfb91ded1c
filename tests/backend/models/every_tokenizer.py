"""A small tokenizer of each kind that the registry's rows have, with the same control tokens."""

from __future__ import annotations

from typing import Any

from backend.models.minilm import minilm_folder
from tests.tokenizers import byte_level_tokenizer

TEXTS = ["a red heart on a blue house, and the small dog of the old man"] * 3
LETTERS = sorted(set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<>[]/|_."))

# Which kind each row's tokenizer is; rows whose tokens are whole words of our own have none.
KINDS = {
    "qwen3-4b": "qwen",
    "qwen3-0.6b": "qwen",
    "verse-writer": "verse",
    "smollm2-135m": "smollm",
    "siglip2-base": "gemma",
    "clip-datacomp": "open_clip",
    "pictogram-search": "bert",
    "qwen3-vl-4b": "qwen",
    "blip-base": "bert",
    "pictogram-captioner": None,
    "pictogram-painter": "text_encoder",
    "flux2-klein-4b": "qwen",
    "sd-turbo": "clip",
    "sentiment-expert": "bert",
    "emotion-expert": "bert",
    "sentiment-expert-two-languages": "text_encoder",
    "emotion-expert-two-languages": "text_encoder",
    "distilbert-sst2": "bert",
    "distilroberta-finance": "roberta",
    "roberta-emotions": "roberta",
    "deberta-zeroshot-large": "deberta",
    "deberta-zeroshot-xsmall": "deberta",
    "multilingual-e5-small": "text_encoder",
    "bert-base": "bert",
    "smollm2-135m-gaps": "smollm",
    "verse-writer-gaps": "verse",
    "bert-base-uncased": "bert",
    "minilm-attention": "bert",
    "multilingual-e5-small-attention": "text_encoder",
    "qwen3-0.6b-attention": "qwen",
    "gpt2": "gpt2",
    "verse-writer-attention": "verse",
    "smolvlm2-500m": "smollm",
    "smollm2-135m-attention": "smollm",
    "opus-mt-en-zh": "marian",
    "dates": "dates",
}


def bert() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(minilm_folder())


def text_encoder() -> Any:
    """XLM-R's Unigram pieces, as many as the bundled text encoder keeps."""
    from transformers import PreTrainedTokenizerFast

    from backend.models.text_encoder import TEXT_ENCODER

    return PreTrainedTokenizerFast.from_pretrained(TEXT_ENCODER.fetch())


def dates() -> Any:
    from transformers import AutoTokenizer

    from backend.models.registry import MODELS

    return AutoTokenizer.from_pretrained(
        next(row.source.fetch() for row in MODELS if row.id == "dates")
    )


def verse() -> Any:
    from transformers import AutoTokenizer

    from backend.models.registry import row_for

    return AutoTokenizer.from_pretrained(row_for("verse").source.fetch())


def qwen() -> Any:
    """Some of its control tokens are not marked as special."""
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|image_pad|>"]
    made = byte_level_tokenizer(TEXTS, special, end="<|im_end|>")
    made.add_tokens(["<think>", "</think>", "<tool_call>", "<|fim_prefix|>"])
    return made


def smollm() -> Any:
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<repo_name>"]
    return byte_level_tokenizer(TEXTS, special, end="<|im_end|>")


def gpt2() -> Any:
    return byte_level_tokenizer(TEXTS, ["<|endoftext|>"], end="<|endoftext|>")


def roberta() -> Any:
    """Its mask swallows the space before it."""
    from tokenizers import AddedToken

    made = byte_level_tokenizer(TEXTS, ["<pad>", "<s>", "</s>", "<unk>"], end="</s>")
    made.add_special_tokens({"mask_token": AddedToken("<mask>", lstrip=True)})
    return made


def clip() -> Any:
    from transformers import CLIPTokenizer
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    letters = bytes_to_unicode().values()
    pieces = [*letters, *(f"{letter}</w>" for letter in letters)]
    special = ["<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={piece: at for at, piece in enumerate(pieces + special)}, merges=[])


def deberta() -> Any:
    """A Unigram model, whose vocabulary holds the control tokens as pieces with the best score."""
    from transformers import DebertaV2Tokenizer

    special = [(name, 0.0) for name in ("[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]")]
    return DebertaV2Tokenizer(vocab=[*special, ("▁", -2.0), *((one, -5.0) for one in LETTERS)])


def gemma() -> Any:
    """SigLIP 2's: control tokens are in its vocabulary too, and few are marked as special."""
    from tokenizers import Tokenizer, models, normalizers
    from transformers import PreTrainedTokenizerFast

    names = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "[multimodal]", "<start_of_turn>"]
    vocabulary = {piece: at for at, piece in enumerate([*names, "▁", *LETTERS])}
    made = Tokenizer(models.BPE(vocabulary, [], unk_token="<unk>"))
    made.normalizer = normalizers.Replace(" ", "▁")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
    )
    tokenizer.add_tokens(["<bos>", "<mask>", "[multimodal]", "<start_of_turn>"])
    return tokenizer
