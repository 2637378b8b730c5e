"""What recommendations add to demand: how far being told raises the chance to come, and the forecast with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.arrays import TINY, Flags, Index, Numbers
from foresale.core.columns import ITEM, NAME
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.forecast import Forecast
from foresale.core.labels import own_columns
from foresale.core.option_types import check_not_negative, check_types
from foresale.core.quantiles import mean_of
from foresale.core.text import counted, few, percent
from foresale.data.item_keys import as_text, find
from foresale.inventory.leads import periods_of
from foresale.io.source_table import place_of
from foresale.io.sources import fetch
from foresale.recommending.options import RecommendOptions

_CHANCE: Final = "chance"
_UNITS: Final = "units"
_SHOWN: Final = 3
_NINETY: Final = 1.645  # standard errors on either side of a 90 % interval


@dataclass(frozen=True)
class Lift:
    """Recommendations that are sent out, and what they are taken to add.

    How far a recommendation raises the chance that a customer comes for an item is not in orders: those who were told
    and those who would have come anyway look the same. The default is on the side of too little; `measured_lift` finds
    it out from a test.

    Attributes:
        source: what `foresale recommend` wrote, a data frame of the same columns, or `Recommendations`: the key columns
            of the items and `chance`, perhaps `units` that a customer takes (1 where there is no such column).
        share: of the chance, how much is added by being told: 0.1 makes ten of a hundred into eleven.
        days: over which the chances hold.

    Raises:
        ConfigError: a setting that cannot be.

    >>> Lift("sent.csv", share=-0.1)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: share is not negative: -0.1
    """

    source: Any
    share: float = 0.1
    days: float = RecommendOptions.horizon

    def __post_init__(self) -> None:
        check_types(self)
        check_not_negative(self, "share")
        if not self.days > 0:
            raise ConfigError(f"days is above 0, not {self.days}")

    def units(self, items: pl.DataFrame) -> tuple[Numbers, tuple[str, ...]]:
        """[N] units of each item that the recommendations are expected to add over their days, and what was assumed.

        The sum over all who are told, of share × chance × units.

        Raises:
            DataError: every fault of the source.

        >>> sent = pl.DataFrame({"customer": ["ann", "bob"], "sku": ["tea", "tea"], "chance": [0.5, 0.25]})
        >>> units, notes = Lift(sent).units(pl.DataFrame({"item_id": ["pot", "tea"], "sku": ["pot", "tea"]}))
        >>> units.round(3).tolist(), notes[0]
        ([0.0, 0.075], '2 recommendations add 0.1 units to the demand of 1 item, ...')
        """
        frame, files = self._rows()
        keys = [ITEM] if ITEM in frame.columns else _own_keys(items)
        _refuse(_lacking(frame, keys))
        chance = _numbers(frame, _CHANCE)
        taken = _numbers(frame, _UNITS) if _UNITS in frame.columns else np.ones(frame.height)
        wrong = {"chances outside of 0 to 1": ~((chance >= 0) & (chance <= 1)), "units below 0": ~(taken >= 0)}
        _refuse(
            Fault(what, int(rows.sum()), place_of(int(np.argmax(rows)) + 1, files), "Correct them, or write it again.")
            for what, rows in wrong.items()
            if rows.any()
        )
        place = find(items, frame, keys).astype(np.int64)
        added = expected_lift(place, chance * taken, items=items.height, share=self.share)
        return added, self._notes(frame, keys, place, added)

    def _rows(self) -> tuple[pl.DataFrame, tuple[tuple[str, int], ...]]:
        if not isinstance(self.source, str | PathLike):
            from foresale.recommending.recommendations import Recommendations  # loads scipy, which a file needs not

            if isinstance(self.source, Recommendations):
                return self.source.to_frame(), ()
        raw = fetch(self.source)
        return raw.frame, raw.files

    def _notes(self, frame: pl.DataFrame, keys: list[str], place: Index, added: Numbers) -> tuple[str, ...]:
        what = f"{counted(frame.height, 'recommendation')} add {added.sum():,.1f} units to the demand of"
        how = f"{counted(int((added > 0).sum()), 'item')}, taken to be {percent(self.share)} of their chances"
        notes = [f"{what} {how} over {self.days:g} days."]
        if _UNITS not in frame.columns:
            notes.append("The recommendations have no column of units: a customer is taken to take one.")
        unknown = place < 0
        if unknown.any():
            names = as_text(frame[keys[0]]).filter(pl.Series(unknown)).unique(maintain_order=True).to_list()
            notes.append(f"Recommended items that are not in the forecast are left aside: {few(names, shown=_SHOWN)}.")
        return tuple(notes)


def expected_lift(item: Index, expected: Numbers, *, items: int, share: float) -> Numbers:
    """[N] units that recommendations add: share × expected units, of all who are recommended an item.

    Args:
        item: [n] position of the item of each recommendation; negative for one that does not count.
        expected: [n] chance to come for it, times the units then taken.
        items: N of them.
        share: of the chance that being told adds.

    >>> expected_lift(np.array([1, 1, -1]), np.array([0.5, 1.5, 9.0]), items=2, share=0.1).tolist()
    [0.0, 0.2]
    """
    known = item >= 0
    return np.asarray(share * np.bincount(item[known], expected[known], minlength=items), np.float64)


def lifted(forecast: Forecast, units: Numbers, *, days: float) -> Forecast:
    """The forecast with units of each item added, evenly over some days from its first step on.

    What is added to a step varies as the demand of it does, so that its quantiles grow with its mean, up to twice what
    they were; what goes beyond that is added to all of them alike. They neither cross nor fall.

    Args:
        forecast: of N items.
        units: [N] to be added over the days; as many of them as the forecast reaches.
        days: over which they come.

    Raises:
        ConfigError: units of other items, or below 0.

    >>> from foresale.core.frequency import Frequency
    >>> tea = Forecast(pl.DataFrame({"item_id": ["tea"]}), Frequency("day"), np.array([0]),
    ...                np.full((1, 3, 21), 4, np.float32), np.full((1, 3), 4, np.float32))
    >>> lifted(tea, np.array([2.0]), days=2).mean.tolist()
    [[5.0, 5.0, 4.0]]
    """
    if units.shape != (forecast.items.height,) or not (units >= 0).all():
        raise ConfigError(f"units to add are {forecast.items.height:,} numbers of 0 or more")
    steps = int(periods_of(days, forecast.frequency))
    coming = (np.arange(forecast.horizon) < steps)[None, :] * (units / steps)[:, None]
    told = mean_of(forecast.quantiles, forecast.levels).astype(np.float64)
    growing = np.minimum(coming, told)
    factor = 1 + growing / np.maximum(told, TINY)
    quantiles = forecast.quantiles * factor[:, :, None] + (coming - growing)[:, :, None]
    return replace(
        forecast,
        quantiles=np.maximum.accumulate(quantiles, axis=2).astype(np.float32),
        mean=(forecast.mean + coming).astype(np.float32),
    )


def with_lift(forecast: Forecast, lift: Lift) -> Forecast:
    """A forecast with what recommendations are expected to add, which its notes tell.

    Raises:
        DataError: every fault of the recommendations.
    """
    units, notes = lift.units(forecast.items)
    return replace(lifted(forecast, units, days=lift.days), notes=(*forecast.notes, *notes))


@dataclass(frozen=True)
class MeasuredLift:
    """How far being told raised the chance to come.

    Attributes:
        share: of the chance that was added.
        low: the lower end of its 90 % interval.
        high: the upper end.
    """

    share: float
    low: float
    high: float


def measured_lift(bought: Flags, chance: Numbers, exposed: Flags) -> MeasuredLift:
    """The lift that those who were told of an item show against those who were not, each by the chance he had.

    Bought over expected of the first, against the same of the second (indirect standardisation), less 1; the interval
    is that of a ratio of two Poisson counts. Where lots decided who was told, this is what telling does. Where
    customers chose themselves what to look at (`view` events as `exposed`), it is the most that it can be: who looks
    wants.

    Args:
        bought: [n] whether the customer bought the item.
        chance: [n] that he would, as it was forecast before.
        exposed: [n] whether he was told.

    Raises:
        ConfigError: nobody bought of those who were told, or of the others, so that nothing can be said.

    >>> bought = np.repeat([True, False, True, False], [120, 880, 100, 900])
    >>> found = measured_lift(bought, np.full(2000, 0.1), np.repeat([True, False], 1000))
    >>> round(found.share, 2), round(found.low, 2), round(found.high, 2)
    (0.2, -0.04, 0.5)
    """
    counts = [int(bought[rows].sum()) for rows in (exposed, ~exposed)]
    expected = [float(chance[rows].sum()) for rows in (exposed, ~exposed)]
    if not all(counts) or not all(expected):
        raise ConfigError(f"a lift needs some who bought of either kind: {counts[0]} who were told, {counts[1]} others")
    ratio = np.log(counts[0] / expected[0]) - np.log(counts[1] / expected[1])
    wide = _NINETY * np.sqrt(1 / counts[0] + 1 / counts[1])
    return MeasuredLift(*(float(np.expm1(ratio + step)) for step in (0.0, -wide, wide)))


def _own_keys(items: pl.DataFrame) -> list[str]:
    """The columns that tell items apart."""
    return [name for name in own_columns(items) if name != NAME]


def _lacking(frame: pl.DataFrame, keys: list[str]) -> Iterator[Fault]:
    """Columns that are not there."""
    for name in (*keys, _CHANCE):
        if name not in frame.columns:
            cure = "Write them with `foresale recommend --output`; items are named as in the sales."
            yield Fault(f"no column {name}", 1, f"columns {few(frame.columns, shown=20)}", cure)


def _refuse(faults: Iterable[Fault]) -> None:
    """Raise all faults, where there are any."""
    found = list(faults)
    if found:
        raise DataError(found, source="recommendations")


def _numbers(frame: pl.DataFrame, name: str) -> Numbers:
    return np.asarray(frame[name].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy(), np.float64)
