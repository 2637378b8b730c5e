"""From order lines and logs of events to interactions of customers and items."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Unpack

import numpy as np
import polars as pl

from foresale.core.columns import NAME, PRICE, SALES, TIMESTAMP
from foresale.core.errors import DataError, Fault
from foresale.core.interactions import InteractionKind, Interactions
from foresale.core.option_types import check_kind
from foresale.core.text import counted, few
from foresale.data.item_keys import ItemCodes, encode
from foresale.data.items.item_names import item_names
from foresale.data.lines.line_kinds import tell_apart
from foresale.data.odd_customers import resellers, without_programs
from foresale.data.options import ReadOptions, ReadSettings
from foresale.data.periods.far_dates import leave_out_far_dates
from foresale.io.schema.recognise import normalised, recognise, split_names
from foresale.io.sources import fetch
from foresale.io.table import Table, load

_KIND: Final = "kind of event"
_KIND_NAMES: Final = frozenset({
    "event", "eventtype", "eventname", "eventkind", "action", "actiontype", "behavior", "behaviour", "behaviortype",
    "behaviourtype", "interaction", "interactiontype", "activity", "行为", "行为类型",
})  # fmt: skip
"""Names of columns that tell what a customer did, without case and punctuation."""
_WORDS: Final[Mapping[InteractionKind, frozenset[str]]] = {
    "order": frozenset({"order", "buy", "bought", "purchase", "purchased", "transaction", "checkout", "sale", "购买"}),
    "cart": frozenset({"cart", "addtocart", "basket", "addtobasket", "fav", "favorite", "favourite", "wish",
                       "wishlist", "addtowishlist", "加购", "收藏"}),
    "view": frozenset({"view", "pv", "click", "pageview", "productview", "viewitem", "detail", "浏览", "点击"}),
    "review": frozenset({"review", "rating", "comment", "评价", "评论"}),
}  # fmt: skip
_SESSIONS: Final = frozenset({"sessionid", "session", "usersession", "visitid", "gasessionid", "会话id"})
_NAME_CUSTOMER: Final = "Name it: --columns customer=client_no, or columns={'customer': 'client_no'} in Python."
_KNOWN_WORDS: Final = 0.5
"""Share of the rows whose word must be known for a column to tell what customers did."""


def read_interactions(
    source: object, options: ReadOptions | None = None, **settings: Unpack[ReadSettings]
) -> Interactions:
    """Who bought what and when, from the order lines that `read` takes, or from a log of events.

    Lines that are no sales (cancelled, returned, of no goods) are left out as `read` leaves them out. A column such as
    `event_type` tells orders, carts, views and reviews apart; without one all are orders. Where no column tells the
    customer, a session stands for him. What names neither is left out, and so are programs: with a thousand events and
    no order.

    Args:
        source: a path, a folder, a glob, the URL of a database, or a data frame.
        options: how the source is to be understood; by default as its names and values tell.
        settings: fields of `ReadOptions`, in the place of those of `options`.

    Raises:
        DataError: rows that cannot be used, or no column that tells customers or items apart.
        ConfigError: a setting that cannot be.

    >>> lines = pl.DataFrame({"user_id": [1, 1, 2], "sku": ["tea", "tea", "mug"], "event_type": ["view", "buy", "pv"],
    ...                       "timestamp": ["2024-03-01 10:00", "2024-03-01 10:05", "2024-03-02 09:00"]})
    >>> from foresale.core.interactions import KINDS
    >>> events = read_interactions(lines)
    >>> events, [KINDS[kind] for kind in events.kind]
    (<Interactions: 3 events of 2 customers and 2 items>, ['view', 'order', 'view'])
    """
    chosen = ReadOptions() if options is None else options
    check_kind(chosen, ReadOptions)
    chosen = replace(chosen, **settings)
    name = str(source) if isinstance(source, str | Path) else type(source).__name__
    frame, columns, notes = _prepared(source, chosen)
    if not frame.height:
        raise DataError([Fault("no rows", 1, name, f"It has only a header: {few(frame.columns, shown=30)}.")])
    table = load(frame, columns=columns, date_order=chosen.date_order)
    table, far = leave_out_far_dates(table, chosen.far_dates)
    if table.faults and chosen.bad_rows == "error":
        raise DataError(table.faults, source=name)
    return _built(table, chosen, notes=(*notes, *map(str, (*table.faults, *far))), source=name)


def _prepared(source: object, options: ReadOptions) -> tuple[pl.DataFrame, dict[str, Any], tuple[str, ...]]:
    """The rows of a source with a quantity, and what stands for the customer and tells the kind of an event."""
    frame = fetch(source, query=options.query, sheet=options.sheet).frame
    columns: dict[str, Any] = dict(options.columns or {})
    notes: list[str] = []
    kind = next((name for name in frame.columns if normalised(name) in _KIND_NAMES and _tells_kind(frame[name])), None)
    if kind is not None:
        frame = frame.rename({kind: _KIND})
        notes.append(f"What customers did is told by {kind!r}.")
    told = {name for value in columns.values() for name in split_names(value, frame.columns)}
    free = [name for name in frame.columns if name not in told]
    roles = recognise(frame.columns, columns=columns, needs="events")
    if "sales" not in roles.names:
        frame = frame.with_columns(pl.lit("1").alias(SALES))
        columns["sales"] = SALES
    if "customer" not in roles.names:
        session = next((name for name in free if normalised(name) in _SESSIONS), None)
        if session is None:
            raise DataError(
                [Fault("no customer column recognised", 1, f"columns {few(frame.columns, shown=30)}", _NAME_CUSTOMER)]
            )
        columns["customer"] = session
        notes.append(f"No column tells customers: a session ({session!r}) stands for one.")
    return frame, columns, tuple(notes)


def _tells_kind(column: pl.Series) -> bool:
    """Whether a column holds words for what customers do."""
    kinds = _kinds(column)
    return len(kinds) - kinds.null_count() >= max(_KNOWN_WORDS * len(kinds), 1)


def _kinds(column: pl.Series) -> pl.Series:
    """[n] position in `KINDS` of each word, null where it is none of them."""
    words = column.cast(pl.String).unique().drop_nulls()
    places = {word: place for word in words for place, kind in enumerate(_WORDS) if normalised(word) in _WORDS[kind]}
    return column.cast(pl.String).replace_strict(places, default=None, return_dtype=pl.Int8)


def _built(table: Table, options: ReadOptions, *, notes: tuple[str, ...], source: str) -> Interactions:
    """Interactions of the rows of a table."""
    if not table.keys:
        cure = "Name it: --columns item=sku, or columns={'item': 'sku'} in Python."
        raise DataError(
            [Fault("no item column recognised", 1, few(table.frame.columns, shown=30), cure)], source=source
        )
    if "customer" not in table.names:
        raise DataError(
            [Fault("no row names a customer", table.frame.height, "all rows", _NAME_CUSTOMER)], source=source
        )
    frame = table.frame
    coded = encode(frame, table.keys)
    names = item_names(table, coded)
    kinds = _kinds(frame[_KIND]) if _KIND in frame.columns else pl.Series(np.zeros(frame.height, np.int8))
    sold, more = _sold(table, coded, (kinds == 0).fill_null(value=False), names, options)
    customer = frame[table.names["customer"]]
    unpriced = pl.repeat(None, frame.height, dtype=pl.Float64, eager=True)
    price = frame[table.names[PRICE]] if PRICE in table.names else unpriced
    events, robots = without_programs(_events(frame, coded, kinds, sold, customer, price))
    notes = (*table.notes, *notes, *more, *_left_out(kinds, customer, frame), *robots, *resellers(events))
    if not events.height:
        cure = "Check which columns are customer, item and time, and which words of events are orders."
        raise DataError([Fault("no event names a customer and an item", frame.height, "all rows", cure)], source=source)
    items = coded.items if names is None else coded.items.with_columns(names.alias(NAME))
    return _of_events(events, items, notes)


def _of_events(events: pl.DataFrame, items: pl.DataFrame, notes: tuple[str, ...]) -> Interactions:
    """Interactions of events, and of the items that any of them names: postage, say, is none."""
    customers = events["customer"].unique().sort()
    there, item = np.unique(events["item"].to_numpy(), return_inverse=True)
    return Interactions(
        customers=customers.alias("customer"),
        items=items[there],
        customer=customers.search_sorted(events["customer"]).to_numpy().astype(np.int32),
        item=item.astype(np.int32),
        time=events["time"].to_numpy(),
        quantity=events["units"].to_numpy(),
        price=events["price"].to_numpy(),
        kind=events["kind"].to_numpy(),
        notes=notes,
    )


def _sold(
    table: Table, coded: ItemCodes, orders: pl.Series, names: pl.Series | None, options: ReadOptions
) -> tuple[pl.Series, tuple[str, ...]]:
    """[n] units that count: of orders as sales count them, of other events 1."""
    units = pl.Series(np.ones(table.frame.height))
    rows = orders.arg_true()
    if not len(rows):
        return units, ()
    lines = replace(table, frame=table.frame[rows])
    told = tell_apart(lines, ItemCodes(coded.items, coded.codes[rows.to_numpy()]), options, names=names)
    counted_units = (
        pl.DataFrame({"units": told.units, "counts": told.counts})
        .select(pl.when("counts").then("units").otherwise(0.0).fill_null(0.0))
        .to_series()
    )
    return units.scatter(rows, counted_units), told.notes


def _left_out(kinds: pl.Series, customer: pl.Series, frame: pl.DataFrame) -> tuple[str, ...]:
    """What is left out because a word or a customer is missing, in sentences."""
    notes = []
    if kinds.null_count():
        words = frame[_KIND].filter(kinds.is_null()).unique().drop_nulls().to_list()
        notes.append(f"{counted(kinds.null_count(), 'event')} of other kinds left out: {few(sorted(map(str, words)))}.")
    if customer.null_count():
        share = customer.null_count() / max(len(customer), 1)
        notes.append(f"{counted(customer.null_count(), 'row')} without a customer left out ({share:.0%}).")
    return tuple(notes)


def _events(
    frame: pl.DataFrame, coded: ItemCodes, kinds: pl.Series, units: pl.Series, customer: pl.Series, price: pl.Series
) -> pl.DataFrame:
    """The rows that name a customer, an item and what he did with it, in the order of time."""
    events = pl.DataFrame(
        {
            "customer": customer,
            "item": pl.Series(coded.codes.astype(np.int32)),
            "time": frame[TIMESTAMP].cast(pl.Int64),
            "units": units.cast(pl.Float32),
            "price": price.cast(pl.Float32).fill_null(float("nan")),
            "kind": kinds,
        }
    )
    kept = (pl.col("units") > 0) & pl.col("kind").is_not_null() & pl.col("customer").is_not_null()
    return events.filter(kept).sort("time", "customer", "item", maintain_order=True)
