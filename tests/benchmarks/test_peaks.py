"""The simulated shops of the benchmark of peaks hold what they are said to hold."""

import sys
import warnings
from datetime import date, timedelta
from pathlib import Path

import holidays
import numpy as np
import pytest
from scipy.stats import nbinom

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "peaks"
sys.path.insert(0, str(FOLDER))
import feast_dates  # noqa: E402
from families import FAMILIES  # noqa: E402
from measures import LEVELS, Predicted, held, measures  # noqa: E402
from regression import predicted as by_regression  # noqa: E402
from simulate import HORIZON, Case, Shop, simulate  # noqa: E402

sys.path.remove(str(FOLDER))

YEARS = range(2014, 2027)
YEARLY = [name for name, family in FAMILIES.items() if family.yearly is not None]
FEASTS = {
    "Chinese New Year (Spring Festival)": ("CN", feast_dates.SPRING_FESTIVAL, 0),
    "Mid-Autumn Festival": ("CN", feast_dates.MID_AUTUMN, 0),
    "Eid al-Fitr": ("AE", feast_dates.EID_AL_FITR, 0),
    "Diwali (Deepavali)": ("IN", feast_dates.DIWALI, 0),
    "Easter Monday": ("DE", feast_dates.EASTER, 1),
    "Pesach": ("IL", feast_dates.PASSOVER, 0),
}


def first_days(country: str, name: str) -> dict[int, date]:
    """The first day of every year that a country calls so."""
    subdivision = {"subdiv": "KA"} if country == "IN" else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of years whose lunar dates are estimated
        language = "en_IN" if country == "IN" else "en_US"
        days = holidays.country_holidays(country, years=YEARS, language=language, **subdivision)
    named = [day for day in sorted(days) if name in days[day].replace(" (estimated)", "").split("; ")]
    return {day.year: day for day in reversed(named)}


@pytest.mark.parametrize("name", FEASTS)
def test_feasts_are_on_the_days_that_the_holidays_package_has(name: str) -> None:
    country, table, shift = FEASTS[name]
    found = {year: day - timedelta(days=shift) for year, day in first_days(country, name).items()}
    assert found == dict(table)


def test_orthodox_easter_is_on_the_days_that_the_holidays_package_has() -> None:
    found = {year: day - timedelta(days=1) for year, day in first_days("GR", "Easter Monday").items()}
    assert found == dict(feast_dates.ORTHODOX_EASTER)


def test_black_friday_is_the_day_after_thanksgiving() -> None:
    event = FAMILIES["Black Friday"].yearly
    assert event is not None
    thanksgiving = first_days("US", "Thanksgiving Day")
    for year in YEARS:
        strongest = max(event.days(year).items(), key=lambda item: item[1][1])[0]
        assert strongest == thanksgiving[year] + timedelta(days=1)


@pytest.mark.parametrize("name", YEARLY)
@pytest.mark.parametrize("occurrences", [2, 4])
def test_a_shop_has_its_past_events_and_the_one_ahead(name: str, occurrences: int) -> None:
    shop = simulate(Case(name, 2, occurrences, 0.08, 5))
    event = FAMILIES[name].yearly
    assert event is not None
    mains = [event.main(year) for year in range(shop.days[0].year, shop.days[-1].year + 1)]
    assert sum(shop.days[0] <= day <= shop.cutoff for day in mains) == occurrences
    assert sum(day > shop.cutoff and day + timedelta(days=max(event.factors)) <= shop.days[-1] for day in mains) == 1


def test_sales_move_on_the_days_of_the_run_up_and_by_its_factor() -> None:
    shop = simulate(Case("run-up of 7 days", 30, 3, 0.08, 1))
    moved = [day for day, place in zip(shop.days, shop.places, strict=True) if place]
    assert {(day.month, day.day) for day in moved} == {(11, number) for number in range(5, 12)}
    assert len(moved) == 4 * 7
    marked = np.array([place != "" for place in shop.places])
    assert not shop.effect[:, ~marked].any()
    factors = np.exp(shop.effect[:, marked])
    assert (factors == factors[:, :1]).all()
    assert np.exp(np.log(factors).mean()) == pytest.approx(3.0, rel=0.12)


