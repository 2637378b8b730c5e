"""What the sales so far say of a step ahead, relative to the item's recent level: level, trend and seasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.frequency import Frequency, Index
from foresale.forecasting.boosted.forecast_origins import Places, cycles, spans
from foresale.forecasting.boosted.rolling_sums import Past

_NEWEST: Final = 3  # sales that are features one by one
_TIMES: Final = 8  # seasons back
_LONG_TIMES: Final = 2  # years back
_RECENT_SHARE: Final = 0.8  # how much the last weeks count in the level, beside the last months
_MOST: Final = 50.0  # levels: above it a feature tells no more
_MOST_GROWTH: Final = 4.0  # a factor
_LEAST: Final = 0.05  # levels: what a target is divided by is not below it


@dataclass(frozen=True)
class SalesFeatures:
    """What was found at n places.

    Attributes:
        features: by name, [n] numbers relative to the item's usual level.
        bases: by name, [n] levels in units that the target may be told by; NaN where the item has none, never 0.
    """

    features: dict[str, Numbers]
    bases: dict[str, Numbers]


def sales_features(past: Past, places: Places, frequency: Frequency) -> SalesFeatures:
    """Level, trend, and the same seasons of the past, as seen from some places."""
    windows = spans(frequency)
    means = [past.mean(places.back(window), places.end) for window in windows]
    recent, long = means[len(means) // 2 - 1], past.mean(places.back(4 * windows[-1]), places.end)
    level = np.where(np.isnan(recent), long, _RECENT_SHARE * recent + (1 - _RECENT_SHARE) * long)
    level = np.where(level > 0, level, np.nan)
    features = {f"mean_{window}": mean / level for window, mean in zip(windows, means, strict=True)}
    features["step"] = places.steps.astype(np.float64)
    features["log_level"] = np.log(level)
    features["seen"] = past.count(places.back(2 * frequency.year_lag), places.end).astype(np.float64)
    features["deviation"] = past.deviation(places.back(windows[1]), places.end) / level
    features["long_deviation"] = past.deviation(places.back(windows[-1]), places.end) / level
    features["zeros"] = past.zeros(places.back(windows[1]), places.end)
    features["long_zeros"] = past.zeros(places.back(windows[-1]), places.end)
    before = places.back(2 * windows[1])
    features["trend"] = _ratio(means[1], past.mean(before, places.back(windows[1])))
    for newest in range(1, _NEWEST + 1):
        features[f"newest_{newest}"] = past.at(places.end - newest, places.first) / level
    for cycle in cycles(frequency):
        look = _long if cycle == frequency.year_lag else _short
        features |= {f"{name}_{cycle}": values for name, values in look(past, places, level, cycle).items()}
    bases = {name: np.clip(base, _LEAST, None) * level for name, base in _bases(features, means, level).items()}
    return SalesFeatures({name: np.clip(x, -_MOST, _MOST) for name, x in features.items()}, bases)


def _bases(features: dict[str, Numbers], means: Sequence[Numbers], level: Numbers) -> dict[str, Numbers]:
    """Levels by how far they look back, relative to the usual one; where one is unknown, it is the usual one."""
    few = _or_one(means[0] / level)
    newest = np.where(np.isnan(features["newest_1"]), few, features["newest_1"])
    return {"level": np.ones_like(level), "few": few, "recent": (newest + few) / 2}


def _or_one(values: Numbers) -> Numbers:
    return np.where(np.isnan(values), 1, values)


def _short(past: Past, places: Places, level: Numbers, cycle: int) -> dict[str, Numbers]:
    """The newest sales of the same season: one by one, and together."""
    lags = np.stack([past.at(places.cycle_ago(cycle, k), places.first) for k in range(1, _TIMES + 1)]) / level
    known = ~np.isnan(lags)
    count = known.sum(axis=0)
    ordered = np.sort(lags, axis=0)
    return {
        "same": _picked(lags, np.argmax(known, axis=0)),
        "same_before": lags[1],
        "same_half": _mean(lags[: _TIMES // 2]),
        "same_mean": _mean(lags),
        "same_median": _picked(ordered, np.maximum(count - 1, 0) // 2),
        "same_least": ordered[0],
        "same_most": _picked(ordered, np.maximum(count - 1, 0)),
    }


def _long(past: Past, places: Places, level: Numbers, cycle: int) -> dict[str, Numbers]:
    """The sales one and two cycles ago, also against the level of then, and carried on with the growth since."""
    found: dict[str, Numbers] = {}
    side = cycle // 104 if cycle <= 52 else 3
    for times in range(1, _LONG_TIMES + 1):
        row = places.cycle_ago(cycle, times)
        end = np.maximum(places.end - cycle * times, places.first)
        first = np.maximum(end - cycle, places.first)
        then = np.where(end - first >= cycle // 4, past.mean(first, end), np.nan)
        near = _around(past, places, row, side)
        found[f"ago_{times}"] = past.at(row, places.first) / level
        found[f"ago_near_{times}"] = near / level
        found[f"index_{times}"] = _ratio(near, then)
    found["ago_ahead"] = _around(past, places, places.cycle_ago(cycle) + side + 1, side) / level
    end = np.maximum(places.end - cycle, places.first)
    quarter = max(cycle // 4, 1)
    now, ago = past.mean(places.back(quarter), places.end), past.mean(np.maximum(end - quarter, places.first), end)
    found["growth"] = _ratio(now, ago)
    found["grown"] = found["ago_near_1"] * np.sqrt(np.clip(found["growth"], 1 / _MOST_GROWTH, _MOST_GROWTH))
    return found


def _around(past: Past, places: Places, rows: Index, side: int) -> Numbers:
    """Mean of the seen rows at and beside some rows, NaN where the row itself lies before the item."""
    inside = rows >= places.first
    first = np.clip(rows - side, places.first, places.end)
    end = np.clip(rows + side + 1, first, places.end)
    return np.where(inside, past.mean(first, end), np.nan)


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    """Bounded, NaN where there is nothing below."""
    return np.asarray(np.clip(above / np.where(below > 0, below, np.nan), 0, _MOST))


def _mean(lags: Numbers) -> Numbers:
    """Of the known ones in each column, NaN where there are none."""
    known = ~np.isnan(lags)
    count = known.sum(axis=0)
    return np.asarray(np.where(known, lags, 0).sum(axis=0) / np.where(count, count, np.nan))


def _picked(lags: Numbers, which: Index) -> Numbers:
    return np.asarray(np.take_along_axis(lags, which[None], axis=0)[0])
