"""What becomes of demand under other prices and promotions."""

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.pricing.changes import Course, Grid
from foresale.pricing.what_if import COMPONENTS, PriceChange, WhatIf, what_if

GRID = Grid(pl.Series(["tea", "pot"]), Frequency.parse("W"), np.zeros(3, "datetime64[us]"))
NOW = Course(np.array([[10.0] * 3, [8.0] * 3]))


def found() -> WhatIf:
    told = PriceChange(
        np.full((2, 3), 10.0),
        np.full((2, 3), 12.0),
        np.array([[2.0] * 3, [1.5] * 3]),
        np.full((2, 3), 1.2),
        np.array([[0.9] * 3, [1.0] * 3]),
        np.full((2, 3), 0.1),
    )
    seen = np.array([[True] * 3, [False] * 3])
    return what_if(GRID, (NOW, Course(0.9 * NOW.price)), told, seen=seen, level=np.array([9.0, 11.0]), wide=2.0)


def test_the_forecaster_speaks_where_a_price_was_seen_and_both_where_they_disagree():
    rows = found().by_product()
    assert dict(rows.select("product", "by").iter_rows()) == {"tea": "forecaster", "pot": "effects"}
    assert dict(rows.select("product", "units").iter_rows()) == {"tea": 36.0, "pot": pytest.approx(54.0)}
    assert "disagree by more than 10 % for 2 products; most for tea: 36 units" in found().notes[0]
    assert repr(found()) == "<WhatIf of 2 products: 60 units become 90>"


def test_components_add_up_to_demand_now_and_then():
    table = found().to_frame()
    assert table.select(pl.sum_horizontal(COMPONENTS)).to_series().to_list() == pytest.approx(table["units"].to_list())
    whole, tea = found().components(), found().components("tea")
    assert whole["now"].sum() == pytest.approx(table["units_now"].sum())
    assert whole["then"].sum() == pytest.approx(table["units"].sum())
    assert dict(tea.select("component", "then").iter_rows()) == pytest.approx(
        {
            "level": 27,
            "season": 3,
            "own_price": 30,
            "promotion": 12,
            "cannibalisation": -7.2,
            "forecaster": -28.8,
        }
    )


def test_intervals_hold_the_effects():
    table = found().to_frame()
    assert (table["high"] / table["by_effects"]).to_list() == pytest.approx([np.exp(0.2)] * 6)
    assert (table["low"] / table["by_effects"]).to_list() == pytest.approx([np.exp(-0.2)] * 6)
