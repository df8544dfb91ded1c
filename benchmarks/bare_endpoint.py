"""The baseline for a call: an endpoint that streams its input back."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import gradio as gr


def echo(text: str) -> Iterator[str]:
    yield text


with gr.Blocks() as page:
    gr.api(echo, api_name="echo")

page.queue().launch(server_name="127.0.0.1", server_port=int(sys.argv[2]))
