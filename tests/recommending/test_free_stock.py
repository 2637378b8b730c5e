"""What demand leaves over for those who are recommended an item."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from foresale.core.errors import ConfigError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
from foresale.core.quantiles import DEVIATES
from foresale.inventory.defaults import Defaults
from foresale.inventory.read import Sources, read_inventory
from foresale.inventory.terms import Inventory
from foresale.recommending.free_stock import FreeStock, StockOptions, takeable

DAY = 19_723  # 2024-01-01
MONTH = StockOptions(days=28)


def forecast_of(rates: list[float], *, steps: int = 28, spread: float = 0.0, starts: int = DAY) -> Forecast:
    mean = np.repeat(np.array(rates, np.float32)[:, None], steps, axis=1)
    quantiles = np.maximum(mean[:, :, None] + spread * DEVIATES, 0).astype(np.float32)
    items = pl.DataFrame({"item_id": [f"item {place}" for place in range(len(rates))]})
    return Forecast(items, Frequency("day"), np.full(len(rates), starts), quantiles, mean, LEVELS)


def shop_of(forecast: Forecast, on_hand: list[float], **columns: object) -> Inventory:
    stock = pl.DataFrame({"item_id": forecast.items["item_id"][: len(on_hand)], "on_hand": on_hand, **columns})
    return read_inventory(forecast, Sources(stock), defaults=Defaults(lead_days=10))


def test_steady_demand_leaves_stock_less_its_sum():
    forecast = forecast_of([2.0, 2.0, 0.0])
    free = FreeStock.of(forecast, shop_of(forecast, [80, 50, 7]), options=MONTH)
    assert free.units.tolist() == [24.0, 0.0, 7.0]
    assert free.excess.tolist() == [24.0, 0.0, 7.0]


def test_doubtful_demand_leaves_less_and_the_surer_the_less():
    forecast = forecast_of([2.0], spread=1.0)
    left = [
        float(FreeStock.of(forecast, shop_of(forecast, [80]), options=StockOptions(days=28, service=service)).units[0])
        for service in (0.5, 0.8, 0.95)
    ]
    assert left[0] > left[1] > left[2] > 0
    total = forecast.sum(28, count=400).quantile(0.8)[0]
    assert left[1] == pytest.approx(80 - total, abs=2)


def test_what_arrives_too_late_for_the_first_who_come_is_not_free():
    forecast = forecast_of([1.0, 1.0])
    on_order = {"on_order": [100, 100], "due": ["2024-01-15", "2024-01-03"]}
    shop = shop_of(forecast, [5, 5], **on_order)
    assert FreeStock.of(forecast, shop, options=MONTH).units.tolist() == [
        0.0,
        42.0,
    ]  # three are left after the second of 28 days
    later = FreeStock.of(forecast, shop, options=StockOptions(wait=14, days=14))
    assert later.units.tolist() == [86.0, 77.0]  # what was not there in the first two weeks was lost
    assert FreeStock.of(forecast, shop).excess.tolist() == [86.0, 77.0]


def test_customers_who_are_owed_units_come_first():
    forecast = forecast_of([0.0])
    assert FreeStock.of(forecast, shop_of(forecast, [5], backorders=[3])).units.tolist() == [2.0]


@given(st.lists(st.lists(st.floats(0, 50), min_size=4, max_size=4), min_size=1, max_size=5))
def test_what_can_be_taken_evenly_leaves_no_day_without(rows: list[list[float]]):
    left = np.array(rows)[None]
    units = takeable(left)
    taken = units[:, :, None] * np.arange(1, 5) / 4
    assert (taken <= left + 1e-9).all()
    assert ((taken >= left - 1e-9).any(axis=2)).all()  # and no more can be


def test_more_stock_frees_no_less():
    forecast = forecast_of([3.0] * 4, spread=2.0)
    units = FreeStock.of(forecast, shop_of(forecast, [20, 60, 100, 200])).units
    assert (np.diff(units) >= 0).all()
    assert units[0] == 0


def test_what_no_file_tells_is_out_of_stock_and_said():
    forecast = forecast_of([1.0, 1.0])
    free = FreeStock.of(forecast, shop_of(forecast, [90]))
    assert free.units[1] == 0
    assert any("item 1" in note for note in free.notes)
    others = free.of_items(pl.DataFrame({"item_id": ["new", "item 0"]}))
    assert others.units.tolist() == [0.0, free.units[0]]
    assert np.isnan(others.margin[0])
    assert "1 item with neither stock nor forecast taken as out of stock: new." in others.notes


def test_a_forecast_of_weeks_counts_weeks():
    forecast = forecast_of([7.0], steps=8, starts=0)
    weeks = Forecast(forecast.items, Frequency.parse("W"), forecast.starts, forecast.quantiles, forecast.mean)
    assert FreeStock.of(weeks, shop_of(weeks, [40]), options=MONTH).units.tolist() == [12.0]


def test_an_inventory_of_other_items_is_refused():
    forecast = forecast_of([1.0, 2.0])
    shop = shop_of(forecast, [1, 2])
    with pytest.raises(ConfigError, match="other items"):
        FreeStock.of(forecast, shop.select(np.array([1, 0])))


@pytest.mark.parametrize("wrong", [{"days": 0}, {"wait": -1}, {"service": 1.0}, {"paths": 0}, {"days": "28"}])
def test_options_that_cannot_be_are_refused(wrong: dict):
    with pytest.raises(ConfigError):
        StockOptions(**wrong)
