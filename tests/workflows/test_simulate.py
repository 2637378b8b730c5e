"""Past days lived through again: no order knows what comes after it."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.inventory.defaults import Defaults
from foresale.inventory.simulation.replay import COLUMNS, Replay
from foresale.narrate.sentences import sentences
from foresale.pages.simulation import simulation_page
from foresale.workflows.simulate import FORESIGHT, SimulateOptions, simulate

TERMS = Defaults(lead_days=2, review_days=3)
START = "2023-04-11"
FIRST = 100
DAYS = 40
OPTIONS = SimulateOptions(
    START, periods=DAYS, service=(0.9, 0.98), rules=("cover:14", "minmax:5,60"), every=5, paths=40, demand="as-sold"
)


@pytest.fixture(scope="module")
def sales() -> Panel:
    made = shop(items=4, periods=FIRST + DAYS, seed=2, config=ShopConfig(launches=0))
    known = np.nan_to_num(made.sales, nan=3.0).astype(np.float32)
    return replace(made, sales=known, available=None, covariates={})


@pytest.fixture(scope="module")
def done(sales: Panel) -> Replay:
    return simulate(sales, options=OPTIONS, models=["seasonal-naive", "croston"], defaults=TERMS)


def courses(replay: Replay, until: int) -> dict[str, list[float]]:
    return {outcome.contender.name: outcome.result.held[:until, 0].tolist() for outcome in replay.outcomes}


def test_all_who_order_are_compared(done: Replay):
    table = done.table()
    assert table["contender"].to_list() == [
        "seasonal-naive, 90 %",
        "seasonal-naive, 98 %",
        "croston, 90 %",
        "croston, 98 %",
        "cover:14",
        "minmax:5,60",
        "normal safety stock, 90 %",
        "normal safety stock, 98 %",
        FORESIGHT,
    ]
    money = table.select(pl.sum_horizontal("lost_cost", "holding_cost", "waste_cost", "ordering_cost")).to_series()
    assert np.allclose(money, table["total_cost"])
    best = table.filter(pl.col("contender") == FORESIGHT).row(0, named=True)
    assert best["total_cost"] == table["total_cost"].min()
    assert best["fill_rate"] == pytest.approx(1, abs=1e-3)
    frame = done.to_frame()
    assert frame.height == 9 * 4
    assert frame.group_by("contender").agg(pl.col("demand").sum())["demand"].n_unique() == 1


def test_more_service_takes_more_stock(done: Replay):
    rows = {row["contender"]: row for row in done.table().iter_rows(named=True)}
    for name in ("seasonal-naive", "croston", "normal safety stock"):
        assert rows[f"{name}, 98 %"]["fill_rate"] > rows[f"{name}, 90 %"]["fill_rate"]
        assert rows[f"{name}, 98 %"]["stock_value"] > rows[f"{name}, 90 %"]["stock_value"]


@pytest.mark.parametrize("after", [1, 17])
def test_no_order_knows_what_comes_after_it(sales: Panel, done: Replay, after: int):
    later = sales.positions >= FIRST + after
    moved = replace(sales, sales=np.where(later, sales.sales * 5 + 7, sales.sales).astype(np.float32))
    other = simulate(moved, options=OPTIONS, models=["seasonal-naive", "croston"], defaults=TERMS)
    before, now = courses(done, after), courses(other, after)
    assert {name for name in before if before[name] != now[name]} <= {FORESIGHT}
    assert courses(done, DAYS)["cover:14"] != courses(other, DAYS)["cover:14"]


def test_no_order_knows_whether_sales_go_on(sales: Panel, done: Replay):
    short = sales.back(DAYS - 20)
    rows = short.is_history
    ended = Panel(
        short.frequency,
        short.items,
        short.starts,
        np.concatenate([[0], np.cumsum(short.history)]),
        short.history,
        short.sales[rows],
        keys=short.keys,
    )
    some = simulate(ended, options=replace(OPTIONS, periods=20), models=["seasonal-naive", "croston"], defaults=TERMS)
    before, now = courses(done, 20), courses(some, 20)
    assert {name for name in before if before[name] != now[name]} <= {FORESIGHT}


def test_the_currency_stands_beside_money(sales: Panel, done: Replay):
    priced = simulate(replace(sales, currency="CHF"), options=OPTIONS, models="seasonal-naive", defaults=TERMS)
    assert priced.to_frame()["currency"].unique().to_list() == ["CHF"]
    assert "Saved, CHF" in simulation_page(priced)
    assert done.to_frame()["currency"].is_null().all()


def test_the_stock_that_is_told_is_that_of_the_first_day(sales: Panel):
    stock = pl.DataFrame({"item_id": sales.items["item_id"], "on_hand": [7, 0, 0, 0], "lead_time": 3, "cost": 1.0})
    told = simulate(sales, options=replace(OPTIONS, rules=("minmax:0,0",)), stock=stock, models="seasonal-naive")
    course = next(outcome for outcome in told.outcomes if outcome.contender.name == "minmax:0,0").result
    assert course.held[0, 0] == max(7 - told.history.demand[0, 0], 0)
    assert any("Not told, so assumed" in note for note in told.notes)


def test_items_that_come_and_go_are_left_out_or_end(sales: Panel):
    history = sales.history.copy()
    history[0] = FIRST - 10
    history[1] = FIRST + 12
    known = sales.positions < np.repeat(history, sales.lengths)
    ragged = replace(sales, history=history, sales=np.where(known, sales.sales, np.nan).astype(np.float32))
    some = simulate(ragged, options=OPTIONS, models="seasonal-naive", defaults=TERMS)
    assert len(some.terms) == 3
    assert any(note.startswith("1 item is left out") for note in some.notes)
    assert some.to_frame()["periods"].unique().sort().to_list() == [10, 38]


def test_policies_without_a_service_order_too(sales: Panel):
    options = replace(OPTIONS, policies=("newsvendor",), service=(), rules=())
    found = simulate(sales, options=options, models="seasonal-naive", defaults=TERMS).table()
    assert found["contender"].to_list() == ["seasonal-naive", "normal safety stock", FORESIGHT]
    lots = replace(OPTIONS, policies=("s-S",), rules=())
    terms = replace(TERMS, ordering=20.0)
    orders = [
        simulate(sales, options=each, models="seasonal-naive", defaults=terms).table()["orders"][0]
        for each in (lots, replace(lots, policies=("base-stock",)))
    ]
    assert orders[0] < orders[1]


def test_who_minds_empty_shelves_loses_less_than_who_takes_them_for_no_demand(sales: Panel):
    rng = np.random.default_rng(1)
    share = np.where(rng.random(sales.sales.size) < 0.3, 0.6, 1.0).astype(np.float32)
    masked = replace(sales, sales=(sales.sales * share).astype(np.float32), available=share)
    options = replace(OPTIONS, demand="recovered", rules=("cover:5",), service=(0.9,))
    minding, blind = (
        simulate(masked, options=options, models="seasonal-naive", defaults=TERMS, seen=seen)
        for seen in (None, replace(masked, available=None))
    )
    assert minding.history.demand.sum() == pytest.approx(sales.sales.reshape(4, -1)[:, FIRST:].sum(), rel=0.05)
    for place in (0, 1):
        assert minding.outcomes[place].fill_rate.value > blind.outcomes[place].fill_rate.value


def test_several_policies_are_told_apart(sales: Panel):
    options = replace(OPTIONS, policies=("base-stock", "newsvendor"), rules=())
    found = simulate(sales, options=options, models="seasonal-naive", defaults=TERMS).table()
    assert found["contender"].to_list()[:3] == [
        "seasonal-naive (base-stock), 90 %",
        "seasonal-naive (base-stock), 98 %",
        "seasonal-naive (newsvendor)",
    ]


def test_settings_that_cannot_be_are_refused(sales: Panel):
    for wrong in ({"service": (95.0,)}, {"service": (0.9, 0.9)}, {"every": 0}, {"rules": ("often",)}):
        with pytest.raises(ConfigError):
            replace(OPTIONS, **wrong)
    with pytest.raises(DataError, match="lead time"):
        simulate(sales, options=OPTIONS, models="seasonal-naive")
    with pytest.raises(DataError, match="after the last sale"):
        simulate(sales, options=replace(OPTIONS, periods=90), models="seasonal-naive", defaults=TERMS)


def test_item_columns_that_are_called_like_those_of_the_replay_are_refused(sales: Panel, done: Replay):
    assert set(done.to_frame().columns) - set(sales.named_items.columns) - {"currency"} == set(COLUMNS)
    keyed = replace(sales, items=sales.items.with_columns(orders=pl.lit("A")), keys=(*sales.keys, "orders"))
    with pytest.raises(ConfigError, match="of a simulation no item column is called 'orders'"):
        simulate(keyed, options=OPTIONS, models="seasonal-naive", defaults=TERMS)


def test_plan_and_rule_are_compared_at_equal_service(sales: Panel):
    options = replace(OPTIONS, service=(), rules=("average:14+safety:2", "cover:30"), paths=60)
    found = simulate(sales, options=options, models="seasonal-naive", defaults=TERMS)
    ruled, planned = found.matches
    assert (ruled.tuned, planned.tuned) == ("other", "plan")
    assert ruled.plan is found.outcomes[0]
    assert planned.other is found.outcomes[1]
    assert ruled.equal
    assert planned.equal
    assert abs(ruled.plan.fill_rate.value - ruled.other.fill_rate.value) < 0.003
    least, most = sorted((ruled.plan, ruled.other), key=lambda outcome: outcome.cost.value)
    said = sentences(found)[0]
    assert said.startswith(f"At equal service ({ruled.plan.fill_rate.value:.1%} of demand), {least.contender.name} ")
    assert f"{1 - least.cost.value / most.cost.value:.1%} is saved, above all in" in said
    assert found.equal_service()["compared"].to_list() == [1, 1, 2, 2]
    assert "equal service" in simulation_page(found)
    assert not simulate(
        sales, options=replace(options, equal_service=False), models="seasonal-naive", defaults=TERMS
    ).matches


def test_who_cannot_be_tuned_so_far_is_said_to_come_near(sales: Panel):
    options = replace(OPTIONS, service=(0.9,), rules=("minmax:0,0",), paths=40)
    found = simulate(sales, options=options, models="seasonal-naive", defaults=TERMS)
    ruled, planned = found.matches
    assert not ruled.equal
    assert "As near to equal service as minmax:0,0 gets" in sentences(found)[0]
    assert planned.plan.fill_rate.value < found.outcomes[0].fill_rate.value
