"""Prices in several currencies, which have no mean: told, and left out where an item has been sold in more than one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from foresale.core.errors import DataError, Fault
from foresale.core.text import counted, quoted
from foresale.io.schema.recognise import Roles, is_of_lines, normalised

_NAMES: Final = frozenset(
    map(
        normalised,
        (
            "currency",
            "currencycode",
            "currencyiso",
            "iso4217",
            "währung",
            "waehrung",
            "devise",
            "moneda",
            "divisa",
            "valuta",
            "moeda",
            "валюта",
            "waluta",
            "parabirimi",
            "币种",
            "货币",
            "幣別",
            "通貨",
            "통화",
        ),
    )
)
_IN_NAME: Final = (
    r"[(\[（【]\s*(?:in\s+)?([A-Z]{3}|[A-Z]{0,3}\p{Sc}|[元円원])\s*[)\]）】]|_(EUR|USD|GBP|CHF|JPY|CNY|INR|CAD|AUD)$"
)
"""A currency that the name of a column ends in: Price (EUR), 单价（元）, price_usd."""
_ALIKE: Final = {"元": "CNY", "円": "JPY", "원": "KRW"}
_MARK: Final = r"^\s*[+-]?\s*([A-Z]{0,3}\p{Sc}|[A-Z]{3})|([A-Z]{0,3}\p{Sc}|[A-Z]{3}|[元円원])\s*$"


def currency_of(frame: pl.DataFrame, roles: Roles) -> str:
    """The one currency of prices and amounts: written beside them, in a column of its own or in their name; else "".

    >>> from foresale.io.schema.recognise import recognise
    >>> rows = pl.DataFrame({"sku": "a", "day": "2024-03-01", "qty": [1, 2], "price": ["€10", "€12"]})
    >>> currency_of(rows, recognise(rows.columns))
    '€'
    """
    money = [name for name in frame.columns if name == roles.names.get("price") or is_of_lines(name, frame.columns)]
    told = [name for name in frame.columns if normalised(name) in _NAMES]
    found = {mark for name in money for mark in _marks(frame, name).drop_nulls().unique().to_list()}
    found = found or {
        code
        for name in told
        if frame[name].dtype in (pl.String, pl.Categorical, pl.Enum)
        for code in frame[name].cast(pl.String).str.strip_chars().str.to_uppercase().drop_nulls().unique()
        if code
    }
    if not found and money:
        named = pl.Series(money).str.extract_groups(_IN_NAME).struct.unnest()
        by_suffix = pl.Series(money).str.to_uppercase().str.extract(_IN_NAME, 2)
        found = {*named.to_series(0).drop_nulls().to_list(), *by_suffix.drop_nulls().to_list()}
    return _ALIKE.get(one := found.pop(), one) if len(found) == 1 else ""


def without_mixed_prices(frame: pl.DataFrame, roles: Roles) -> tuple[pl.DataFrame, Roles, tuple[str, ...]]:
    """The rows and roles without prices and amounts of items that were sold in several currencies, and a sentence.

    Raises:
        DataError: the sales themselves are amounts in several currencies.

    >>> from foresale.io.schema.recognise import recognise
    >>> rows = pl.DataFrame({"sku": "a", "day": "2024-03-01", "qty": [1, 2], "price": ["$10", "₹800"]})
    >>> without_mixed_prices(rows, recognise(rows.columns))[2][0]
    "Several currencies ($ 1 row, ₹ 1 row): 'price' left out, since it has no mean; convert it to one."
    """
    sales = roles.names.get("sales")
    money = [
        name for name in frame.columns if name in (sales, roles.names.get("price")) or is_of_lines(name, frame.columns)
    ]
    marks = {name: found for name in money if (found := _marks(frame, name)).drop_nulls().n_unique() > 1}
    told = next((name for name in frame.columns if normalised(name) in _NAMES and _codes(frame, name)), None)
    if told is not None:
        codes = frame[told].cast(pl.String).str.strip_chars().str.to_uppercase()
        marks |= {name: codes for name in money if name != sales or is_of_lines(name, frame.columns)}
    if not marks:
        return frame, roles, ()
    counts = _counts(next(iter(marks.values())))
    if sales in marks:
        cure = "Convert them to one currency, or name a column of units: --columns sales=qty."
        place = f"column {sales!r}: {counts}"
        raise DataError([Fault("amounts in several currencies", frame.height, place, cure)])
    mixed = [name for name, found in marks.items() if not _one_an_item(frame, found, roles)]
    if not mixed:
        return frame, roles, (f"Several currencies ({counts}), one for each item: amounts of items do not compare.",)
    names: Mapping[str, str] = {role: name for role, name in roles.names.items() if name not in mixed}
    note = f"Several currencies ({counts}): {quoted(mixed)} left out, since it has no mean; convert it to one."
    return frame.drop(mixed), replace(roles, names=names), (note,)


def _marks(frame: pl.DataFrame, name: str) -> pl.Series:
    """The currency that is written beside each amount; null where none is."""
    if frame[name].dtype != pl.String or not frame[name].str.contains(r"[^-+0-9.,\s]").any():
        return pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    groups = frame[name].str.extract_groups(_MARK).struct.unnest()
    return groups.select(pl.coalesce(pl.all())).to_series()


def _codes(frame: pl.DataFrame, name: str) -> bool:
    column = frame[name]
    return column.dtype in (pl.String, pl.Categorical, pl.Enum) and (
        column.cast(pl.String).str.strip_chars().str.to_uppercase().drop_nulls().n_unique() > 1
    )


def _one_an_item(frame: pl.DataFrame, marks: pl.Series, roles: Roles) -> bool:
    if not roles.item:
        return False
    kinds = frame.select(roles.item).with_columns(marks.alias("__mark")).group_by(roles.item)
    return kinds.agg(pl.col("__mark").drop_nulls().n_unique()).select((pl.col("__mark") <= 1).all()).item() is True


def _counts(marks: pl.Series) -> str:
    counts = marks.drop_nulls().alias("mark").value_counts().sort("count", "mark", descending=[True, False])
    return ", ".join(f"{mark} {counted(rows, 'row')}" for mark, rows in counts.head(5).rows())
