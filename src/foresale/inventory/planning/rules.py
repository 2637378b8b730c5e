"""By which rules each item is ordered, in whole periods: terms that are told in days, made ready for policies."""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency, Index
from foresale.inventory.leads import period_days, periods_of
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.terms import ItemTerms

Aim = Literal["service", "cost"]
NEVER = np.iinfo(np.int32).max
"""Periods after which an item ends that does not."""
_DAYS_A_YEAR = 365.2425
_LEAST = 1e-9


@dataclass(frozen=True)
class Rules:
    """How N items are ordered. Times in whole periods, money per unit, in one currency.

    Attributes:
        review: [N] periods from one order to the next, at least 1.
        pack: [N] units per pack.
        minimum: [N] least units of an order, whole packs.
        target: [N] service to reach, 0 to 1.
        fill: [N] whether it is a fill rate (else cycle service).
        short: [N] what a lost sale costs.
        over: [N] what a unit costs that is left until the next order arrives: its holding.
        waste: [N] what a unit costs that is left for good: the price paid, less what it still brings.
        shelf: [N] periods from arrival for which it can be sold; `NEVER` where it keeps.
        end: [N] steps of the forecast after which it is not sold any more; `NEVER` where that is not known.
        aim: "service" to reach the target, "cost" to weigh a lost sale against a unit too many (newsvendor).
        waste_share: share of an order that may be expected to spoil.

    Raises:
        ConfigError: an unknown aim, or a share outside of 0 to 1.
    """

    review: Counts
    pack: Numbers
    minimum: Numbers
    target: Numbers
    fill: npt.NDArray[np.bool_]
    short: Numbers
    over: Numbers
    waste: Numbers
    shelf: Counts
    end: Counts
    aim: Aim = "service"
    waste_share: float = 0.05

    def __post_init__(self) -> None:
        if self.aim not in {"service", "cost"}:
            raise ConfigError(f"the aim of a plan is service or cost, not {self.aim!r}")
        if not 0 < self.waste_share < 1:
            raise ConfigError(f"the share that may spoil lies between 0 and 1, not {self.waste_share}")

    @classmethod
    def of(cls, terms: ItemTerms, frequency: Frequency, *, aim: Aim = "service",
           end: Counts | None = None) -> "Rules":  # fmt: skip
        """The rules that the terms of the items make, for periods of a frequency.

        A review is rounded up to whole periods, a shelf life down, so that nothing is sold past its day.

        Args:
            terms: what the files tell.
            frequency: the grid of the forecast.
            aim: what an order is to reach.
            end: [N] steps of the forecast after which an item ends.
        """
        days = period_days(frequency)
        shelf = np.where(np.isfinite(terms.shelf_days), np.floor(terms.shelf_days / days + 1e-9), NEVER)
        review = periods_of(terms.review_days, frequency)
        return cls(
            review=review,
            pack=terms.pack,
            minimum=terms.minimum,
            target=terms.target,
            fill=terms.fill,
            short=terms.short,
            over=np.maximum(terms.cost * terms.holding * review * days / _DAYS_A_YEAR, _LEAST),
            waste=np.maximum(terms.cost - terms.salvage, _LEAST),
            shelf=np.maximum(shelf, 1).astype(np.int64),
            end=np.full(review.shape, NEVER, np.int64) if end is None else end,
            aim=aim,
        )

    def select(self, chosen: Index) -> "Rules":
        """The rules of some of the items, in the order chosen."""
        parts: dict[str, Any] = {part.name: getattr(self, part.name)[chosen] for part in fields(self)
                                 if part.name not in {"aim", "waste_share"}}  # fmt: skip
        return replace(self, **parts)
