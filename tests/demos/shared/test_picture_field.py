"""What a visitor uploads is not opened by gradio."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
import pytest
from gradio.data_classes import ImageData

import demos.shared.picture_field
from demos.shared.picture_field import picture_field


@pytest.mark.parametrize("webcam", [False, True])
def test_an_upload_is_handed_over_unopened_even_when_gradio_makes_the_field_anew(
    tmp_path: Path, webcam: bool
) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    upload = ImageData(path=str(tmp_path / "broken.png"))
    with gr.Blocks():
        field = picture_field(webcam=webcam)
    # What gradio does for a field that a handler skips (Blocks.postprocess_data).
    again = field.__class__(**{**field.constructor_args, "render": False})
    for one in (field, again):
        assert one.preprocess(upload) == upload.path and one.preprocess(None) is None
        assert one.get_block_name() == "image"
        assert ("webcam" in one.sources) == webcam


def test_no_stub_file_is_written_beside_it() -> None:
    assert not Path(demos.shared.picture_field.__file__).with_suffix(".pyi").exists()
