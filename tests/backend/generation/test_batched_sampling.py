"""Many samples in one batch, and the tree that they make."""

from dataclasses import replace

import pytest
import torch

from backend.errors import Cancelled, InputError
from backend.generation.batched_sampling import MAX_BATCH_TOKENS, Batch, sample_batch
from backend.generation.decoding import PREFILL_CHUNK
from backend.generation.logits_processors import process
from backend.generation.request import GenerationRequest
from backend.generation.results import TEMPERATURES
from backend.generation.sample_tree import TemperatureGrid, merge
from backend.jobs import Job
from backend.parts import finish
from tests.backend.fakes import PATIENCE
from tests.backend.generation.test_decoding import decoded, prompt_ids

TEXT = "The quick brown fox jumps over the lazy dog. "
COUNT = 12


def ask(**changed):
    return GenerationRequest(
        TEXT, **{"max_new_tokens": 8, "seed": 7, "mode": "completion", **changed}
    )


def sampled(lm, request, count=COUNT, job=None):
    *_, batch = sample_batch(lm, prompt_ids(lm), request, count, job or Job(PATIENCE))
    return batch


@pytest.mark.parametrize(
    "options", [{}, {"temperature": 0.2}, {"temperature": 1.5, "top_k": 0, "top_p": 1.0}], ids=str
)
def test_each_row_is_what_its_own_seed_samples(tiny_lm, options):
    request = ask(**options)
    rows = sampled(tiny_lm, request).rows
    assert rows == [decoded(tiny_lm, replace(request, seed=7 + n)) for n in range(COUNT)]


def test_a_row_that_ends_leaves_the_others_undisturbed(tiny_lm):
    """Tokens of the first answer are made to end an answer: rows end at different places."""
    request = ask(temperature=1.2, max_new_tokens=12)
    ends = replace(tiny_lm, stop_ids=frozenset(sampled(tiny_lm, request, 2).rows[0][2:6]))
    rows = sampled(ends, request).rows
    assert len({len(row) for row in rows}) > 1
    assert rows == [decoded(ends, replace(request, seed=7 + n)) for n in range(COUNT)]


def test_rows_too_long_for_memory_are_refused_with_what_would_fit(tiny_lm):
    ids = [5] * (MAX_BATCH_TOKENS // 64)
    with pytest.raises(InputError, match=r"at most \d+ samples fit"):
        next(sample_batch(tiny_lm, ids, ask(), 64, Job(PATIENCE)))


def test_stop_reaches_it_within_a_token(tiny_lm):
    job = Job(PATIENCE)
    steps = sample_batch(tiny_lm, prompt_ids(tiny_lm), ask(), COUNT, job)
    next(steps)
    job.cancel()
    with pytest.raises(Cancelled):
        next(steps)


# --- The tree -----------------------------------------------------------------------------------


def filled(batch, ids, request):
    grid = TemperatureGrid(batch, ids, request)
    finish(grid.fill())
    return grid


def flat(branch, before=()):
    """Every row's tokens as the tree has them."""
    prefix = (*before, *branch.ids)
    below = [row for one in branch.branches for row in one.rows]
    found = {row: list(prefix) for row in branch.rows if row not in below}
    for one in branch.branches:
        found |= flat(one, prefix)
    return found


def test_the_tree_has_every_row_once_and_the_thickest_branch_first(tiny_lm):
    batch = sampled(tiny_lm, ask(temperature=0.6))
    tree = merge(batch)
    rows = flat(tree)
    assert [rows[number] for number in range(COUNT)] == batch.rows
    shares = [len(branch.rows) for branch in tree.branches]
    assert shares == sorted(shares, reverse=True) and sum(shares) == COUNT


def test_rows_that_agree_are_one_branch_and_part_where_they_differ():
    tree = merge(Batch([[1, 2, 3], [1, 2, 4], [1, 2, 3], [9], [1, 2]]))
    first, second = tree.branches
    assert (first.ids, first.rows, second.ids) == ((1, 2), (0, 1, 2, 4), (9,))
    assert [(one.ids, one.rows) for one in first.branches] == [((3,), (0, 2)), ((4,), (1,))]


def test_the_probability_of_a_branch_is_that_of_its_tokens_at_each_temperature(tiny_lm):
    request = ask(temperature=0.6, top_k=20, top_p=0.95)
    batch, ids = sampled(tiny_lm, request), prompt_ids(tiny_lm)
    tree = merge(batch, filled(batch, ids, request))
    branch = tree.branches[0]
    for at in (0, 5, len(TEMPERATURES) - 1):
        asked = replace(request, temperature=TEMPERATURES[at])
        expected, prefix = 1.0, ()
        for token in branch.ids:
            if prefix not in batch.shared:
                break
            text = torch.tensor([[*ids, *prefix]])
            processed = process(batch.shared[prefix][None], asked, text)
            expected *= float(processed.softmax(-1)[0, token])
            prefix = (*prefix, token)
        assert branch.probabilities[at] == pytest.approx(expected, abs=1e-6)


def test_probabilities_of_the_branches_that_were_sampled_never_sum_to_more_than_one(tiny_lm):
    request = ask(temperature=1.0)
    batch = sampled(tiny_lm, request, 30)
    tree = merge(batch, filled(batch, prompt_ids(tiny_lm), request))
    for at in range(len(TEMPERATURES)):
        assert sum(branch.probabilities[at] for branch in tree.branches) <= 1 + 1e-6
    cold = max(branch.probabilities[0] for branch in tree.branches)
    assert cold >= max(branch.probabilities[-1] for branch in tree.branches)


def test_whoever_listens_can_leave_between_the_chunks_of_a_long_prompt(tiny_lm):
    ids = [5] * (2 * PREFILL_CHUNK + 1)
    steps = sample_batch(tiny_lm, ids, ask(max_new_tokens=2), 2, Job(PATIENCE))
    assert [next(steps), next(steps)] == [None, None]
    assert isinstance(next(steps), Batch)
