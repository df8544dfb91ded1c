"""One signature, one test for both."""

import pytest
import torch

from backend.models.llama.reader import LlamaReader
from backend.models.reader import TorchReader

IDS = torch.tensor([[5, 17, 40, 9, 201, 33, 5, 17]])
CLOSE = {"atol": 2e-4, "rtol": 1e-4}


@pytest.fixture(params=[TorchReader, LlamaReader])
def make_reader(request, tiny_packed):
    """Makes new readers of the same weights, run by either library."""
    model = tiny_packed.model if request.param is TorchReader else tiny_packed.network
    return lambda: request.param(model)


@pytest.fixture
def reader(make_reader):
    return make_reader()


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


# --- Rows of different lengths ------------------------------------------------------------------

TEXTS = ([5, 17, 40, 9, 201, 33], [7, 8], [61, 62, 63, 64])


def right_aligned(texts):
    width = max(map(len, texts))
    padding = [width - len(text) for text in texts]
    return padding, torch.tensor(
        [[0] * gap + text for gap, text in zip(padding, texts, strict=True)]
    )


def read_together(reader, texts):
    padding, ids = right_aligned(texts)
    reader.pad(padding)
    return reader.read(ids)


def assert_each_is_read_as_if_alone(logits, texts, expected):
    assert len(logits) == len(texts)
    for got, text in zip(logits, texts, strict=True):
        torch.testing.assert_close(got[-1], expected(torch.tensor([text]))[0, -1], **CLOSE)


def test_texts_of_different_lengths_are_read_together_as_if_alone(reader, expected):
    assert_each_is_read_as_if_alone(read_together(reader, TEXTS), TEXTS, expected)
    got = reader.read(torch.tensor([[1], [2], [3]]))
    longer = [[*text, end] for text, end in zip(TEXTS, (1, 2, 3), strict=True)]
    assert_each_is_read_as_if_alone(got, longer, expected)


def test_they_may_be_read_in_pieces_of_which_some_are_all_padding(reader, expected):
    padding, ids = right_aligned(TEXTS)
    reader.pad(padding)
    pieces = [reader.read(piece) for piece in ids.split(2, dim=1)]
    assert all(piece.isfinite().all() for piece in pieces)
    assert_each_is_read_as_if_alone(pieces[-1], TEXTS, expected)


def test_a_row_leaves_and_the_others_go_on(reader, expected):
    read_together(reader, TEXTS)
    got = reader.read(torch.tensor([[1], [3]]), rows=[0, 2])
    assert_each_is_read_as_if_alone(got, [[*TEXTS[0], 1], [*TEXTS[2], 3]], expected)


def test_a_row_may_leave_before_anything_is_read(reader, expected):
    padding, ids = right_aligned(TEXTS)
    reader.pad(padding)
    staying = [0, 2]
    got = reader.read(ids[staying], rows=staying)
    texts = [TEXTS[row] for row in staying]
    assert_each_is_read_as_if_alone(got, texts, expected)
    got = reader.read(torch.tensor([[1], [3]]))
    assert_each_is_read_as_if_alone(got, [[*texts[0], 1], [*texts[1], 3]], expected)


@pytest.mark.parametrize("turned", [False, True])
def test_others_join_whether_they_are_shorter_or_longer(reader, make_reader, expected, turned):
    here, there = (TEXTS[1:], TEXTS[:1]) if turned else (TEXTS[:2], TEXTS[2:])
    other = make_reader()
    read_together(reader, here)
    read_together(other, there)
    reader.join(other)
    texts = [*here, *there]
    got = reader.read(torch.tensor([[1]] * len(texts)))
    assert_each_is_read_as_if_alone(got, [[*text, 1] for text in texts], expected)


def test_once_the_longest_has_left_the_next_that_joins_finds_no_more_columns_than_needed(
    reader, make_reader, expected
):
    read_together(reader, TEXTS)
    reader.read(torch.tensor([[2]]), rows=[1])
    other = make_reader()
    other.read(torch.tensor([[4, 5, 6, 7]]))
    reader.join(other)
    assert reader.length == 4
    got = reader.read(torch.tensor([[1], [1]]))
    assert_each_is_read_as_if_alone(got, [[*TEXTS[1], 2, 1], [4, 5, 6, 7, 1]], expected)


def test_a_row_that_began_with_padding_leaves_a_snapshot_without_it(reader, make_reader, expected):
    read_together(reader, TEXTS)
    reader.read(torch.tensor([[2]]), rows=[1])
    cache = reader.snapshot()
    assert cache.length == len(TEXTS[1]) + 1
    twin = make_reader()
    twin.restore(cache, cache.length)
    got = twin.read(torch.tensor([[3]]))
    assert_each_is_read_as_if_alone(got, [[*TEXTS[1], 2, 3]], expected)


# --- Copies -------------------------------------------------------------------------------------


def test_a_copy_goes_its_own_way(reader, expected):
    reader.read(IDS)
    twin = reader.copy()
    assert twin.length == reader.length == 8
    reader.read(torch.tensor([[250, 251]]))
    got = twin.read(torch.tensor([[7]]))
    whole = torch.cat([IDS, torch.tensor([[7]])], dim=1)
    torch.testing.assert_close(got, expected(whole)[:, -1:], **CLOSE)
    assert (twin.length, reader.length) == (9, 10)


def test_another_reader_continues_from_the_beginning_of_a_snapshot(reader, make_reader, expected):
    reader.read(IDS)
    cache = reader.snapshot()
    reader.read(torch.tensor([[250, 251]]))  # does not change the snapshot
    assert cache.length == 8 and cache.nbytes > 0
    twin = make_reader()
    twin.restore(cache, 5)
    assert twin.length == 5
    got = twin.read(torch.tensor([[7]]))
    whole = torch.cat([IDS[:, :5], torch.tensor([[7]])], dim=1)
    torch.testing.assert_close(got, expected(whole)[:, -1:], **CLOSE)


def test_rows_of_any_length_continue_from_one_snapshot(reader, make_reader, expected):
    beginning = [5, 17, 40, 9, 201, 33]
    texts = [[*beginning, *end] for end in ([1, 2, 3, 4, 5, 6, 7, 8], [9], [1, 2, 3])]
    first = make_reader()
    first.read(torch.tensor([beginning]))
    padding, ids = right_aligned(texts)  # the second row has nothing but padding in these columns
    reader.restore(first.snapshot(), len(beginning), padding)
    assert_each_is_read_as_if_alone(reader.read(ids[:, len(beginning) :]), texts, expected)


def test_a_copy_of_a_reader_that_has_read_nothing_reads_from_the_beginning(reader, expected):
    got = reader.copy().read(IDS, keep=8)
    torch.testing.assert_close(got, expected(IDS), **CLOSE)


def test_logits_are_float32_and_belong_to_the_caller(reader):
    first = reader.read(IDS)
    kept = first.clone()
    reader.read(torch.tensor([[7]]))
    assert first.dtype == torch.float32
    assert torch.equal(first, kept)
