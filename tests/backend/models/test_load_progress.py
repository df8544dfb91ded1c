"""What a visitor who waits for a model is told."""

from dataclasses import dataclass

import pytest

from backend.models.hub.downloads import Fetched
from backend.models.load_progress import clock, loading_message
from tests.backend.fakes import FakeSource, spec


@dataclass(frozen=True)
class Downloading(FakeSource):
    state: Fetched | None = None

    def fetched(self):
        return self.state


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "Downloading Big (1.5 GB), once"),
        (Fetched(0, 0, 0.0, None), "Downloading Big (1.5 GB), once"),  # before the listing is there
        (Fetched(0, 2_000_000_000, 0.0, None), "Downloading Big, once: 0 B of 2.0 GB"),
        (
            Fetched(500_000_000, 2_000_000_000, 20_000_000.0, 75.0),
            "Downloading Big, once: 500 MB of 2.0 GB, 20 MB a second, 1:15 left",
        ),
    ],
)
def test_bytes_rate_and_time_left_are_said(state, said):
    source = Downloading(here=False, state=state)
    assert str(loading_message(spec("big", source=source))) == said


def test_what_is_here_is_loaded():
    assert str(loading_message(spec("big"))) == "Loading Big"


@pytest.mark.parametrize(("seconds", "said"), [(5, "0:05"), (75, "1:15"), (4000, "1:06:40")])
def test_times_are_written_as_clocks_show_them(seconds, said):
    assert clock(seconds) == said
