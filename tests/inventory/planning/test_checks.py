import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.inventory.defaults import Defaults
from foresale.inventory.planning.options import PlanOptions
from foresale.inventory.planning.plan import Plan
from foresale.inventory.read import Sources
from foresale.narrate.sentences import sentences
from foresale.workflows.plan import plan

DAYS, HORIZON = 200, 14
BULK = np.where(np.arange(DAYS) == 150, 80_000.0, 2.0)
"""Two a day, and one order of eighty thousand."""


def made(
    *sales: np.ndarray,
    daily: list[float],
    accept: str | tuple[str, ...] = (),
    on_hand: float = 0.0,
    on_order: float = 0.0,
    **more: object,
) -> Plan:
    """A plan of items with these sales and these forecasts, and with nothing in stock."""
    count = len(sales)
    items = pl.DataFrame({"item_id": [f"item-{number}" for number in range(count)]})
    panel = Panel(
        Frequency("day"),
        items,
        np.zeros(count, int),
        np.arange(count + 1) * DAYS,
        np.full(count, DAYS),
        np.concatenate(sales).astype(np.float32),
    )
    mean = np.repeat(np.array(daily, np.float32)[:, None], HORIZON, axis=1)
    quantiles = np.repeat(mean[:, :, None], len(LEVELS), axis=2)
    forecast = Forecast(items, Frequency("day"), np.full(count, DAYS), quantiles, mean)
    stock = items.with_columns(on_hand=on_hand, on_order=on_order, cost=2.0, price=5.0)
    options = PlanOptions(paths=20, accept=accept, **more)  # type: ignore[arg-type]
    return plan(forecast, stock=Sources(stock), defaults=Defaults(lead_days=5), options=options, history=panel)


def test_an_order_for_what_was_never_sold_waits_first_and_out_of_the_totals():
    flat = np.full(DAYS, 10.0)
    found = made(flat, flat, flat * 100, daily=[10.0, 500.0, 1000.0])
    frame = found.to_frame()
    first = frame.row(0, named=True)
    assert (first["item_id"], first["exception"], first["order"], first["cost"]) == ("item-1", "check", 0, 0)
    assert first["to_check"] > 3000
    assert "50.0 times the most that was ever sold" in first["reason"]
    assert frame["to_check"].null_count() == 2
    assert found.money.sum() == frame.filter(pl.col("item_id") != "item-1")["cost"].sum()
    assert sentences(found)[0].startswith("Check before ordering: 1 item")
    assert "item-1" not in found.next_orders()["item_id"]
    assert (frame["order"] > 0).sum() == 2


def test_an_item_that_lives_on_one_order_waits():
    row = made(BULK, daily=[400.0]).to_frame().row(0, named=True)
    assert row["exception"] == "check"
    assert "80,000 of the 80,398 ever sold are those of one day (1970-05-31)" in row["reason"]


def test_a_small_sale_is_no_bulk_order():
    once = np.where(np.arange(DAYS) == 150, 3.0, 0.0)
    assert not made(once, daily=[0.1]).checks.held.any()


@pytest.mark.parametrize("accept", ["all", "item-0", ("item-0",)])
def test_an_accepted_order_is_one(accept: str | tuple[str, ...]):
    row = made(BULK, daily=[400.0], accept=accept).to_frame().row(0, named=True)
    assert row["order"] > 0
    assert row["to_check"] is None
    assert row["reason"].startswith("Order")


def test_an_unknown_item_is_not_accepted():
    with pytest.raises(ConfigError, match="accept names tea, which is no item"):
        made(BULK, daily=[400.0], accept="tea")


def test_what_waits_takes_nothing_of_the_budget():
    flat = np.full(DAYS, 10.0)
    found = made(BULK, flat, daily=[400.0, 10.0], budget=400.0)
    assert found.to_frame().filter(pl.col("item_id") == "item-1")["order"].item() > 60
    assert found.lines.units[0] == 0


def test_ordinary_orders_do_not_wait():
    rng = np.random.default_rng(0)
    sales = [rng.poisson(rate, DAYS).astype(float) for rate in (0.3, 2, 30, 400)]
    assert not made(*sales, daily=[0.3, 2, 30, 400]).checks.held.any()


def test_where_undated_orders_were_put_is_said():
    notes = " ".join(made(np.full(DAYS, 10.0), daily=[10.0], on_order=40.0).notes)
    assert "Open orders without a day, 40 units of 1 item (first: item-0): taken to arrive after a whole lead" in notes


def test_the_few_with_the_most_money_are_exceptions():
    flat = np.full(DAYS, 10.0)
    found = made(*[flat] * 60, daily=[10.0] * 60, on_hand=5000.0)
    assert (found.exception.kind != "").sum() == 12


def test_an_empty_shelf_is_no_ground_for_little():
    sales, available = np.full(DAYS, 10.0), np.ones(DAYS, np.float32)
    sales[np.arange(DAYS) % 4 > 0], available[np.arange(DAYS) % 4 > 0] = 0.0, 0.0
    history = Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": ["tea"]}),
        np.zeros(1, int),
        np.array([0, DAYS]),
        np.array([DAYS]),
        sales.astype(np.float32),
        available=available,
    )
    stock = pl.DataFrame({"item_id": ["tea"], "on_hand": [0]})
    found = plan(history, stock=stock, horizon=7, model="seasonal-naive", defaults=Defaults(lead_days=5))
    assert found.lines.units[0] > 50
    assert not found.checks.held.any()
