"""New moons and the sun's longitude: what lunar calendars are made of.

Equations: J. Meeus, Astronomical Algorithms, 2nd edition, chapters 25 (sun) and 49 (phases of the moon); the
difference between terrestrial and universal time after Espenak and Meeus, Five Millennium Canon of Solar Eclipses.
From 1990 to 2100 new moons are right to about a minute and the sun to about a hundredth of a degree.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Numbers

MONTH: Final = 29.530588861
"""Mean length of a lunar month in days."""
_UNIX_EPOCH: Final = 2_440_587.5  # Julian day of 1970-01-01T00:00
_EPOCH_2000: Final = 2_451_545.0  # Julian day of 2000-01-01 12:00, where the series of Meeus begin
# amplitude in days; power of the eccentricity; multiples of the sun's and the moon's anomaly and of the latitude
_TERMS: Final = np.array(
    [
        (-0.40720, 0, 0, 1, 0),
        (0.17241, 1, 1, 0, 0),
        (0.01608, 0, 0, 2, 0),
        (0.01039, 0, 0, 0, 2),
        (0.00739, 1, -1, 1, 0),
        (-0.00514, 1, 1, 1, 0),
        (0.00208, 2, 2, 0, 0),
        (-0.00111, 0, 0, 1, -2),
        (-0.00057, 0, 0, 1, 2),
        (0.00056, 1, 1, 2, 0),
        (-0.00042, 0, 0, 3, 0),
        (0.00042, 1, 1, 0, 2),
        (0.00038, 1, 1, 0, -2),
        (-0.00024, 1, -1, 2, 0),
    ]
)


def new_moons(first_year: int, last_year: int) -> Numbers:
    """Every new moon of some years, in days (UTC) after 1970-01-01, rising.

    >>> (new_moons(2024, 2024)[1:4] * 1440).astype("datetime64[m]").astype(str).tolist()
    ['2024-02-09T22:59', '2024-03-10T09:00', '2024-04-08T18:21']
    """
    first = int(np.floor((first_year - 2000) * 12.3685)) - 1
    count = np.arange(first, first + int((last_year - first_year + 1) * 12.3685) + 4, dtype=np.float64)
    moments = _new_moon(count)
    years = (moments * 86_400).astype("datetime64[s]").astype("datetime64[Y]").astype(np.int64) + 1970
    return moments[(years >= first_year) & (years <= last_year)]


def _new_moon(count: Numbers) -> Numbers:
    """Moment of the new moon number `count` after that of 2000-01-06."""
    century = count / 1236.85
    eccentricity = 1 - 0.002516 * century - 0.0000074 * century**2
    sun = 2.5534 + 29.10535670 * count - 0.0000014 * century**2
    moon = 201.5643 + 385.81693528 * count + 0.0107582 * century**2
    latitude = 160.7108 + 390.67050284 * count - 0.0016118 * century**2
    node = 124.7746 - 1.56375588 * count + 0.0020672 * century**2
    amplitude, power, *multiples = _TERMS.T
    angles = np.stack([sun, moon, latitude], axis=1) @ np.stack(multiples)
    terms = amplitude * eccentricity[:, None] ** power * np.sin(np.radians(angles))
    planets = 0.000325 * np.sin(np.radians(299.77 + 0.107408 * count - 0.009173 * century**2))
    julian = 2_451_550.09766 + MONTH * count + 0.00015437 * century**2 + terms.sum(axis=1)
    julian += planets - 0.00017 * np.sin(np.radians(node))
    return np.asarray(julian - _UNIX_EPOCH - _clock_difference(julian))


def sun_longitude(moments: npt.NDArray[np.floating]) -> Numbers:
    """Apparent longitude of the sun in degrees, 0 at the March equinox, at moments in days after 1970-01-01 (UTC).

    >>> (sun_longitude(np.array([19_802.1295])).round(1) % 360).tolist()  # equinox of 2024-03-20T03:06Z
    [0.0]
    """
    julian = moments + _UNIX_EPOCH
    century = (julian + _clock_difference(julian) - _EPOCH_2000) / 36_525
    mean = 280.46646 + 36_000.76983 * century + 0.0003032 * century**2
    anomaly = np.radians(357.52911 + 35_999.05029 * century - 0.0001537 * century**2)
    center = (1.914602 - 0.004817 * century) * np.sin(anomaly) + 0.019993 * np.sin(2 * anomaly)
    center += 0.000289 * np.sin(3 * anomaly)
    node = np.radians(125.04 - 1934.136 * century)
    return np.asarray((mean + center - 0.00569 - 0.00478 * np.sin(node)) % 360)


def lunar_day(moments: Numbers) -> Numbers:
    """Length in days of the last thirtieth of the lunar months that end at some new moons.

    It is the time in which the moon gains twelve degrees on the sun; the largest terms of the moon's longitude
    (Meeus, table 47.A), differentiated, give its speed, which varies by 15 %.

    >>> np.round(24 * lunar_day(new_moons(2024, 2024)[-3:-2])).tolist()  # 2024-10-31 10:22 to 11-01 12:46 UTC
    [26.0]
    """
    anomaly = np.radians(134.963 + 13.064993 * (moments + _UNIX_EPOCH - _EPOCH_2000 - 0.5))
    gain = 12.191 + 1.434 * np.cos(anomaly) + 0.252 * np.cos(anomaly) + 0.098 * np.cos(2 * anomaly) + 0.280
    return np.asarray(12 / gain)


def _clock_difference(julian: npt.NDArray[np.floating]) -> Numbers:
    """Terrestrial minus universal time, in days."""
    years = (julian - _EPOCH_2000) / 365.25
    return np.asarray((62.92 + 0.32217 * years + 0.005589 * years**2) / 86_400)
