"""How much of each period an item was in stock, from whatever the shop records."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.frequency import Frequency
from foresale.core.panel import Values
from foresale.data.periods.layout import Periods

_HOURS_PER_YEAR = 8_765.82  # of a mean Gregorian year
_EMPTIED_LATE = 0.75
"""The power of the share in stock that sales go with. Were customers to come evenly, it would be 1; but shelves are
filled before a period begins and empty towards its end, when fewer come."""


def availability(
    periods: Periods, names: Mapping[str, str]
) -> tuple[npt.NDArray[np.floating] | None, Periods, tuple[str, ...]]:
    """[n] share of each period in stock (0 to 1, NaN unknown), the periods without that column, and what was assumed.

    `names["available"]` is a share, a flag, or units in stock; `names["stockout"]` a share, a flag, or hours out of
    stock. Where both are there, the stock-outs count, as the finer record.

    >>> hours = pl.Series("oos_hours", [0.0, 6.0])
    >>> daily = Periods(Frequency("day"), np.zeros(2, int), np.arange(2), np.ones(2), {"oos_hours": hours})
    >>> share, rest, notes = availability(daily, {"stockout": "oos_hours"})
    >>> share.tolist(), dict(rest.extras), notes
    ([1.0, 0.75], {}, ("In stock: 1 − 'oos_hours' ÷ 24 hours.",))
    """
    role = next((role for role in ("stockout", "available") if names.get(role) in periods.extras), None)
    if role is None:
        return None, periods, ()
    name = names[role]
    values = periods.extras[name].cast(pl.Float64).to_numpy()
    rest = {other: column for other, column in periods.extras.items() if other != name}
    most = float(np.nanmax(values, initial=0.0))
    if role == "available":
        share, note = _in_stock(values, most)
    else:
        share, note = _not_out(values, most, periods.frequency)
    return np.clip(share, 0, 1), replace(periods, extras=rest), (f"In stock: {note.format(name=name)}.",)


def _in_stock(values: npt.NDArray[np.floating], most: float) -> tuple[npt.NDArray[np.floating], str]:
    if most <= 1:
        return values, "'{name}' is the share of the period"
    return np.where(np.isnan(values), np.nan, values > 0), "where '{name}', taken for units on hand, is above 0"


def _not_out(
    values: npt.NDArray[np.floating], most: float, frequency: Frequency
) -> tuple[npt.NDArray[np.floating], str]:
    if most <= 1:
        return 1 - values, "1 − '{name}'"
    hours = _HOURS_PER_YEAR / frequency.per_year
    hours = hours if frequency.unit == "month" else round(hours)
    return 1 - values / hours, f"1 − '{{name}}' ÷ {hours:,.0f} hours"


def of_whole_periods(sales: Values, available: Values, *, counts: npt.NDArray[np.bool_]) -> Values:
    """What would have been sold with stock all the time, from sales of periods with a share of it.

    Args:
        sales: units.
        available: shares in stock, of the same shape.
        counts: whether only whole units are sold, to be broadcast: they then go on to be.

    >>> sales, available = np.array([6.0, 3.5], np.float32), np.array([0.5, 1.0], np.float32)
    >>> of_whole_periods(sales, available, counts=np.array(False)).round(1).tolist()
    [10.100000381469727, 3.5]
    """
    share = np.where((available > 0) & (available < 1), available, 1)
    raised = sales / share**_EMPTIED_LATE
    return np.asarray(np.where(counts, np.round(raised), raised), np.float32)
