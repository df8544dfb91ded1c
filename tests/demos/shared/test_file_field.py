"""Files come under the names that the visitor knows them by."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from gradio.data_classes import FileData, ListFiles

import demos.shared.file_field
from demos.shared.file_field import file_field


def test_files_keep_the_names_that_gradio_takes_characters_from() -> None:
    uploads = [
        FileData(path="/tmp/1/hey.jpg", orig_name="hey!.jpg"),
        FileData(path="/tmp/2/hey.jpg", orig_name="hey.jpg"),
        FileData(path="/tmp/3/sample.jpg"),
    ]
    with gr.Blocks():
        many, one = file_field(file_count="multiple"), file_field()
    # What gradio does for a field that a handler skips (Blocks.postprocess_data).
    again = many.__class__(**{**many.constructor_args, "render": False})
    for field in (many, again):
        assert field.preprocess(ListFiles(uploads)) == [
            ("hey!.jpg", Path("/tmp/1/hey.jpg")),
            ("hey.jpg", Path("/tmp/2/hey.jpg")),
            ("sample.jpg", Path("/tmp/3/sample.jpg")),
        ]
        assert field.preprocess(None) is None and field.get_block_name() == "file"
    assert one.preprocess(uploads[0]) == ("hey!.jpg", Path("/tmp/1/hey.jpg"))


def test_no_stub_file_is_written_beside_it() -> None:
    assert not Path(demos.shared.file_field.__file__).with_suffix(".pyi").exists()
