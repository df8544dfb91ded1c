"""Tiny random models of each kind, made on the spot, saved as transformers saves."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tokenizers import byte_level_tokenizer

SENTENCES = [
    "The animal didn't cross the street because it was too tired.",
    "A small cat sat on the mat and looked at the dog.",
    "The dog looked back at the cat and the cat ran away.",
] * 4
END = "<|endoftext|>"


def save_bert(folder: Path) -> Path:
    """A BERT of 2 layers and 4 heads with a word-piece tokenizer that strips accents."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    trained = BertWordPieceTokenizer()
    trained.train_from_iterator(SENTENCES, vocab_size=150, min_frequency=1, show_progress=False)
    trained.save_model(str(folder))
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.3,
    )
    torch.manual_seed(0)
    BertModel(config).save_pretrained(folder)
    return folder


def save_gpt2(folder: Path) -> Path:
    """A GPT-2 of 3 layers and 2 heads with a byte-level tokenizer."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = byte_level_tokenizer(SENTENCES, [END], end=END)
    tokenizer.save_pretrained(folder)
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_embd=32,
        n_layer=3,
        n_head=2,
        n_positions=64,
        initializer_range=0.3,
        bos_token_id=0,
        eos_token_id=0,
    )
    torch.manual_seed(0)
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def save_qwen3(folder: Path) -> Path:
    """A Qwen3 of 2 layers, 4 heads and 2 key heads: RoPE, grouped queries, q and k normed."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    tokenizer = byte_level_tokenizer(SENTENCES, [END], end=END)
    tokenizer.save_pretrained(folder)
    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=64,
        initializer_range=0.3,
    )
    torch.manual_seed(0)
    Qwen3ForCausalLM(config).save_pretrained(folder)
    return folder


def save_marian(folder: Path) -> Path:
    """A Marian of 2 + 2 layers and 2 heads with SentencePiece on both sides."""
    import sentencepiece
    import torch
    from transformers import MarianConfig, MarianMTModel

    for side in ("source", "target"):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(SENTENCES),
            model_prefix=str(folder / side),
            vocab_size=60,
            hard_vocab_limit=False,
            minloglevel=2,
        )
        (folder / f"{side}.model").rename(folder / f"{side}.spm")
    pieces = sentencepiece.SentencePieceProcessor(str(folder / "source.spm"))
    names = [pieces.id_to_piece(i) for i in range(len(pieces)) if i > 2]
    vocabulary = {t: i for i, t in enumerate(["</s>", "<unk>", ">>cmn_Hans<<", *names, "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "MarianTokenizer", "source_lang": "en", "target_lang": "zh"})
    )
    config = MarianConfig(
        vocab_size=len(vocabulary),
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        pad_token_id=vocabulary["<pad>"],
        eos_token_id=0,
        forced_eos_token_id=0,
        decoder_start_token_id=vocabulary["<pad>"],
        init_std=0.3,
    )
    torch.manual_seed(0)
    MarianMTModel(config).save_pretrained(folder)
    return folder
