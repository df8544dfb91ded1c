"""Prompts to begin with: each puts a task into the field, to be edited there and then sent.

In English, like the examples: the bundled model knows no other language.
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
    "summarise": f"Summarise this text in one short sentence.\n\nText: {PASSAGE}",
    "translate": "Translate this sentence into French.\n\nSentence: Where is the train station?",
    "question": "Answer the question with the help of the passage alone.\n\n"
    f"Passage: {PASSAGE}\n\nQuestion: Who built the lighthouse?",
}


def preset_buttons(mode: gr.Radio, prompt: gr.Textbox) -> None:
    """A row of buttons; each fills the field of a chat and runs nothing."""
    gr.HTML(
        Markup('<p class="st-small-title">{}</p>').format(in_html("generation.presets")),
        apply_default_css=False,
    )
    with gr.Row(elem_classes="st-examples"):
        for name, text in PRESETS.items():
            button = gr.Button(t(f"generation.preset.{name}"), size="sm", min_width=80)
            button.click(
                lambda text=text: ("chat", text), None, [mode, prompt], queue=False, **LISTENER
            )
