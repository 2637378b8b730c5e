"""Calendar covariates: what each grid sees of festivals, holidays and seasons."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.calendar.features import CalendarFeatures, calendar_features
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency

DAILY = Frequency.parse("D")
WEEKLY = Frequency.parse("W-FRI")
MONTHLY = Frequency.parse("MS")
GRIDS = ["15min", "h", "5h", "D", "2D", "W-MON", "W-FRI", "2W", "MS", "ME", "Q", "Y"]


def position(frequency: Frequency, day: str) -> int:
    return int(frequency.index(np.array([day], "datetime64[s]"))[0])


def between(frequency: Frequency, first: str, last: str, **options: object) -> CalendarFeatures:
    return calendar_features(frequency, position(frequency, first), position(frequency, last), **options)  # type: ignore[arg-type]


def channel(features: CalendarFeatures, frequency: Frequency, day: str, name: str) -> float:
    return float(features.at(np.array([position(frequency, day)]))[0, features.names.index(name)])


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("countries", [(), ("US",), ("CN", "SA")])
@pytest.mark.parametrize("detail", ["compact", "full"])
def test_every_grid_has_finite_values_in_bounds_and_channels_with_names_of_their_own(
    grid: str, countries: tuple[str, ...], detail: str
) -> None:
    frequency = Frequency.parse(grid)
    features = between(frequency, "2023-11-01", "2024-03-01", countries=countries, detail=detail)
    assert features.values.shape[1] == len(features.names) == len(set(features.names))
    assert features.values.dtype == np.float32
    assert np.isfinite(features.values).all()
    assert np.abs(features.values).max() <= 1.01


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("detail", ["compact", "full"])
def test_channels_do_not_depend_on_when(grid: str, detail: str) -> None:
    frequency = Frequency.parse(grid)
    names = {
        between(frequency, day, day, countries=["US"], detail=detail).names
        for day in ("1990-02-10", "2024-11-29", "2050-06-01", "2100-12-31")
    }
    assert len(names) == 1


@pytest.mark.parametrize("grid", GRIDS)
@settings(max_examples=15, deadline=None)
@given(start=st.integers(0, 150), cut=st.integers(0, 40))
def test_values_depend_on_the_position_alone(grid: str, start: int, cut: int) -> None:
    frequency = Frequency.parse(grid)
    first = position(frequency, "2023-06-01") + start
    whole = calendar_features(frequency, first, first + 60, countries=["DE"])
    part = calendar_features(frequency, first + cut, first + cut + 3, countries=["DE"])
    assert np.array_equal(part.values, whole.at(np.arange(first + cut, first + cut + 4)))


def test_daily_defaults_stay_within_forty_channels() -> None:
    assert len(between(DAILY, "2024-01-01", "2024-01-02").names) <= 40


def test_a_festival_rises_stands_and_falls() -> None:
    features = between(DAILY, "2024-10-01", "2024-11-30", countries=["CN"])
    before, eve, day, after, later = (
        channel(features, DAILY, day, "double_11")
        for day in ("2024-10-19", "2024-11-10", "2024-11-11", "2024-11-12", "2024-11-25")
    )
    assert before == 0
    assert 0.5 < eve < 0.75
    assert day == 1
    assert after < 0
    assert later == 0
    ramp = [channel(features, DAILY, f"2024-10-{day}", "double_11") for day in range(20, 32)]
    assert ramp == sorted(ramp)
    assert ramp[0] > 0


def test_black_friday_counts_though_it_is_no_holiday() -> None:
    features = between(DAILY, "2024-11-25", "2024-12-05", countries=["GB"])
    assert channel(features, DAILY, "2024-11-29", "black_friday") == 1
    assert channel(features, DAILY, "2024-11-29", "holiday") == 0
    assert channel(features, DAILY, "2024-12-02", "cyber_monday") == 1


def test_holidays_their_nearness_and_bridge_days() -> None:
    features = between(DAILY, "2024-05-06", "2024-05-13", countries=["DE"])  # Ascension Day: Thursday, May 9
    assert channel(features, DAILY, "2024-05-09", "holiday") == 1
    assert channel(features, DAILY, "2024-05-10", "bridge") == 1
    assert channel(features, DAILY, "2024-05-08", "bridge") == 0
    assert channel(features, DAILY, "2024-05-08", "holiday_ahead") == pytest.approx(np.exp(-1 / 3))
    assert channel(features, DAILY, "2024-05-11", "holiday_since") == pytest.approx(np.exp(-2 / 3))


def test_months_count_their_working_days() -> None:
    features = between(MONTHLY, "2024-05-01", "2024-05-01", countries=["DE"])
    off = 8 + 3  # four weekends; Labour Day, Ascension Day and Whit Monday
    assert channel(features, MONTHLY, "2024-05-01", "holiday") == pytest.approx(3 / 31)
    assert channel(features, MONTHLY, "2024-05-01", "working") == pytest.approx((31 - off) / 31)


def test_a_holiday_of_one_of_two_countries_counts_by_half() -> None:
    features = between(DAILY, "2024-07-03", "2024-07-05", countries=["US", "DE"])
    assert channel(features, DAILY, "2024-07-04", "holiday") == 0.5


def test_weekdays_and_paydays() -> None:
    features = between(DAILY, "2024-08-01", "2024-09-30")
    assert channel(features, DAILY, "2024-08-05", "monday") == 1
    assert channel(features, DAILY, "2024-08-05", "tuesday") == 0
    assert channel(features, DAILY, "2024-08-30", "payday_last") == 1  # the 31st is a Saturday
    assert channel(features, DAILY, "2024-08-15", "payday_15") == 1
    assert channel(features, DAILY, "2024-08-14", "payday_15") < 0.01
    assert channel(features, DAILY, "2024-08-31", "month_end") == 1
    assert channel(features, DAILY, "2024-09-01", "month_start") == 1


def test_the_week_of_thanksgiving() -> None:
    features = between(Frequency.parse("W-MON"), "2024-10-28", "2024-12-30", countries=["US"])
    week = "2024-11-25"
    names = ("thanksgiving", "black_friday", "festival")
    assert [channel(features, Frequency.parse("W-MON"), week, name) for name in names] == [1, 1, 1]
    assert channel(features, Frequency.parse("W-MON"), week, "holiday") == pytest.approx(1 / 7)
    assert channel(features, Frequency.parse("W-MON"), "2024-11-18", "festival_next") == 1
    assert channel(features, Frequency.parse("W-MON"), "2024-12-02", "holiday_previous") == pytest.approx(1 / 7)


def test_easter_moves_from_april_to_march() -> None:
    features = between(MONTHLY, "2023-01-01", "2025-12-01", countries=["DE"])
    march = [channel(features, MONTHLY, f"{year}-03-01", "easter") for year in (2023, 2024, 2025)]
    april = [channel(features, MONTHLY, f"{year}-04-01", "easter") for year in (2023, 2024, 2025)]
    assert march[1] > 0.8  # Easter Sunday on 2024-03-31
    assert max(march[0], march[2]) < 0.2
    assert min(april[0], april[2]) > 0.8
    for year in range(3):
        assert march[year] + april[year] == pytest.approx(1, abs=1e-5)


def test_a_month_is_the_calendar_month_whichever_day_stamps_it() -> None:
    first, last = (between(Frequency.parse(grid), "2024-02-01", "2024-02-01") for grid in ("MS", "ME"))
    assert np.array_equal(first.values, last.values)
    assert first.values[0, first.names.index("thursday")] == pytest.approx(5 - 29 / 7)  # February 2024 had five


def test_hours_know_the_time_and_the_day() -> None:
    hourly = Frequency.parse("h")
    features = between(hourly, "2024-11-29T00", "2024-11-30T23")
    wave = features.values[:, features.names.index("hour_sin1")]
    assert np.array_equal(wave[:24], wave[24:])
    assert np.unique(wave[:24].round(5)).size > 10
    assert channel(features, hourly, "2024-11-29T13", "black_friday") == 1
    assert channel(features, hourly, "2024-11-29T13", "friday") == 1


def test_full_detail_names_holidays_and_months() -> None:
    features = between(DAILY, "2024-11-01", "2024-12-31", countries=["US"], detail="full")
    assert channel(features, DAILY, "2024-11-28", "holiday_thanksgiving") == 1
    assert channel(features, DAILY, "2024-11-27", "holiday_thanksgiving") == 0
    assert channel(features, DAILY, "2024-11-28", "month_11") == 1
    compact = between(DAILY, "2024-11-01", "2024-12-31", countries=["US"])
    assert set(compact.names) < set(features.names)


def test_a_weekend_that_is_worked_is_told() -> None:
    features = between(DAILY, "2025-01-20", "2025-02-16", countries=["CN"])
    assert channel(features, DAILY, "2025-01-26", "worked_weekend") == 1  # a Sunday before the Spring Festival
    assert channel(features, DAILY, "2025-02-16", "worked_weekend") == 0
    assert channel(features, DAILY, "2025-01-27", "bridge") == 0
    assert "worked_weekend" not in between(DAILY, "2025-01-20", "2025-01-21", countries=["US"]).names


@pytest.mark.parametrize("country", ["AE", "ID", "PK", "QA"])
def test_feasts_keep_their_channel_when_their_date_is_an_estimate(country: str) -> None:
    for year in (2022, 2025, 2028, 2033):
        features = between(DAILY, f"{year}-01-01", f"{year}-12-31", countries=[country], detail="full")
        for feast in ("holiday_eid_al_fitr", "holiday_eid_al_adha"):
            assert features.values[:, features.names.index(feast)].sum() >= 1


def test_without_festivals_there_are_none() -> None:
    names = between(DAILY, "2024-11-01", "2024-11-02", festivals=False).names
    assert "black_friday" not in names


@pytest.mark.parametrize("day", ["1990-01-01", "2050-02-15", "2100-12-31"])
def test_any_year_works(day: str) -> None:
    for grid in ("D", "W-SUN", "MS"):
        features = between(Frequency.parse(grid), day, day, countries=["CN", "US", "SA", "IN", "JP"])
        assert np.isfinite(features.values).all()


def test_rows_are_looked_up_by_position_and_no_further() -> None:
    features = calendar_features(DAILY, 100, 120)
    grid = np.array([[100, 105], [119, 120]])
    assert features.at(grid).shape == (2, 2, len(features.names))
    assert np.array_equal(features.at(grid)[1, 1], features.values[20])
    with pytest.raises(ConfigError, match="100 to 120"):
        features.at(np.array([121]))
    with pytest.raises(ConfigError):
        features.at(np.array([99]))
    with pytest.raises(ValueError, match="read-only"):
        features.values[0, 0] = 5


def test_wrong_requests_are_refused() -> None:
    with pytest.raises(ConfigError, match="back"):
        calendar_features(DAILY, 5, 4)
    with pytest.raises(ConfigError, match="Atlantis"):
        calendar_features(DAILY, 4, 5, countries=["Atlantis"])
