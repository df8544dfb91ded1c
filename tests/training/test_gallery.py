"""The gallery is made from stamps with both sentences, without letters and mirrored doubles."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from training.gallery import SIDE, make, stamps


def stamp(folder: Path, place: str, *sentences: str) -> None:
    path = folder / f"{place}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    image.paste((200, 0, 0, 255), (20, 10, 40, 30))
    image.save(path)
    if sentences:
        path.with_suffix(".txt").write_text("\n".join(sentences), encoding="utf-8")


def test_pictures_fill_a_white_square_and_keep_their_sentences(tmp_path: Path) -> None:
    stamp(tmp_path, "animals/cat", "A cat.", "de.utf8=Eine Katze.", "zh_CN.utf8=猫。")
    stamp(tmp_path, "animals/cat_mirror")
    stamp(tmp_path, "animals/dog", "A dog.", "de.utf8=Ein Hund.")
    stamp(tmp_path, "clothes/button", "A button.")  # its Chinese is ours
    stamp(tmp_path, "animals/mammals/bovines/yak", "A yak.", "zh_CN.utf8=废话。")  # mended by us
    stamp(tmp_path, "symbols/math/1", "One.", "zh_CN.utf8=一。")
    assert [(one.place, one.chinese) for one in stamps(tmp_path)] == [
        ("animals/cat", "猫。"),
        ("animals/mammals/bovines/yak", "一头牦牛。"),
        ("clothes/button", "一颗纽扣。"),
    ]
    target = tmp_path / "gallery"
    assert make(tmp_path, target) == 3
    with Image.open(target / "pictures" / "animals-cat.webp") as made:
        assert made.size == (SIDE, SIDE)
        red = sum(pixel[0] - pixel[1] > 100 for pixel in made.convert("RGB").getdata())
    assert red / SIDE**2 > 0.85  # without its empty margins
    lines = (target / "captions.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "animals-cat.webp,A cat.,猫。,animals/cat.png"
