"""What the layer of effects finds, from festivals of one item to prices of many, and the laws that it keeps."""

from dataclasses import replace

import numpy as np
import pytest

from foresale.core.errors import ConfigError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.effects.layer import EffectOptions, Effects

CHINA = EffectOptions(("CN",))


def month_days(days: np.ndarray) -> np.ndarray:
    return np.array([str(day)[5:] for day in days])


def factors(panel: Panel, horizon: int, options: EffectOptions | None = None) -> np.ndarray:
    """[N, H] by how much more is sold."""
    return np.exp(Effects.fit(panel, horizon=horizon, options=options).ahead)


def peak_of_november(made: object, days: object) -> tuple[Panel, np.ndarray]:
    """One item that sells three times as much on 5-11 November; and where it will within 45 days."""
    stamps = days("2021-09-01", 1197)
    peak = np.isin(month_days(stamps), [f"11-{day:02d}" for day in range(5, 12)])
    base = np.where((stamps.astype(np.int64) + 3) % 7 >= 5, 72, 60) * np.where(peak, 3, 1)
    sales = np.random.default_rng(0).poisson(base)[None]
    return made(sales, start="2021-09-01", future=45), peak[-45:]


def spring_festival(made: object, days: object) -> tuple[Panel, np.ndarray]:
    """One item that sells three times as much in the week up to the eve of Spring Festival; and where it will."""
    stamps = days("2021-10-01", 1212)
    peak = np.zeros(stamps.size, bool)
    for eve in np.array(["2022-01-31", "2023-01-21", "2024-02-09", "2025-01-28"], "datetime64[D]"):
        peak |= (stamps <= eve) & (stamps > eve - 7)
    sales = np.random.default_rng(0).poisson(60 * np.where(peak, 3, 1))[None]
    return made(sales, start="2021-10-01", future=45), peak[-45:]


def old_promotion(made: object, days: object) -> tuple[Panel, np.ndarray]:
    """One item promoted on 3 of every 30 days but lately, and three days ahead; each time it sells three times more."""
    on = (np.arange(407) % 30 >= 27).astype(float)
    on[365:400], on[401:404] = 0, 1
    sales = np.random.default_rng(0).poisson(50 * (1 + 2 * on))[None]
    return made(sales, start="2023-01-01", future=7, known={"promotion": on[None]}), on[-7:] > 0


CASES = [peak_of_november, spring_festival, old_promotion]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_what_the_season_is_about_is_found_in_a_single_item(case: object, made: object, days: object) -> None:
    panel, peak = case(made, days)
    found = factors(panel, peak.size, CHINA)[0]
    assert found[peak] == pytest.approx(np.full(int(peak.sum()), 3.0), rel=0.1)
    assert np.abs(found[~peak] - 1).mean() < 0.06
    assert np.abs(found[~peak] - 1).max() < 0.25


def yearly(made: object, days: object, chosen: object) -> tuple[Panel, np.ndarray]:
    """Three items that sell twice as much on certain days, three years long, and those days in the next 60."""
    stamps = days("2021-03-01", 1157)
    peak = np.array([chosen(day) for day in stamps.tolist()])
    sales = np.random.default_rng(0).poisson(40 * np.where(peak, 2, 1), (3, stamps.size))
    return made(sales, start="2021-03-01", future=60), peak[-60:]


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("its own date", lambda day: (day.month, day.day) == (4, 23)),
        ("the third Saturday of a month", lambda day: day.month == 4 and day.weekday() == 5 and 14 < day.day <= 21),
        ("a day of a week of the year", lambda day: day.isocalendar()[1:] == (16, 2)),
    ],
)
def test_a_day_of_its_own_in_no_calendar_is_found(name: str, chosen: object, made: object, days: object) -> None:
    panel, peak = yearly(made, days, chosen)
    assert peak.sum() == 1
    found = factors(panel, 60)
    assert found[:, peak] == pytest.approx(np.full((3, 1), 2.0), rel=0.2)
    assert np.abs(found[:, ~peak] - 1).mean() < 0.03


