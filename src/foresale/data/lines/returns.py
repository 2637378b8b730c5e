"""Returns and cancellations meet the sale that they undo, so that what was never kept counts as never sold.

Units of a customer and item stand on a pile: a sale puts units on top, a return takes them from the top, which is the
nearest sale before it. Whole piles are settled at once, without a step per line: the height after each line is a
running sum, and of a sale those units are left that no later line digs down to.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

ORDER, CUSTOMER, ITEM_CODE, PRICE_PAID, STAMP = "__order", "__customer", "__code", "__price", "__stamp"
SOLD, RETURNED = "__sold", "__returned"

_SIZE, _LINE, _TIME_ORDER = "__size", "__line", "__time_order"
_PASSES: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    ((ORDER, ITEM_CODE, PRICE_PAID, _SIZE), ORDER),
    ((ORDER, ITEM_CODE), ORDER),
    ((CUSTOMER, ITEM_CODE, PRICE_PAID, _SIZE), CUSTOMER),
    ((CUSTOMER, ITEM_CODE, PRICE_PAID), CUSTOMER),
    ((CUSTOMER, ITEM_CODE), CUSTOMER),
)
"""What a return and its sale share, the surest first, and which of it must be known: the same order, else the same
customer, at the same price in the same quantity, then a part of it, then at any price (a refund of a part)."""
_NAMELESS: Final = (ITEM_CODE, PRICE_PAID, _SIZE)
"""What they share where neither names a customer: the quantity too, since a part could be anybody's."""


def settled(lines: pl.DataFrame) -> pl.DataFrame:
    """[n] `__sold` and `__returned`: the units of each line that are left once returns have met their sales.

    Args:
        lines: [n] `__code` (of the item), `__stamp`, `__sold` and `__returned` (units, one of them 0), and, as far as
            they are told, `__order`, `__customer` and `__price`, in any order.

    >>> lines = pl.DataFrame({"__code": 0, "__stamp": [1, 2, 3], "__customer": ["ann", "ann", "bob"],
    ...                       "__price": 2.0, "__sold": [6.0, 0.0, 4.0], "__returned": [0.0, 2.0, 0.0]})
    >>> settled(lines).rows()
    [(4.0, 0.0), (0.0, 0.0), (4.0, 0.0)]
    """
    near = _beside_returns(lines.with_row_index(_LINE))
    left = near.sort(STAMP, RETURNED, _LINE)
    for together, known in _PASSES:
        if set(together) - {_SIZE} <= set(lines.columns):
            left = _met(left, together, may=pl.col(known).is_not_null())
    nameless = pl.col(CUSTOMER).is_null() if CUSTOMER in lines.columns else pl.lit(value=True)
    if PRICE_PAID in lines.columns:
        left = _met(left, _NAMELESS, may=nameless)
    rest = lines.select(SOLD, RETURNED)
    return pl.DataFrame([rest[name].scatter(left[_LINE], left[name]) for name in rest.columns])


def _beside_returns(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines of items that the same customer, or the same order, has returned: most lines of a shop are not."""
    back = lines.filter(pl.col(RETURNED) > 0)
    shared = [[ITEM_CODE, name] for name in (CUSTOMER, ORDER) if name in lines.columns]
    shared = shared if CUSTOMER in lines.columns else [[ITEM_CODE]]
    parts = [lines.join(back.select(names).unique(), on=names, how="semi", nulls_equal=True) for names in shared]
    return pl.concat(parts).unique(_LINE)


def _met(left: pl.DataFrame, together: Sequence[str], *, may: pl.Expr) -> pl.DataFrame:
    """The lines after returns have met sales that share some columns with them; only rows that `may` take part."""
    open_returns = pl.col(RETURNED) > 0
    plain = [name for name in together if name != _SIZE]
    rows = left.with_row_index(_TIME_ORDER).filter(may & (open_returns | (pl.col(SOLD) > 0)))
    if not rows.select(open_returns.any()).item():
        return left
    rows = rows.with_columns((pl.col(SOLD) + pl.col(RETURNED)).alias(_SIZE))
    groups = rows.filter(open_returns).select(together).unique()
    rows = rows.join(groups, on=list(together), how="semi", nulls_equal=True, maintain_order="left")
    if not rows.height:
        return left
    wanted = [*plain, _SIZE] if _SIZE in together else plain
    return left.with_row_index(_TIME_ORDER).update(_piled(rows, wanted), on=_TIME_ORDER).drop(_TIME_ORDER)


def _piled(rows: pl.DataFrame, together: Sequence[str]) -> pl.DataFrame:
    """What is left of lines in the order of time, group by group of those that share the columns `together`."""
    change = pl.col(SOLD) - pl.col(RETURNED)
    bare = change.cum_sum().over(together)
    dug = pl.min_horizontal(pl.lit(0.0), bare.cum_min().over(together))
    heights = rows.with_columns((bare - dug).alias("__height"), dug.alias("__dug"))
    before = pl.col("__dug").shift(1, fill_value=0.0).over(together)
    later = pl.col("__height").cum_min(reverse=True).over(together)
    is_sale = pl.col(SOLD) > 0
    below = pl.col("__height") - pl.col(SOLD)
    return heights.select(
        _TIME_ORDER,
        pl.when(is_sale).then((later - below).clip(0.0, pl.col(SOLD))).otherwise(0.0).alias(SOLD),
        pl.when(is_sale).then(0.0).otherwise(before - pl.col("__dug")).alias(RETURNED),
    )
