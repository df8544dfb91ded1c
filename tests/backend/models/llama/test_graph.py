"""The network is transformers' Llama (see test_reader.py too)."""

from types import SimpleNamespace

import numpy as np
import openvino as ov
import pytest
import torch
from gguf import GGUFReader

from backend.models.llama.graph import Llama, shape_of
from backend.models.llama.loading import EXACT
from backend.models.llama.reader import LlamaReader
from tests.backend.models.llama.conftest import ROW
from tests.backend.models.llama.equal_rows import EqualRows, EqualRowsReader


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
    asked = {"input_ids": ids, "columns": np.arange(3), "start": np.zeros(1, dtype=np.int64)}
    asked |= {"keep": np.array([3])}
    logits = request.infer({**asked, "beam_idx": np.zeros(1, dtype=np.int32)})["logits"]
    with torch.inference_mode():
        wanted = tiny_packed.model(torch.tensor(ids)).logits
    np.testing.assert_allclose(logits, wanted.numpy(), atol=2e-4)


@pytest.mark.parametrize("packing", ["tiny", pytest.param("smollm", marks=pytest.mark.slow)])
def test_one_row_gives_bit_for_bit_the_logits_of_the_graph_with_rows_of_one_length(
    request, packing
):
    """A prompt in pieces, one token after another, and its rows fanned out as beams are."""
    if packing == "tiny":
        packed = request.getfixturevalue("tiny_packed")
        gguf, network = packed.gguf, packed.network
    else:
        gguf, network = GGUFReader(ROW.source.fetch()), request.getfixturevalue("smollm").model
    old = EqualRowsReader(ov.Core().compile_model(EqualRows(gguf).build(), "CPU", EXACT))
    new = LlamaReader(network)
    ids = torch.randint(3, 280, (1, 150), generator=torch.Generator().manual_seed(1))
    for piece in [*ids[:, :140].split(128, dim=1), *ids[:, 140:].split(1, dim=1)]:
        got = new.read(piece, keep=piece.shape[1])
        np.testing.assert_array_equal(got.numpy(), old.read(piece))
    for last, rows in (([[5], [60], [7]], [0, 0, 0]), ([[9], [61]], [2, 0])):
        got = new.read(torch.tensor(last), rows=rows)
        np.testing.assert_array_equal(got.numpy(), old.read(torch.tensor(last), rows))


def test_the_plugin_takes_its_fast_kernels(tiny_packed):
    """One attention with its cache inside for each layer, packed weights nowhere unpacked."""
    nodes = tiny_packed.network.get_runtime_model().get_ordered_ops()
    kinds = [node.get_rt_info()["layerType"].get() for node in nodes]
    assert kinds.count("ScaledDotProductAttention") == 2
    assert kinds.count("RoPE") == 4
    assert kinds.count("FullyConnected") == 2 * 6 + 1  # gate and up are one
