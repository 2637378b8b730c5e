"""Results that hold several tables, of which a person names one."""

from collections.abc import Sequence

import polars as pl

from foresale.core.errors import ConfigError


def named_table(result: object, name: str, names: Sequence[str]) -> pl.DataFrame:
    """The table of a result that is called so.

    Raises:
        ConfigError: it has none of this name.

    >>> named_table(object(), "sales", ("own", "cross"))
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: there is no table 'sales'; choose one of own, cross
    """
    if name not in names:
        raise ConfigError(f"there is no table {name!r}; choose one of {', '.join(names)}")
    table: pl.DataFrame = getattr(result, name)
    return table
