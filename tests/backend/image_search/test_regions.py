"""Maps of where a cosine comes from: what they show where nothing speaks for the query."""

from __future__ import annotations

import torch

from backend.models.search_encoder.regions import CELLS, _on_things

THINGS = torch.zeros(2, CELLS, CELLS)
THINGS[:, 4:24, 4:24] = 1


def test_where_nothing_speaks_for_the_query_the_thing_lights_up_where_least_speaks_against_it():
    weighted = torch.full((1, 7, 7), -2.0)
    weighted[0, 2, 5] = -0.5
    map_ = _on_things(weighted, THINGS[:1])[0]
    row, column = divmod(int(map_.argmax()), CELLS)
    assert row // 4 == 2 and column // 4 == 5
    assert map_.min() == 0 < map_.max() and map_[THINGS[0] == 0].sum() == 0
    flat = _on_things(torch.full((1, 7, 7), -1.0), THINGS[:1])[0]
    assert (flat[THINGS[0] == 1] > 0).all()


def test_another_pictures_map_is_what_speaks_for_the_query_alone():
    weighted = torch.full((2, 7, 7), -2.0)
    weighted[1, 3, 3] = 1.0
    together = _on_things(weighted, THINGS)
    assert (together[1] > 0).float().mean() < 0.15
    assert torch.equal(together[1], _on_things(weighted[1:], THINGS[1:])[0])
