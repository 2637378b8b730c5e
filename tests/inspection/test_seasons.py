import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.frequency import Frequency
from foresale.inspection.seasons import MONTHS, Season, profiles, seasons_of, strength_of

WEEKLY = Season("weekly", 1, 7, 4)


def noise(items, periods, seed=0):
    return np.random.default_rng(seed).normal(100, 10, (items, periods)).astype(np.float32)


def wave(periods, length, size):
    return (size * np.sin(2 * np.pi * np.arange(periods) / length)).astype(np.float32)


def test_strength_is_the_share_of_the_variation_that_comes_back():
    measured = strength_of(noise(400, 700) + wave(700, 7, 10 * np.sqrt(2)), WEEKLY)
    within_weeks = 6 / 7  # of the variance of noise; that of the season is all within weeks
    assert measured.strength.mean() == pytest.approx(1 / (1 + within_weeks), abs=0.02)
    assert measured.found.all()


@pytest.mark.parametrize("periods", [28, 91, 700])
def test_noise_has_no_season_however_short(periods):
    measured = strength_of(noise(2000, periods), WEEKLY)
    assert measured.strength.mean() < 0.15
    assert measured.found.mean() < 0.005


def test_growth_is_no_season_and_hides_none():
    trend = np.linspace(0, 500, 364, dtype=np.float32)
    assert strength_of(trend[None] + noise(500, 364), WEEKLY).found.mean() < 0.01
    assert strength_of(trend[None] + noise(50, 364) + wave(364, 7, 40), WEEKLY).strength.min() > 0.8


def test_a_year_of_days_is_found_in_two_years_and_not_told_from_one():
    yearly = seasons_of(Frequency.parse("D"))[-1]
    two = noise(30, 728) + wave(728, 364, 30)
    assert strength_of(two, yearly).found.all()
    one = strength_of(two[:, :700], yearly)
    assert np.isnan(one.strength).all()
    assert not one.found.any()


def test_unknown_periods_are_left_out():
    sales = noise(50, 364) + wave(364, 7, 40)
    sales[np.random.default_rng(1).random(sales.shape) < 0.2] = np.nan
    assert strength_of(sales, WEEKLY).strength.min() > 0.8
    assert np.isnan(strength_of(np.full((1, 70), np.nan, np.float32), WEEKLY).strength).all()
    assert np.isnan(strength_of(np.full((1, 70), 5, np.float32), WEEKLY).strength).all()


@given(st.integers(0, 99), st.floats(0.1, 50), st.floats(-90, 1000))
@settings(max_examples=25, deadline=None)
def test_law_strength_does_not_depend_on_unit_or_level(seed, factor, shift):
    sales = noise(3, 140, seed) + wave(140, 7, 12)
    base = strength_of(sales, WEEKLY).strength
    moved = strength_of((sales * factor + shift).astype(np.float32), WEEKLY).strength
    assert moved == pytest.approx(base, abs=0.01)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D", [7, 364]),
        ("W", [52]),
        ("MS", [12]),
        ("QS", [4]),
        ("h", [24, 168, 8736]),
        ("YS", []),
        ("15min", [96, 672, 34944]),
    ],
)
def test_seasons_of_a_grid(text, expected):
    assert [season.periods for season in seasons_of(Frequency.parse(text))] == expected


def test_profiles_say_when_sales_come():
    daily = Frequency.parse("D")
    positions = 18_262 + np.arange(3 * 365)  # from 1 January 2020, a Wednesday
    stamps = daily.timestamps(positions)
    weekday = (stamps.astype("datetime64[D]").astype(int) + 3) % 7
    month = stamps.astype("datetime64[M]").astype(int) % 12
    sales = 100 * np.where(weekday == 5, 2.0, 1.0) * np.where(month == 11, 3.0, 1.0)
    frame = profiles(sales, positions, daily)
    weekdays = dict(frame.filter(season="weekday").select("phase", "index").iter_rows())
    months = dict(frame.filter(season="month").select("phase", "index").iter_rows())
    assert weekdays["Sat"] / weekdays["Mon"] == pytest.approx(2, rel=0.02)
    assert months["Dec"] / months["Jun"] == pytest.approx(3, rel=0.15)
    assert np.mean(list(weekdays.values())) == pytest.approx(1)
    assert list(months) == list(MONTHS)


def test_months_are_left_out_of_a_history_under_two_years():
    daily = Frequency.parse("D")
    assert profiles(np.ones(400), np.arange(400), daily)["season"].unique().to_list() == ["weekday"]
    assert profiles(np.ones(3), np.arange(3), daily).is_empty()