def test_a_day_that_stood_out_once_is_none_that_returns(made: object, days: object) -> None:
    stamps = days("2021-03-01", 1157)
    sales = np.random.default_rng(0).poisson(40, (1, stamps.size))
    sales[0, np.flatnonzero(stamps == np.datetime64("2023-04-23"))] = 90
    found = factors(made(sales, start="2021-03-01", future=60), 60)[0]
    around = days("2024-03-02", 60)
    assert found[around == np.datetime64("2024-04-23")] == pytest.approx(np.ones(1), abs=0.05)


@pytest.mark.parametrize("chosen", [1, 15, 31])
def test_days_of_the_month_are_found(chosen: int, made: object, days: object) -> None:
    """The 31st stands for a last day: pay day is on 30 or 28 elsewhere."""
    stamps = days("2022-01-01", 760)
    last = (stamps + 1).astype("datetime64[M]") != stamps.astype("datetime64[M]")
    day = (stamps - stamps.astype("datetime64[M]").astype("datetime64[D]")).astype(int) + 1
    peak = last if chosen == 31 else day == chosen
    sales = np.random.default_rng(0).poisson(40 * np.where(peak, 1.6, 1), (3, stamps.size))
    found = factors(made(sales, start="2022-01-01", future=45), 45)
    assert found[:, peak[-45:]].mean() == pytest.approx(1.6, rel=0.12)
    assert np.abs(found[:, ~peak[-45:]] - 1).mean() < 0.03


def test_double_days_are_found_in_months_that_had_none_yet(made: object, days: object) -> None:
    """9.9 of 2022 is the first September seen: what 2.2 to 8.8 sold tells it."""
    stamps = days("2021-12-15", 285)
    months = month_days(stamps)
    peak = np.array([month[:2] == month[3:] for month in months])
    sales = np.random.default_rng(0).poisson(60 * np.where(peak, 2.5, 1), (4, stamps.size))
    panel = made(sales, start="2021-12-15", future=20)
    ahead = peak[-20:]
    assert ahead.sum() == 1
    assert factors(panel, 20)[:, ahead].mean() == pytest.approx(2.5, rel=0.2)


def test_items_of_a_group_share_what_the_others_lack(made: object, days: object) -> None:
    stamps = days("2021-01-01", 1110)
    peak = np.isin(month_days(stamps), ["12-24", "12-25", "12-26"]) | (month_days(stamps) == "01-10")
    rng = np.random.default_rng(0)
    up = np.arange(40) % 2 == 0
    swing = np.exp(rng.normal(0, 0.15, (2, stamps.size)))[np.where(up, 0, 1)]
    base = 8 * swing * np.where(peak & up[:, None], 2.5, 1)
    panel = made(rng.poisson(base), start="2021-01-01", future=35, columns={"kind": np.where(up, "toy", "tool")})
    coming = peak[-35:] & np.isin(month_days(stamps[-35:]), ["12-24", "12-25", "12-26"])
    found = factors(panel, 35)
    assert coming.sum() == 3
    assert found[up][:, coming].mean() == pytest.approx(2.5, rel=0.25)
    assert found[~up][:, coming].mean() == pytest.approx(1, abs=0.15)


def promoted(made: object, items: int = 12, periods: int = 300) -> tuple[Panel, np.ndarray]:
    """Items with a promotion each of its own and a price, both with effects; and the factors of the next two weeks."""
    rng = np.random.default_rng(4)
    flag = rng.random((items, periods)) < 0.12
    price = (
        np.round(10 * rng.choice([1, 1, 1, 0.9, 0.8], (items, periods)), 2) + rng.integers(0, 30, (items, periods)) / 10
    )
    mean = np.log(price[:, :-14]).mean(axis=1, keepdims=True)
    factor = np.where(flag, 1.7, 1) * np.exp(-1.5 * (np.log(price) - mean))
    sales = rng.poisson(20 * factor)
    return made(sales, future=14, known={"promotion": flag, "price": price}), factor[:, -14:]


def test_promotions_and_prices_of_many_items(made: object) -> None:
    panel, factor = promoted(made)
    found = factors(panel, 14)
    assert np.abs(found / factor - 1).mean() < 0.08
    assert np.corrcoef(np.log(found).ravel(), np.log(factor).ravel())[0, 1] > 0.95


