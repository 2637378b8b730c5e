from datetime import date

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.data.simulation import event_lift
from foresale.data.synthetic import ShopConfig, order_lines, shop, simulate_shop

CALM = ShopConfig(intermittent=0, launches=0, stockouts=0, promotions=0, events=0)


def test_same_seed_same_shop_and_another_seed_another():
    first, again, other = shop(seed=3, periods=90), shop(seed=3, periods=90), shop(seed=4, periods=90)
    assert np.array_equal(first.sales, again.sales, equal_nan=True)
    assert first.items.equals(again.items)
    assert first.sales.shape != other.sales.shape or not np.array_equal(first.sales, other.sales)


def test_truth_and_panel_without_truth_are_the_same_shop():
    assert np.array_equal(shop(seed=5, periods=100).sales, simulate_shop(seed=5, periods=100).panel.sales)


@pytest.mark.parametrize("frequency", ["D", "W", "W-FRI", "MS", "ME", "h"])
def test_demand_scatters_around_the_product_of_the_factors(frequency):
    simulated = simulate_shop(items=60, periods=120, frequency=frequency, seed=1, config=CALM)
    truth = simulated.truth
    assert truth.demand.sum() == pytest.approx(truth.expected.sum(), rel=0.05)
    assert np.array_equal(truth.demand, simulated.panel.sales)


def test_variance_is_that_of_a_negative_binomial():
    config = ShopConfig(spread=1, growth=0, season=0, dispersion=0.2, level=20, elasticity=0, **_off())
    sales = shop(items=50, periods=1000, config=config).sales
    assert sales.mean() == pytest.approx(20, rel=0.01)
    assert sales.var() == pytest.approx(20 + 0.2 * 20**2, rel=0.03)


def _off():
    return {"intermittent": 0, "launches": 0, "stockouts": 0, "promotions": 0, "events": 0}


def test_stockouts_hide_demand_and_are_of_the_asked_share():
    simulated = simulate_shop(items=200, periods=400, config=ShopConfig(stockouts=0.05))
    available = simulated.panel.available
    assert np.array_equal(available, simulated.truth.in_stock)
    assert (available < 1).mean() == pytest.approx(0.05, abs=0.01)
    assert np.all(simulated.panel.sales[available == 0] == 0)
    assert np.all(simulated.panel.sales <= simulated.truth.demand)
    whole = available == 1
    assert np.array_equal(simulated.panel.sales[whole], simulated.truth.demand[whole])


def test_availability_can_be_hidden_while_the_truth_stays():
    simulated = simulate_shop(config=ShopConfig(report_availability=False))
    assert simulated.panel.available is None
    assert (simulated.truth.in_stock == 0).any()


def test_promotions_lower_the_price_and_raise_demand():
    simulated = simulate_shop(items=100, periods=400, config=ShopConfig(intermittent=0))
    on = simulated.panel.covariates["promotion"].values == 1
    truth = simulated.truth
    assert on.mean() == pytest.approx(0.08, abs=0.015)
    lift = (truth.demand[on].sum() / (truth.expected / truth.promotion)[on].sum()) / (
        truth.demand[~on].sum() / (truth.expected / truth.promotion)[~on].sum()
    )
    assert lift > 1.4


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2031])
def test_black_friday_is_the_day_after_the_fourth_thursday_of_november(year):
    days = [date(year, 11, day) for day in range(22, 31)]
    black = [day for day in days if event_lift(day) == 1.2]
    assert len(black) == 1
    assert black[0].weekday() == 4
    assert 23 <= black[0].day <= 29


def test_events_lift_the_whole_shop():
    panel = shop(items=100, periods=365, config=ShopConfig(launches=0, stockouts=0))
    total = panel.sales.reshape(100, 365).sum(axis=0)
    double_11 = (date(2023, 11, 11) - date(2023, 1, 1)).days
    assert total[double_11] > 1.7 * np.median(total[double_11 - 10 : double_11 + 10])


