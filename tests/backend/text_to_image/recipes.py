"""A recipe, a model's defaults and a white picture that tests share."""

from PIL import Image

from backend.text_to_image.recipe import Recipe
from backend.text_to_image.resolve import Defaults

DEFAULTS = Defaults(steps=20, guidance=3.0, size=64, min_size=64, max_size=64)
RECIPE = Recipe(
    model="pictogram-painter",
    model_name="Show & Tell painter",
    revision="assets/models/painter",
    prompt="红心 <b>heart</b> 🍎",
    negative="",
    style="3d",
    seed=7,
    steps=20,
    guidance=3.0,
    size=64,
    scheduler="FlowMatchEulerDiscreteScheduler",
)
WHITE = Image.new("RGB", (64, 64), "white")
