"""Which promotions there is stock for."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.pricing.promotions.options import PromotionOptions
from foresale.workflows.promote import promote

PERIODS = 60
FAR: float = 400
"""Days until an order of today would arrive."""


def shop(frequency: str) -> Panel:
    """Two products of elasticity -4 that cost 6.5 of 10, up to the end of 2023."""
    draw = np.random.default_rng(0)
    log_price = 0.1 * draw.normal(size=(2, PERIODS))
    sales = draw.poisson(np.exp(6 - 4 * log_price))
    grid = Frequency.parse(frequency)
    first = int(grid.index(np.array(["2023-12-31"], "datetime64[D]"))[0]) - PERIODS + 1
    price = Covariate("price", "past", (10 * np.exp(log_price)).astype(np.float32).ravel())
    return Panel(
        grid,
        pl.DataFrame({"item_id": ["tea", "pot"], "cost": [6.5, 6.5]}),
        np.full(2, first),
        np.arange(3) * PERIODS,
        np.full(2, PERIODS),
        sales.astype(np.float32).ravel(),
        {"price": price},
    )


def promoted(panel: Panel, due: str, *, periods: int) -> list[tuple[str, str]]:
    """What is promoted, and when, if tea is there and pots are on their way."""
    stock = pl.DataFrame(
        {"item_id": ["tea", "pot"], "on_hand": [100_000, 0], "on_order": [0, 100_000], "due": [None, due]}
    )
    plan = promote(
        panel,
        options=PromotionOptions(periods=periods, gap=0, caution=0.0),
        model="seasonal-naive",
        stock=stock,
        lead_days=FAR,
        unknown="plan",
    )
    rows = plan.promotions.select("product", pl.col("timestamp").cast(pl.Date).cast(pl.String))
    return sorted(rows.rows())


@pytest.mark.parametrize(
    ("frequency", "stamp", "due", "late"),
    [
        ("W-MON", "2024-01-01", "2024-01-07", "2024-01-08"),
        ("MS", "2024-01-01", "2024-01-31", "2024-02-01"),
        ("ME", "2024-01-31", "2024-01-31", "2024-02-01"),
    ],
)
def test_a_single_period_lasts_until_the_next_begins(frequency: str, stamp: str, due: str, late: str):
    panel = shop(frequency)
    assert promoted(panel, due, periods=1) == [("pot", stamp), ("tea", stamp)]
    assert promoted(panel, late, periods=1) == [("tea", stamp)]


def test_what_arrives_in_the_last_of_several_months_is_sold_in_it():
    panel = shop("ME")
    stamps = ["2024-01-31", "2024-02-29", "2024-03-31"]
    assert promoted(panel, "2024-03-31", periods=3) == [("pot", stamps[-1]), *(("tea", stamp) for stamp in stamps)]


def test_an_order_of_today_arrives_after_its_lead_time():
    panel = shop("W-MON")
    stock = pl.DataFrame({"item_id": ["tea", "pot"], "on_hand": [0, 0]})
    one = PromotionOptions(periods=1, gap=0)
    plans = [
        promote(
            panel, options=one, model="seasonal-naive", stock=stock, lead_days=days, unknown="plan"
        ).promotions.height
        for days in (6, 7)
    ]
    assert plans == [2, 0]


def test_the_gap_counts_from_the_newest_promotion_of_the_sales():
    panel = shop("W-MON")
    price = np.full((2, PERIODS), 10.0, np.float32)
    price[:, ::7] = 9.0  # so that there is something to learn from
    price[0, -1], price[1, -3] = 8.0, 8.0
    sales = np.random.default_rng(0).poisson(400 * (price / 10) ** -4).astype(np.float32)
    panel = replace(panel, sales=sales.ravel(), covariates={"price": Covariate("price", "past", price.ravel())})
    options = PromotionOptions(periods=6, gap=3, caution=0.0, funding=1.0)
    rows = promote(panel, options=options, model="seasonal-naive", unknown="plan").promotions
    first = dict(rows.group_by("product").agg(pl.col("timestamp").min().cast(pl.Date).cast(pl.String)).iter_rows())
    assert first == {"tea": "2024-01-22", "pot": "2024-01-08"}


def test_festivals_and_quiet_periods_are_told_by_days():
    options = PromotionOptions(
        periods=3, gap=0, festivals=("2024-01-10",), quiet=("2024-01-15",), least_margin=0.0, funding=1.0, caution=0.0
    )
    plan = promote(shop("W-MON"), options=options, model="seasonal-naive", unknown="plan")
    days = plan.promotions["timestamp"].cast(pl.Date).cast(pl.String).to_list()
    assert "2024-01-08" in days
    assert "2024-01-15" not in days
    with pytest.raises(ConfigError, match="outside of the periods"):
        promote(shop("W-MON"), options=replace(options, quiet=("2025-01-01",)), model="seasonal-naive", unknown="plan")
    with pytest.raises(ConfigError, match="a number or a day"):
        promote(shop("W-MON"), options=replace(options, quiet=("soon",)), model="seasonal-naive", unknown="plan")
