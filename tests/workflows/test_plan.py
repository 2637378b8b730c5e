"""From sales to orders: what is read, how far is forecast, and that the future plays no part."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import foresale
from foresale.core.errors import ConfigError, DataError
from foresale.core.panel import Panel
from foresale.core.prices import paid_prices
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.inventory.planning.options import PlanOptions
from foresale.inventory.planning.plan import COLUMNS
from foresale.inventory.read import Sources, read_inventory
from foresale.narrate.sentences import sentences
from foresale.pages.plan import plan_page
from foresale.recommending.lift import Lift
from foresale.workflows.plan import faults_beside, plan


@pytest.fixture(scope="module")
def sales() -> Panel:
    return shop(items=4, periods=150, seed=2, config=ShopConfig(launches=0))


def stock_of(panel: Panel, **columns: object) -> pl.DataFrame:
    return pl.DataFrame({"item_id": panel.items["item_id"], "on_hand": [0, 20, 40, 900], "lead_time": 5, **columns})


def naive(panel: Panel, **settings: object) -> foresale.Forecast:
    return plan(panel, stock=stock_of(panel), model="seasonal-naive", **settings)


def test_the_front_door_is_this_one():
    assert foresale.plan is plan


def test_a_panel_is_forecast_as_far_as_its_orders_last(sales: Panel):
    seen = []

    class Spy:
        name = "spy"

        def forecast(self, panel, *, horizon):
            seen.append(horizon)
            return SeasonalNaive().forecast(panel, horizon=horizon)

    found = plan(sales, stock=stock_of(sales, review_period=14), horizon=7, model=Spy())
    assert seen == [21]
    assert found.horizon == 7
    plan(sales, stock=stock_of(sales), horizon=7, model=Spy(), options=PlanOptions(paths=5))
    assert seen[1:] == [14]


def test_a_forecast_a_panel_and_an_inventory_come_to_the_same(sales: Panel):
    stock = stock_of(sales).with_columns(price=9.0)
    found = plan(sales, stock=stock, horizon=14, model="seasonal-naive")
    forecast = foresale.forecast(sales, horizon=21, model="seasonal-naive")
    inventory = read_inventory(forecast, Sources(stock))
    for told in (stock, Sources(stock), inventory):
        assert plan(forecast, stock=told, horizon=14).to_frame().equals(found.to_frame())
    with pytest.raises(ConfigError, match="has its terms already"):
        plan(forecast, stock=inventory, terms=stock_of(sales))


def test_prices_come_from_the_sales_where_no_file_tells_them(sales: Panel):
    priced = replace(sales, currency="EUR")
    found = plan(priced, stock=stock_of(sales), horizon=14, model="seasonal-naive")
    terms = found.inventory.terms
    np.testing.assert_allclose(terms.price, paid_prices(sales))
    assert any("taken from the sales" in note for note in found.notes)
    assert not any("Neither cost nor price" in note for note in found.notes)
    assert found.inventory.currency == "EUR"
    assert "EUR" in sentences(found)[0]
    assert "EUR" in repr(found)
    for frame in (found.to_frame(), found.next_orders()):
        assert frame["currency"].unique().to_list() == ["EUR"]
    told = found.exceptions().filter(pl.col("exception").is_in(["late", "excess"]))["reason"]
    assert len(told)
    assert told.str.contains("EUR").all()
    page = plan_page(found)
    assert "EUR at stake" in page
    unpriced = plan(sales, stock=stock_of(sales), horizon=14, model="seasonal-naive")
    assert unpriced.to_frame()["currency"].is_null().all()
    told = plan(priced, stock=stock_of(sales).with_columns(price=pl.lit("$ 9")), horizon=14, model="seasonal-naive")
    assert told.inventory.terms.price.tolist() == [9.0] * len(sales)
    assert any("The sales are in EUR and the terms in $" in note for note in told.notes)


def test_terms_may_stand_apart(sales: Panel):
    stock = stock_of(sales)
    apart = plan(sales, stock=stock.drop("lead_time"), terms=stock.drop("on_hand"), horizon=14, model="seasonal-naive")
    assert apart.to_frame().equals(naive(sales, horizon=14).to_frame())


def test_the_future_plays_no_part(sales: Panel):
    before = naive(sales.back(20), horizon=14)
    later = sales.sales.copy()
    for item in range(len(sales)):
        later[sales.rows(item)][-20:] = 1e6
    changed = naive(replace(sales, sales=later).back(20), horizon=14)
    assert changed.to_frame().equals(before.to_frame())
    assert before.today == int(sales.cutoffs.max()) - 19


def test_stock_is_checked_before_a_forecast_is_made(sales: Panel):
    class Never:
        name = "never"

        def forecast(self, panel, *, horizon):
            raise AssertionError("not before the stock was read")

    with pytest.raises(DataError, match="must not be negative"):
        plan(sales, stock=stock_of(sales).with_columns(on_hand=-1), model=Never())


def test_faults_of_stock_are_found_without_sales():
    stock = pl.DataFrame({"sku": ["a", "a", "b"], "stock": ["1", "2", "many"], "supplier": "Ming"})
    suppliers = pl.DataFrame({"supplier": ["Lipton"], "lead_time": [5]})
    told = " ".join(str(fault) for fault in faults_beside(Sources(stock, suppliers=suppliers)))
    for words in ("stand twice", "is no number", "unknown supplier"):
        assert words in told


def test_what_is_no_panel_is_refused():
    with pytest.raises(ConfigError, match="a panel, a path or a data frame"):
        plan(["sales.csv"], stock="stock.csv")


def test_every_item_is_planned_whatever_the_order_of_the_stock(sales: Panel):
    found = plan(sales, stock=stock_of(sales).reverse(), model="seasonal-naive", horizon=14)
    assert found.to_frame().equals(naive(sales, horizon=14).to_frame())
    assert np.isfinite(found.projected.mean).all()


def test_a_reason_names_what_raises_demand_where_the_forecast_knows():
    """Sales are five times as many before each Christmas; the order covers the third."""
    dates = pl.date_range(pl.date(2021, 1, 1), pl.date(2023, 12, 10), eager=True)
    rng = np.random.default_rng(0)
    lifted = (dates.dt.month() == 12) & dates.dt.day().is_between(15, 24)
    sold = rng.poisson(np.where(lifted.to_numpy(), 100, 20))
    frame = pl.DataFrame({"item_id": "tree", "date": dates, "sales": sold})
    panel = foresale.read(frame)
    stock = pl.DataFrame({"item_id": ["tree"], "on_hand": [0], "lead_time": [5]})
    reason = plan(panel, stock=stock, horizon=21, model="seasonal-naive").to_frame()["reason"][0]
    assert "In these days demand is raised by Christmas (× " in reason
    forecast = foresale.forecast(panel, horizon=28, model="seasonal-naive")
    assert "raised by" not in plan(forecast, stock=stock, horizon=21).to_frame()["reason"][0]


def test_item_columns_that_are_called_like_those_of_the_plan_are_refused_before_the_forecast(sales: Panel):
    found = plan(sales, stock=stock_of(sales), horizon=14, model="seasonal-naive")
    items = set(sales.named_items.columns)
    made = {*found.to_frame().columns, *found.next_orders().columns, *found.projections().columns}
    assert made - items - {"timestamp", "currency"} == set(COLUMNS)
    keyed = replace(sales, items=sales.items.with_columns(cost=pl.lit("A")), keys=(*sales.keys, "cost"))
    with pytest.raises(ConfigError, match="of a plan no item column is called 'cost'"):
        plan(keyed, stock=stock_of(sales), horizon=14, model="seasonal-naive")


def test_a_stock_file_whose_ids_are_all_empty_is_refused_beside_the_sales():
    stock = pl.DataFrame({"sku": [""], "on_hand": [3], "lead_time": [5]})
    faults = faults_beside(Sources(stock))
    assert any("none of its items has sales" in fault.what for fault in faults)


def test_recommendations_add_to_a_panel_and_to_a_forecast_alike(sales: Panel):
    ids = sales.items["item_id"]
    sent = pl.DataFrame({"item_id": ids[:1], "chance": [0.8], "units": [250.0]})
    lift = Lift(sent, share=0.5, days=14)
    plain, more = (naive(sales, horizon=14, recommendations=given) for given in (None, lift))
    added = (more.lines.units - plain.lines.units)[0]
    assert 50 <= added <= 75  # of 100 units in two weeks, those of the one that the order is for, and their spread
    assert (more.lines.units[1:] == plain.lines.units[1:]).all()
    forecast = foresale.forecast(sales, horizon=21, model="seasonal-naive")
    same = plan(forecast, stock=stock_of(sales), horizon=14, recommendations=lift, history=sales)
    assert (same.lines.units == more.lines.units).all()
    by_default = naive(sales, horizon=14, recommendations=sent)
    assert any("10 % of their chances over" in note for note in by_default.notes)
