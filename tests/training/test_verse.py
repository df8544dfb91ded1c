"""training/verse.py: a tiny verse writer from a few poems, and what it starts from."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
import torch

from backend.models.language_model import load_folder
from tests.backend.fakes import CPU
from training import character_vectors, verse
from training.poems import Poem

POEM = Poem("白日依山尽，黄河入海流。欲穷千里目，更上一层楼。", "登鹳雀楼")
OTHER = Poem("床前明月光，疑是地上霜。举头望明月，低头思故乡。", "")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with a few poems, as the package's are kept."""
    for package in ("opencc", "google.protobuf"):
        pytest.importorskip(package, reason="requirements-train.txt is not installed")
    rows = [[poem.text, poem.title] for poem in (POEM, OTHER)]
    (tmp_path / "verse").mkdir()
    parts = dict.fromkeys(("train", "validation", "test"), rows)
    (tmp_path / "verse" / "poems.json").write_text(json.dumps(parts), "utf-8")
    return tmp_path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verse, "make_model", partial(verse.make_model, width=64, layers=1))
    monkeypatch.setattr(verse, "CONTEXT", 64)


@pytest.mark.slow  # a training
@pytest.mark.usefixtures("ticking", "small")
def test_the_command_writes_what_the_loader_reads_and_goes_on(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--work", str(work), "--out", str(tmp_path / "out"), "--minutes"]
    verse.main([*given, "0.05"])
    verse.main([*given, "0.1"])
    assert "goes on from step" in capsys.readouterr().out
    lm = load_folder("Tiny", tmp_path / "out", CPU)
    assert lm.stop_ids == {lm.tokenizer.eos_token_id}
    ids = lm.tokenizer("白日依山盡，", return_tensors="pt")["input_ids"]
    assert lm.reader().read(ids).shape == (1, 1, len(lm.tokenizer))


def test_poems_follow_one_another_between_their_marks(work: Path, small: None) -> None:
    tokenizer = verse.tokenizer_for(verse.data(work))
    rows = next(verse.batches(tokenizer, [POEM], seed=0))
    assert rows.shape == (verse.ROWS, verse.CONTEXT)
    text = tokenizer.decode(rows.flatten())
    whole = set(text.split("</s>")[:-1])
    assert whole <= {f"<s>{POEM.text}", f"<s>《登鹳雀楼》{POEM.text}"} and len(whole) == 2


def test_the_order_of_the_poems_is_that_of_the_seed(work: Path) -> None:
    tokenizer = verse.tokenizer_for(verse.data(work))
    first, again, other = (
        next(verse.batches(tokenizer, [POEM, OTHER] * 9, seed)) for seed in (0, 0, 1)
    )
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_characters_with_the_same_neighbours_start_alike() -> None:
    # 1 and 2 stand between 3 and 4, 5 never does.
    texts = [[3, 1, 4], [3, 2, 4], [5, 6], [5, 7]] * 3
    made = character_vectors.vectors(character_vectors.neighbours(texts, 8), 4)
    alike = torch.nn.functional.cosine_similarity(made[1], made[2], dim=0)
    unlike = torch.nn.functional.cosine_similarity(made[1], made[5], dim=0)
    assert alike > 0.9
    assert unlike < 0.5


def test_neighbours_are_counted_within_a_text_and_in_both_directions() -> None:
    counts = character_vectors.neighbours([[1, 2], [3, 1, 2]], 4)
    assert counts[1, 2] == counts[2, 1] == 2
    assert counts[2, 3] == 1  # two apart, in the second text; not over the border of the first
    assert counts.sum() == 2 * (2 + 1 + 1)
