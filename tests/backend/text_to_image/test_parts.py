"""Drawing stops after each step and each frame of its film, for others."""

from backend.text_to_image.draw_pictures import draw_pictures
from backend.text_to_image.request import EVERYTHING, check_request
from backend.text_to_image.results import PreviewDrawn
from tests.backend.parts import stops_and_items

STEPS = 4


def test_a_film_stops_after_each_frame(adapters):
    request = check_request("a red circle", steps=STEPS, seed=1)
    stops, items = stops_and_items(draw_pictures, adapters["painter"], request, EVERYTHING)
    assert stops == STEPS - 1 + STEPS  # the predictions but the last, and what each began with
    assert sum(isinstance(item, PreviewDrawn) for item in items) == STEPS + 1  # and the noise
    assert len(items[-1].pictures[0].film) == STEPS
