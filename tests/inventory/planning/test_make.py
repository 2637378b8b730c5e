"""Plans of forecasts without doubt, whose numbers can be told by hand; and what holds for all plans."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.forecasting.effects.raised import RaisedDays
from foresale.inventory.defaults import Defaults
from foresale.inventory.planning.make import make_plan
from foresale.inventory.planning.options import PlanOptions, Seasons
from foresale.inventory.read import Sources, read_inventory
from foresale.narrate.sentences import sentences

DAY = np.datetime64("2026-11-24", "D")


def forecast_of(rates, *, horizon=28, frequency="D", spread=0.0, starts=None):
    """So many units a day of each item, give or take a share."""
    grid = Frequency.parse(frequency)
    rates = np.asarray(rates, np.float32)
    mean = np.repeat(rates[:, None], horizon, axis=1) if rates.ndim == 1 else rates
    levels = np.linspace(-1, 1, 21, dtype=np.float32)
    quantiles = mean[:, :, None] * (1 + spread * levels)
    first = grid.index(np.full(len(mean), DAY, "datetime64[D]")) if starts is None else np.asarray(starts)
    return Forecast(pl.DataFrame({"item_id": [f"i{n}" for n in range(len(mean))]}), grid, first, quantiles, mean)


def stock_of(forecast, **columns):
    usual = {"on_hand": 0, "lead_time": 5, "unit_cost": 2.0, "price": 5.0, "supplier": "Ming"}
    return read_inventory(forecast, Sources(pl.DataFrame({"item_id": forecast.items["item_id"], **usual, **columns})))


def day(step):
    return (DAY + step).astype("datetime64[us]").item()


def planned(rates=(10.0,), *, options=None, seasons=None, horizon=28, spread=0.0, **columns):
    forecast = forecast_of(rates, horizon=horizon, spread=spread)
    return make_plan(forecast, stock_of(forecast, **columns), options=options, seasons=seasons)


def test_a_day_by_hand():
    plan = planned(on_hand=60, pack=12)
    row = plan.to_frame().row(0, named=True)
    # 10 are left when it arrives, 70 are wanted until the next one, 3.5 of which may lack on average: where anything
    # from 51.2 to 62.2 is ordered, each as often, 8.8² / 2 / 11 do.
    assert row["order"] == 60
    assert (row["packs"], row["supplier"], row["cost"]) == (5, "Ming", 120.0)
    assert row["arrives"] == day(5)
    assert row["stock_out"] == row["stock_out_early"] == day(6)
    assert row["risk"] == 0
    assert row["lost_margin_at_risk"] == pytest.approx(60 * 3.0)
    assert row["lost_anyway"] == 0
    assert row["exception"] is None
    assert row["reason"] == (
        "Order 60 (5 × 12): 60 on hand last until about 2026-11-30; the order can be sold from 2026-11-29 and is for a "
        "demand of 70 to 70 until 2026-12-05. Whole packs raise 51.2 to 60."
    )


def test_a_reason_names_shelf_life_packs_and_events():
    forecast = forecast_of((10.0,), horizon=28)
    plan = make_plan(forecast, stock_of(forecast, shelf_life=3, pack=12))
    assert plan.lines.brief.all()
    assert "Its shelf life of 3 days keeps the order lower than the service asks for" in plan.to_frame()["reason"][0]
    assert "Whole packs raise 31.6 to 36." in plan.to_frame()["reason"][0]
    factor = np.where(np.isin(np.arange(28), [8, 9, 20]), 2.5, 1.0)
    feast = RaisedDays(0, "Christmas", factor, int(forecast.starts[0]))
    later = RaisedDays(0, "Epiphany", np.where(np.arange(28) == 20, 3.0, 1.0), int(forecast.starts[0]))
    told = replace(plan, raised=(feast, later)).to_frame()["reason"][0]
    assert "In these days demand is raised by Christmas (× 2.5, 2026-12-02 to 2026-12-03)." in told
    assert "Epiphany" not in told


def test_projected_stock_by_hand():
    seen = planned(on_hand=60, pack=12).projection("i0")
    assert seen["stock"].to_list()[:7] == [50, 40, 30, 20, 10, 60, 50]
    assert seen["unordered"].to_list()[:7] == [50, 40, 30, 20, 10, 0, 0]
    assert seen["arrivals"].to_list()[:6] == [0, 0, 0, 0, 0, 60]
    assert seen["risk"].to_list()[:12] == [0] * 11 + [0]


def test_projections_are_those_of_the_items():
    plan = planned(rates=(10.0, 3.0), on_hand=[60, 20])
    whole = plan.projections()
    assert whole.height == 2 * 28
    for item in ("i0", "i1"):
        assert whole.filter(pl.col("item_id") == item).drop("item_id").equals(plan.projection(item))


def test_later_orders_follow_the_reviews():
    plan = planned(on_hand=60, pack=12)
    later = plan.next_orders()
    assert later["order_on"].to_list() == [day(7), day(14), day(21)]
    assert later["arrives"].to_list() == [day(12), day(19), day(26)]
    assert later["chance"].to_list() == [1, 1, 1]
    assert later["units"].sum() == pytest.approx(210, abs=18)


def test_too_late_for_an_order():
    row = planned(on_hand=20).exceptions().row(0, named=True)
    assert row["exception"] == "late"
    assert row["risk"] == 1.0
    assert row["at_stake"] == pytest.approx(30 * 3.0)
    assert row["lost_anyway"] == pytest.approx(30 * 3.0)
    assert "runs out before 2026-11-29 with a chance of 100%" in row["reason"]


def test_too_much_in_stock():
    row = planned(on_hand=500).to_frame().row(0, named=True)
    assert (row["order"], row["exception"]) == (0, "excess")
    assert row["excess"] == pytest.approx(500 - 280)
    assert row["excess_cost"] == row["at_stake"] == pytest.approx(440)
    assert row["excess_until"] == day(27)
    assert row["stock_out"] is None
    assert row["reason"].startswith("No order: 500 on hand last beyond 2026-12-21")


def test_a_minimum_that_is_far_too_much():
    row = planned(rates=(0.5,), moq=300).to_frame().row(0, named=True)
    assert (row["order"], row["exception"]) == (300, "minimum")
    assert "The minimum order raises 2 to 300, enough for 596 days more." in row["reason"]


def test_open_orders_count_when_they_are_due():
    plan = planned(on_hand=20, on_order=40, eta="2026-11-26")
    assert plan.projection()["stock"].to_list()[:4] == [10, 0, 30, 20]
    assert plan.to_frame()["on_order"][0] == 40
    assert plan.to_frame()["risk"][0] == 0


def test_exceptions_first_by_money():
    plan = planned(rates=(10.0, 10.0, 10.0, 10.0), on_hand=[60, 20, 500, 2000])
    frame = plan.to_frame()
    assert frame["item_id"].to_list() == ["i3", "i2", "i1", "i0"]
    assert plan.exceptions()["item_id"].to_list() == ["i3", "i2", "i1"]
    assert frame["at_stake"].is_sorted(descending=True)
    said = " ".join(sentences(plan))
    assert "1 late" in said
    assert "2 excess" in said


def test_arrivals_add_up():
    plan = planned(rates=(10.0, 5.0, 3.0), supplier=["Ming", "Lipton", "Ming"], lead_time=[5, 5, 9])
    found = plan.arrivals()
    assert found["supplier"].to_list() == ["Lipton", "Ming", "Ming"]
    assert found["cost"].sum() == pytest.approx(plan.money.sum())
    assert found["units"].sum() == plan.lines.units.sum()


def test_a_budget_is_kept_and_spent_where_it_brings_the_most():
    options = PlanOptions(budget=100.0)
    plan = planned(rates=(10.0, 10.0), price=[9.0, 2.5], options=options)
    assert plan.money.sum() <= 100
    assert plan.lines.units[0] > 45
    assert plan.lines.units[1] == 0
    assert plan.limits.prices["budget"] == pytest.approx(7 / 2, rel=0.1)
    row = plan.to_frame().filter(pl.col("item_id") == "i1").row(0, named=True)
    assert "the limit leaves no room" in row["reason"]
    roomy = planned(rates=(10.0, 10.0), price=[9.0, 2.5], options=PlanOptions(budget=1e6))
    plain = planned(rates=(10.0, 10.0), price=[9.0, 2.5])
    assert roomy.limits is None
    np.testing.assert_array_equal(roomy.lines.units, plain.lines.units)


def test_a_warehouse_is_not_overfilled():
    plan = planned(rates=(10.0, 10.0), on_hand=[60, 90], volume=[1.0, 2.0], options=PlanOptions(capacity=100.0))
    there = np.array([10.0, 40.0])
    assert (there + plan.lines.units) @ np.array([1.0, 2.0]) <= 100 + 1e-6
    with pytest.raises(DataError, match="without a volume"):
        planned(rates=(10.0, 10.0), volume=[1.0, None], options=PlanOptions(capacity=100.0))


def test_a_peak_is_built_up():
    rates = np.full((1, 28), 10.0)
    rates[:, 14:21] = 60.0
    plain = planned(rates, on_hand=60)
    early = planned(rates, on_hand=60, options=PlanOptions(inbound=200))
    assert early.lines.units[0] > plain.lines.units[0] + 100
    assert early.lines.units[0] <= 200
    assert "earlier than needed, before a peak" in early.to_frame()["reason"][0]
    assert any("More is needed than can arrive in 1 week (first that of 2026-12-01)" in note for note in early.notes)
    assert plain.next_orders()["units"].max() > 200 >= early.next_orders()["units"].max()


def test_the_last_order_and_the_end():
    plan = planned(on_hand=60, seasons=Seasons(np.array(["2026-12-05"], "datetime64[D]"), np.full(1, np.nan)))
    row = plan.to_frame().row(0, named=True)
    assert row["order"] == 60  # what sells until the end, no more: twelve days of 10
    assert row["last_order"] == day(6)
    assert "It is the last order before the item ends on 2026-12-05" in row["reason"]
    assert plan.next_orders().height == 0
    assert plan.projection()["stock"][-1] == 0


def test_what_will_be_left_is_marked_down():
    seasons = Seasons(np.array(["2026-12-05"], "datetime64[D]"), np.full(1, 3.0))
    row = planned(on_hand=300, seasons=seasons).to_frame().row(0, named=True)
    assert (row["exception"], row["excess"]) == ("leftover", 180)
    assert row["mark_down_on"] == day(
        3
    )  # 30 sell at the full price first, and 90 × 0.7^-3 of the other 270 at 30 % off
    assert row["mark_down"] == pytest.approx(0.3)
    assert row["mark_down_clears"] == pytest.approx(180 - 7.6, abs=0.1)
    assert "Mark down by 30% from 2026-11-27: 7.6 would be left" in row["reason"]


def test_what_has_ended():
    seasons = Seasons(np.array(["2026-11-01"], "datetime64[D]"), np.full(1, np.nan))
    row = planned(on_hand=30, seasons=seasons).to_frame().row(0, named=True)
    assert (row["order"], row["exception"], row["last_order"], row["mark_down_on"]) == (0, "leftover", None, None)
    assert row["at_stake"] == pytest.approx(60)
    assert row["reason"].startswith("No order: it has ended; 30 on hand and 0 on order.")


def test_an_assumed_elasticity_is_said():
    seasons = Seasons(np.array(["2026-12-05"], "datetime64[D]"), np.full(1, np.nan))
    assert any("an elasticity of 2 for the mark-downs" in note for note in planned(on_hand=300, seasons=seasons).notes)


def test_a_short_forecast_is_carried_on_and_said():
    plan = planned(horizon=8, on_hand=60)
    assert plan.lines.units[0] == 57
    assert any("forecast 12 periods ahead" in note for note in plan.notes)
    with pytest.raises(DataError, match="Forecast 67 periods ahead"):
        planned(horizon=8, lead_time=60)
    some = planned(rates=(10.0, 10.0, 10.0), horizon=8, lead_time=[60, 5, 5])
    assert any("Orders of 1 item (first: i0) take more than 3 times as long" in note for note in some.notes)
    assert some.lines.units.tolist() == pytest.approx([67, 67, 67])


def test_items_whose_forecast_begins_earlier_are_planned_from_the_same_day():
    first = int(Frequency("day").index(np.array([DAY]))[0])
    rates = np.arange(1, 29, dtype=float)[None].repeat(2, axis=0)
    forecast = forecast_of(rates, starts=[first - 7, first])
    plan = make_plan(forecast, stock_of(forecast, on_hand=1000))
    assert (1000 - plan.projected.mean[:, 0]).tolist() == [8, 1]
    assert any("begins earlier" in note for note in plan.notes)


def test_weeks():
    forecast = forecast_of((10.0,), frequency="W-TUE", horizon=13)
    plan = make_plan(forecast, stock_of(forecast, on_hand=15, lead_time=10))
    row = plan.to_frame().row(0, named=True)
    assert row["arrives"] == day(14)
    assert row["order"] == 10  # nothing is left after two weeks, and 95 % of a week is wanted


def test_the_same_seed_gives_the_same_plan_and_nothing_is_changed_in_place():
    forecast = forecast_of((10.0, 3.0), spread=0.8)
    inventory = stock_of(forecast, on_hand=[40, 0])
    before = (forecast.quantiles.copy(), inventory.stock.on_hand.copy())
    one, two = (make_plan(forecast, inventory) for _ in range(2))
    assert one.to_frame().equals(two.to_frame())
    np.testing.assert_array_equal(forecast.quantiles, before[0])
    np.testing.assert_array_equal(inventory.stock.on_hand, before[1])
    other = make_plan(forecast, inventory, options=PlanOptions(seed=5))
    assert not one.to_frame().equals(other.to_frame())


def test_more_doubt_more_stock_more_service_more_stock():
    sure, unsure = (planned(spread=spread).lines.units[0] for spread in (0.1, 0.9))
    assert unsure > sure
    forecast = forecast_of((10.0,), spread=0.9)
    low, high = (
        make_plan(
            forecast,
            read_inventory(
                forecast,
                Sources(pl.DataFrame({"item_id": ["i0"], "on_hand": [0]})),
                defaults=Defaults(lead_days=5, service=service),
            ),
        ).lines.units[0]
        for service in (0.8, 0.99)
    )
    assert high > low


def test_what_does_not_fit_is_refused():
    forecast = forecast_of((10.0,))
    with pytest.raises(ConfigError, match="needs a forecast of as many"):
        make_plan(forecast, stock_of(forecast), options=PlanOptions(horizon=40))
    other = replace(forecast, items=pl.DataFrame({"item_id": ["x"]}))
    with pytest.raises(ConfigError, match="other items"):
        make_plan(other, stock_of(forecast))
    with pytest.raises(ConfigError, match="no item 'nobody'"):
        planned().projection("nobody")
