"""Stock, terms, suppliers, open orders and past deliveries out of files: one Inventory, or every fault at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from foresale.core.columns import ITEM, NAME
from foresale.core.errors import DataError, Fault
from foresale.core.forecast import Forecast
from foresale.core.text import counted
from foresale.data.item_keys import as_text, find
from foresale.inventory.amounts import sign_of
from foresale.inventory.defaults import Defaults
from foresale.inventory.item_terms import SOLD_AT, item_terms
from foresale.inventory.names import DELIVERIES, ORDERS, STOCK, SUPPLIERS, TERMS, Field
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.sheet import Findings, Sheet, read_sheet
from foresale.inventory.sold_at import SoldAt
from foresale.inventory.supply import Suppliers, lead_times
from foresale.inventory.terms import Inventory, Stock
from foresale.io.sources import is_told

_SHOWN = 5


@dataclass(frozen=True)
class Sources:
    """Where stock and terms stand: each a file, a folder or glob of them, or a data frame.

    Attributes:
        stock: one row per item: on hand; perhaps on order and when it is due, and any column of `items`.
        items: one row per item, or per product where the items are products in shops: supplier, lead time, packs, …
        suppliers: one row per supplier: lead time and its deviation, review period.
        orders: one row per open order and item: quantity, and the day on which it is due.
        deliveries: one row per past delivery: supplier, day ordered, day received.
        columns: the caller's columns by field, where their names do not tell: {"on_hand": "Bestand Lager 2"};
            "item" is that of the items.
        sold_at: prices out of the sales, for items whose price no file tells.
    """

    stock: Any
    items: Any = None
    suppliers: Any = None
    orders: Any = None
    deliveries: Any = None
    columns: Mapping[str, str] = field(default_factory=dict)
    sold_at: SoldAt | None = None

    def __post_init__(self) -> None:
        for name in ("items", "suppliers", "orders", "deliveries"):
            if not is_told(getattr(self, name)):
                object.__setattr__(self, name, None)


def read_inventory(forecast: Forecast, sources: Sources, *, defaults: Defaults | None = None) -> Inventory:
    """Stock and terms of the items of a forecast, in their order.

    Columns are recognised by what people call them, in several languages, whatever their case and punctuation. Money
    may carry a sign, shares may be in percent, times in weeks. Items are matched as in the sales: by the same key
    columns, or by `item_id`. `Inventory.notes` say what was understood, what was assumed where nothing is told, and
    which items the stock file or the sales lack.

    Raises:
        DataError: every fault of every file, with its place, its count and its cure.

    >>> from foresale.core.frequency import Frequency
    >>> tea = Forecast(pl.DataFrame({"item_id": ["tea", "pot"]}), Frequency("day"), np.array([0, 0]),
    ...                np.ones((2, 7, 21), np.float32), np.ones((2, 7), np.float32))
    >>> stock = pl.DataFrame({"SKU": ["pot", "tea"], "库存": ["4", "12"], "Unit cost": ["€ 3,50", "€ 2"]})
    >>> shop = read_inventory(tea, Sources(stock), defaults=Defaults(lead_days=3))
    >>> shop.stock.on_hand.tolist(), shop.terms.cost.tolist()
    ([12.0, 4.0], [2.0, 3.5])
    """
    chosen, found, items = defaults or Defaults(), Findings(), forecast.items
    read = partial(_read, columns=sources.columns, found=found)
    stock = read(sources.stock, {**STOCK, **TERMS}, name="stock file", items=items)
    terms = read(sources.items, TERMS, name="items file", items=items)
    orders = read(sources.orders, ORDERS, name="orders file", items=items)
    suppliers = read(sources.suppliers, SUPPLIERS, name="suppliers file", items=None)
    deliveries = read(sources.deliveries, DELIVERIES, name="deliveries file", items=None)
    lookups = [_lookup(sheet, items, found) for sheet in (terms, stock) if sheet is not None]
    currency = _currency(sources.sold_at, [*lookups], found)
    texts, values = _texts(lookups, items.height), _values(lookups, items.height)
    if sources.sold_at is not None and currency.same:
        values = _with_sold_at(values, sources.sold_at.of_items(items))
    known = Suppliers.of(suppliers, deliveries, found)
    lead = lead_times(values, texts("supplier"), known, items, chosen, found)
    ready = item_terms(values, texts("abc"), forecast, lead, chosen, found)
    shelves, missing, spare = _stock(stock, orders, items, found)
    if found.faults:
        raise DataError(found.faults)
    return Inventory(items, shelves, ready, tuple(dict.fromkeys(found.notes)), missing, spare, currency.name)


@dataclass(frozen=True)
class _Currency:
    """Of all money, "" where nobody tells; and whether prices of the sales are in it."""

    name: str
    same: bool


def _currency(sold_at: SoldAt | None, lookups: list["_Lookup"], found: Findings) -> _Currency:
    told = sorted({sign for lookup in lookups for sign in lookup.sheet.currencies})
    sold = sold_at.currency if sold_at is not None else ""
    if len(told) == 1 and sold and sign_of(told[0]) != sign_of(sold):
        found.notes.append(f"The sales are in {sold} and the terms in {told[0]}: prices are not taken from the sales.")
        return _Currency(told[0], same=False)
    return _Currency(sold or (told[0] if len(told) == 1 else ""), same=True)


def _with_sold_at(values: Callable[[str], Numbers], prices: Numbers) -> Callable[[str], Numbers]:
    """The same fields, and the prices of the sales as one more."""
    return lambda part: prices if part == SOLD_AT else values(part)


def _read(
    source: Any,
    known: Mapping[str, Field],
    *,
    name: str,
    items: pl.DataFrame | None,
    columns: Mapping[str, str],
    found: Findings,
) -> Sheet | None:
    """The rows of a file; None where there is none, or where it cannot be read at all."""
    if source is None:
        return None
    try:
        sheet = read_sheet(source, known, name=name, items=items, columns=columns)
    except DataError as error:
        found.faults += [Fault(f"{name}: {part.what}", part.count, part.place, part.cure) for part in error.faults]
        return None
    found.faults += sheet.faults
    found.notes += sheet.notes
    return sheet


@dataclass(frozen=True)
class _Lookup:
    """A sheet and [N] the row of each item in it, -1 for none."""

    sheet: Sheet
    rows: Counts


def _lookup(sheet: Sheet, items: pl.DataFrame, found: Findings) -> _Lookup:
    ids = sheet.frame.select(as_text(sheet.frame[key]).alias(key) for key in sheet.keys)
    doubled = ids.is_duplicated() & ~ids.select(pl.any_horizontal(pl.all().is_null())).to_series()
    same = sheet.frame.is_duplicated()
    found.faults += sheet.fault(
        "items that stand twice with different values", doubled & ~same, "Keep one row of each.", shown=sheet.ids()
    )
    repeated = doubled & same
    if repeated.any():
        found.notes.append(f"{sheet.source}: {counted(int(repeated.sum()), 'row')} stand twice and count once.")
    return _Lookup(sheet, _rows(sheet.frame, items, sheet.keys))


def _rows(among: pl.DataFrame, wanted: pl.DataFrame, keys: tuple[str, ...]) -> Counts:
    """[n] the row of `among` that has the keys of each row of `wanted`; -1 for none."""
    return find(among, wanted, keys).astype(np.int64)


def _values(lookups: list[_Lookup], count: int) -> Callable[[str], Numbers]:
    """[N] the numbers of a field; NaN where no file tells. The first file that tells wins."""

    def values(part: str) -> Numbers:
        result = np.full(count, np.nan)
        for lookup in reversed(lookups):
            if part in lookup.sheet.frame.columns:
                column = lookup.sheet.frame[part].cast(pl.Float64).fill_null(np.nan).to_numpy()
                told = np.where(lookup.rows >= 0, column[lookup.rows], np.nan)
                result = np.where(np.isnan(told), result, told)
        return result

    return values


def _texts(lookups: list[_Lookup], count: int) -> Callable[[str], pl.Series]:
    """[N] the text of a field; null where no file tells."""

    def texts(part: str) -> pl.Series:
        result = pl.Series(part, [None] * count, pl.String)
        for lookup in lookups:
            if part in lookup.sheet.frame.columns:
                rows = pl.Series(lookup.rows).set(pl.Series(lookup.rows < 0), None)
                told = lookup.sheet.frame[part].gather(rows)
                result = result.zip_with(result.is_not_null(), told)
        return result

    return texts


def _stock(
    sheet: Sheet | None, orders: Sheet | None, items: pl.DataFrame, found: Findings
) -> tuple[Stock, tuple[str, ...], tuple[str, ...]]:
    empty = Stock.of(np.zeros(items.height))
    if sheet is None:
        return empty, (), ()
    ours = [key for key in items.columns if key not in {ITEM, NAME}]
    if sheet.keys != (ITEM,) and set(sheet.keys) < set(ours):
        lacking = ", ".join(key for key in ours if key not in sheet.keys)
        cure = f"Give the stock of every {' and '.join(ours)}."
        found.faults.append(Fault(f"stock file: no column of {lacking}", 1, "its header", cure))
        return empty, (), ()
    if "on_hand" not in sheet.frame.columns:
        cure = "Call it on_hand, or tell it with columns={'on_hand': …}."
        shown = f"columns {', '.join(sheet.written.frame.columns)}"
        found.faults.append(Fault("stock file: no column of stock on hand", 1, shown, cure))
        return empty, (), ()
    lookup = _Lookup(sheet, _rows(sheet.frame, items, sheet.keys))
    values = _values([lookup], items.height)
    missing, spare = _strangers(lookup, items, found)
    on_hand, owed = np.nan_to_num(values("on_hand")), np.nan_to_num(values("owed"))
    blank = (lookup.rows >= 0) & np.isnan(values("on_hand"))
    if blank.any() and not found.faults:
        first = items[ITEM][int(np.argmax(blank))]
        found.notes.append(f"No stock is told for {counted(int(blank.sum()), 'item')} (first: {first}): taken as 0.")
    parts = [_own_orders(lookup, values), *([_open_orders(orders, items, found)] if orders else [])]
    item, units, due = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Stock(on_hand, owed, item, units, due), missing, spare


def _own_orders(lookup: _Lookup, values: Callable[[str], Numbers]) -> tuple[Counts, Numbers, Any]:
    """What the stock file says is on order: one open order per item."""
    units = np.nan_to_num(values("on_order"))
    item = np.flatnonzero(units > 0)
    due = np.full(item.size, np.datetime64("NaT"), "datetime64[D]")
    if "due" in lookup.sheet.frame.columns:
        due = lookup.sheet.frame["due"].to_numpy().astype("datetime64[D]")[lookup.rows[item]]
    return item, units[item], due


def _open_orders(sheet: Sheet, items: pl.DataFrame, found: Findings) -> tuple[Counts, Numbers, Any]:
    if "units" not in sheet.frame.columns:
        cure = "Call it quantity, or tell it with columns={'units': …}."
        shown = f"columns {', '.join(sheet.written.frame.columns)}"
        found.faults.append(Fault("orders file: no column of quantities", 1, shown, cure))
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0, "datetime64[D]")
    item = _rows(items, sheet.frame, sheet.keys)
    units = sheet.frame["units"].fill_null(0.0).to_numpy()
    if (item < 0).any():
        named = _named(sheet.ids().filter(pl.Series(item < 0)).unique(maintain_order=True).to_list())
        found.notes.append(f"Open orders of items without sales are left aside: {named}.")
    keep = (item >= 0) & (units > 0)
    due = np.full(len(units), np.datetime64("NaT"), "datetime64[D]")
    if "due" in sheet.frame.columns:
        due = sheet.frame["due"].to_numpy().astype("datetime64[D]")
    return item[keep], units[keep], due[keep]


def _strangers(lookup: _Lookup, items: pl.DataFrame, found: Findings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids that only the forecast has, and ids that only the stock file has; both said."""
    missing = items[ITEM].filter(pl.Series(lookup.rows < 0)).cast(pl.String).to_list()
    back = _rows(items, lookup.sheet.frame, lookup.sheet.keys)
    if (back < 0).all():
        place = f"its first is {_first(lookup.sheet.ids())}, the first of the sales {_first(items[ITEM])}"
        cure = "Use the ids of the sales, or name another column: item=sku."
        found.faults.append(Fault("stock file: none of its items has sales", len(back), place, cure))
    spare = lookup.sheet.ids().filter(pl.Series(back < 0)).drop_nulls().to_list()
    if missing:
        told = counted(len(missing), "item")
        found.notes.append(f"The stock file lacks {told} with sales, taken as out of stock: {_named(missing)}.")
    if spare:
        told = counted(len(spare), "item")
        found.notes.append(f"The stock file has {told} without sales, which are not planned: {_named(spare)}.")
    return tuple(missing), tuple(spare)


def _first(ids: pl.Series) -> object:
    known = ids.drop_nulls()
    return known[0] if len(known) else "none"


def _named(ids: list[str]) -> str:
    rest = f" and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else ""
    return ", ".join(map(str, ids[:_SHOWN])) + rest
