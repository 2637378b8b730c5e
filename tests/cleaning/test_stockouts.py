import numpy as np
import polars as pl
import pytest

from foresale.cleaning.clean import CleanOptions, clean
from foresale.cleaning.report import ZERO_RUN
from foresale.cleaning.stockouts import inferred
from foresale.core.demand_classes import intermittent, launched
from foresale.core.frequency import Frequency
from foresale.core.histories import Rhythm
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, simulate_shop
from foresale.narrate.sentences import sentences

DAILY = Rhythm.of(Frequency.parse("D"))


def found(sales, *, rhythm=DAILY, judged=True, in_stock=None, chance=0.01):
    matrix = np.atleast_2d(np.asarray(sales, np.float32))
    stock = np.zeros(matrix.shape, bool) if in_stock is None else np.atleast_2d(in_stock)
    flags = inferred(matrix, judged=np.full(matrix.shape, judged), in_stock=stock, rhythm=rhythm, chance=chance)
    return np.flatnonzero(flags[0]).tolist()


def poisson(level, periods=200, seed=0):
    return np.random.default_rng(seed).poisson(level, periods).astype(float)


def panel_of(matrix, **columns):
    count, periods = matrix.shape
    return Panel(
        frequency=Frequency.parse("D"),
        items=pl.DataFrame({"item_id": [f"i{number}" for number in range(count)], **columns}),
        starts=np.zeros(count, np.int64),
        offsets=np.arange(count + 1) * periods,
        history=np.full(count, periods),
        sales=matrix.astype(np.float32).ravel(),
    )


def test_a_run_that_the_rate_makes_implausible_is_found_and_no_more():
    sales = poisson(20)
    sales[100:104] = 0
    assert found(sales) == [100, 101, 102, 103]


def test_the_last_days_without_sales_are_found_too():
    sales = poisson(20)
    sales[-5:] = 0
    assert found(sales) == [195, 196, 197, 198, 199]


def test_zeros_that_belong_to_the_rate_are_no_stockout():
    for seed in range(20):
        assert found(poisson(1.2, 700, seed)) == []


def test_false_alarms_are_as_rare_as_asked():
    items = np.stack([poisson(2, 365, seed) for seed in range(400)])
    shape = items.shape
    flags = inferred(
        items.astype(np.float32),
        judged=np.ones(shape, bool),
        in_stock=np.zeros(shape, bool),
        rhythm=DAILY,
        chance=0.05,
    )
    assert flags.any(axis=1).mean() <= 0.05


def test_a_slow_seller_needs_a_longer_run_than_a_fast_one():
    for level, length, expected in ((20, 3, 3), (1.5, 3, 0), (1.5, 14, 14)):
        sales = poisson(level, seed=4)
        sales[90], sales[100 + length] = 3, 3
        sales[100 : 100 + length] = 0
        assert len([day for day in found(sales) if 100 <= day < 100 + length]) == expected


def test_intermittent_items_are_not_judged():
    sales = np.where(np.random.default_rng(0).random(300) < 0.3, 5.0, 0.0)
    sales[100:150] = 0
    assert intermittent(np.atleast_2d(sales)).tolist() == [True]
    assert found(sales) == []


def test_zeros_before_the_first_sale_and_pauses_of_months_are_no_stockouts():
    late = np.concatenate([np.zeros(40), poisson(20)])
    assert found(late) == []
    seasonal = np.concatenate([poisson(20), np.zeros(120), poisson(20)])
    assert found(seasonal) == []


def test_weekends_off_are_no_stockouts():
    sales = poisson(30, 210)
    sales[5::7] = sales[6::7] = 0
    assert found(sales) == []


def test_an_item_that_fades_out_is_no_stockout():
    fading = np.random.default_rng(1).poisson(np.linspace(3, 0.2, 300)).astype(float)
    assert found(fading) == []


def test_unknown_periods_do_not_end_a_run():
    sales = poisson(6)
    sales[100:106] = 0
    sales[102] = np.nan
    assert found(sales) == [100, 101, 103, 104, 105]


def test_a_zero_with_stock_on_hand_is_a_fact():
    sales = poisson(20)
    sales[100:104] = 0
    stock = np.zeros(200, bool)
    stock[100:104] = True
    assert found(sales, in_stock=stock) == []


def test_without_other_items_a_day_off_is_not_told_from_a_stockout():
    sales = poisson(60)
    sales[100] = 0
    assert found(sales, judged=True) == [100]
    assert found(sales, judged=False) == []


def test_nights_are_no_stockouts():
    rhythm = Rhythm.of(Frequency.parse("h"))
    day = np.concatenate([np.zeros(8), np.full(16, 9.0)])
    assert found(np.random.default_rng(0).poisson(np.tile(day, 30)), rhythm=rhythm) == []


def test_launch_is_the_first_sale():
    assert launched(np.array([[0, np.nan, 2, 0]], np.float32)).tolist() == [[False, False, True, True]]


def test_a_closed_shop_keeps_its_zeros_and_a_stockout_beside_it_does_not():
    matrix = np.stack([poisson(20, seed=seed) for seed in range(8)])
    matrix[:, 50:53] = 0
    matrix[3, 120:125] = 0
    cleaned, report = clean(panel_of(matrix))
    assert report.closed == 3
    assert report.rows((ZERO_RUN,)).tolist() == list(range(720, 725))
    assert (cleaned.sales.reshape(8, 200)[:, 50:53] == 0).all()
    assert any(sentence.startswith("Closed") and "3 periods" in sentence for sentence in sentences(report))


def test_slow_items_that_happen_to_sell_nothing_together_are_no_closed_shop():
    matrix = np.stack([poisson(1.0, 700, seed) for seed in range(5)])
    together = ((matrix == 0).sum(axis=0) >= 4).sum()
    assert together > 10
    assert clean(panel_of(matrix))[1].closed == 0


def test_a_shop_closed_on_sundays_is_closed_on_sundays():
    matrix = np.stack([poisson(20, 210, seed) for seed in range(6)])
    matrix[:, 6::7] = 0
    assert clean(panel_of(matrix))[1].closed == 30


def test_one_store_of_several_may_close():
    matrix = np.stack([poisson(20, seed=seed) for seed in range(24)])
    matrix[:6, 50:54] = 0
    store = ["a"] * 6 + ["b"] * 18
    assert clean(panel_of(matrix, store_id=store))[1].counts() == {}
    assert clean(panel_of(matrix, colour=store))[1].counts() == {ZERO_RUN: 24}


def test_a_long_pause_is_left_and_reported_stock_is_believed():
    matrix = np.stack([poisson(20, seed=seed) for seed in range(6)])
    matrix[0, 50:150] = 0
    assert clean(panel_of(matrix))[1].counts() == {}


@pytest.mark.parametrize("closed", [False, True])
def test_most_hidden_stockouts_of_a_simulated_shop_are_found_and_hardly_anything_else(closed):
    config = ShopConfig(report_availability=False, stockouts=0.03, closed=closed)
    simulated = simulate_shop(items=150, periods=730, seed=3, config=config)
    panel, truth = simulated.panel, simulated.truth
    out = np.zeros(panel.sales.size, bool)
    out[clean(panel, options=CleanOptions())[1].rows((ZERO_RUN,))] = True
    lost = (truth.in_stock < 1) & (panel.sales == 0) & (truth.demand > 0)
    regular = truth.level > 3
    assert (out & lost).sum() / (lost & regular).sum() > 0.8
    wrong = out & (truth.in_stock == 1)
    assert wrong.sum() < 0.01 * out.sum()
