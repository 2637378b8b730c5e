"""Numbers and names in sentences for a person."""

from collections.abc import Iterable


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "item"), counted(12_000, "row")
    ('1 item', '12,000 rows')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def quoted(names: Iterable[str]) -> str:
    """Column names in quotes, separated by commas.

    >>> quoted(["price", "promo"])
    "'price', 'promo'"
    """
    return ", ".join(f"'{name}'" for name in names)
