import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency

ALL = ["min", "15min", "h", "2h", "D", "3D", "W", "W-SUN", "W-FRI", "2W", "MS", "ME", "Q", "QE", "Y", "2M"]


@given(text=st.sampled_from(ALL), first=st.integers(-3_000, 3_000))
def test_every_stamp_is_of_its_own_period(text, first):
    frequency = Frequency.parse(text)
    index = np.arange(first, first + 50)
    stamps = frequency.timestamps(index)
    assert (np.diff(stamps) > np.timedelta64(0)).all()
    np.testing.assert_array_equal(frequency.index(stamps), index)


@given(text=st.sampled_from(["15min", "h", "D", "W-SUN"]), first=st.integers(-3_000, 3_000), share=st.floats(0, 0.999))
def test_a_stamp_within_a_period_is_of_that_period(text, first, share):
    frequency = Frequency.parse(text)
    stamp = frequency.timestamps(np.array([first])) + np.timedelta64(int(share * frequency.step), "us")
    assert frequency.index(stamp)[0] == first


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("daily", "daily"),
        ("d", "daily"),
        ("W", "weekly (Mondays)"),
        ("W-SUN", "weekly (Sundays)"),
        ("ms", "monthly"),
        ("monthly", "monthly"),
        ("QS", "quarterly"),
        ("YE", "yearly"),
        ("H", "hourly"),
        ("15min", "every 15 minutes"),
        ("2 W", "every 2 weeks"),
    ],
)
def test_names(text, name):
    assert Frequency.parse(text).name == name


@pytest.mark.parametrize("text", ["", "fortnightly", "W-XYZ", "0D", "D7", "-1D", "1.5h"])
def test_what_is_no_frequency_is_refused(text):
    with pytest.raises(ConfigError):
        Frequency.parse(text)


def test_month_ends_are_stamped_by_their_last_day():
    stamps = Frequency.parse("ME").timestamps(np.arange(48, 52) + 0)
    assert stamps.astype("datetime64[D]").astype(str).tolist() == [
        "1974-01-31",
        "1974-02-28",
        "1974-03-31",
        "1974-04-30",
    ]


def test_a_day_that_a_month_lacks_is_its_last_one():
    stamps = Frequency("month", day=30).timestamps(np.array([649, 650]))
    assert stamps.astype("datetime64[D]").astype(str).tolist() == ["2024-02-29", "2024-03-30"]


def test_seasons():
    seasons = {text: Frequency.parse(text).season for text in ("h", "15min", "D", "W", "MS", "QS", "YS", "3D")}
    assert seasons == {"h": 24, "15min": 96, "D": 7, "W": 52, "MS": 12, "QS": 4, "YS": 1, "3D": 1}
    lags = {text: Frequency.parse(text).year_lag for text in ("h", "D", "W", "MS", "QS")}
    assert lags == {"h": 364 * 24, "D": 364, "W": 52, "MS": 12, "QS": 4}


def test_an_anchor_outside_of_its_period_is_refused():
    with pytest.raises(ConfigError):
        Frequency("day", anchor=86_400_000_000)
    with pytest.raises(ConfigError):
        Frequency("day", 0)
