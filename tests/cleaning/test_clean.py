from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.cleaning.clean import CleanOptions, clean
from foresale.cleaning.inactive_periods import ENDED, LAUNCH, NEVER
from foresale.cleaning.report import (
    BEFORE_LAUNCH,
    GAP,
    HIGH,
    LOW,
    MOSTLY_OUT,
    OUT_OF_STOCK,
    PARTLY_OUT,
    REPEATED,
    RETURNS,
    ZERO_RUN,
)
from foresale.core.errors import ConfigError, DataError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.narrate.sentences import sentences

DAILY = Frequency.parse("D")


def panel_of(*series, available=None, start=19_000, frequency=DAILY, covariates=None, futures=None):
    """A panel of lists, one per item, all from the same start; `futures` rows are after the cutoff."""
    futures = futures or [0] * len(series)
    rows = [list(values) + [np.nan] * future for values, future in zip(series, futures, strict=True)]
    lengths = [len(values) for values in rows]
    return Panel(
        frequency=frequency,
        items=pl.DataFrame({"item_id": [f"item {number}" for number in range(len(series))]}),
        starts=np.full(len(series), start),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        history=np.array([len(values) for values in series]),
        sales=np.concatenate(rows).astype(np.float32),
        available=None if available is None else np.asarray(available, np.float32),
        covariates=covariates or {},
    )


def busy(periods=140, seed=0, level=30):
    return np.random.default_rng(seed).poisson(level, periods).astype(float)


def reasons_of(report):
    return report.to_frame().group_by("reason").len().sort("reason").rows()


def test_clean_sales_stay_as_they_are():
    panel = panel_of(busy(), busy(seed=1))
    cleaned, report = clean(panel)
    assert np.array_equal(cleaned.sales, panel.sales)
    assert sentences(report) == ("Nothing to clean.",)
    assert report.to_frame().is_empty()


@pytest.mark.parametrize(("choice", "new"), [("zero", 0.0), ("unknown", None), ("keep", -3.0)])
def test_more_returns_than_sales(choice, new):
    sales = busy()
    sales[20] = -3
    cleaned, report = clean(panel_of(sales), options=CleanOptions(negatives=choice))
    assert pl.Series(cleaned.sales).fill_nan(None)[20] == new
    assert (RETURNS in report.counts()) == (choice != "keep")


def test_a_change_is_reported_with_place_old_new_and_reason():
    sales = busy()
    sales[20] = -3
    frame = clean(panel_of(busy(seed=5), sales))[1].to_frame()
    assert frame["item_id"].to_list() == ["item 1"]
    assert frame["timestamp"].to_list() == [pl.Series(["2022-01-28"]).str.to_datetime()[0]]
    assert frame.select("old", "new", "reason").rows() == [(-3.0, 0.0, RETURNS)]


def test_timestamps_of_the_report_are_of_the_callers_type():
    sales = busy()
    sales[20] = -3
    report = clean(replace(panel_of(sales), time_type=pl.String()))[1]
    assert report.to_frame()["timestamp"].to_list() == [date(2022, 1, 28)]


def test_gaps_stay_unknown_unless_asked():
    sales = busy()
    sales[[3, 50, 51]] = np.nan
    panel = panel_of(sales)
    kept, report = clean(panel)
    assert np.isnan(kept.sales[[3, 50, 51]]).all()
    assert report.counts() == {}
    zero, report = clean(panel, options=CleanOptions(gaps="zero", stockouts="keep"))
    assert zero.sales[[3, 50, 51]].tolist() == [0, 0, 0]
    assert report.counts()[GAP] == 3


def test_interpolation_draws_between_the_same_weekdays():
    week = np.tile([10.0, 20, 30, 40, 50, 60, 70], 6)
    holes = [9, 10, 24, 38]
    sales = week.copy()
    sales[holes] = np.nan
    cleaned, report = clean(panel_of(sales), options=CleanOptions(gaps="interpolate"))
    assert cleaned.sales.tolist() == week.tolist()
    assert report.counts() == {GAP: 4}


def test_interpolation_takes_the_one_neighbour_there_is_and_leaves_what_has_none():
    sales = np.tile([10.0, 20, 30, 40, 50, 60, 70], 4)
    sales[0] = np.nan
    sales[3::7] = np.nan
    cleaned, _ = clean(panel_of(sales), options=CleanOptions(gaps="interpolate"))
    assert cleaned.sales[0] == 10
    assert np.isnan(cleaned.sales[3::7]).all()


