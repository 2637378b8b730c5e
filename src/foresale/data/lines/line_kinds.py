"""What each line of orders is: a sale, a return, a line of another status, no goods at all, or a count of stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from foresale.core.columns import PRICE, SALES, TIMESTAMP
from foresale.core.text import counted
from foresale.data.item_keys import ItemCodes, as_text
from foresale.data.lines.not_goods import kinds_of_not_goods
from foresale.data.lines.returns import CUSTOMER, ITEM_CODE, ORDER, PRICE_PAID, RETURNED, SOLD, STAMP, settled
from foresale.data.options import ReadOptions, Returns
from foresale.io.schema.recognise import normalised
from foresale.io.schema.statuses import StatusTold, has_status, sort_out
from foresale.io.schema.synonyms import UNDONE_UNITS
from foresale.io.table import Table

SALE, RETURN, CANCELLED, STATUS = "sale", "return", "cancelled", "left out by its status"
NOT_GOODS, ADJUSTMENT, UNKNOWN = "no goods", "stock adjustment", "without a quantity"
UNDONE, MATCHED, UNMATCHED = "sale that was undone", "return of a sale", "return without its sale"

_WHAT, _UNITS, _MONEY, _LEFT, _IGNORED = "what", "units", "money", "__left", "__ignored"
_KEPT, _GONE = "__kept_money", "__gone"
UNDONE_NAMES: Final = frozenset(map(normalised, UNDONE_UNITS))
_CANCELLED_ORDER: Final = r"^[Cc]\d"
_MARKS_SOME: Final = 0.5
"""A shop whose order numbers mostly begin with C marks nothing by it, and one most of whose lines name no customer
tells nothing by a line without one."""
_SHOWN: Final = 12  # codes that a sentence has room for


@dataclass(frozen=True)
class LineKinds:
    """What the lines of orders count for.

    Attributes:
        units: [n] units of each line that count as sold: 0 for lines that do not, negative for returns that are netted.
        counts: [n] Boolean, whether a line counts, with some of its units at least.
        money: [n] what the counted units brought in, null where no price is known; None where there is no price at all.
        unknown: [n] Boolean, whether a line that would count has no quantity.
        account: what became of all that was read: what, lines, units, money (null without a price). Returns are
            negative, so that the sums are those of the lines read, to the unit and the cent.
        notes: the same in sentences.
    """

    units: pl.Series
    counts: pl.Series
    money: pl.Series | None
    unknown: pl.Series
    account: pl.DataFrame
    notes: tuple[str, ...]


def tell_apart(
    table: Table, coded: ItemCodes, options: ReadOptions, *, totals: str | None = None, names: pl.Series | None = None
) -> LineKinds:
    """What each line counts for, by its item, status, price, customer, order number and quantity.

    Args:
        table: order lines.
        coded: their items.
        options: what is done with returns and with what is no goods.
        totals: the column of line totals, where there is no price per unit.
        names: [N] what items are called.
    """
    lines = _lines(table, coded, totals)
    ignored, status_notes = _by_status(table, options)
    lines = lines.with_columns(ignored.alias(_IGNORED))
    notes = list(status_notes)
    kinds = kinds_of_not_goods(as_text(coded.items.to_series(0)), names) if options.not_goods == "drop" else None
    lines = lines.with_columns(_what(lines, kinds).alias(_WHAT))
    if kinds is not None:
        notes += _not_goods_note(lines, kinds, coded, names)
    undone = undone_units(table.frame) if options.returns != "ignore" else None
    left = _left(lines, options.returns, undone)
    lines = lines.with_columns(left.alias(_LEFT))
    part = pl.col(_MONEY) * pl.col(_LEFT) / pl.col(_UNITS)
    lines = lines.with_columns(
        pl.when(pl.col(_LEFT) == pl.col(_UNITS)).then(_MONEY).otherwise(part).alias(_KEPT),
        ((pl.col(_LEFT) == 0) & (pl.col(_UNITS) != 0)).fill_null(value=False).alias(_GONE),
    )
    units = _counted_units(lines, options.returns)
    account = _account(lines, options.returns)
    return LineKinds(
        units=units,
        counts=lines[_WHAT].is_in(_counted(options.returns)) & ~lines[_GONE],
        money=lines[_KEPT] if totals or PRICE in table.names else None,
        unknown=lines[_WHAT] == UNKNOWN,
        account=account,
        notes=(*notes, *_returns_note(lines, options.returns), *_undone_note(lines, undone), *_others_notes(account)),
    )


def _by_status(table: Table, options: ReadOptions) -> tuple[pl.Series, list[str]]:
    """[n] whether a status of a line says that it is no sale, and what each was taken for."""
    names = [table.names["status"], *table.further_statuses] if "status" in table.names else []
    told = options.status
    ignored = pl.repeat(False, table.frame.height, dtype=pl.Boolean, eager=True)
    notes: list[str] = []
    for name in names:
        statuses = sort_out(table.frame[name], table.frame[SALES], told=_of_column(told, table.frame, name, names))
        ignored |= statuses.ignored
        notes += statuses.notes
    return ignored, notes


def _of_column(told: StatusTold | None, frame: pl.DataFrame, name: str, names: Sequence[str]) -> StatusTold | None:
    """What was told of the statuses of one column of several: what stands in it, and in the first what is in none."""
    if told is None or len(names) == 1:
        return told

    def places(status: str) -> Sequence[str]:
        return [column for column in names if has_status(frame[column], status)] or names[:1]

    own = {kind: [status for status in statuses if name in places(status)] for kind, statuses in told.items()}
    return own if any(own.values()) else None


def _lines(table: Table, coded: ItemCodes, totals: str | None) -> pl.DataFrame:
    """The lines under the names that are used here; columns that nobody tells are null."""
    frame, names = table.frame, table.names
    units = frame[SALES]
    nothing = pl.repeat(None, frame.height, dtype=pl.Float64, eager=True)
    price = frame[names[PRICE]] if PRICE in names else nothing
    money = frame[totals] if totals else price * units
    columns = [
        pl.Series(ITEM_CODE, coded.codes),
        frame[TIMESTAMP].alias(STAMP),
        units.alias(_UNITS),
        price.alias(PRICE_PAID),
        money.alias(_MONEY),
        pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True).alias(_IGNORED),
    ]
    columns += [
        frame[names[role]].alias(name) for role, name in (("order", ORDER), ("customer", CUSTOMER)) if role in names
    ]
    return pl.DataFrame(columns)


def _what(lines: pl.DataFrame, kinds: pl.Series | None) -> pl.Series:
    """[n] what each line is, before returns have met their sales."""
    no_goods, bare = pl.lit(value=False), pl.lit(value=False)
    if kinds is not None:
        no_goods = pl.col(ITEM_CODE).is_in(kinds.is_not_null().arg_true().implode()) | (pl.col(PRICE_PAID) < 0)
    if CUSTOMER in lines.columns and lines[CUSTOMER].null_count() < _MARKS_SOME * lines.height:
        bare = (pl.col(PRICE_PAID) == 0) & pl.col(CUSTOMER).is_null()
    marked = pl.lit(value=False)
    if ORDER in lines.columns:
        marks = lines[ORDER].str.contains(_CANCELLED_ORDER).fill_null(value=False)
        if marks.sum() < _MARKS_SOME * lines.height:
            marked = pl.col(ORDER).str.contains(_CANCELLED_ORDER).fill_null(value=False)
    back = pl.col(_UNITS) < 0
    return lines.select(
        pl.when(no_goods.fill_null(value=False))
        .then(pl.lit(NOT_GOODS))
        .when(pl.col(_IGNORED) & ~(back & _own_refund(lines)))
        .then(pl.lit(STATUS))
        .when(bare)
        .then(pl.lit(ADJUSTMENT))
        .when(pl.col(_UNITS).is_null())
        .then(pl.lit(UNKNOWN))
        .when(back)
        .then(pl.lit(RETURN))
        .when(marked)
        .then(pl.lit(CANCELLED))
        .otherwise(pl.lit(SALE))
    ).to_series()


def _own_refund(lines: pl.DataFrame) -> pl.Expr:
    """Whether a status stands for the refund that a line is, not for the order: its order has a line that counts."""
    if ORDER not in lines.columns or not lines.select((pl.col(_IGNORED) & (pl.col(_UNITS) < 0)).any()).item():
        return pl.lit(value=False)
    orders = lines.filter(~pl.col(_IGNORED) & (pl.col(_UNITS) > 0))[ORDER].unique()
    return pl.col(ORDER).is_in(orders.implode())


def undone_units(frame: pl.DataFrame) -> pl.Series | None:
    """[n] units of each line that columns of their own say were refunded or cancelled; None where there are none."""
    names = [name for name in frame.columns if normalised(name) in UNDONE_NAMES and frame[name].dtype == pl.Float64]
    if not names:
        return None
    return frame.select(pl.sum_horizontal(pl.col(names).abs().fill_null(0.0))).to_series()


def _left(lines: pl.DataFrame, returns: Returns, undone: pl.Series | None) -> pl.Series:
    """[n] units of sales that no return undoes, and (negative) of returns that undo none."""
    lines = lines if undone is None else _without_undone(lines, undone)
    if returns != "match":
        return lines[_UNITS]
    takes_part = lines[_WHAT].is_in([SALE, RETURN])
    given = lines.filter(takes_part).with_columns(
        pl.col(_UNITS).clip(lower_bound=0.0).alias(SOLD), (-pl.col(_UNITS)).clip(lower_bound=0.0).alias(RETURNED)
    )
    told = [name for name in (ORDER, CUSTOMER, PRICE_PAID) if name in given.columns and given[name].is_not_null().any()]
    rest = settled(given.select(ITEM_CODE, STAMP, SOLD, RETURNED, *told))
    left = lines[_UNITS].clone()
    return left.scatter(takes_part.arg_true(), rest[SOLD] - rest[RETURNED])


def _without_undone(lines: pl.DataFrame, undone: pl.Series) -> pl.DataFrame:
    """The lines with the units of sales that are left of them."""
    rest = pl.max_horizontal(pl.col(_UNITS) - undone, 0.0)
    return lines.with_columns(pl.when(pl.col(_WHAT) == SALE).then(rest).otherwise(_UNITS).alias(_UNITS))


def _undone_note(lines: pl.DataFrame, undone: pl.Series | None) -> tuple[str, ...]:
    if undone is None:
        return ()
    units = lines.select(pl.min_horizontal(undone, _UNITS).filter((pl.col(_WHAT) == SALE) & (undone > 0))).to_series()
    told = "were refunded or cancelled, as columns of their own say, and are taken out"
    return (f"{units.sum():,.0f} units of {counted(units.len(), 'line')} {told}.",) if units.len() else ()


def _counted(returns: Returns) -> list[str]:
    return [SALE, RETURN] if returns == "net" else [SALE]


def _counted_units(lines: pl.DataFrame, returns: Returns) -> pl.Series:
    counted_ones = pl.col(_WHAT).is_in(_counted(returns))
    return lines.select(pl.when(counted_ones).then(_LEFT).otherwise(0.0).fill_null(0.0)).to_series()


def _account(lines: pl.DataFrame, returns: Returns) -> pl.DataFrame:
    """What, lines, units and money; a line that is undone in part is a sale, its units stand with both."""
    rest = lines.with_columns(
        (pl.col(_UNITS) - pl.col(_LEFT)).alias(_UNITS),
        (pl.col(_MONEY) - pl.col(_KEPT)).alias(_MONEY),
        pl.col(_GONE).cast(pl.Int64).alias("lines"),
    )
    kept = lines.with_columns(
        pl.col(_LEFT).alias(_UNITS),
        pl.col(_KEPT).alias(_MONEY),
        (~pl.col(_GONE)).cast(pl.Int64).alias("lines"),
    )
    if returns == "match":
        kept = kept.with_columns(pl.col(_WHAT).replace({RETURN: UNMATCHED}))
        met = rest.filter((pl.col(_UNITS) != 0) & pl.col(_WHAT).is_in([SALE, RETURN]))
        kept = pl.concat([kept, met.with_columns(pl.col(_WHAT).replace({RETURN: MATCHED, SALE: UNDONE}))])
    priced = pl.lit(bool(lines[_MONEY].is_not_null().any()))
    sums = kept.group_by(_WHAT).agg(
        pl.col("lines").sum(), pl.col(_UNITS).sum(), pl.when(priced).then(pl.col(_MONEY).sum()).alias(_MONEY)
    )
    order = {what: place for place, what in enumerate(_ORDER)}
    return sums.filter((pl.col("lines") > 0) | (pl.col(_UNITS) != 0)).sort(
        pl.col(_WHAT).replace_strict(order, return_dtype=pl.Int64)
    )


_ORDER: Final = (SALE, UNDONE, MATCHED, UNMATCHED, RETURN, CANCELLED, STATUS, NOT_GOODS, ADJUSTMENT, UNKNOWN)


def _returns_note(lines: pl.DataFrame, returns: Returns) -> tuple[str, ...]:
    """How many lines undo others, with their units, and what was done with them."""
    back = lines.filter(pl.col(_WHAT).is_in([RETURN, CANCELLED]))
    if not back.height:
        return ()
    units = float(back[_UNITS].abs().sum())
    told = f"{counted(back.height, 'line')} returned or cancelled ({units:,.0f} units)"
    if returns == "net":
        return (f"{told}: their units are taken off the sales of their own day.",)
    alone = back.filter((pl.col(_LEFT) != 0) | (pl.col(_WHAT) == CANCELLED))
    lost = float(alone[_LEFT].abs().sum())
    if returns == "ignore" or (alone.height == back.height and lost == units):
        return (f"{told}: no demand, and left out of sales; the sales that they undo are not known.",)
    rest = f"{alone.height:,} found none ({lost:,.0f} units) and are left out" if alone.height else "none is left"
    met = f"{back.height - alone.height:,} met the sale that they undo ({units - lost:,.0f} units, taken out of both)"
    return (f"{told}: {met}, {rest} (returns='ignore' keeps the sales).",)


def _others_notes(account: pl.DataFrame) -> list[str]:
    rows = account.filter(pl.col(_WHAT) == ADJUSTMENT).rows()
    what = "stock adjustments, no sales, and left out"
    return [
        f"{counted(lines, 'line')} at price 0 without a customer ({units:,.0f} units): {what}."
        for _, lines, units, _ in rows
    ]


def _not_goods_note(lines: pl.DataFrame, kinds: pl.Series, coded: ItemCodes, names: pl.Series | None) -> list[str]:
    """By name what is no goods, with the lines of each."""
    left_out = lines.filter(pl.col(_WHAT) == NOT_GOODS)
    if not left_out.height:
        return []
    counts = left_out.group_by(ITEM_CODE).len("lines").sort("lines", ITEM_CODE, descending=[True, False])
    shown = []
    for code, rows in counts.head(_SHOWN).rows():
        name = "" if names is None or names[code] is None else f" {str(names[code])[:40]!r}"
        kind = kinds[code] or "a credit, with a price below 0"
        shown.append(f"{coded.items.item(code, 0)}{name} ({kind}, {counted(rows, 'line')})")
    more = f" and {counted(counts.height - _SHOWN, 'other')}" if counts.height > _SHOWN else ""
    return [f"No goods, and left out (not_goods='keep' keeps them): {', '.join(shown)}{more}."]
