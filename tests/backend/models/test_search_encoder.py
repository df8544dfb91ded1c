"""Any open_clip model through the one loader: the same numbers as a plain loop, maps, counts."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import open_clip
import pytest
import torch

from backend.image_search.matrix import caption_matrix
from backend.models.search_encoder.plain_paper import shown
from backend.models.search_encoder.regions import CELLS, last_map, regions
from backend.parts import finish
from tests.backend.pictures.files import picture

WORDS = ["a red square", "dog", "一只猫"]


def pictures():
    return [picture((60, 40), (200, 30, 40)), picture((33, 80), (10, 90, 250))]


def test_scores_equal_those_of_a_plain_open_clip_loop(clip, clip_folder):
    name = f"local-dir:{clip_folder}"
    model, _, preprocess = open_clip.create_model_and_transforms(name)
    tokenizer = open_clip.get_tokenizer(name)
    model.eval()
    with torch.no_grad():
        seen = torch.cat([model.encode_image(preprocess(p)[None]) for p in pictures()])
        said = torch.cat([model.encode_text(tokenizer([word])) for word in WORDS])
    seen, said = (x / x.norm(dim=-1, keepdim=True) for x in (seen, said))
    ours = finish(caption_matrix(clip, tuple(WORDS), pictures(), 0.05))
    assert np.abs(ours.cosines - (said @ seen.T).numpy()).max() < 1e-5
    assert np.allclose(ours.by_picture.sum(0), 1) and np.allclose(ours.by_caption.sum(1), 1)


def test_a_folder_without_weights_is_refused_not_answered_at_random(clip_folder, tmp_path):
    from backend.models.search_encoder.hub import load_folder

    (tmp_path / "open_clip_config.json").write_text(
        (clip_folder / "open_clip_config.json").read_text()
    )
    with pytest.raises(RuntimeError):
        load_folder(tmp_path, "cpu")


def test_tokens_are_counted_and_cut(clip):
    assert clip.token_count("a dog") == (4, 12)
    assert clip.token_count("dog " * 5000)[0] == 5002
    assert clip.encode_texts(["dog " * 5000]).shape == (1, 16)


def test_nothing_gives_no_vectors(clip):
    assert clip.encode_pictures([]).shape == (0, 16) and clip.encode_texts([]).shape == (0, 16)


def test_a_map_is_each_cell_weighted_by_the_mean_gradient(clip):
    """Against a plain computation; its gradient is checked by a finite difference."""
    query = clip.encode_texts(["dog"])[0].clone()
    found = finish(regions(clip, pictures(), query))
    layer, pixels, kept = last_map(clip.model.visual), clip.pixels(pictures()), []

    def cosine(replaced):
        def swap(module, inputs, output):
            kept.append(output)
            return output if replaced is None else replaced

        hook = layer.register_forward_hook(swap)
        try:
            return clip.model.encode_image(pixels, normalize=True) @ query
        finally:
            hook.remove()

    cosine(None)
    base = kept[0].detach()
    read = base.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(cosine(read).sum(), read)
    step = 1e-2
    slope = (cosine((1 + step) * base) - cosine((1 - step) * base)) / (2 * step)
    assert torch.allclose((gradient * base).sum((1, 2)), slope, atol=1e-3)
    weights = gradient[:, 1:].mean(1, keepdim=True)
    cells = (base[:, 1:] * weights).sum(2).reshape(2, 4, 4).clamp(min=0)
    size = (CELLS, CELLS)
    fine = torch.nn.functional.interpolate(cells[:, None], size=size, mode="bilinear")[:, 0]
    fine *= shown(pixels, CELLS).square()
    scaled = fine / fine.amax((1, 2), keepdim=True).clamp(min=1e-12)
    # A random model hardly looks at its places: rounding shows in gradients that small.
    assert torch.allclose(found, scaled, atol=0.05)
    assert found.shape == (2, *size) and (found >= 0).all() and found.max() <= 1


def test_a_timm_tower_has_a_map_too():
    from open_clip.timm_model import TimmModel

    tower = TimmModel("vit_tiny_patch16_224", 16, image_size=32, pretrained=False)
    assert last_map(tower) is tower.trunk.blocks[-2]
    assert last_map(torch.nn.Linear(2, 2)) is None


def test_it_is_loaded_once_while_anybody_has_it_and_then_let_go(tmp_path, monkeypatch):
    from backend.models import search_encoder
    from backend.models.search_encoder import model

    class Loaded:
        pass

    monkeypatch.setattr(model, "load_encoder", lambda *_: Loaded())
    first = search_encoder.load(tmp_path)
    assert search_encoder.load(tmp_path) is first
    assert search_encoder.load(tmp_path, "cuda") is not first
    gone = weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None
