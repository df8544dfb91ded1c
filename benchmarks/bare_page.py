"""The baseline for start-up: the smallest gradio page there is."""

from __future__ import annotations

import sys

import gradio as gr

with gr.Blocks() as page:
    gr.Textbox()

page.launch(server_name="127.0.0.1", server_port=int(sys.argv[2]))