def test_covariates_that_move_nothing_are_none(made: object) -> None:
    rng = np.random.default_rng(1)
    known = {
        "heat": rng.normal(20, 8, (10, 300)),
        "flag": rng.random((10, 300)) < 0.1,
        "same": np.full((10, 300), 7.0),
        "unknown": np.full((10, 300), np.nan),
    }
    panel = made(rng.poisson(20, (10, 300)), future=14, known=known)
    assert np.abs(factors(panel, 14, EffectOptions(calendar=False)) - 1).mean() < 0.01


def test_options_switch_the_layer_off(made: object, days: object) -> None:
    panel, peak = old_promotion(made, days)
    assert factors(panel, 7, EffectOptions(covariates=False))[0, peak].max() < 1.2
    panel, peak = peak_of_november(made, days)
    none = Effects.fit(panel, horizon=45, options=EffectOptions(calendar=False, covariates=False))
    assert not none.ahead.any()
    assert not none.past.any()
    assert none.removed(panel) is panel
    with pytest.raises(ConfigError, match="XX"):
        Effects.fit(panel, horizon=45, options=EffectOptions(("XX",)))


@pytest.fixture(scope="module")
def garden() -> Panel:
    config = ShopConfig(future=20, promotions=0.15, launches=0.2, stockouts=0.01)
    return shop(items=8, periods=420, seed=5, config=config)


def test_nothing_after_the_cutoff_matters(garden: Panel) -> None:
    past = garden.back(40)
    later = garden.is_history & (garden.positions >= np.repeat(past.history, garden.lengths))
    changed = replace(garden, sales=np.where(later, garden.sales * 9 + 7, garden.sales).astype(np.float32)).back(40)
    one, two = (Effects.fit(panel, horizon=14) for panel in (past, changed))
    assert np.array_equal(one.past, two.past)
    assert np.array_equal(one.ahead, two.ahead)


def test_it_is_the_same_every_time(garden: Panel) -> None:
    one, two = (Effects.fit(garden, horizon=14) for _ in range(2))
    assert np.array_equal(one.ahead, two.ahead)
    assert np.array_equal(one.doubt, two.doubt)
    assert one.notes == two.notes


def test_the_order_of_items_changes_nothing(garden: Panel) -> None:
    order = np.array([3, 0, 7, 1, 6, 2, 5, 4])
    one, two = (Effects.fit(panel, horizon=14).ahead for panel in (garden, garden.select(order)))
    assert one[order] == pytest.approx(two, abs=1e-5)


def test_one_more_item_takes_no_belief_from_the_others(made: object, days: object) -> None:
    panel, peak = peak_of_november(made, days)
    rows = np.concatenate([np.tile(panel.sales, (4, 1)), np.random.default_rng(3).poisson(60, (1, panel.sales.size))])
    alone = factors(made(rows[:4], start="2021-09-01", future=45), 45, CHINA)
    beside = factors(made(rows, start="2021-09-01", future=45), 45, CHINA)
    assert alone[:, peak].min() > 2.7
    assert beside[:4, peak] == pytest.approx(alone[:, peak], rel=0.05)
    assert beside[4, peak].max() < 1.3


def test_taken_out_and_put_back_is_what_it_was(made: object, days: object) -> None:
    """Where there is no doubt, a forecast of sales without effects times the effects is the forecast of sales."""
    panel, _ = spring_festival(made, days)
    found = replace(Effects.fit(panel, horizon=45, options=CHINA), doubt=np.zeros((1, 45), np.float32))
    quantiles = np.sort(np.random.default_rng(0).gamma(5, 12, (1, 45, len(LEVELS))), axis=2)
    forecast = Forecast.of(panel, quantiles.astype(np.float32), model="any")
    proportional = replace(found, counting=np.zeros(1, np.float32))
    undone = replace(proportional, ahead=-found.ahead)
    back = undone.added(proportional.added(forecast))
    assert back.quantiles == pytest.approx(forecast.quantiles, rel=1e-4)
    assert back.mean == pytest.approx(forecast.mean, rel=1e-4)
    lifted = found.added(forecast)
    assert lifted.mean == pytest.approx(forecast.mean * np.exp(found.ahead), rel=1e-5)
    assert lifted.median == pytest.approx(forecast.median * np.exp(found.ahead), rel=1e-5)


