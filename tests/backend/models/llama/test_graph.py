"""The network is transformers' Llama (see test_reader.py too)."""

from types import SimpleNamespace

import numpy as np
import openvino as ov
import pytest
import torch

from backend.models.llama.graph import Llama, shape_of
from backend.models.llama.loading import EXACT


def test_its_measures_are_read_from_the_file(tiny_packed):
    shape = shape_of(tiny_packed.gguf)
    assert (shape.layers, shape.width, shape.heads, shape.key_heads) == (2, 32, 4, 2)
    assert (shape.head_width, shape.context) == (8, 2048)


def test_a_file_that_holds_no_llama_is_refused():
    field = SimpleNamespace(contents=lambda: "bert")
    with pytest.raises(ValueError, match="the file holds a bert"):
        shape_of(SimpleNamespace(fields={"general.architecture": field}))


def test_saved_and_read_again_it_reckons_the_same(tiny_packed, tmp_path):
    ov.save_model(Llama(tiny_packed.gguf).build(), tmp_path / "graph.xml", compress_to_fp16=False)
    request = ov.Core().compile_model(tmp_path / "graph.xml", "CPU", EXACT).create_infer_request()
    ids = np.array([[4, 9, 30]])
    asked = {"input_ids": ids, "position_ids": np.array([[0, 1, 2]]), "keep": np.array([3])}
    logits = request.infer({**asked, "beam_idx": np.zeros(1, dtype=np.int32)})["logits"]
    with torch.inference_mode():
        wanted = tiny_packed.model(torch.tensor(ids)).logits
    np.testing.assert_allclose(logits, wanted.numpy(), atol=2e-4)


def test_the_plugin_takes_its_fast_kernels(tiny_packed):
    """One attention with its cache inside for each layer, packed weights nowhere unpacked."""
    nodes = tiny_packed.network.get_runtime_model().get_ordered_ops()
    kinds = [node.get_rt_info()["layerType"].get() for node in nodes]
    assert kinds.count("ScaledDotProductAttention") == 2
    assert kinds.count("RoPE") == 4
    assert kinds.count("FullyConnected") == 2 * 6 + 1  # gate and up are one