def test_reported_stockouts_become_unknown_demand():
    available = np.ones(140)
    available[[10, 11, 12]] = 0, 0.3, 0.7
    cleaned, report = clean(panel_of(busy(), available=available))
    assert np.isnan(cleaned.sales[[10, 11]]).all()
    assert np.isfinite(cleaned.sales[12])
    assert report.counts() == {OUT_OF_STOCK: 1, MOSTLY_OUT: 1}
    strict, _ = clean(panel_of(busy(), available=available), options=CleanOptions(available_below=0.8))
    assert np.isnan(strict.sales[[10, 11, 12]]).all()
    kept, _ = clean(panel_of(busy(), available=available), options=CleanOptions(stockouts="keep"))
    assert np.isfinite(kept.sales).all()


def test_zero_runs_become_unknown_only_where_inference_is_allowed():
    sales = busy()
    sales[60:66] = 0
    cleaned, report = clean(panel_of(sales))
    assert np.flatnonzero(np.isnan(cleaned.sales)).tolist() == list(range(60, 66))
    assert report.counts() == {ZERO_RUN: 6}
    assert sentences(report)[0].startswith("Unknown demand: 6 periods (4.3 %) of 1 item;")
    for choice in ("reported", "keep"):
        assert np.isfinite(clean(panel_of(sales), options=CleanOptions(stockouts=choice))[0].sales).all()


def test_an_outlier_is_marked_and_drawn_in_only_on_request():
    sales = busy()
    sales[70] = 900
    panel = panel_of(sales)
    marked, report = clean(panel)
    assert marked.sales[70] == 900
    assert report.to_frame().select("old", "new", "reason").rows() == [(900.0, 900.0, HIGH)]
    assert not report.changed.any()
    drawn, report = clean(panel, options=CleanOptions(outliers="winsorise"))
    assert 30 < drawn.sales[70] < 120
    assert drawn.sales[70] == int(drawn.sales[70])
    assert report.changed.tolist() == [True]
    assert clean(panel, options=CleanOptions(outliers="keep"))[1].counts() == {}


def test_far_too_little_is_an_outlier_too_but_nothing_at_all_is_not():
    sales = busy(level=300)
    sales[70], sales[90] = 5, 0
    report = clean(panel_of(sales))[1]
    assert report.to_frame().select("old", "reason").rows() == [(5.0, LOW)]


def test_no_peak_that_the_calendar_expects_is_an_outlier():
    sales = busy()
    sales[[70, 90]] = 900
    peaks = np.zeros(140, bool)
    peaks[70] = True
    report = clean(panel_of(sales), expected_peaks=peaks)[1]
    assert report.rows((HIGH,)).tolist() == [90]


@pytest.mark.parametrize("name", ["promotion", "onpromotion", "Discount %", "促销"])
def test_no_sale_under_a_promotion_is_an_outlier(name):
    sales = busy()
    sales[[70, 90]] = 900
    on = np.zeros(140, np.float32)
    on[90] = 1
    panel = panel_of(sales, covariates={name: Covariate(name, "known", on)})
    assert clean(panel)[1].rows((HIGH,)).tolist() == [70]
    assert clean(panel, options=CleanOptions(promotions=()))[1].rows((HIGH,)).tolist() == [70, 90]


def test_a_price_cut_is_a_promotion_and_a_discount_factor_is_understood():
    sales = busy()
    sales[[70, 90]] = 900
    price = np.full(140, 10, np.float32)
    price[70] = 8
    factor = np.ones(140, np.float32)
    factor[90] = 0.7
    with_price = panel_of(sales, covariates={"price": Covariate("price", "known", price)})
    assert clean(with_price)[1].rows((HIGH,)).tolist() == [90]
    with_factor = panel_of(sales, covariates={"discount": Covariate("discount", "known", factor)})
    assert clean(with_factor)[1].rows((HIGH,)).tolist() == [70]


def test_a_weekly_peak_is_no_outlier():
    week = np.tile([10.0, 12, 9, 11, 40, 200, 13], 20)
    assert clean(panel_of(week))[1].counts() == {}


def test_steps_and_trends_have_no_outliers():
    step = np.concatenate([busy(70), busy(70, level=90)])
    growth = np.random.default_rng(1).poisson(np.linspace(5, 200, 200)).astype(float)
    assert clean(panel_of(step))[1].counts() == {}
    assert clean(panel_of(growth))[1].counts() == {}


def test_an_intermittent_item_has_outliers_by_the_size_of_its_orders():
    generator = np.random.default_rng(0)
    sales = np.where(generator.random(400) < 0.1, generator.integers(2, 6, 400), 0).astype(float)
    sales[200] = 4000
    assert clean(panel_of(sales))[1].rows((HIGH,)).tolist() == [200]


