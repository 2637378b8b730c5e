"""A series whose parts are known is taken apart into them."""

import numpy as np
import pytest

from foresale.calendar.occurrences import occurrences
from foresale.core.frequency import Frequency
from foresale.inspection.trend.calendar import Terms, terms
from foresale.inspection.trend.fit import Fit, fit

DAILY = Frequency("day")
FIRST = 19_000  # 2022-01-08
DAYS = 1100


def season(first: int = FIRST, days: int = DAYS) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * (first + np.arange(days)) / 365.2425)


def events(first: int = FIRST, days: int = DAYS) -> np.ndarray:
    found = np.zeros(days)
    for own in occurrences(first, first + days - 1):
        if own.name == "Double 11" and 0 <= own.first - first < days:
            found[own.first - first] = np.log(3.0)
    return found


def made(*, growth: float = 0.2, seed: int = 0, days: int = DAYS) -> tuple[np.ndarray, np.ndarray]:
    """Sales, and the level they were drawn around."""
    time = np.arange(days)
    weekday = np.where((FIRST + time + 3) % 7 >= 5, 0.4, 0.0)
    level = 400 * np.exp(growth * time / 365.25)
    expected = level * np.exp(season(days=days) + events(days=days) + weekday)
    return np.random.default_rng(seed).poisson(expected).astype(float), level


def columns(days: int = DAYS, years: float = 3.0) -> Terms:
    return terms(DAILY, FIRST, FIRST + days - 1, years=years)


@pytest.fixture(scope="module")
def found() -> Fit:
    return fit(made()[0], columns(), per_year=365.25)


def test_the_level_grows_as_it_was_made_to(found: Fit) -> None:
    level = made()[1]
    ratio = found.level / level
    assert np.std(np.log(ratio)) < 0.03
    assert np.log(found.level[-30] / found.level[30]) == pytest.approx(0.2 * (DAYS - 60) / 365.25, abs=0.05)


def test_a_festival_and_the_weekend_come_back_as_they_were_put_in(found: Fit) -> None:
    names = found.terms.names
    effect = found.coefficients[names.index("on:double_11")]
    error = np.sqrt(found.covariance[names.index("on:double_11"), names.index("on:double_11")])
    assert effect == pytest.approx(np.log(3.0), abs=max(3 * error, 0.1))
    weekend = found.coefficients[names.index("weekday:Saturdays")] - found.coefficients[names.index("weekday:Mondays")]
    assert weekend == pytest.approx(0.4, abs=0.03)


def test_the_time_of_the_year_needs_two_years() -> None:
    assert not terms(DAILY, FIRST, FIRST + 400, years=1.1).of(["annual"]).any()
    assert terms(DAILY, FIRST, FIRST + 400, years=2.0).of(["annual"]).sum() == 12


def test_a_wild_day_moves_the_level_little(found: Fit) -> None:
    sales, _ = made()
    wild = sales.copy()
    wild[500] *= 40
    moved = fit(wild, columns(), per_year=365.25)
    assert np.abs(np.log(moved.level / found.level)).max() < 0.05


def test_the_interval_of_the_level_holds_it_most_of_the_time() -> None:
    inside = []
    for seed in range(4):
        sales, level = made(seed=seed)
        own = fit(sales, columns(), per_year=365.25)
        scale = np.exp(np.mean(np.log(own.level / level)))  # the mean season is a convention
        inside.append((np.abs(np.log(own.level / level / scale)) < 1.645 * own.level_error).mean())
    assert np.mean(inside) > 0.75


def test_gaps_are_left_out_and_nothing_sold_is_a_level_of_zero() -> None:
    sales, level = made()
    sales[300:330] = np.nan
    gapped = fit(sales, columns(), per_year=365.25)
    assert np.abs(np.log(gapped.level[315] / fit(made()[0], columns(), per_year=365.25).level[315])) < 0.05
    assert fit(np.zeros(400), columns(400, 1.0), per_year=365.25).level.max() == 0
    assert level.min() > 0


def test_months_have_only_the_festivals_that_move() -> None:
    monthly = Frequency("month")
    first = int(monthly.index(np.array(["2015-01"], "datetime64[M]"))[0])
    found = terms(monthly, first, first + 119, years=10.0, countries=["CN", "US"])
    names = {name.partition(":")[2] for name in found.names if name.startswith("on:")}
    assert "spring_festival" in names
    assert "double_11" not in names
    assert "christmas" not in names
