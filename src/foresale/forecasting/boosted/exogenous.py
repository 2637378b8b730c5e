"""What stands beside the sales: covariates at the target and against what was usual, statics, the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from foresale.calendar.features import calendar_features
from foresale.core.arrays import Numbers
from foresale.core.columns import ITEM
from foresale.core.frequency import Frequency, Index
from foresale.core.panel import Panel, Values
from foresale.features.inputs import CovariateInput, StaticInput, unread
from foresale.forecasting.boosted.forecast_origins import Places, cycles, spans
from foresale.forecasting.boosted.rolling_sums import Past

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Exogenous:
    """Which columns beside the sales the trees read.

    Attributes:
        covariates: the covariates that are known over enough of the history.
        statics: the static columns that tell items apart.
    """

    covariates: tuple[CovariateInput, ...] = ()
    statics: tuple[StaticInput, ...] = ()

    @classmethod
    def fit(cls, panel: Panel) -> "Exogenous":
        """The fields that suit the history of a panel."""
        covariates = [CovariateInput.fit(covariate, panel) for covariate in panel.covariates.values()]
        statics = [StaticInput.fit(panel.items[name]) for name in panel.items.columns if name != ITEM]
        return cls(tuple(found for found in covariates if found), tuple(found for found in statics if found))

    @property
    def known(self) -> tuple[str, ...]:
        """Names of the covariates known ahead."""
        return tuple(covariate.name for covariate in self.covariates if covariate.role == "known")

    def same_as(self, other: "Exogenous") -> bool:
        """Whether features of the same names mean the same: columns, roles, and what labels stand for."""
        mine, others = ([(c.name, c.role, c.labels) for c in each.covariates] for each in (self, other))
        return mine == others and [(s.name, s.labels) for s in self.statics] == [
            (s.name, s.labels) for s in other.statics
        ]

    def unread(self, panel: Panel) -> tuple[str, ...]:
        """The covariates of a panel that are not read."""
        return unread(self.covariates, panel)

    def features(self, panel: Panel, places: Places) -> dict[str, Numbers]:
        """By name, [n] numbers: NaN where unknown, labels as codes.

        Raises:
            DataError: the panel lacks a covariate, or has text where there were numbers.
        """
        found: dict[str, Numbers] = {}
        for covariate in self.covariates:
            values = numbers_of(covariate, panel)
            make = _ahead if covariate.role == "known" else _behind
            found |= {f"{covariate.name}: {name}": x for name, x in make(values, panel, places, covariate).items()}
        for static in self.statics:
            codes = static.encode(panel.items).astype(np.float64)
            found[f"static: {static.name}"] = codes[places.items]
        return found

    @property
    def categories(self) -> frozenset[str]:
        """Names of the features that are codes."""
        labels = {f"{covariate.name}: now" for covariate in self.covariates if covariate.labels}
        return frozenset(labels | {f"static: {static.name}" for static in self.statics if static.labels})


def numbers_of(covariate: CovariateInput, panel: Panel) -> Values:
    """[R] a covariate as numbers: bounded to the range it was learnt from, a label as its place among the labels.

    Raises:
        DataError: the panel lacks the covariate, or has text where there were numbers.
    """
    covariate.encode(panel.select([0]))
    found = panel.covariates[covariate.name]
    if covariate.labels:
        place = {label: float(at) for at, label in enumerate(covariate.labels)}
        table = np.array([*(place.get(label, np.nan) for label in found.categories), np.nan], np.float32)
        codes = np.where(np.isfinite(found.values), found.values, -1).astype(np.int64)
        return table[codes]
    return np.clip(found.values, covariate.low, covariate.high).astype(np.float32)


def _ahead(values: Values, panel: Panel, places: Places, covariate: CovariateInput) -> dict[str, Numbers]:
    """A covariate known ahead: at the target, beside it, against what was usual, and against the same season before."""
    last = panel.offsets[places.items + 1] - 1
    now = _seen(values, places.target, places, last)
    if covariate.labels:
        return {"now": now}
    past = Past(values, panel.owners)
    _, short, *_, long = spans(panel.frequency)
    against = _ratio if (covariate.low or 0) > 0 else np.subtract
    found = {"now": now, "change": against(now, past.mean(places.back(long), places.end))}
    found["change_recent"] = against(now, past.mean(places.back(short), places.end))
    for cycle in cycles(panel.frequency):
        found[f"since_{cycle}"] = against(now, past.at(places.cycle_ago(cycle), places.first))
    found["before"] = _seen(values, places.target - 1, places, last)
    found["after"] = _seen(values, places.target + 1, places, last)
    return found


def _ratio(now: Numbers, usual: Numbers) -> Numbers:
    """How prices compare, whatever the item costs; both are above 0."""
    return np.asarray(now / usual)


def _seen(values: Values, rows: Index, places: Places, last: Index) -> Numbers:
    """The values of some rows, NaN outside of their items."""
    inside = (rows >= places.first) & (rows <= last)
    return np.where(inside, values[np.clip(rows, places.first, last)], np.nan).astype(np.float64)


def _behind(values: Values, panel: Panel, places: Places, covariate: CovariateInput) -> dict[str, Numbers]:
    """A covariate known only so far: its newest value, and how that differs from what was usual."""
    past = Past(values, panel.owners)
    if covariate.labels:
        return {"now": past.at(places.end - 1, places.first)}
    _, short, *_, long = spans(panel.frequency)
    recent = past.mean(places.back(short), places.end)
    return {"recent": recent, "change": recent - past.mean(places.back(long), places.end)}


def calendar_table(frequency: Frequency, index: Index, *, countries: Sequence[str]) -> dict[str, Numbers]:
    """By name, [n] channels of the calendar at grid positions [n]; weekdays as one number."""
    first, last = int(index.min()), int(index.max())
    features = calendar_features(frequency, first, last, countries=countries)
    table = dict(zip(features.names, features.values.T, strict=True))
    if frequency.unit == "day" and frequency.count == 1:
        days = [table.pop(name) for name in _WEEKDAYS]
        table["weekday"] = np.argmax(days, axis=0).astype(np.float32)
    stamps = pl.Series(frequency.timestamps(np.arange(first, last + 1)))
    table["day_of_year"] = stamps.dt.ordinal_day().to_numpy().astype(np.float32)
    table["day_of_month"] = stamps.dt.day().to_numpy().astype(np.float32)
    table["month"] = stamps.dt.month().to_numpy().astype(np.float32)
    return {f"calendar: {name}": values[index - first] for name, values in table.items()}
