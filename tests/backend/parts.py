"""How many places to stop a run has while its consumer sees nothing of them."""

from backend.jobs import Job
from backend.run import Run
from tests.backend.fakes import CPU, PATIENCE, spec


def stops_and_items(work, model, *arguments):
    """Drives `work(model, run, *arguments)` as `turns.py` does: the stops, and the items."""
    run = Run(spec("tiny"), CPU, (), Job(PATIENCE), 0.0, takes_turns=True)
    given = list(work(model, run, *arguments))
    return given.count(None), [item for item in given if item is not None]
