"""A forecast that was written to a file becomes a Forecast again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Flags, Index, Stamps
from foresale.core.columns import ITEM, MEAN, NAME, TIMESTAMP
from foresale.core.errors import DataError, Fault
from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.core.quantiles import mean_of
from foresale.core.text import counted
from foresale.data.item_keys import Codes, encode, with_ids
from foresale.data.periods.grid import infer, off_grid
from foresale.io.schema.cells import parse_ids
from foresale.io.schema.recognise import recognise
from foresale.io.schema.times import parse_times
from foresale.io.source_table import SourceTable, place_of
from foresale.io.sources import fetch

_LEVEL: Final = re.compile(r"0?\.\d+")
_AGAIN: Final = "Write it again with `foresale forecast --output` or `Forecast.to_frame`."
_SLACK: Final = 1e-4
"""Share of a value by which quantiles may cross where they were rounded for a text file."""


def read_forecast(source: Any, *, frequency: str | None = None) -> Forecast:
    """The forecast that a Parquet or CSV file, or a data frame, holds: the other way round of `Forecast.to_frame`.

    Columns: what tells items apart, the timestamp, `mean` and one column per quantile level (0.01 … 0.99); one row per
    item and period, in any order, the same number of periods for every item. Quantiles that rounding made cross are put
    in order.

    Args:
        source: a path, a folder or glob of files, or a data frame.
        frequency: of the periods, where a single one leaves it open; else found out.

    Raises:
        DataError: every fault of the file, with its place and cure.

    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> from foresale.data.synthetic import shop
    >>> made = SeasonalNaive().forecast(shop(items=3, periods=120), horizon=14)
    >>> read = read_forecast(made.to_frame())
    >>> read.frequency == made.frequency, bool((read.quantiles == made.quantiles).all())
    (True, True)
    """
    raw = fetch(source)
    rows = _Rows.of(raw)
    faults = [*raw.faults, *rows.faults]
    if faults:
        raise DataError(faults, source="forecast")
    coded = encode(rows.keys.select(ITEM), [ITEM])
    order = np.lexsort((rows.stamps, coded.codes))
    codes, stamps = np.asarray(coded.codes)[order], rows.stamps[order]
    grid = infer(codes, stamps).frequency if frequency is None else Frequency.parse(frequency)
    index = grid.index(stamps)
    _check_steps(grid, codes, index, stamps, items=coded.items, raw=raw, order=order)
    count = coded.items.height
    horizon = len(codes) // count
    first = order[::horizon]
    values = rows.values[order].reshape(count, horizon, -1)
    return Forecast(
        items=rows.keys[first],
        frequency=grid,
        starts=index[::horizon].astype(np.int64),
        quantiles=np.ascontiguousarray(np.maximum.accumulate(values[:, :, 1:], axis=2)),
        mean=np.ascontiguousarray(values[:, :, 0]),
        levels=rows.levels,
        model="forecast file",
        time_type=rows.time_type,
        time_name=rows.time_name,
        notes=(_story(count, horizon, grid),),
    )


def _story(count: int, horizon: int, grid: Frequency) -> str:
    held = f"The forecast file holds {counted(count, 'item')} over {counted(horizon, 'period')}, {grid.name}"
    return f"{held}; how its periods hang together is not in it, so that the usual dependence is assumed."


@dataclass(frozen=True)
class _Rows:
    """The rows of a file, parsed: keys, stamps, and [n, 1 + Q] the mean and the quantiles."""

    keys: pl.DataFrame
    stamps: npt.NDArray[np.datetime64]
    values: npt.NDArray[np.float32]
    levels: tuple[float, ...]
    time_type: pl.DataType
    time_name: str
    faults: tuple[Fault, ...]

    @classmethod
    def of(cls, raw: SourceTable) -> "_Rows":
        found = raw.frame.columns
        names = {float(name): name for name in found if _LEVEL.fullmatch(name) and 0 < float(name) < 1}
        others = [name for name in found if name != MEAN and name not in names.values()]
        stamps = _time_column(raw, others)
        keys = [name for name in others if name != stamps]
        named = {TIMESTAMP: stamps, ITEM: keys, "quantile levels": names}
        lacking = [name for name, column in named.items() if not column]
        if lacking or not raw.frame.height:
            what = f"no column of {', '.join(lacking)}" if lacking else "no rows"
            raise DataError(
                [Fault(what, max(len(lacking), 1), f"columns {', '.join(found[:20])}", _AGAIN)], source="forecast"
            )
        levels = tuple(sorted(names))
        numbers = [*([MEAN] if MEAN in found else []), *(names[level] for level in levels)]
        faults: list[Fault] = []
        values = np.stack([_numbers(raw, name, faults) for name in numbers], axis=1)
        if MEAN not in found:
            values = np.concatenate([mean_of(values, levels)[:, None], values], axis=1)
        faults += _fault(raw, "quantiles that cross", _crossing(values[:, 1:]), "Quantiles rise with their level.")
        times = parse_times(raw.frame[stamps])
        faults += _fault(raw, f"{stamps} is no date", times.values.is_null().to_numpy(), "Correct it.")
        ids = pl.DataFrame([parse_ids(raw.frame[name], from_text=raw.from_text)[0].alias(name) for name in keys])
        ids = ids if ITEM in keys else with_ids(ids, [name for name in keys if name != NAME])
        faults += _fault(raw, f"{keys[0]} is empty", ids[ITEM].is_null().to_numpy(), "Name the item of every row.")
        instants = times.values.to_numpy().astype("datetime64[us]")
        return cls(ids, instants, values, levels, times.time_type, stamps, tuple(faults))


def _time_column(raw: SourceTable, names: Sequence[str]) -> str:
    """The column of timestamps: the one of that name, else the only one of dates, else as names tell; "" for none."""
    dated = [name for name in names if raw.frame[name].dtype.is_temporal()]
    if TIMESTAMP in names or len(dated) == 1:
        return TIMESTAMP if TIMESTAMP in names else dated[0]
    try:
        return recognise(names, needs="future").names[TIMESTAMP]
    except DataError:
        return ""


def _numbers(raw: SourceTable, name: str, faults: list[Fault]) -> npt.NDArray[np.float32]:
    column = raw.frame[name]
    parsed = column.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    faults += _fault(raw, f"{name} is no number", ~np.isfinite(parsed), "Every value has to be known.", shown=column)
    faults += _fault(raw, f"{name} is negative", parsed < 0, "Sales are zero or more.", shown=column)
    return parsed.astype(np.float32)


def _crossing(quantiles: npt.NDArray[np.float32]) -> Flags:
    with np.errstate(invalid="ignore"):
        return np.asarray((np.diff(quantiles, axis=1) < -_SLACK * (1 + quantiles[:, :-1])).any(axis=1))


def _fault(raw: SourceTable, what: str, wrong: Flags, cure: str, *, shown: pl.Series | None = None) -> list[Fault]:
    if not wrong.any():
        return []
    first = int(np.argmax(wrong))
    value = "" if shown is None else f": {str(shown[first])[:60]!r}"
    return [Fault(what, int(wrong.sum()), place_of(int(raw.row_numbers()[first]), raw.files) + value, cure)]


def _check_steps(
    grid: Frequency, codes: Codes, index: Index, stamps: Stamps, *, items: pl.DataFrame, raw: SourceTable, order: Index
) -> None:
    """Refuses stamps off the grid, items with gaps, rows that stand twice, and items of several lengths."""
    same, step = np.diff(codes) == 0, np.diff(index)
    lengths = np.bincount(codes, minlength=items.height)
    horizon = int(np.bincount(lengths).argmax())
    faults = []
    for what, wrong, cure in (
        ("stamps off the grid", off_grid(grid, stamps), f"The periods seem to be {grid.name}; tell their frequency."),
        ("periods that stand twice", np.append(False, same & (step == 0)), "Keep one row per item and period."),
        ("periods that lack before", np.append(False, same & (step > 1)), _AGAIN),
        (f"rows of items with another number of periods than {horizon:,}", lengths[codes] != horizon, _AGAIN),
    ):
        if wrong.any():
            first = int(np.argmax(wrong))
            row = place_of(int(raw.row_numbers()[int(order[first])]), raw.files)
            faults.append(Fault(what, int(wrong.sum()), f"item {items[ITEM][int(codes[first])]}, {row}", cure))
    if faults:
        raise DataError(faults, source="forecast")
