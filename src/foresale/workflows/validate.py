"""What a workflow is given, before it begins."""

from collections.abc import Collection
from typing import Final

import polars as pl

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_horizon
from foresale.core.panel import Panel

_YEARS: Final = 100
"""Beyond which a horizon is a slip of the pen, not a wish; its quantiles would fill the memory."""


def check_names(items: pl.DataFrame, reserved: Collection[str], *, result: str) -> None:
    """See that no column of the items is called like one of the result that they are to stand in.

    Raises:
        ConfigError: such a name.

    >>> check_names(pl.DataFrame({"item_id": ["a"], "cost": ["b"]}), ("cost",), result="a plan")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: of a plan no item column is called 'cost': rename it, to cost_id for example
    """
    for name in items.columns:
        if name in reserved:
            raise ConfigError(f"of {result} no item column is called {name!r}: rename it, to {name}_id for example")


def check_ahead(panel: Panel, horizon: int) -> None:
    """See that a horizon is one that a panel can be asked for.

    Raises:
        ConfigError: no number of periods, or more than a hundred years of them.

    >>> from foresale.data.synthetic import shop
    >>> check_ahead(shop(items=2, periods=20), 10**8)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: a horizon of 100,000,000 periods (daily) is over 100 years: at most 36,524
    """
    check_horizon(horizon)
    most = int(_YEARS * panel.frequency.per_year)
    if horizon > most:
        what = f"a horizon of {horizon:,} periods ({panel.frequency.name})"
        raise ConfigError(f"{what} is over {_YEARS} years: at most {most:,}")
