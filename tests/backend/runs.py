"""Runs of a backend that name their model, or go on until somebody stops them."""

from tests.backend.fakes import FakeSource, begun, performed

AWAY = FakeSource(here=False)


def name_it(model, run):
    """Work that tells which model it got, on which device, and why not another."""
    yield (model.id, run.device.kind, [str(fall) for fall in run.falls])


def run(backend, work=name_it, model="", visitor="ann"):
    """A run that has begun: its first update says so. Work that has its model to itself."""
    return begun(performed(backend, work, model, visitor, "exclusive"))


def endless(model, run):
    """An answer that goes on until somebody stops it."""
    while True:
        run.job.check()
        yield model.id
