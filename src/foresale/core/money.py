"""Amounts of money as people read them."""

import polars as pl

CURRENCY = "currency"


def money(value: float) -> str:
    """Money in whole numbers, or with two decimals where it is little.

    >>> money(1234.5), money(3.256)
    ('1,234', '3.26')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def in_currency(amount: str, currency: str) -> str:
    """An amount with its currency, where that is known.

    >>> in_currency("1,234.50", "GBP"), in_currency("1,234.50", "")
    ('1,234.50 GBP', '1,234.50')
    """
    return f"{amount} {currency}" if currency else amount


def heading(name: str, currency: str) -> str:
    """What stands above amounts of money: what they are, and their currency where it is known.

    >>> heading("Cost", "GBP"), heading("Cost", "")
    ('Cost, GBP', 'Cost')
    """
    return f"{name}, {currency}" if currency else name


def currency_column(currency: str, beside: pl.DataFrame) -> list[pl.Series]:
    """A column with the currency of all money of a table, null where nobody tells it.

    None where the items have such a column of their own, which tells it already.

    >>> [column.to_list() for column in currency_column("GBP", pl.DataFrame({"item_id": ["tea", "pot"]}))]
    [['GBP', 'GBP']]
    """
    if CURRENCY in beside.columns:
        return []
    return [pl.repeat(currency or None, beside.height, dtype=pl.String, eager=True).alias(CURRENCY)]