def test_doubt_makes_intervals_wider_and_leaves_the_median(made: object, days: object) -> None:
    panel, peak = spring_festival(made, days)
    found = Effects.fit(panel, horizon=45, options=CHINA)
    certain = replace(found, doubt=np.zeros_like(found.doubt))
    forecast = Forecast.of(panel, np.full((1, 45, len(LEVELS)), 60, np.float32) + 4 * np.arange(-10, 11), model="any")
    wide, narrow = (each.added(forecast) for each in (found, certain))
    assert wide.median == pytest.approx(narrow.median)
    assert ((wide.quantiles[..., -1] - narrow.quantiles[..., -1])[0, peak] > 1).all()
    assert (np.diff(wide.quantiles, axis=2) >= 0).all()


def test_intervals_of_counts_grow_as_the_root_of_sales(made: object) -> None:
    counts = Effects(
        (),
        np.zeros(0, np.float32),
        np.full((1, 1), np.log(4), np.float32),
        np.zeros((1, 1), np.float32),
        np.ones(1, np.float32),
    )
    panel = made(np.full((1, 30), 9.0))
    forecast = Forecast.of(panel, (100 + np.arange(-10, 11, dtype=np.float32))[None, None], model="any")
    assert counts.added(forecast).quantiles[0, 0] == pytest.approx(400 + 2 * np.arange(-10, 11))
    share = replace(counts, counting=np.zeros(1, np.float32))
    assert share.added(forecast).quantiles[0, 0] == pytest.approx(400 + 4 * np.arange(-10, 11))


def test_whole_units_stay_whole_and_their_sum_is_kept(made: object) -> None:
    panel, _ = promoted(made)
    found = Effects.fit(panel, horizon=14)
    freed = found.removed(panel)
    known = panel.is_history & np.isfinite(panel.sales)
    assert np.array_equal(freed.sales[known], np.round(freed.sales[known]))
    assert freed.sales[known].min() >= 0
    exact = np.where(known, panel.sales / np.exp(found.past), 0).astype(np.float64)
    for item in range(len(panel)):
        rows = panel.rows(item)
        running = np.cumsum(np.where(known, freed.sales, 0)[rows] - exact[rows])
        assert np.abs(running).max() < 0.51
    assert np.isnan(freed.sales[~known]).all()
    broken = replace(panel, sales=panel.sales * np.float32(1.37))
    halves = found.removed(broken)
    assert halves.sales[known] == pytest.approx((broken.sales / np.exp(found.past))[known], rel=1e-5)


def test_freed_sales_have_no_peaks_left(made: object, days: object) -> None:
    panel, _ = peak_of_november(made, days)
    freed = Effects.fit(panel, horizon=45, options=CHINA).removed(panel)
    days_of = np.isin(month_days(days("2021-09-01", 1152)), [f"11-{day:02d}" for day in range(5, 12)])
    assert freed.sales[:-45][days_of].mean() == pytest.approx(panel.sales[:-45][~days_of].mean(), rel=0.06)


def test_odd_items_have_none_and_change_nothing(made: object, days: object) -> None:
    panel, peak = peak_of_november(made, days)
    zeros, unknown, young = (np.zeros(1197), np.full(1197, np.nan), np.full(1197, np.nan))
    young[1142:1152] = 5
    gaps = panel.sales.copy()
    gaps[np.random.default_rng(0).random(1197) < 0.2] = np.nan
    sales = np.stack([panel.sales, zeros, unknown, young, gaps])
    found = Effects.fit(made(sales, start="2021-09-01", future=45), horizon=45, options=CHINA)
    for each in (found.past, found.ahead, found.doubt, found.counting):
        assert np.isfinite(each).all()
    lift = np.exp(found.ahead)[:, peak]
    assert lift[0] == pytest.approx(np.full(7, 3.0), rel=0.15)
    assert lift[4] == pytest.approx(np.full(7, 3.0), rel=0.2)


