"""New moons and the sun's longitude against almanacs."""

import numpy as np
import pytest

from foresale.calendar.moon import new_moons, sun_longitude

MINUTE = 1 / 1440


def _moment(text: str) -> float:
    return float(np.datetime64(text, "s").astype(np.int64)) / 86_400


# US Naval Observatory, Phases of the Moon
@pytest.mark.parametrize(
    "almanac",
    [
        "1990-01-26T19:20",
        "2000-01-06T18:14",
        "2017-08-21T18:30",
        "2023-10-14T17:55",
        "2024-04-08T18:21",
        "2024-11-01T12:47",
    ],
)
def test_new_moons_are_right_to_two_minutes(almanac: str) -> None:
    moons = new_moons(int(almanac[:4]), int(almanac[:4]))
    assert np.abs(moons - _moment(almanac)).min() < 2 * MINUTE


# US Naval Observatory, Earth's Seasons
@pytest.mark.parametrize(
    ("almanac", "longitude"),
    [("2000-12-21T13:37", 270), ("2024-06-20T20:51", 90), ("2024-09-22T12:44", 180), ("2024-12-21T09:20", 270)],
)
def test_the_sun_stands_where_the_seasons_begin(almanac: str, longitude: float) -> None:
    assert sun_longitude(np.array([_moment(almanac)]))[0] == pytest.approx(longitude, abs=0.01)


def test_every_year_has_twelve_or_thirteen_new_moons_a_month_apart() -> None:
    moons = new_moons(1990, 2100)
    assert moons.size == round(111 * 365.2425 / 29.530588861)
    assert np.diff(moons).min() > 29.2
    assert np.diff(moons).max() < 29.9
    assert {new_moons(year, year).size for year in range(1990, 2101)} == {12, 13}
