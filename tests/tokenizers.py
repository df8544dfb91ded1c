"""A tokenizer made on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def byte_level_tokenizer(
    texts: Sequence[str], special: Sequence[str], end: str, **more: Any
) -> Any:
    """A byte-level BPE of at most 320 tokens, as GPT-2 has it: any text can be written with it.

    `special` are tokens of their own: the first fills up batches, `end` ends a text.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=end, pad_token=special[0], **more
    )
