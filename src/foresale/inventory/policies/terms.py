"""On which terms items are replenished, in whole periods: the one bundle that plans, policies and simulations share."""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency, Index
from foresale.inventory.leads import period_days, periods_of
from foresale.inventory.numeric import Counts, Numbers, not_negative, numbers, positive, refuse, share
from foresale.inventory.terms import ItemTerms

NEVER: Final = int(np.iinfo(np.int32).max)
"""Periods after which an item ends, or spoils, that does not."""
DRAWS: Final = 199
"""Lead times that are drawn for items whose lead time varies; orders of all policies are drawn from the same ones."""
_REVIEWS: Final = 4
"""Reviews within which the last day of an order is looked at: what lasts longer has sold before it spoils."""
_LEAST: Final = 1e-6
"""Service that is none, and short of all."""
_ARRAYS: Final[dict[str, Any]] = {
    "pack": 1.0,
    "minimum": 0.0,
    "target": 0.95,
    "fill": True,
    "cost": 1.0,
    "short": 1.0,
    "holding": 0.0,
    "ordering": 0.0,
    "waste": 1.0,
}


@dataclass(frozen=True)
class ReplenishmentTerms:
    """How N items are replenished. Times in whole periods, money per unit in one currency; arrays [N] unless said.

    Attributes:
        lead: [K, N] lead times, K of which each is as likely; one row where they never vary. Items of one supplier
            share the rows in which it is late. An order placed in period t can be sold from period t + lead on.
        review: periods from one order to the next, at least 1.
        pack: units per pack.
        minimum: least units of an order.
        shelf: periods from arrival for which a unit can be sold; `NEVER` where it keeps.
        end: period from which on it is not sold any more, counted from the first; `NEVER` where that is not known.
        target: service to reach, 0 to 1.
        fill: whether it is a fill rate (share of demand met); else the share of cycles without a stock-out.
        cost: money tied up in a unit of stock.
        short: what a lost sale costs.
        holding: what a unit costs that is left at the end of a period.
        ordering: money per order.
        waste: what a unit costs that spoils or is left for good: the price paid, less what it still brings.
        lost: whether unmet demand is lost; else it waits for the next delivery.
        oldest_first: whether customers get the oldest units (FIFO), or the newest (LIFO).
        waste_share: share of an order that may be expected to spoil, where service is asked for.
        per_year: periods in a year.

    Raises:
        ConfigError: times that cannot be, negative money, a share outside of 0 to 1, or arrays that do not fit.

    >>> ReplenishmentTerms.plain(2, lead=3, review=7).lead.tolist()
    [[3, 3]]
    """

    lead: Counts
    review: Counts
    pack: Numbers
    minimum: Numbers
    shelf: Counts
    end: Counts
    target: Numbers
    fill: npt.NDArray[np.bool_]
    cost: Numbers
    short: Numbers
    holding: Numbers
    ordering: Numbers
    waste: Numbers
    lost: bool = True
    oldest_first: bool = True
    waste_share: float = 0.05
    per_year: float = 365.2425

    def __post_init__(self) -> None:
        positive(review=self.review, pack=self.pack, shelf=self.shelf)
        not_negative(
            minimum=self.minimum,
            cost=self.cost,
            short=self.short,
            holding=self.holding,
            ordering=self.ordering,
            waste=self.waste,
            end=self.end,
        )
        share(target=self.target)
        refuse("lead", self.lead, self.lead < 0, "must not be negative")
        if not 0 < self.waste_share < 1:
            raise ConfigError(f"the share that may spoil lies between 0 and 1, not {self.waste_share}")
        wrong = [name for name, values in self._arrays().items() if values.shape[-1:] != self.review.shape]
        if wrong or self.lead.ndim != 2:
            raise ConfigError(f"terms of {self.review.size} items do not fit: {', '.join(wrong) or 'lead'}")

    @classmethod
    def of(
        cls, terms: ItemTerms, frequency: Frequency, *, end: Counts | None = None, lost: bool = True, seed: int = 0
    ) -> "ReplenishmentTerms":
        """The terms of items as files tell them, their days turned into periods of a frequency.

        A review is rounded up to whole periods, a shelf life down, so that nothing is sold past its day.

        Args:
            terms: what the files tell.
            frequency: the grid of the forecast.
            end: [N] period after which an item ends, from the first one on.
            lost: whether unmet demand is lost.
            seed: of the lead times that are drawn.
        """
        varies = bool((terms.lead.sd > 0).any() or (terms.lead.group >= 0).any())
        keeps = ~np.isfinite(terms.shelf_days)
        shelf = np.floor(np.where(keeps, 0, terms.shelf_days) / period_days(frequency) + 1e-9)
        review = periods_of(terms.review_days, frequency)
        return cls(
            lead=terms.lead.periods(frequency, count=DRAWS if varies else 1, seed=seed),
            review=review,
            pack=terms.pack,
            minimum=terms.minimum,
            shelf=np.where(keeps, NEVER, np.maximum(shelf, 1)).astype(np.int64),
            end=np.full(review.shape, NEVER, np.int64) if end is None else end,
            target=terms.target,
            fill=terms.fill,
            cost=terms.cost,
            short=terms.short,
            holding=terms.holding * terms.cost / frequency.per_year,
            ordering=terms.ordering,
            waste=np.maximum(terms.cost - terms.salvage, 0),
            lost=lost,
            per_year=frequency.per_year,
        )

    @classmethod
    def plain(
        cls,
        count: int,
        *,
        lead: npt.ArrayLike = 1,
        review: npt.ArrayLike = 1,
        lost: bool = True,
        oldest_first: bool = True,
        **terms: npt.ArrayLike,
    ) -> "ReplenishmentTerms":
        """Items that keep for ever, in single units, a unit costing one and a lost sale one, but for what is told.

        Raises:
            ConfigError: an unknown term, or one that cannot be.
        """
        whole = {"review": review, "shelf": terms.pop("shelf", NEVER), "end": terms.pop("end", NEVER)}
        unknown = set(terms) - set(_ARRAYS)
        if unknown:
            raise ConfigError(f"no such terms: {', '.join(sorted(unknown))}")
        steps = {name: np.broadcast_to(np.asarray(values, np.int64), (count,)) for name, values in whole.items()}
        told = {name: np.broadcast_to(numbers(values), (count,)) for name, values in (_ARRAYS | terms).items()}
        told["fill"] = told["fill"].astype(np.bool_)
        draws = np.atleast_2d(np.asarray(lead, np.int64))
        lead = np.broadcast_to(draws, (len(draws), count))
        return cls(lead=lead, lost=lost, oldest_first=oldest_first, **steps, **told)  # type: ignore[arg-type]

    @cached_property
    def usual_lead(self) -> Counts:
        """[N] the usual lead time: the median of those that are drawn, in whole periods."""
        return np.asarray(np.floor(np.median(self.lead, axis=0)), np.int64)

    @property
    def reach(self) -> Counts:
        """[N] periods that an order of now may have to last: up to the latest arrival of the next one.

        What spoils is looked at up to its last day, if that comes within a few reviews.
        """
        life = np.where(self.shelf < NEVER, np.minimum(self.shelf, _REVIEWS * self.review), 0)
        return np.asarray(self.lead.max(axis=0) + np.maximum(self.review, life), np.int64)

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

    def select(self, items: slice | Index) -> "ReplenishmentTerms":
        """The terms of some of the items, in the order chosen."""
        some: dict[str, Any] = {name: values[..., items] for name, values in self._arrays().items()}
        return replace(self, **some)

    def serving(self, target: npt.ArrayLike) -> "ReplenishmentTerms":
        """The same terms with another service to reach, one for all or [N]."""
        return replace(self, target=np.broadcast_to(numbers(target), self.target.shape))

    def turned(self, by: float) -> "ReplenishmentTerms":
        """The same terms with the odds of the service, and what a lost sale costs, multiplied by e to a power.

        >>> ReplenishmentTerms.plain(1, target=0.9).turned(np.log(11)).target.round(2).tolist()
        [0.99]
        """
        odds = self.target / (1 - self.target) * np.exp(by)
        target = np.clip(odds / (1 + odds), _LEAST, 1 - _LEAST)
        return replace(self, target=target, short=self.short * np.exp(by))

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        parts = ((part.name, getattr(self, part.name)) for part in fields(self))
        return {name: values for name, values in parts if isinstance(values, np.ndarray)}
