"""The verse writer's tokenizer: a token for each character, bytes for any other.

A traditional character is read as its simplified one, by a table of single characters that the
tokenizer carries as SentencePiece's (a trie), so that offsets stay right.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

BEGIN, END = "<s>", "</s>"
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
PRINTED = ["\n", *map(chr, range(32, 127)), *"《》，。？！；：、"]
CHINESE = (range(0x3400, 0xA000), range(0x20000, 0x32000))


def traditional(known: set[str]) -> dict[str, str]:
    """Each traditional character and its simplified one, where that is `known`.

    Left alone is what simplified texts use as well: 乾 is 干 in "dry", but not in 乾坤.
    """
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    characters = (chr(code) for block in CHINESE for code in block if chr(code) not in known)
    pairs = ((character, convert(character)) for character in characters)
    return {old: new for old, new in pairs if new != old and new in known}


def charsmap(table: dict[str, str]) -> bytes:
    """The table as SentencePiece keeps it, which `tokenizers` reads as well."""
    from sentencepiece import SentencePieceTrainer
    from sentencepiece.sentencepiece_model_pb2 import ModelProto

    made = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules.tsv"
        rules.write_text("".join(f"{ord(a):X}\t{ord(b):X}\n" for a, b in table.items()))
        SentencePieceTrainer.train(
            sentence_iterator=iter(table.values()),
            model_writer=made,
            model_type="char",
            vocab_size=8,
            hard_vocab_limit=False,
            normalization_rule_tsv=str(rules),
            minloglevel=2,
        )
    charsmap_: bytes = ModelProto.FromString(made.getvalue()).normalizer_spec.precompiled_charsmap
    return charsmap_


def make(characters: Iterable[str]) -> Any:
    """A fast tokenizer that knows these characters. A text begins with BEGIN."""
    from tokenizers import Tokenizer, decoders, models, normalizers, processors
    from transformers import PreTrainedTokenizerFast

    known = sorted(set(characters) - set(PRINTED))
    tokens = [BEGIN, END, *BYTES, *PRINTED, *known]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocabulary, [], byte_fallback=True))
    tokenizer.normalizer = normalizers.Precompiled(charsmap(traditional(set(known))))
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A", pair=f"{BEGIN} $A $B", special_tokens=[(BEGIN, 0)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=BEGIN,
        eos_token=END,
        pad_token=END,
        clean_up_tokenization_spaces=False,
        padding_side="left",
    )