def test_a_closed_shop_sells_nothing_on_christmas_day():
    panel = shop(items=20, periods=365, config=ShopConfig(launches=0, closed=True))
    assert panel.sales.reshape(20, 365)[:, 358].sum() == 0
    assert panel.sales.reshape(20, 365)[:, 357].sum() > 0


def test_launched_items_begin_later_and_intermittent_ones_sell_rarely():
    panel = shop(items=200, periods=300, config=ShopConfig(launches=0.5, intermittent=0.3, stockouts=0))
    assert (panel.starts > panel.starts.min()).mean() == pytest.approx(0.5, abs=0.12)
    assert np.all(panel.cutoffs == panel.cutoffs[0])
    zeros = np.add.reduceat((panel.sales == 0).astype(float), panel.offsets[:-1]) / panel.lengths
    assert (zeros > 0.6).mean() == pytest.approx(0.3, abs=0.12)


def test_the_future_has_known_covariates_and_no_sales():
    panel = shop(items=5, periods=50, config=ShopConfig(future=14))
    assert np.all(panel.future == 14)
    assert np.isnan(panel.sales[~panel.is_history]).all()
    assert np.isnan(panel.available[~panel.is_history]).all()
    assert all(np.isfinite(covariate.values).all() for covariate in panel.known)


@pytest.mark.parametrize("wrong", [{"items": 0}, {"periods": 0}, {"frequency": "nonsense"}])
def test_impossible_shops_are_refused(wrong):
    with pytest.raises(ConfigError):
        shop(**wrong)


@pytest.mark.parametrize("wrong", [{"stockouts": 1.5}, {"dispersion": -1}, {"level": 0}, {"spread": 0.5}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ConfigError):
        ShopConfig(**wrong)


@pytest.mark.parametrize("frequency", ["D", "W", "ME", "h"])
def test_purchases_add_up_to_the_sales_of_every_period(frequency):
    panel = shop(
        items=6, periods=40, frequency=frequency, seed=2, config=ShopConfig(level=2 if frequency == "ME" else 8)
    )
    lines = order_lines(panel, seed=1).filter(pl.col("quantity") > 0)
    summed = (
        lines.with_columns(grid=pl.Series(panel.frequency.index(lines["timestamp"].to_numpy())))
        .group_by("item_id", "grid")
        .agg(pl.col("quantity").sum())
    )
    expected = pl.DataFrame(
        {
            "item_id": panel.items["item_id"][panel.owners.tolist()],
            "grid": panel.starts[panel.owners] + panel.positions,
            "sales": panel.sales.astype(np.int64),
        }
    ).filter(pl.col("sales") > 0)
    joined = expected.join(summed, on=["item_id", "grid"], how="full")
    assert joined.filter(pl.col("sales").ne_missing(pl.col("quantity"))).is_empty()


def test_returns_follow_their_purchase_at_its_price():
    lines = order_lines(shop(items=4, periods=60), returns=0.2)
    back = lines.filter(pl.col("quantity") < 0)
    bought = lines.filter(pl.col("quantity") > 0)
    assert 0.15 < back.height / bought.height < 0.25
    matched = back.join(bought, on=["item_id", "customer_id", "price"], how="left", suffix="_bought")
    earlier = matched.group_by("timestamp", "item_id", "customer_id").agg(
        ((pl.col("timestamp_bought") < pl.col("timestamp")) & (pl.col("quantity_bought") >= -pl.col("quantity"))).any()
    )
    assert earlier["timestamp_bought"].all()


def test_order_lines_carry_the_price_of_their_period():
    panel = shop(items=2, periods=30)
    bought = order_lines(panel, returns=0)
    assert bought["price"].min() == pytest.approx(float(panel.covariates["price"].values.min()), abs=0.01)
    assert bought["order_id"].n_unique() <= bought.height
    with pytest.raises(ConfigError):
        order_lines(panel, returns=2)
