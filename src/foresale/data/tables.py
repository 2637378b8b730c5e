"""The tables that a panel is made of: sales, what is coming, and items, each without rows that stand for nothing."""

from dataclasses import dataclass, replace

import polars as pl

from foresale.core.errors import DataError, Fault
from foresale.data.column_names import free_item_column
from foresale.data.item_keys import ItemCodes, encode
from foresale.data.items.bundles import Bundle, bundles_of
from foresale.data.items.item_names import item_names, names_note
from foresale.data.items.spellings import spelling_notes
from foresale.data.items.successors import Heir, heirs_of
from foresale.data.options import ReadOptions
from foresale.data.periods.far_dates import leave_out_far_dates, leave_out_far_future
from foresale.data.periods.retail_months import as_calendar_months
from foresale.data.periods.sums import leave_out_sums
from foresale.data.periods.trailing_future import split_future
from foresale.io.table import Table


@dataclass(frozen=True)
class Tables:
    """Sales with what stands beside them.

    Attributes:
        sales: the history, without its key columns.
        coded: its items.
        names: [N] what they are called, None where nothing tells it.
        coming: what is known of the periods to come, from a file of its own or from rows after the last sales.
        trailing: whether it is the latter.
        items: columns that describe the items.
        heirs: which items go on with the history of others.
        bundles: which items are made of others.
        left_out: rows of sales that do no harm: far from all others, or sums of them.
        notes: what was understood, in sentences for a person.
    """

    sales: Table
    coded: ItemCodes
    names: pl.Series | None
    coming: Table | None
    trailing: bool
    items: Table | None
    heirs: tuple[Heir, ...]
    bundles: tuple[Bundle, ...]
    left_out: tuple[Fault, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(
        cls, sales: Table, *, future: Table | None, items: Table | None, options: ReadOptions, source: str
    ) -> "Tables":
        """The tables as they were read, made ready; the keys of sales, texts mostly, go, since codes stand for them.

        Raises:
            DataError: no rows of sales, or an items table whose successors or bundles cannot be.
        """
        sales, renamed = free_item_column(sales)
        if not sales.frame.height:
            faults = sales.faults or [Fault("no rows of sales", 1, "the whole source", "Pass one.")]
            raise DataError(faults, source=source)
        sales, future, month_notes = as_calendar_months(sales, future, options)
        sales, far = leave_out_far_dates(sales, options.far_dates)
        trailing = future is None
        sales, coming, coming_notes = split_future(sales, is_future=trailing)
        if future is not None:
            coming, far_notes = leave_out_far_future(future, sales, options.far_dates)
            coming_notes = (*coming_notes, *far_notes)
        items, heirs = (None, ()) if items is None else heirs_of(items)
        items, bundles = (None, ()) if items is None else bundles_of(items)
        coded = encode(sales.frame, sales.keys)
        sales, sums = leave_out_sums(sales, coded) if options.sums == "drop" else (sales, ())
        coded = encode(sales.frame, sales.keys) if sums else coded
        names = item_names(sales, coded)
        spellings = spelling_notes(coded.items, sales.keys)
        notes = (*renamed, *sales.notes, *month_notes, *spellings, *names_note(sales, names), *coming_notes)
        sales = replace(sales, frame=sales.frame.drop(sales.keys))
        return cls(
            sales,
            coded,
            names,
            coming,
            trailing,
            items,
            heirs,
            bundles,
            left_out=(*sales.left_out, *far, *sums),
            notes=notes,
        )
