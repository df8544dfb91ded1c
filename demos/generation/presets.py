"""Prompts to begin with: each puts a task into the field, to be edited there and then sent.

In English, like the examples: the bundled model knows no other language. They are tasks that it can
do: asked to summarise or to translate it invents.
"""

from __future__ import annotations

import gradio as gr
from markupsafe import Markup

from demos.shared.handlers import LISTENER
from demos.shared.strings import in_html, t

PASSAGE = (
    "The lighthouse on Gull Rock was built in 1872 by Anna Brandt, who also kept its lamp for "
    "thirty years. Since 1961 the lamp is electric and nobody lives on the rock. In summer a boat "
    "takes visitors there twice a day."
)

# The catalogue key "generation.preset.<name>" and the prompt.
PRESETS = {
    "spelling": "Correct the spelling mistakes in this sentence.\n\n"
    "Sentence: I beleive we will recieve the letter tommorow.",
    "question": "Answer the question with the help of the passage alone.\n\n"
    f"Passage: {PASSAGE}\n\nQuestion: Who built the lighthouse?",
}


def preset_buttons(mode: gr.Radio, prompt: gr.Textbox, strategy: gr.Radio) -> None:
    """A row of buttons; each fills the field of a chat and runs nothing. A task has one best
    answer: greedy decoding looks for it."""
    gr.HTML(
        Markup('<p class="st-small-title">{}</p>').format(in_html("generation.presets")),
        apply_default_css=False,
    )
    with gr.Row(elem_classes="st-examples"):
        for name, text in PRESETS.items():
            button = gr.Button(t(f"generation.preset.{name}"), size="sm", min_width=80)
            button.click(
                lambda text=text: ("chat", text, "greedy"),
                None,
                [mode, prompt, strategy],
                queue=False,
                **LISTENER,
            )