def test_bulk_orders_of_an_item_that_pauses_often_are_no_outliers():
    generator = np.random.default_rng(0)
    sales = np.where(generator.random(600) < 0.6, generator.choice([25] * 9 + [50, 75, 150], 600), 0).astype(float)
    assert clean(panel_of(sales))[1].counts() == {}


def test_pauses_are_named_and_left_as_they_are():
    late = np.concatenate([np.zeros(60), busy(100)])
    ended = np.concatenate([busy(80), np.zeros(80)])
    panel = panel_of(late, ended, np.zeros(160), busy(160))
    cleaned, report = clean(panel)
    assert np.array_equal(cleaned.sales, panel.sales)
    assert report.inactive_periods.select("item_id", "kind", "periods").rows() == [
        ("item 0", LAUNCH, 60),
        ("item 1", ENDED, 80),
        ("item 2", NEVER, 160),
    ]
    assert report.inactive_periods["first"].dt.date().to_list()[1] == pl.Series(["2022-03-29"]).str.to_date()[0]


def test_zeros_before_the_launch_are_unknown_on_request():
    late = np.concatenate([np.zeros(60), busy(100)])
    cleaned, report = clean(panel_of(late), options=CleanOptions(before_launch="unknown"))
    assert np.isnan(cleaned.sales[:60]).all()
    assert report.counts() == {BEFORE_LAUNCH: 60}


def test_a_number_carried_forward_is_unknown_but_for_the_first_one():
    sales = np.concatenate([busy(60), np.full(30, 17.0), busy(60, seed=1)])
    cleaned, report = clean(panel_of(sales))
    unknown = np.flatnonzero(np.isnan(cleaned.sales))
    assert report.counts() == {REPEATED: 29}
    assert unknown.tolist() == list(range(61, 90))
    kept, nothing = clean(panel_of(sales), options=CleanOptions(flat_lines="keep"))
    assert np.array_equal(kept.sales, sales.astype(np.float32))
    assert not nothing.counts()


def test_numbers_that_repeat_as_demand_does_are_believed():
    rare, often = np.tile([1, 1, 0, 1, 1, 1, 0], 20), np.tile([1, 1, 1, 1, 1, 2, 3, 2, 1, 1], 14)
    _, report = clean(panel_of(rare, often, np.repeat(busy(47), 3)[:140]))
    assert REPEATED not in report.counts()


def test_what_an_item_sells_now_is_believed_even_if_it_stands_still():
    order = np.concatenate([np.full(60, 40.0), np.full(80, 55.0)])
    cleaned, _ = clean(panel_of(order, np.full(140, 3.0)))
    first = cleaned.sales[:140]
    assert np.flatnonzero(np.isfinite(first)).tolist() == [0, *range(60, 140)]
    assert np.isfinite(cleaned.sales[140:]).all()


def test_undo_refuses_another_panel():
    sales = busy()
    sales[20] = -3
    _, report = clean(panel_of(sales))
    with pytest.raises(DataError, match="did not leave"):
        report.undo(panel_of(sales))
    with pytest.raises(DataError, match="did not leave"):
        report.undo(panel_of(sales[:50]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"gaps": "mean"},
        {"negatives": "no"},
        {"stockouts": "x"},
        {"outliers": "drop"},
        {"before_launch": "zero"},
        {"flat_lines": "zero"},
        {"available_below": 2},
        {"chance": 0},
        {"threshold": 1},
    ],
)
def test_impossible_options_are_refused(wrong):
    with pytest.raises(ConfigError):
        CleanOptions(**wrong)


def test_what_does_not_fit_the_panel_is_refused():
    with pytest.raises(ConfigError, match="140"):
        clean(panel_of(busy()), expected_peaks=np.zeros(3, bool))
    with pytest.raises(ConfigError, match="no covariate sale"):
        clean(panel_of(busy()), options=CleanOptions(promotions=("sale",)))


values = st.one_of(
    st.integers(-5, 40).map(float), st.just(0.0), st.just(0.0), st.just(float("nan")), st.floats(0, 900, width=32)
)
histories = st.lists(values, min_size=1, max_size=120)
choices = st.builds(
    CleanOptions,
    gaps=st.sampled_from(["unknown", "zero"]),
    negatives=st.sampled_from(["zero", "unknown", "keep"]),
    stockouts=st.sampled_from(["infer", "reported", "keep"]),
    outliers=st.sampled_from(["mark", "winsorise", "keep"]),
    before_launch=st.sampled_from(["keep", "unknown"]),
    flat_lines=st.sampled_from(["keep", "unknown"]),
)


