"""How stock of N items moves and what it costs, in whole periods: the rules of a simulation."""

from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.inventory.leads import period_days, periods_of
from foresale.inventory.numeric import Counts, not_negative, positive, refuse
from foresale.inventory.terms import ItemTerms

Units = npt.NDArray[np.float32]
KEEPS: Final = 1_000_000
"""Periods of shelf life of what does not spoil."""
_DRAWS: Final = 199


@dataclass(frozen=True)
class System:
    """Terms of N items in periods. Money in one currency; each array [N] unless said otherwise.

    Attributes:
        lead: [K, N] lead times in periods, K of which each is as likely; one row where they never vary. Items of one
            supplier share the rows in which it is late.
        review: periods from one order to the next.
        pack: units per pack.
        minimum: least units of an order.
        shelf: periods from arrival for which a unit can be sold; `KEEPS` where it does not spoil.
        cost: money tied up in a unit of stock.
        short: money that a unit of unmet demand costs.
        holding: money per unit and period that it is left at the end of.
        ordering: money per order.
        waste: money that a spoiled unit costs.
        lost: whether unmet demand is lost; else it waits for the next delivery.
        oldest_first: whether customers get the oldest units (FIFO), or the newest (LIFO).
        per_year: periods in a year, for turns.

    Raises:
        ConfigError: times that cannot be, negative money, or arrays that do not fit.

    >>> System.plain(2, lead=3, review=7).lead.tolist()
    [[3, 3]]
    """

    lead: Counts
    review: Counts
    pack: Units
    minimum: Units
    shelf: Counts
    cost: Units
    short: Units
    holding: Units
    ordering: Units
    waste: Units
    lost: bool = True
    oldest_first: bool = True
    per_year: float = 365.2425

    def __post_init__(self) -> None:
        count = self.review.size
        wrong = [name for name, values in self._arrays().items() if values.shape[-1] != count]
        if wrong or self.lead.ndim != 2:
            raise ConfigError(
                f"of {count} items, all terms are needed, lead times as draws by items: {', '.join(wrong)}"
            )
        refuse("lead time", self.lead, self.lead < 0, "must not be negative")
        positive(review=self.review, pack=self.pack, shelf=self.shelf)
        for name in ("minimum", "cost", "short", "holding", "ordering", "waste"):
            not_negative(**{name: getattr(self, name)})

    @classmethod
    def of(cls, terms: ItemTerms, frequency: Frequency, *, lost: bool = True, oldest_first: bool = True,
           seed: int = 0) -> "System":  # fmt: skip
        """The terms of items, their days turned into periods of a frequency."""
        varies = bool((terms.lead.sd > 0).any() or (terms.lead.group >= 0).any())
        days = period_days(frequency)
        shelf = np.where(np.isfinite(terms.shelf_days), terms.shelf_days, KEEPS * days)
        return cls(
            lead=terms.lead.periods(frequency, count=_DRAWS if varies else 1, seed=seed),
            review=periods_of(terms.review_days, frequency),
            pack=_single(terms.pack),
            minimum=_single(terms.minimum),
            shelf=np.maximum(np.floor(shelf / days + 1e-9), 1).astype(np.int64),
            cost=_single(terms.cost),
            short=_single(terms.short),
            holding=_single(terms.holding * terms.cost / frequency.per_year),
            ordering=_single(terms.ordering),
            waste=_single(np.maximum(terms.cost - terms.salvage, 0)),
            lost=lost,
            oldest_first=oldest_first,
            per_year=frequency.per_year,
        )

    @classmethod
    def plain(
        cls, count: int, *, lead: npt.ArrayLike = 1, review: npt.ArrayLike = 1, **terms: npt.ArrayLike
    ) -> "System":
        """Items that keep for ever, in packs of one, a unit costing one and a lost sale one, but for what is told."""
        told: dict[str, npt.ArrayLike] = {"pack": 1, "minimum": 0, "shelf": KEEPS, "cost": 1, "short": 1, "holding": 0,
                                          "ordering": 0, "waste": 1}  # fmt: skip
        unknown = set(terms) - set(told)
        if unknown:
            raise ConfigError(f"no such terms: {', '.join(sorted(unknown))}")
        whole = {"review": review, "shelf": terms.pop("shelf", KEEPS)}
        steps = {name: np.broadcast_to(np.asarray(values, np.int64), (count,)) for name, values in whole.items()}
        told = {name: _single(np.broadcast_to(values, (count,))) for name, values in (told | terms).items()}
        draws = np.atleast_2d(np.asarray(lead, np.int64))
        return cls(lead=np.broadcast_to(draws, (len(draws), count)), **{**told, **steps})  # type: ignore[arg-type]

    @property
    def passing(self) -> Counts:
        """[N] periods from now that an order of now is not for: its lead time, of what spoils before the next comes.

        Such stock is ordered for the time from its arrival on. What keeps longer is ordered up to a level that lasts
        from now on: 0.
        """
        lead = np.rint(self.lead.mean(axis=0)).astype(np.int64)
        return np.where(self.shelf <= lead + self.review, lead, 0)

    def __len__(self) -> int:
        return int(self.review.size)

    def select(self, items: slice | Counts) -> "System":
        """The system of some of the items."""
        some: dict[str, Any] = {name: values[..., items] for name, values in self._arrays().items()}
        return replace(self, **some)

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        parts = ((part.name, getattr(self, part.name)) for part in fields(self))
        return {name: values for name, values in parts if isinstance(values, np.ndarray)}


def _single(values: npt.ArrayLike) -> Units:
    return np.asarray(values, np.float32)
