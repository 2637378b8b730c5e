"""What the sales so far say of a step ahead, relative to the item's recent level: level, trend and seasons."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.frequency import Frequency, Index
from foresale.forecasting.boosted.past import Numbers, Past
from foresale.forecasting.boosted.places import Places, cycles, spans

_NEWEST: Final = 3
_TIMES: Final = 8
_LONG_TIMES: Final = 2
_RECENT_SHARE: Final = 0.8
_MOST: Final = 50.0
_MOST_GROWTH: Final = 4.0
_LEAST: Final = 0.05


@dataclass(frozen=True)
class SalesFeatures:
    """What was found at n places.

    Attributes:
        level: [n] recent sales per period, in units; NaN or 0 where the item has none.
        features: by name, [n] numbers relative to the level.
        bases: by name, [n] simple forecasts in units, which the trees may correct; never 0 where the level is not.
    """

    level: Numbers
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
    bases = {"level": level}
    for cycle in cycles(frequency):
        look = _long if cycle == frequency.year_lag else _short
        found, base = look(past, places, level, cycle)
        features |= {f"{name}_{cycle}": values for name, values in found.items()}
        bases[f"cycle_{cycle}"] = base
    bases["recent"] = _recent(features, windows[0]) * level
    bases["blend"] = (bases["recent"] + base) / 2
    return SalesFeatures(level, {name: np.clip(x, -_MOST, None) for name, x in features.items()}, bases)


def _recent(features: dict[str, Numbers], window: int) -> Numbers:
    """The newest sale and the newest few, as much each."""
    newest = np.where(np.isnan(features["newest_1"]), features[f"mean_{window}"], features["newest_1"])
    both = (newest + features[f"mean_{window}"]) / 2
    return np.maximum(np.where(np.isnan(both), 1, both), _LEAST)


def _short(past: Past, places: Places, level: Numbers, cycle: int) -> tuple[dict[str, Numbers], Numbers]:
    """The newest sales of the same season, and their mean, drawn a little to the level."""
    lags = np.stack([past.at(places.cycle_ago(cycle, k), places.first) for k in range(1, _TIMES + 1)])
    lags = lags / level
    known = ~np.isnan(lags)
    count = known.sum(axis=0)
    filled = np.where(known, lags, 0)
    half = _TIMES // 2
    some = known[:half].sum(axis=0)
    mean = filled.sum(axis=0) / np.where(count, count, np.nan)
    ordered = np.sort(lags, axis=0)
    middle = np.take_along_axis(ordered, np.maximum(count - 1, 0)[None] // 2, axis=0)[0]
    top = np.take_along_axis(ordered, np.maximum(count - 1, 0)[None], axis=0)[0]
    found = {
        "same": _first_known(lags, known),
        "same_before": lags[1],
        "same_half": filled[:half].sum(axis=0) / np.where(some, some, np.nan),
        "same_mean": mean,
        "same_median": middle,
        "same_least": ordered[0],
        "same_most": top,
    }
    base = (filled.sum(axis=0) + 1) / (count + 1)
    return found, np.maximum(base, _LEAST) * level


def _long(past: Past, places: Places, level: Numbers, cycle: int) -> tuple[dict[str, Numbers], Numbers]:
    """The sales one and two cycles ago against the level of then: the item's own season."""
    found: dict[str, Numbers] = {}
    indices = []
    side = cycle // 104 if cycle <= 52 else 3
    for times in range(1, _LONG_TIMES + 1):
        row = places.cycle_ago(cycle, times)
        behind = np.maximum(places.end - cycle * times, places.first)
        whole = np.maximum(behind - cycle, places.first)
        then = np.where(places.end - cycle * times - cycle // 4 >= places.first, past.mean(whole, behind), np.nan)
        near = _around(past, places, row, side)
        exact = past.at(row, places.first)
        found[f"ago_{times}"] = exact / level
        found[f"ago_near_{times}"] = near / level
        found[f"index_{times}"] = _ratio(near, then)
        indices.append(found[f"index_{times}"])
    found["ago_ahead"] = _around(past, places, places.cycle_ago(cycle) + side + 1, side) / level
    end = np.maximum(places.end - cycle, places.first)
    quarter = max(cycle // 4, 1)
    now, ago = past.mean(places.back(quarter), places.end), past.mean(np.maximum(end - quarter, places.first), end)
    found["growth"] = _ratio(now, ago)
    grown = found["ago_near_1"] * np.sqrt(np.clip(found["growth"], 1 / _MOST_GROWTH, _MOST_GROWTH))
    return found, np.clip(np.where(np.isnan(grown), 1, grown), 4 * _LEAST, 1 / _LEAST) * level


def _around(past: Past, places: Places, rows: Index, side: int) -> Numbers:
    """Mean of the seen rows at and beside some rows, NaN where the row itself lies before the item."""
    inside = rows >= places.first
    first = np.clip(rows - side, places.first, places.end)
    end = np.clip(rows + side + 1, first, places.end)
    return np.where(inside, past.mean(first, end), np.nan)


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    """Bounded, NaN where there is nothing below."""
    return np.asarray(np.clip(above / np.where(below > 0, below, np.nan), 0, _MOST))


def _first_known(lags: Numbers, known: npt.NDArray[np.bool_]) -> Numbers:
    newest = np.argmax(known, axis=0)
    return np.asarray(np.take_along_axis(lags, newest[None], axis=0)[0])
