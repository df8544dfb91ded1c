"""Which of XLM-R's 250,002 pieces the text encoder keeps, and its tokenizer.

Kept are all pieces of one character, so that every script stays readable letter by letter; all
pieces of Chinese characters, simplified and traditional; all without letters (digits, punctuation,
emoji); and those that English texts are cut into. A text of kept pieces alone is cut exactly as
before: the likeliest way to cut it is still there.
"""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import regex
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from backend import gallery

Piece = tuple[str, float]  # and its log-probability
SPACE = "▁"
NO_LETTERS_BUT_HAN = regex.compile(r"[\p{Han}\P{L}]*")
PAD, BEGIN, END, UNKNOWN, MASK = "<pad>", "<s>", "</s>", "<unk>", "<mask>"
SPECIAL = (PAD, BEGIN, END, UNKNOWN, MASK)
# What SentencePiece's "nmt_nfkc" does beyond NFKC.
BLANKS = "[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
CONTROLS = "[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"


def tokenizer_of(pieces: Sequence[Piece]) -> Tokenizer:
    """A fast tokenizer as XLM-R's; the special pieces are among `pieces`."""
    names = [name for name, _ in pieces]
    begin, end = names.index(BEGIN), names.index(END)
    made = Tokenizer(models.Unigram(list(pieces), unk_id=names.index(UNKNOWN)))
    made.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(BLANKS), " "),
            normalizers.Replace(Regex(CONTROLS), ""),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A {END}",
        pair=f"{BEGIN} $A {END} {END} $B {END}",
        special_tokens=[(BEGIN, begin), (END, end)],
    )
    return made


def kept(pieces: Sequence[Piece], english: Iterable[str]) -> list[int]:
    """The numbers of the pieces to keep, the special ones first."""
    special = [next(n for n, (name, _) in enumerate(pieces) if name == one) for one in SPECIAL]
    used = _used(tokenizer_of(pieces), english)
    plain = (name.replace(SPACE, "") for name, _ in pieces)
    others = [
        number
        for number, name in enumerate(plain)
        if len(name) <= 1 or NO_LETTERS_BUT_HAN.fullmatch(name) or number in used
    ]
    return [*special, *(number for number in others if number not in special)]


def _used(tokenizer: Tokenizer, texts: Iterable[str], batch: int = 5000) -> set[int]:
    used: set[int] = set()
    some: list[str] = []
    for text in [*texts, None]:
        if text is not None:
            some.append(text)
        if len(some) == batch or text is None:
            for encoding in tokenizer.encode_batch(some, add_special_tokens=False):
                used.update(encoding.ids)
            some.clear()
    return used


def english_texts(sources: Path, more: Sequence[Path] = ()) -> Iterator[str]:
    """WordNet's words (also capitalised, and after a quotation mark), explanations and examples;
    CC-CEDICT's explanations; the gallery's captions; the first column of the files in `more`."""
    for file in sorted((sources / "wordnet").rglob("data.*")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line.startswith(" "):
                yield from _of_wordnet(line)
    with gzip.open(next((sources / "cedict").rglob("cedict*.gz")), "rt", encoding="utf-8") as lines:
        yield from (line.split("/", 1)[1].replace("/", "; ") for line in lines if "/" in line)
    for entry in gallery.entries():
        yield from (entry.english, entry.chinese)  # whose Latin names are English
    for file in more:
        yield from (line.split("\t")[0] for line in file.read_text(encoding="utf-8").splitlines())


def _of_wordnet(line: str) -> Iterator[str]:
    """A line of data.*: numbers and words, a bar, the explanation."""
    head, _, explanation = line.partition(" | ")
    fields = head.split()
    words = [word.replace("_", " ") for word in fields[4 : 4 + 2 * int(fields[3], 16) : 2]]
    yield explanation.strip()
    for word in words:
        yield from (word, word.capitalize(), word.upper(), f"“{word}", f"“{word.capitalize()}")


def save(pieces: Sequence[Piece], folder: Path, longest: int) -> None:
    """Write tokenizer.json and tokenizer_config.json."""
    from transformers import PreTrainedTokenizerFast

    made: Any = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer_of(pieces), model_max_length=longest, pad_token=PAD,
        bos_token=BEGIN, cls_token=BEGIN, eos_token=END, sep_token=END, unk_token=UNKNOWN,
        mask_token=MASK, model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip
    made.save_pretrained(folder)
    made.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
