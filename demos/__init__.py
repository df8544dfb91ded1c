"""The tabs: UI only. Never imports torch, transformers, diffusers or open_clip.

TABS is the only list of tabs: the bar, `?tab=`, the README's table and the tests read it. Adding
a tab is one module here with an `ID` and `build(backend)`, and one line below.
"""

from __future__ import annotations

from demos.attention import tab as attention
from demos.captioning import tab as captioning
from demos.classification import tab as classification
from demos.generation import tab as generation
from demos.image_search import tab as image_search
from demos.text_to_image import tab as text_to_image

TABS = (attention, generation, classification, image_search, text_to_image, captioning)
