"""The series of groups: nothing is lost, and what ended is not made up."""

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.inspection.trend.series import groups_of


def panel_of(*rows: list[float], frequency: str = "D", start: int = 19_000) -> Panel:
    lengths = np.array([len(row) for row in rows])
    items = pl.DataFrame(
        {
            "item_id": [f"i{number}" for number in range(len(rows))],
            "kind": ["ab"[number % 2] for number in range(len(rows))],
        }
    )
    return Panel(
        Frequency.parse(frequency),
        items,
        starts=np.full(len(rows), start),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        history=lengths,
        sales=np.concatenate([np.array(row, np.float32) for row in rows]),
    )


def test_groups_add_up_to_the_total() -> None:
    found = groups_of(panel_of([1.0] * 50, [2.0] * 50, [4.0] * 50), ["kind"])
    assert found.names == ("total", "kind=a", "kind=b")
    assert found.sales[:, 0].tolist() == [7, 5, 2]
    assert np.allclose(found.sales[0], found.sales[1:].sum(axis=0))


def test_an_item_that_ended_long_ago_sells_nothing_and_one_that_ended_lately_is_estimated() -> None:
    long_ago = groups_of(panel_of([10.0] * 100, [10.0] * 40), [])
    assert long_ago.sales[0, 39] == 20
    assert long_ago.sales[0, 40:].tolist() == [10] * 60
    lately = groups_of(panel_of([10.0] * 100, [10.0] * 95), [])
    assert np.allclose(lately.sales[0, 95:], 20)
    assert lately.estimated[0] > 0


def test_hours_become_whole_days() -> None:
    hours = panel_of([1.0] * 70, frequency="h", start=24 * 19_000 + 6)
    found = groups_of(hours, [])
    assert found.frequency == Frequency("day")
    assert found.sales.tolist() == [[24, 24]]
    assert found.first == 19_001


def test_unknown_columns_are_refused() -> None:
    with pytest.raises(ConfigError, match="no column colour"):
        groups_of(panel_of([1.0] * 5), ["colour"])
