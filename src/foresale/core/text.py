"""Numbers, names and dates in sentences for a person."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

_EPOCH: Final = date(1970, 1, 1).toordinal()


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


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> listed(["ets"]), listed(["ets", "theta", "mstl"])
    ('ets', 'ets, theta and mstl')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def few(names: Iterable[Any], *, shown: int = 5, between: str = ", ") -> str:
    """The first names, and how many more there are.

    >>> few(["a", "b", "c"], shown=2), few(["a", "b"])
    ('a, b and 1 more', 'a, b')
    """
    every = list(names)
    left = len(every) - shown
    return between.join(map(str, every[:shown])) + (f" and {left:,} more" if left > 0 else "")


def percent(share: float) -> str:
    """A share in words, with the digits it needs.

    >>> percent(0.1234), percent(0.0004), percent(0.0), percent(1.0)
    ('12 %', '0.04 %', '0 %', '100 %')
    """
    return f"{100 * share:.2g} %" if 0 < share < 0.1 else f"{100 * share:.0f} %"


def signed(share: float | None) -> str:
    """A change in words.

    >>> signed(0.123), signed(-0.004), signed(None)
    ('+12 %', '-0.4 %', '–')
    """
    if share is None:
        return "–"
    return f"{100 * share:+.1f} %" if abs(share) < 0.0995 else f"{100 * share:+,.0f} %"


def day(stamp: Any) -> str:
    """A date, with its time where that is not zero; stamps of numpy to the minute.

    >>> from datetime import datetime
    >>> import numpy as np
    >>> day(datetime(2024, 5, 1)), day(np.datetime64("2024-05-01T09:30")), day(None)
    ('2024-05-01', '2024-05-01 09:30', '–')
    """
    if stamp is None:
        return "–"
    if hasattr(stamp, "astype"):
        return str(stamp.astype("datetime64[m]")).replace("T", " ").removesuffix(" 00:00")
    return str(stamp).removesuffix(" 00:00:00")


def day_of(days: int) -> str:
    """A date by the days after 1970-01-01.

    >>> day_of(19_800)
    '2024-03-18'
    """
    return str(date.fromordinal(_EPOCH + days))


def units(value: float) -> str:
    """Units with the digits that they need.

    >>> units(12.0), units(1234.4), units(3.26)
    ('12', '1,234', '3.3')
    """
    return f"{value:,.0f}" if abs(value) >= 100 or abs(value - round(value)) < 0.05 else f"{value:.1f}"