def test_a_panel_of_ten_days_has_no_effects(made: object) -> None:
    panel = made(
        np.random.default_rng(0).poisson(5, (3, 17)).astype(float),
        future=7,
        known={"flag": np.arange(17) % 2 * np.ones((3, 1))},
    )
    found = Effects.fit(panel, horizon=7)
    assert not found.ahead.any()
    assert found.terms == ()


def test_hours_of_a_feast_are_lifted_together(made: object, days: object) -> None:
    stamps = np.repeat(days("2022-11-01", 750), 24)
    peak = month_days(stamps[::24]) == "11-11"
    noon = np.tile(1 + np.sin(np.arange(24) / 24 * 2 * np.pi), 750)
    sales = np.random.default_rng(0).poisson(6 * noon * np.repeat(np.where(peak, 3, 1), 24))[None]
    whole = made(sales, start="2022-11-01", frequency="h", future=24 * 20)
    found = factors(whole, 24 * 20)[0].reshape(20, 24)
    assert peak[-20:].sum() == 1
    assert np.ptp(found, axis=1) == pytest.approx(np.zeros(20), abs=1e-6)
    assert found[peak[-20:], 0][0] == pytest.approx(3, rel=0.15)


@pytest.mark.parametrize("late", [0, 6])
def test_weeks_tell_a_moving_feast_whether_stamped_by_their_first_day_or_their_last(
    late: int, made: object, days: object
) -> None:
    stamps = days("2019-12-30", 7 * 266)
    peak = np.zeros(stamps.size, bool)
    for eve in np.array(
        ["2020-01-24", "2021-02-11", "2022-01-31", "2023-01-21", "2024-02-09", "2025-01-28"], "datetime64[D]"
    ):
        peak |= (stamps <= eve) & (stamps > eve - 7)
    daily = np.where(peak, 3.0, 1.0)
    share = daily.reshape(-1, 7).mean(axis=1)
    sales = np.random.default_rng(0).poisson(300 * share, (5, 266))
    rule = "W-MON" if late == 0 else "W-SUN"
    start = "2019-12-30" if late == 0 else "2020-01-05"
    panel = made(sales, start=start, frequency=rule, future=6)
    found = factors(panel, 6, CHINA)
    assert share[-6:].max() > 1.5
    assert np.abs(found / share[-6:] - 1).max() < 0.25


def test_months_of_a_moving_feast(made: object) -> None:
    """Ramadan and Eid wander through the months: the share of their days in each tells its sales."""
    months = np.arange(np.datetime64("2016-01"), np.datetime64("2025-01"))
    eid = ["2016-07", "2017-06", "2018-06", "2019-06", "2020-05", "2021-05", "2022-05", "2023-04", "2024-04"]
    felt = np.isin(months.astype(str), eid)
    rng = np.random.default_rng(0)
    sales = rng.poisson(900 * (1 + 0.5 * felt), (6, months.size))
    panel = made(sales, start="2016-01-01", frequency="MS", future=12)
    found = factors(panel, 12, EffectOptions(("ID",)))
    place = int(np.flatnonzero(felt[-12:])[0])
    others = np.delete(found, [place - 1, place], axis=1)
    assert found[:, place].mean() > others.mean() + 0.1


@pytest.mark.parametrize(("first", "told"), [("2022-01-03", False), ("2021-01-04", True)])
def test_a_week_without_a_name_is_told_by_three_years_and_not_by_two(first: str, told: bool, made: object) -> None:
    weeks = np.arange(first, "2024-09-16", 7, dtype="datetime64[D]")
    middle = weeks + 3
    day = (middle - middle.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    sale = (middle.astype("datetime64[M]").astype(int) % 12 == 7) & (day // 7 == 1)
    sales = np.random.default_rng(0).poisson(np.where(sale, 360, 20), (30, weeks.size))
    effects = Effects.fit(made(sales, start=first, frequency="W", future=8), horizon=8)
    assert sale[:-8].sum() == (3 if told else 2)
    assert sale[-8:].sum() == 1
    peak = effects.ahead[:, sale[-8:]]
    assert (peak > np.log(9)).all() if told else (np.abs(peak) < np.log(1.5)).all()
