"""A tablet, 768 pixels wide, has the columns of a laptop; anything narrower is a phone's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from demos.classification import tab as classification
from tests.browser.conftest import Visit, at_rest, first_visit

pytestmark = pytest.mark.slow

# Of the first work area: is the second part to the right of the first, and does nothing stick out?
COLUMNS = """() => {
  const parts = [...document.querySelector(".st-work").children].filter((one) => one.offsetParent);
  const [form, result] = parts.map((one) => one.getBoundingClientRect());
  return [result.left >= form.right, document.documentElement.scrollWidth <= innerWidth];
}"""


@pytest.fixture
def one_tab(recorder: Visit, alone: Callable[[ModuleType], str]) -> Iterator[Visit]:
    yield from first_visit(recorder, alone(classification))


@pytest.mark.parametrize(("width", "has_columns"), [(768, True), (767, False)])
def test_form_and_result_stand_beside_each_other_from_a_tablet_on(
    one_tab: Visit, width: int, has_columns: bool
) -> None:
    one_tab.page.set_viewport_size({"width": width, "height": 1024})
    page = one_tab.open()
    at_rest(page)
    assert page.evaluate(COLUMNS) == [has_columns, True]
