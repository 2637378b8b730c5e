"""What holds for every plan, whatever the grid, the stock and the terms."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.inventory.planning.make import make_plan
from foresale.inventory.planning.options import PlanOptions, Seasons
from foresale.inventory.policies.registry import NAMES
from foresale.inventory.read import Sources, read_inventory

ITEMS = 5
LEAD_DAYS = {"h": 0.3, "D": 6, "W": 20, "MS": 50}


def shop(seed, frequency):
    """A forecast, files of stock and terms, and ends of items: all drawn."""
    rng = np.random.default_rng(seed)
    horizon = int(rng.integers(6, 20))
    grid = Frequency.parse(frequency)
    quantiles = np.sort(rng.gamma(0.7, 4, (ITEMS, horizon, 21)) * rng.integers(0, 2, (ITEMS, 1, 1)), axis=2)
    starts = grid.index(np.full(ITEMS, "2026-11-02", "datetime64[us]")) - rng.integers(0, 3, ITEMS)
    items = pl.DataFrame({"item_id": np.arange(ITEMS)})
    forecast = Forecast(items, grid, starts, quantiles.astype(np.float32), quantiles.mean(axis=2).astype(np.float32))
    stock = items.with_columns(
        on_hand=pl.Series(rng.integers(0, 90, ITEMS) * rng.integers(0, 2, ITEMS)),
        on_order=pl.Series(rng.integers(0, 30, ITEMS)),
        backorders=pl.Series(rng.integers(0, 3, ITEMS)),
        lead_time=pl.Series(rng.uniform(0.3, 1, ITEMS) * LEAD_DAYS[frequency]),
        lead_time_sd=pl.Series(rng.uniform(0, 0.25, ITEMS) * LEAD_DAYS[frequency]),
        review_period=pl.Series(rng.uniform(0.1, 0.6, ITEMS) * LEAD_DAYS[frequency]),
        shelf_life=pl.Series([None, *rng.uniform(1, 20, ITEMS - 1)]),
        pack=pl.Series(rng.choice([1, 5, 12], ITEMS)),
        moq=pl.Series(rng.choice([0, 10, 60], ITEMS)),
        cost=pl.Series(rng.uniform(1, 9, ITEMS)),
        cycle_service=pl.Series([0.9, None, 0.98, None, 0.5]),
    )
    ends = np.where(
        rng.integers(0, 2, ITEMS), np.datetime64("2026-10-30") + rng.integers(0, 30, ITEMS), np.datetime64("NaT")
    )
    return forecast, stock, Seasons(ends.astype("datetime64[D]"), np.full(ITEMS, np.nan))


@pytest.mark.parametrize("frequency", LEAD_DAYS)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 100_000), lost=st.booleans(), limited=st.booleans(), policy=st.sampled_from(NAMES))
def test_every_plan_is_sound(frequency, seed, lost, limited, policy):
    forecast, stock, seasons = shop(seed, frequency)
    budget, inbound = (300.0, 40.0) if limited else (None, None)
    options = PlanOptions(paths=20, lost=lost, policy=policy, budget=budget, inbound=inbound)
    inventory = read_inventory(forecast, Sources(stock))
    plan = make_plan(forecast, inventory, options=options, seasons=seasons)
    frame = plan.to_frame().sort("item_id")
    units, terms = frame["order"].to_numpy(), inventory.terms
    np.testing.assert_allclose(units / terms.pack, frame["packs"], atol=1e-6)
    assert ((units == 0) | (units >= terms.minimum - 1e-6)).all()
    assert budget is None or frame["cost"].sum() <= budget + 1e-6
    numbers = frame.select(pl.selectors.numeric()).drop("mark_down", "mark_down_clears", "to_check", "item_id")
    assert np.isfinite(numbers.to_numpy()).all()
    assert (numbers.to_numpy() >= -1e-6).all()
    assert (frame["lost_anyway"] <= frame["lost_margin_at_risk"] + 1e-6).all()
    assert ((frame["risk"] >= 0) & (frame["risk"] <= 1)).all()
    assert ((frame["at_stake"] > 0) == frame["exception"].is_not_null()).all()
    assert frame["reason"].str.contains(r"^(Order|No order)").all()
    ended = plan.terms.end <= plan.lines.lead
    assert (units[ended] == 0).all()
    seen = plan.projected
    assert ((seen.low <= seen.high) & (seen.mean >= 0)).all()
    after = plan.next_orders()
    assert (after["arrives"] > after["order_on"]).all()
    assert plan.exceptions().height == (plan.exception.kind != "").sum()
    assert plan.projections().height == ITEMS * plan.horizon
