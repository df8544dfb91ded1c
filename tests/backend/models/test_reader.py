"""One signature, one test for both."""

import pytest
import torch

from backend.models.llama.reader import LlamaReader
from backend.models.reader import TorchReader

IDS = torch.tensor([[5, 17, 40, 9, 201, 33, 5, 17]])
CLOSE = {"atol": 2e-4, "rtol": 1e-4}


@pytest.fixture(params=[TorchReader, LlamaReader])
def reader(request, tiny_packed):
    """A new reader of the same weights, run by either library."""
    of_torch = request.param is TorchReader
    return TorchReader(tiny_packed.model) if of_torch else LlamaReader(tiny_packed.network)


@pytest.fixture
def expected(tiny_packed):
    """Logits at every place of `ids`, read at once and with no cache."""

    def logits(ids):
        with torch.inference_mode():
            return tiny_packed.model(ids, use_cache=False).logits

    return logits


def test_a_text_read_at_once_or_in_pieces_gives_the_models_logits(reader, expected):
    first = reader.read(IDS[:, :5], keep=5)
    then = reader.read(IDS[:, 5:6])
    last = reader.read(IDS[:, 6:], keep=2)
    assert reader.length == 8
    torch.testing.assert_close(torch.cat([first, then, last], dim=1), expected(IDS), **CLOSE)


def test_only_the_logits_that_are_asked_for_come(reader):
    assert reader.read(IDS).shape[:2] == (1, 1)
    assert reader.read(IDS, keep=3).shape[:2] == (1, 3)


def test_one_row_becomes_many_that_go_on_apart(reader, expected):
    reader.read(IDS)
    ends = torch.tensor([[7], [8], [9]])
    got = reader.read(ends, rows=[0, 0, 0])
    whole = torch.cat([IDS.expand(3, -1), ends], dim=1)
    torch.testing.assert_close(got, expected(whole)[:, -1:], **CLOSE)


def test_rows_change_places_as_beams_do(reader, expected):
    reader.read(IDS)
    reader.read(torch.tensor([[7], [8]]), rows=[0, 0])
    got = reader.read(torch.tensor([[1], [2], [3]]), rows=[1, 1, 0])
    whole = torch.cat([IDS.expand(3, -1), torch.tensor([[8, 1], [8, 2], [7, 3]])], dim=1)
    torch.testing.assert_close(got, expected(whole)[:, -1:], **CLOSE)


def test_a_copy_goes_its_own_way(reader, expected):
    reader.read(IDS)
    twin = reader.copy()
    assert twin.length == reader.length == 8
    reader.read(torch.tensor([[250, 251]]))
    got = twin.read(torch.tensor([[7]]))
    whole = torch.cat([IDS, torch.tensor([[7]])], dim=1)
    torch.testing.assert_close(got, expected(whole)[:, -1:], **CLOSE)
    assert (twin.length, reader.length) == (9, 10)


def test_another_reader_continues_from_the_beginning_of_a_snapshot(reader, expected):
    reader.read(IDS)
    cache = reader.snapshot()
    reader.read(torch.tensor([[250, 251]]))  # does not change the snapshot
    assert cache.length == 8 and cache.nbytes > 0
    twin = type(reader)(reader._model if isinstance(reader, TorchReader) else reader._network)
    twin.restore(cache, 5)
    assert twin.length == 5
    got = twin.read(torch.tensor([[7]]))
    whole = torch.cat([IDS[:, :5], torch.tensor([[7]])], dim=1)
    torch.testing.assert_close(got, expected(whole)[:, -1:], **CLOSE)


def test_a_copy_of_a_reader_that_has_read_nothing_reads_from_the_beginning(reader, expected):
    got = reader.copy().read(IDS, keep=8)
    torch.testing.assert_close(got, expected(IDS), **CLOSE)


def test_logits_are_float32_and_belong_to_the_caller(reader):
    first = reader.read(IDS)
    kept = first.clone()
    reader.read(torch.tensor([[7]]))
    assert first.dtype == torch.float32
    assert torch.equal(first, kept)
