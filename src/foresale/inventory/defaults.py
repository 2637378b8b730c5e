"""What is assumed of items where nobody tells, and the sentences that say so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types
from foresale.core.text import counted
from foresale.inventory.numeric import Numbers

USUAL_PERIODS: Final[Mapping[str, int]] = {"minute": 96, "hour": 168, "day": 28, "week": 13, "month": 6}
"""How far orders usually look, by the unit of periods: the horizon of a plan that nobody tells, a stretch of tails."""
_CLASSES: Final = ("A", "B", "C")


@dataclass(frozen=True)
class Defaults:
    """Terms of the items for which the files have none.

    Attributes:
        lead_days: lead time; None refuses items whose lead time nobody tells, since no guess is safe.
        review_days: days from one order to the next.
        pack: units per pack.
        minimum: least units of an order.
        margin: share of the price that is earned, where cost or price is not told.
        holding: cost of holding stock for a year, as a share of its cost.
        ordering: money per order of an item.
        salvage: money that a leftover brings.
        service: service to reach: one for all, or by ABC class, such as {"A": 0.98, "B": 0.95, "C": 0.9}.
        measure: what `service` and a column of that name mean: "fill" (share of demand met from the shelf) or "cycle"
            (share of order cycles without a stock-out).

    Raises:
        ConfigError: a value that cannot be.

    >>> Defaults(service=95)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: service lies between 0 and 1, not 95
    """

    lead_days: float | None = None
    review_days: float = 7.0
    pack: float = 1.0
    minimum: float = 0.0
    margin: float = 0.4
    holding: float = 0.25
    ordering: float = 0.0
    salvage: float = 0.0
    service: float | Mapping[str, float] = 0.95
    measure: Literal["fill", "cycle"] = "fill"

    def __post_init__(self) -> None:
        check_types(self)
        above = {"lead_days": self.lead_days, "review_days": self.review_days, "pack": self.pack}
        for name, value in above.items():
            if value is not None and not value > 0:
                raise ConfigError(f"{name} is above zero, not {value}")
        for name in ("minimum", "holding", "ordering", "salvage"):
            if not getattr(self, name) >= 0:
                raise ConfigError(f"{name} is not negative: {getattr(self, name)}")
        shares = {"margin": self.margin}
        classes = dict(self.service) if isinstance(self.service, Mapping) else {"": self.service}
        shares |= {f"service of {label}" if label else "service": value for label, value in classes.items()}
        for name, value in shares.items():
            if not 0 < value < 1:
                raise ConfigError(f"{name} lies between 0 and 1, not {value}")
        if isinstance(self.service, Mapping) and set(self.service) != set(_CLASSES):
            raise ConfigError(f"service by class is told for A, B and C, not {', '.join(self.service) or 'none'}")
        if self.measure not in {"fill", "cycle"}:
            raise ConfigError(f"measure is fill or cycle, not {self.measure!r}")


def assumed(values: Numbers, default: float, *, what: str, items: pl.DataFrame) -> tuple[Numbers, list[str]]:
    """[N] values with the default where they are NaN, and a sentence that says so.

    >>> assumed(np.array([2.0, np.nan]), 1.0, what="pack size 1", items=pl.DataFrame({"item_id": ["a", "b"]}))
    (array([2., 1.]), ['Not told, so assumed: pack size 1 for 1 item (first: b).'])
    """
    unknown = np.isnan(values)
    if not unknown.any():
        return values, []
    return np.where(unknown, default, values), [f"Not told, so assumed: {what} for {whom(unknown, items)}."]


def percent(share: float) -> str:
    """A share in words.

    >>> percent(0.985)
    '98.5 %'
    """
    return f"{100 * share:g} %"


def whom(mask: "np.typing.NDArray[np.bool_]", items: pl.DataFrame) -> str:
    """The items of a mask in words: all items, or how many and the first.

    >>> whom(np.array([True, True]), pl.DataFrame({"item_id": ["a", "b"]}))
    'all items'
    """
    if mask.all():
        return "all items"
    return f"{counted(int(mask.sum()), 'item')} (first: {items[ITEM][int(np.argmax(mask))]})"
