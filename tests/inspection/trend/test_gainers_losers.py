"""Items that rise and fall: the planted ones are named, and of the others hardly any."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.inspection.trend.find import find_trend
from foresale.inspection.trend.gainers_losers import false_shares

FIRST = 19_000


def panel_of(sales: np.ndarray, *, price: float | None = None) -> Panel:
    count, days = sales.shape
    items = pl.DataFrame({"item_id": [f"i{number:03}" for number in range(count)]})
    prices = {} if price is None else {"price": Covariate("price", "past", np.full(sales.size, price, np.float32))}
    return Panel(
        Frequency("day"),
        items,
        starts=np.full(count, FIRST),
        offsets=np.arange(count + 1) * days,
        history=np.full(count, days),
        sales=sales.astype(np.float32).ravel(),
        covariates=prices,
    )


def season(days: int) -> np.ndarray:
    return np.exp(0.5 * np.sin(2 * np.pi * (FIRST + np.arange(days)) / 365.25))


def test_of_items_that_stay_hardly_any_is_named() -> None:
    generator = np.random.default_rng(0)
    level = generator.uniform(0.3, 30, (300, 1))
    found = find_trend(panel_of(generator.poisson(level * season(760)))).items
    assert found.filter(pl.col("verdict").is_in(["rising", "falling"])).height <= 3
    assert found["against"].unique().to_list() == ["a year before"]


def test_planted_items_are_named_with_their_change_and_ranked_by_money() -> None:
    generator = np.random.default_rng(1)
    expected = np.full((40, 760), 10.0) * season(760)
    expected[0, -180:] *= 2.0
    expected[1, -180:] *= 0.4
    found = find_trend(panel_of(generator.poisson(expected), price=3.0)).items
    named = dict(found.select("item_id", "verdict").iter_rows())
    assert named["i000"] == "rising"
    assert named["i001"] == "falling"
    assert found["item_id"][0] == "i000"
    top = found.row(0, named=True)
    assert top["low"] < 1.0 < top["high"]
    assert top["stake"] == pytest.approx(3 * top["units"])


def test_a_young_item_is_compared_with_its_last_weeks_season_taken_out() -> None:
    """Sales of all items rise by the season alone; the young one rises besides."""
    generator = np.random.default_rng(2)
    days = 860
    expected = np.full((20, days), 20.0) * season(days)
    expected[:4, : days - 150] = np.nan
    expected[0, -56:] *= 1.8
    sales = np.where(np.isfinite(expected), generator.poisson(np.nan_to_num(expected)), np.nan)
    keep = np.isfinite(sales)
    lengths = keep.sum(axis=1)
    whole = panel_of(np.nan_to_num(sales))
    panel = Panel(
        whole.frequency,
        whole.items,
        starts=FIRST + days - lengths,
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        history=lengths,
        sales=sales[keep].astype(np.float32),
    )
    found = {row["item_id"]: row for row in find_trend(panel).items.iter_rows(named=True)}
    assert found["i000"]["against"] == "lately"
    assert found["i000"]["verdict"] == "rising"
    assert {found[f"i{number:03}"]["verdict"] for number in (1, 2, 3)} == {"steady"}


def test_new_silent_and_constant_items() -> None:
    sales = np.full((3, 800), 5.0)
    sales[0, :600] = 0
    sales[1] = 0
    found = dict(find_trend(panel_of(sales)).items.select("item_id", "verdict").iter_rows())
    assert found == {"i000": "new", "i001": "unknown", "i002": "steady"}


@given(st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=40))
def test_false_shares_are_at_least_the_chances_and_keep_their_order(values: list[float]) -> None:
    chances = np.array(values)
    shares = false_shares(chances)
    known = np.isfinite(chances)
    assert (np.isfinite(shares) == known).all()
    assert (shares[known] >= chances[known] - 1e-12).all()
    assert (shares[known] <= 1).all()
    order = np.argsort(chances[known], kind="stable")
    assert (np.diff(shares[known][order]) >= -1e-12).all()


def test_no_item_falls_below_nothing() -> None:
    generator = np.random.default_rng(5)
    expected = np.full((30, 760), 6.0)
    expected[0, -120:] *= 0.05
    expected[1:, -120:] *= generator.choice([0.0, 2.0], (29, 120))
    found = find_trend(panel_of(generator.poisson(expected))).items
    assert found["low"].drop_nulls().min() >= -1
    assert (found["low"] <= found["change"]).all()
