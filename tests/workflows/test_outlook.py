"""Buyers of the weeks to come, forecast from visits before a day alone."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from foresale.data.interactions import read_interactions
from foresale.recommending.visits import Visits
from foresale.workflows.outlook import ForecastOutlooks, weekly_buyers


@pytest.fixture(scope="module")
def visits() -> Visits:
    """Two items of two years: one sold evenly, one in December alone; and one that hardly anybody bought."""
    draw = np.random.default_rng(0)
    rows = []
    for day in range(730):
        stamp = date(2022, 1, 1) + timedelta(days=day)
        count = draw.poisson(2), draw.poisson(3 if stamp.month == 12 else 0.05)
        rows += [(f"c{draw.integers(500):03}", item, stamp) for item, many in enumerate(count) for _ in range(many)]
    rows += [("c000", 2, date(2022, 5, 1))]
    frame = pl.DataFrame(rows, schema=["customer", "sku", "date"], orient="row").with_columns(
        pl.lit(1).alias("quantity")
    )
    return Visits.of(read_interactions(frame.sort("date", maintain_order=True)))


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def test_weeks_end_with_the_day_before(visits: Visits) -> None:
    day = number(date(2023, 6, 14))
    panel, items = weekly_buyers(visits.before(day), day)
    assert panel is not None
    assert items.tolist() == [0, 1]
    for row, item in enumerate(items):
        sales = panel.sales[panel.rows(row)]
        last = ((visits.item == item) & (visits.day < day) & (visits.day >= day - 7)).sum()
        assert sales[-1] == last
        begin = int(visits.day.min()) + (day - int(visits.day.min())) % 7
        assert sales.sum() == ((visits.item == item) & (visits.day < day) & (visits.day >= begin)).sum()


def test_a_season_is_seen_before_it_begins(visits: Visits) -> None:
    found = ForecastOutlooks()(visits, number(date(2023, 12, 1)))
    assert found.buyers[1].sum() > 3 * ForecastOutlooks()(visits, number(date(2023, 6, 1))).buyers[1].sum()
    assert np.isnan(found.buyers[2]).all()
    assert (found.low[:2] < found.high[:2]).all()


def test_what_comes_after_the_day_moves_nothing(visits: Visits) -> None:
    day = number(date(2023, 6, 1))
    told = ForecastOutlooks()(visits, day)
    changed = visits.take((visits.day < day) | (visits.item == 0))
    np.testing.assert_array_equal(told.buyers, ForecastOutlooks()(changed, day).buyers)


def test_too_short_a_history_tells_nothing(visits: Visits) -> None:
    assert np.isnan(ForecastOutlooks()(visits, int(visits.day.min()) + 49).buyers).all()
