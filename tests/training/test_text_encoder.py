"""training/text_encoder.py: the wheel's file, tiny, becomes a folder that the app reads."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.models import text_encoder
from training import vocabulary
from training.text_encoder import NAMES, name_of, read, save

WIDTH, INNER, LAYERS = 32, 64, 1
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁cat", "猫", "▁Katze", "a", "▁", "к", "<mask>")


def tensor_names() -> dict[str, tuple[int, ...]]:
    """Each tensor of the file and its shape; those of two dimensions in layers are packed."""
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (len(PIECES), WIDTH), "emb.pos": (8, WIDTH), "emb.type": (2, WIDTH),
        "emb.ln.w": (WIDTH,), "emb.ln.b": (WIDTH,),
    }  # fmt: skip
    for part in ("q", "k", "v", "ao"):
        shapes |= {f"l0.{part}.w": (WIDTH, WIDTH), f"l0.{part}.b": (WIDTH,)}
    shapes |= {"l0.fi.w": (INNER, WIDTH), "l0.fi.b": (INNER,)}
    shapes |= {"l0.fo.w": (WIDTH, INNER), "l0.fo.b": (WIDTH,)}
    for part in ("aln", "oln"):
        shapes |= {f"l0.{part}.w": (WIDTH,), f"l0.{part}.b": (WIDTH,)}
    return shapes


def is_packed(name: str) -> bool:
    return name == "emb.word" or (name.endswith(".w") and "ln" not in name)


def tensor_bytes(name: str, shape: tuple[int, ...], draw: np.random.Generator) -> bytes:
    count = int(np.prod(shape))
    if not is_packed(name):
        return draw.standard_normal(count).astype("<f4").tobytes()
    blocks = np.zeros(count // 32, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    blocks["scale"] = 0.05
    blocks["nibbles"] = draw.integers(0, 256, (count // 32, 16))
    return blocks.tobytes()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file as the wheel has it."""
    draw, letters = np.random.default_rng(0), [piece.encode() for piece in PIECES]
    edges = np.cumsum([0, *map(len, letters)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", WIDTH, LAYERS, 4, INNER, len(PIECES), 8, 2)
    head += struct.pack("<fi", 1e-12, 32) + struct.pack("<5i", len(PIECES), 0, 2, 1, 3)
    head += struct.pack("<Q", int(edges[-1])) + edges.tobytes()
    head += np.full(len(PIECES), -3, "<f4").tobytes() + b"".join(letters) + struct.pack("<iI", 0, 0)
    parts = {n: tensor_bytes(n, shape, draw) for n, shape in tensor_names().items()}
    size = len(head) + 4 + sum(2 + len(name) + 21 for name in parts)
    directory = struct.pack("<i", len(parts))
    for name, content in parts.items():
        count = int(np.prod(tensor_names()[name]))
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", is_packed(name), count, size, len(content))
        size += len(content)
    path = tmp_path / "tiny.bin"
    path.write_bytes(head + directory + b"".join(parts.values()))
    return path


def test_the_kept_pieces_are_single_characters_chinese_and_what_english_uses(file):
    published = read(file)
    rows = vocabulary.kept(published.pieces, ["a cat"])
    assert [PIECES[row] for row in rows[:5]] == list(vocabulary.SPECIAL)
    assert [PIECES[row] for row in rows[5:]] == ["▁cat", "猫", "a", "▁", "к"]


def test_a_saved_model_is_the_files_less_the_other_rows(file, tmp_path):
    published = read(file)
    rows = vocabulary.kept(published.pieces, ["a cat"])
    folder = tmp_path / "made"
    save(published, rows, folder)
    tokenizer, model = text_encoder.load(folder)
    ids = tokenizer("cat 猫", return_tensors="pt")["input_ids"]
    assert tokenizer.convert_ids_to_tokens(ids[0].tolist()) == ["<s>", "▁cat", "▁", "猫", "</s>"]
    words = model.get_input_embeddings().weight
    whole = published.packed("emb.word", WIDTH)
    first = (whole[0][4].int() & 15)[:16].float() - 8
    assert torch.allclose(words[rows.index(4)][:16], first * whole[1][4, 0].float())
    with torch.inference_mode():
        assert model(input_ids=ids).last_hidden_state.isfinite().all()


def test_every_tensor_has_a_name_of_transformers():
    assert name_of("l3.aln.b") == "encoder.layer.3.attention.output.LayerNorm.bias"
    assert name_of("emb.ln.w") == "embeddings.LayerNorm.weight"
    assert len({name_of(name) for name in tensor_names()}) == len(tensor_names())
    assert set(NAMES) >= {name.split(".")[1] for name in tensor_names() if name.startswith("l")}