@st.composite
def panels(draw):
    series = draw(st.lists(histories, min_size=1, max_size=7))
    futures = [draw(st.integers(0, 3)) for _ in series]
    plain = panel_of(*series, futures=futures, frequency=Frequency.parse(draw(st.sampled_from(["D", "W", "MS", "h"]))))
    if not draw(st.booleans()):
        return plain
    seed = draw(st.integers(0, 99))
    available = np.random.default_rng(seed).choice([0, 0.3, 0.8, 1, np.nan], len(plain.sales)).astype(np.float32)
    return replace(plain, available=available)


@given(panels(), choices)
@settings(max_examples=150, deadline=None)
def test_law_undoing_restores_the_panel_to_the_bit(panel, options):
    cleaned, report = clean(panel, options=options)
    assert report.undo(cleaned).sales.tobytes() == panel.sales.tobytes()
    changed = ~((cleaned.sales == panel.sales) | (np.isnan(cleaned.sales) & np.isnan(panel.sales)))
    assert set(np.flatnonzero(changed)) <= set(report.changes.rows[report.changed].tolist())
    assert report.to_frame().height == len(report.changes.rows)
    assert np.isnan(cleaned.sales[~panel.is_history]).all()


@given(panels(), choices)
@settings(max_examples=150, deadline=None)
def test_law_cleaning_what_is_clean_changes_nothing(panel, options):
    if options.gaps == "zero" and options.outliers == "winsorise":
        options = replace(options, outliers="mark")
    once, _ = clean(panel, options=options)
    twice, _ = clean(once, options=options)
    assert np.array_equal(once.sales, twice.sales, equal_nan=True)


@given(st.integers(0, 99), st.sampled_from(["mark", "winsorise"]))
@settings(max_examples=12, deadline=None)
def test_law_cleaning_a_clean_shop_changes_nothing(seed, outliers):
    config = ShopConfig(report_availability=False, stockouts=0.05, dispersion=0.3)
    panel, options = shop(items=12, periods=300, seed=seed, config=config), CleanOptions(outliers=outliers)
    once, first = clean(panel, options=options)
    twice, second = clean(once, options=options)
    assert first.changed.any()
    assert not second.changed.any()
    assert np.array_equal(once.sales, twice.sales, equal_nan=True)


@given(st.integers(0, 99), st.integers(1, 60))
@settings(max_examples=12, deadline=None)
def test_law_nothing_after_the_cutoff_is_seen(seed, steps):
    config = ShopConfig(report_availability=False, stockouts=0.05, launches=0)
    panel = shop(items=8, periods=200, seed=seed, config=config)
    past, _ = clean(panel.back(steps))
    other = panel.sales.copy()
    other.reshape(8, 200)[:, 200 - steps :] = np.random.default_rng(seed).integers(0, 500, (8, steps))
    again, _ = clean(replace(panel, sales=other).back(steps))
    assert np.array_equal(past.sales, again.sales, equal_nan=True)


@given(st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_law_the_order_of_the_items_does_not_matter(seed):
    panel = shop(items=10, periods=150, seed=seed, config=ShopConfig(report_availability=False, stockouts=0.05))
    order = np.random.default_rng(seed).permutation(10)
    together = clean(panel)[0].select(order)
    assert np.array_equal(together.sales, clean(panel.select(order))[0].sales, equal_nan=True)


def test_partly_empty_periods_are_raised_to_whole_ones_once() -> None:
    available = np.ones(140, np.float32)
    available[[10, 20, 30]] = 0.75, 0.6, 0.3
    panel = panel_of(busy(), available=available)
    options = CleanOptions(partial_availability="raise", outliers="keep")
    cleaned, report = clean(panel, options=options)
    assert report.counts()[PARTLY_OUT] == 2
    assert (cleaned.sales[[10, 20]] > panel.sales[[10, 20]]).all()
    assert np.isnan(cleaned.sales[30])
    others = np.setdiff1d(np.arange(140), [10, 20, 30])
    np.testing.assert_array_equal(cleaned.sales[others], panel.sales[others])
    again, nothing = clean(cleaned, options=options)
    assert PARTLY_OUT not in nothing.counts()
    np.testing.assert_array_equal(again.sales, cleaned.sales)
    back = report.undo(cleaned)
    assert back.sales.tobytes() == panel.sales.tobytes()
    assert back.available is not None
    assert back.available.tobytes() == available.tobytes()