def test_sales_are_drawn_around_what_is_expected() -> None:
    shop = simulate(Case("own date", 100, 3, 0.25, 2))
    surprise = shop.sales / shop.expected - 1
    assert surprise.mean() == pytest.approx(0, abs=5 * surprise.std() / np.sqrt(surprise.size))
    beyond = ((shop.sales - shop.expected) ** 2 - shop.expected).mean() / (shop.expected**2).mean()
    assert np.sqrt(beyond) == pytest.approx(0.25, rel=0.05)


def test_a_closed_day_sells_nothing() -> None:
    shop = simulate(Case("closed Sundays", 3, 2, 0.08, 0))
    sunday = np.array([day.weekday() == 6 for day in shop.days])
    assert not shop.sales[:, sunday].any()
    assert (shop.expected[:, ~sunday] > 0).all()


def test_promotions_and_prices_are_told_of_the_days_ahead_only_where_they_are_planned() -> None:
    shop = simulate(Case("rare promotion", 4, 0, 0.08, 3))
    future = shop.future()
    assert future is not None
    assert future.height == 4 * HORIZON
    assert set(future.columns) == {"item_id", "timestamp", "promotion"}
    assert (future["promotion"].to_numpy().reshape(4, HORIZON).sum(axis=1) == 3).all()
    assert not shop.covariates["promotion"][:, -HORIZON - 60 : -HORIZON].any()


def test_the_same_case_is_the_same_shop() -> None:
    case = Case("all at once", 3, 2, 0.25, 7)
    assert np.array_equal(simulate(case).sales, simulate(case).sales)
    assert not np.array_equal(simulate(case).sales, simulate(Case("all at once", 3, 2, 0.25, 8)).sales)


def perfect(shop: Shop) -> Predicted:
    """The forecast of one who knows the truth."""
    expected = shop.expected[:, -HORIZON:]
    shape = 1 / shop.case.noise**2
    return Predicted(nbinom.ppf(np.array(LEVELS), shape, (shape / (shape + expected))[:, :, None]), expected)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_truth_has_no_error_and_a_flat_line_no_peak(name: str) -> None:
    shop = simulate(Case(name, 5, 3 if FAMILIES[name].yearly else 0, 0.25, 1))
    true = measures(shop, perfect(shop))
    assert np.median(true["event"]["errors"]) < 0.05
    assert true["peaks"][0] == true["peaks"][1] > 0
    if not FAMILIES[name].by_mean:  # sales of 0 and 1 fill no interval evenly
        assert true["event"]["in80"] / true["event"]["days"] == pytest.approx(0.8, abs=0.03)
        assert true["other"]["in90"] / true["other"]["days"] == pytest.approx(0.9, abs=0.03)
    flat = Predicted(np.ones((5, HORIZON, len(LEVELS))), np.ones((5, HORIZON)))
    assert measures(shop, flat)["peaks"][0] < true["peaks"][0]


def test_the_chance_within_an_interval_is_that_of_draws() -> None:
    generator = np.random.default_rng(0)
    shape, expected = 1 / 0.25**2, 40.0
    drawn = generator.poisson(expected * generator.gamma(shape, 1 / shape, 200_000))
    chance = held(np.array([expected]), 0.25, np.array([30.5]), np.array([52.0]))
    assert chance == pytest.approx(((drawn >= 30.5) & (drawn <= 52)).mean(), abs=0.005)


def test_one_who_is_told_the_days_comes_close_to_the_truth() -> None:
    shop = simulate(Case("Spring Festival", 5, 3, 0.08, 4))
    found = measures(shop, by_regression(shop, items=5))
    assert np.median(found["event"]["errors"]) < 0.1
    assert np.median(found["other"]["errors"]) < 0.05
