"""Amounts of money as people read them."""


def in_currency(amount: str, currency: str) -> str:
    """An amount with its currency, where that is known.

    >>> in_currency("1,234.50", "GBP"), in_currency("1,234.50", "")
    ('1,234.50 GBP', '1,234.50')
    """
    return f"{amount} {currency}" if currency else amount
