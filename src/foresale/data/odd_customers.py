"""Customers who are no persons: programs that look at everything, and resellers who buy everything."""

from typing import Final

import polars as pl

from foresale.core.text import counted, few

_PROGRAM: Final = 1_000
"""Events other than orders, without a single order, from which on a customer is taken for a program: shops that
publish logs have people with some hundred views and no purchase, but hardly with a thousand."""
_TIMES_USUAL: Final = 20
"""Times the median of different items, or of units, from which on a customer is said to resell: set by hand; of the
5,839 customers of an online wholesaler of gifts it names 2 in 100."""
_FEWEST_ITEMS: Final = 200
_FEWEST_UNITS: Final = 2_000
"""Of them at the least, so that in a shop where most buy once nobody is a reseller who buys twenty times."""

_STAY: Final = (
    "They stay: a day on which somebody buys an item counts once, however many units, and of those who buy everything "
    "only the latest items tell what goes together. Who is nobody at all is left out by forgetting him."
)


def without_programs(events: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The events without those of customers who look a thousand times and never buy, and a word on them.

    >>> views = pl.DataFrame({"customer": ["bot"] * 1000 + ["ann"], "kind": 2})
    >>> kept, notes = without_programs(views)
    >>> kept.height, notes[0][:40]
    (1, '1 customer with a thousand events and mo')
    """
    by_customer = events.group_by("customer").agg((pl.col("kind") == 0).any().alias("buys"), pl.len().alias("events"))
    programs = by_customer.filter(~pl.col("buys") & (pl.col("events") >= _PROGRAM))["customer"]
    if not len(programs):
        return events, ()
    note = (
        f"{counted(len(programs), 'customer')} with a thousand events and more, and no order, left out as programs: "
        f"{few(programs.sort(), shown=3)}."
    )
    return events.filter(~pl.col("customer").is_in(programs.implode())), (note,)


def resellers(events: pl.DataFrame) -> tuple[str, ...]:
    """A word on customers who buy far more different items, or units, than others; they stay.

    >>> customers, items = ["shop"] * 500 + ["ann", "bob", "eve"], [*range(500), 1, 1, 1]
    >>> events = pl.DataFrame({"customer": customers, "item": items, "units": 1.0, "kind": 0})
    >>> resellers(events)[0][:66]
    '1 customer (shop) bought more than 20 times as many different item'
    """
    bought = events.filter(pl.col("kind") == 0)
    by_customer = bought.group_by("customer").agg(pl.col("item").n_unique().alias("items"), pl.col("units").sum())
    limits = by_customer.select(
        (pl.median("items") * _TIMES_USUAL).clip(_FEWEST_ITEMS), (pl.median("units") * _TIMES_USUAL).clip(_FEWEST_UNITS)
    )
    if not by_customer.height:
        return ()
    most_items, most_units = limits.row(0)
    broad = (pl.col("items") > most_items) | (pl.col("units") > most_units)
    found = by_customer.filter(broad).sort("items", "customer", descending=[True, False])
    if not found.height:
        return ()
    who = f"{counted(found.height, 'customer')} ({few(found['customer'], shown=3)})"
    what = f"{who} bought more than {_TIMES_USUAL} times as many different items, or units, as is usual"
    return (f"{what}: resellers, or a till that stands for many. {_STAY}",)
