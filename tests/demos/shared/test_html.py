"""Numbers and values in HTML."""

from __future__ import annotations

import pytest

from demos.shared.html import percent


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.0 %"), (1e-5, "<0.1 %"), (0.5, "50.0 %"), (0.9999, ">99.9 %"), (1, "100.0 %")],
)
def test_what_is_nearly_sure_is_not_said_to_be_sure(value: float, text: str) -> None:
    assert percent(value) == text
