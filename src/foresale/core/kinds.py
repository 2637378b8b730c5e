"""What is done with a result goes by its kind, and is found without loading the kinds that are not there."""

from collections.abc import Mapping
from typing import TypeVar

from foresale.core.errors import ConfigError

Done = TypeVar("Done")


def by_kind(result: object, table: Mapping[str, Done], *, verb: str) -> Done:
    """The entry of a table for a result of this package, by the name of its class.

    Names stand for classes, which would have to be imported, and what they need with them.

    Raises:
        ConfigError: the table has nothing for such a thing.

    >>> by_kind("tea", {"Forecast": 1}, verb="drawn")
    Traceback (most recent call last):
        ...
    foresale.core.errors.ConfigError: a str cannot be drawn; what can: Forecast
    """
    kind = type(result)
    if not kind.__module__.startswith("foresale.") or kind.__name__ not in table:
        raise ConfigError(f"a {kind.__name__} cannot be {verb}; what can: {', '.join(table)}")
    return table[kind.__name__]
