"""Order lines, a row for each thing ordered, become sales per item and period."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import PRICE, SALES, TIMESTAMP
from foresale.core.errors import DataError, Fault
from foresale.core.frequency import Frequency
from foresale.core.text import counted, quoted
from foresale.data.item_keys import ItemCodes
from foresale.data.lines.line_kinds import UNDONE_NAMES, tell_apart
from foresale.data.options import ReadOptions
from foresale.data.periods.grid import infer
from foresale.data.periods.layout import Periods, agreed
from foresale.data.periods.unfinished import ending
from foresale.io.schema.recognise import is_of_lines, normalised
from foresale.io.table import ROW, Table

_CODE: Final = "__code"
_INDEX: Final = "__index"
_COUNT: Final = "__count"
_MONEY: Final = "__money"
_PRICE_LIKE: Final = re.compile(r"price|preis|prix|prezzo|precio|单价|价格|售价", re.IGNORECASE)
_DISCOUNT_LIKE: Final = re.compile(r"disc(ount)?(?![a-z])|rabatt|remise|descuento|sconto|折扣", re.IGNORECASE)
_NEARLY_ALWAYS: Final = 0.9  # share of an item's lines whose text is that of the item


def add_up(
    table: Table,
    coded: ItemCodes,
    options: ReadOptions,
    *,
    known: frozenset[str] = frozenset(),
    names: pl.Series | None = None,
) -> Periods:
    """Sales per item and period: the units of all lines that are neither returned nor cancelled, and sell goods.

    The mean paid price of a period is weighted by quantity; its revenue is the sum of quantity times price over the
    units that count. Other columns stay where every line of an item and period agrees on them, or where they are a kind
    of price; a text that an item nearly always has becomes a static column. The columns in `known` stay in any case,
    and keep their last value on periods without a line: were they unknown there, that alone would tell that nothing
    was sold.

    Args:
        table: order lines.
        coded: their items.
        options: what counts.
        known: columns that are known ahead.
        names: [N] what items are called.

    Raises:
        DataError: no line is a sale.
    """
    frame = table.frame
    extras = _extra_columns(table)
    money = _amounts(table, extras)
    told = tell_apart(table, coded, options, totals=money, names=names)
    frequency = order_frequency(frame[TIMESTAMP], options)
    index = frequency.index(frame[TIMESTAMP].to_numpy())
    last = ending(frame[TIMESTAMP], told.units, frequency, options.unfinished)
    faults = _unknown_quantities(table, told.unknown)
    lines = frame.with_columns(
        pl.Series(_CODE, coded.codes),
        pl.Series(_INDEX, index),
        told.units.alias(SALES),
        *([] if told.money is None else [told.money.alias(_MONEY)]),
    ).filter(told.counts)
    if not lines.height:
        cure = "Check which column is the quantity, or pass kind='totals'."
        raise DataError([*table.faults, *faults, Fault("no line is a sale", 1, f"{frame.height:,} rows", cure)])
    extras = [name for name in extras if name != money]
    ahead = [name for name in extras if name in known]
    per_period, statics, notes = _classify(lines, [name for name in extras if name not in known], coded.items.height)
    per_period = [*ahead, *per_period]
    sums = _summed(lines, per_period)
    price = [PRICE] if PRICE in sums.columns else []
    return Periods(
        frequency=frequency,
        codes=sums[_CODE].to_numpy(),
        index=sums[_INDEX].to_numpy(),
        sales=sums[SALES].to_numpy(),
        extras={name: sums[name] for name in (*price, *per_period)},
        statics=statics,
        end=int(index.max()),
        unfinished=last.index,
        gaps_are_zero=options.gaps != "unknown",
        carried=frozenset((*price, *ahead, *(name for name in per_period if _PRICE_LIKE.search(name)))),
        faults=faults,
        notes=(
            *_story(frequency, options),
            *told.notes,
            *_price_note(table, lines, money),
            *notes,
            *_carried_note(ahead),
            *last.notes,
        ),
        revenue=sums[_MONEY].to_numpy() if _MONEY in sums.columns else None,
        lines=told.account,
    )


def _amounts(table: Table, extras: Sequence[str]) -> str | None:
    """The column with amounts of whole lines, where no column tells the price of a unit."""
    if PRICE in table.names:
        return None
    found = table.frame.columns
    return next((name for name in extras if is_of_lines(name, found) and table.frame[name].dtype == pl.Float64), None)


def _summed(lines: pl.DataFrame, per_period: Sequence[str]) -> pl.DataFrame:
    """Sales by item and period, with what was paid and other columns where the lines have them."""
    paid = [_paid_price(), pl.when(pl.col(_MONEY).is_not_null().any()).then(pl.col(_MONEY).sum())]
    return lines.group_by(_CODE, _INDEX, maintain_order=False).agg(
        pl.col(SALES).sum(),
        *(paid if _MONEY in lines.columns else []),
        *(agreed(name, lines.schema[name]) for name in per_period),
    )


def order_frequency(stamps: pl.Series, options: ReadOptions) -> Frequency:
    """The period that order lines are added up to: the one asked for; days, or the weeks or months all stamps share."""
    distinct = stamps.dt.truncate("1d").unique().sort().to_numpy()
    grid = infer(np.zeros(distinct.size, np.int32), distinct)
    coarse = distinct.size > 2 and grid.regular and grid.off is None and not grid.guessed
    coarse = coarse and (grid.frequency.unit == "month" or grid.frequency.unit == "week")
    if options.frequency is None:
        return grid.frequency if coarse else Frequency("day")
    asked = Frequency.parse(options.frequency)
    same = coarse and (asked.unit, asked.count) == (grid.frequency.unit, grid.frequency.count)
    return grid.frequency if same and "-" not in options.frequency else asked


def _unknown_quantities(table: Table, unknown: pl.Series) -> tuple[Fault, ...]:
    count = int(unknown.sum())
    if not count:
        return ()
    place = table.place(table.frame[ROW].filter(unknown)[0])
    cure = "Fill them in, or pass bad_rows='drop' to leave them out."
    return (Fault("order lines without a quantity", count, place, cure, rows=count),)


def _extra_columns(table: Table) -> list[str]:
    roles = {
        table.names[role]
        for role in ("order", "customer", "status", "available", "stockout", "name", PRICE)
        if role in table.names
    }
    fixed = {*table.keys, TIMESTAMP, SALES, ROW, *table.further_statuses} | roles
    return [name for name in table.frame.columns if name not in fixed and normalised(name) not in UNDONE_NAMES]


def _paid_price() -> pl.Expr:
    """Σ quantity · price / Σ quantity over the lines that were paid for: free units do not lower what one costs."""
    paid = (pl.col(_MONEY) > 0) & (pl.col(SALES) > 0)
    return (pl.col(_MONEY).filter(paid).sum() / pl.col(SALES).filter(paid).sum()).fill_nan(None).alias(PRICE)


def _classify(
    lines: pl.DataFrame, extras: list[str], items: int
) -> tuple[list[str], dict[str, pl.Series], tuple[str, ...]]:
    """Which extra columns go with periods, which with items, and a note on those that go with neither."""
    statics: dict[str, pl.Series] = {}
    per_period: list[str] = []
    dropped: list[str] = []
    typical_only: list[str] = []
    for name in extras:
        column = lines[name]
        typical, share = _typical(lines, name, items)
        if share == 1 or (column.dtype == pl.String and share >= _NEARLY_ALWAYS):
            statics[name] = typical
            typical_only += [name] if share < 1 else []
        elif column.dtype != pl.String and (_averaged(name) or _agree(lines, name)):
            per_period.append(name)
        else:
            dropped.append(name)
    notes = []
    if dropped:
        notes.append(f"Left out, since the lines of an item and period differ in them: {quoted(dropped)}.")
    if typical_only:
        notes.append(f"The most frequent value of an item stands for all its lines: {quoted(typical_only)}.")
    return per_period, statics, tuple(notes)


def _averaged(name: str) -> bool:
    """Whether a column is a kind of price or discount, whose mean over lines means something."""
    return bool(_PRICE_LIKE.search(name) or _DISCOUNT_LIKE.search(name))


def _typical(lines: pl.DataFrame, name: str, items: int) -> tuple[pl.Series, float]:
    """[N] the value that each item has most often (the first in order among equals), and the share of lines with it."""
    counts = lines.drop_nulls(name).group_by(_CODE, name).len(_COUNT)
    best = counts.sort(_CODE, _COUNT, name, descending=[False, True, False]).unique(_CODE, keep="first")
    total = int(counts[_COUNT].sum())
    share = int(best[_COUNT].sum()) / total if total else 1.0
    values = pl.DataFrame({_CODE: np.arange(items, dtype=np.int32)}).join(
        best.select(pl.col(_CODE).cast(pl.Int32), name), on=_CODE, how="left", maintain_order="left"
    )
    return values[name], share


def _agree(lines: pl.DataFrame, name: str) -> bool:
    """Whether all lines of an item and period have the same value."""
    groups = lines.group_by(_CODE, _INDEX).agg(pl.col(name).min().alias("low"), pl.col(name).max().alias("high"))
    return bool((groups["low"] == groups["high"]).fill_null(value=True).all())


def _story(frequency: Frequency, options: ReadOptions) -> tuple[str, ...]:
    gaps = "unknown" if options.gaps == "unknown" else "zero sales"
    story = (
        f"Order lines, added up per item and period ({frequency.name}); an item runs from its first sale to the last "
        f"period of the data, and a period without a row is {gaps}."
    )
    return (story,)


def _price_note(table: Table, lines: pl.DataFrame, money: str | None) -> tuple[str, ...]:
    column = table.names.get(PRICE, money)
    if column is None:
        return ()
    free = int((~(lines[column] > 0).fill_null(value=False)).sum())
    more = f" {counted(free, 'line')} without a price above 0 count as sales, not as revenue." if free else ""
    what = f"the mean of '{column}' paid per unit" if money is None else f"'{money}' divided by units"
    return (f"'{PRICE}' is {what}, kept until the next sale.{more}",)


def _carried_note(ahead: list[str]) -> tuple[str, ...]:
    return (f"On periods without a line these keep their last value: {quoted(ahead)}.",) if ahead else ()
