"""Orders that somebody should look at before they are placed: what the past never saw, or saw once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.core.text import units
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.planning.decided import Decision
from foresale.inventory.planning.lines import Lines

ALL: Final = "all"
_FAR: Final = 2.0
"""Times the most that was ever sold in so long from which on a forecast is far beyond it: growth doubles no horizon."""
_ONE_ORDER: Final = 0.5
"""Share of all that was ever sold from which on an item lives on the order of one period."""
_BULK: Final = 10.0
"""Units of a period below which its sale is that of a household, not an order that others plan by."""
_PERIODS: Final = 10
"""Of history, below which the largest of them is half of all by itself."""


@dataclass(frozen=True)
class Checks:
    """What is to be checked of N items.

    Attributes:
        why: [N] what is odd about the order, in words; empty where nothing is.
        held: [N] whether it is left out until it is accepted.
    """

    why: tuple[str, ...]
    held: npt.NDArray[np.bool_]

    @classmethod
    def none(cls, count: int) -> "Checks":
        """Nothing to check.

        >>> Checks.none(2).held.any().item()
        False
        """
        return cls(("",) * count, np.zeros(count, np.bool_))

    @classmethod
    def of(
        cls, orders: Lines | Decision, forecast: Forecast, history: Panel, *, until: Counts, accept: tuple[str, ...]
    ) -> "Checks":
        """Look at every order beside the sales of its item.

        Args:
            orders: as the policy asks for them.
            forecast: what they are made for.
            history: the sales, on the same grid; an item that it lacks is not checked.
            until: [N] step on which the next order arrives.
            accept: ids of items whose order is right as it is, or "all".

        Raises:
            ConfigError: an accepted item that there is none of.
        """
        ids = forecast.items[ITEM].cast(pl.String).to_list()
        strange = [name for name in accept if name not in {*ids, ALL}]
        if strange:
            raise ConfigError(
                f"accept names {', '.join(strange[:3])}, which is no item of the plan; its first are "
                f"{', '.join(ids[:5])}"
            )
        place = dict(zip(history.items[ITEM].cast(pl.String), range(len(history)), strict=True))
        why = [""] * len(ids)
        for item in np.flatnonzero(orders.asked > 0).tolist() if history.frequency == forecast.frequency else []:
            if ids[item] in place:
                past = _Past.of(history, place[ids[item]])
                ahead = float(np.nansum(forecast.mean[item]))
                found = past.odd(ahead, forecast.horizon, wanted=float(orders.wanted[item]), until=int(until[item]))
                why[item] = "; ".join(found)
        accepted = np.isin(ids, accept) | (ALL in accept)
        return cls(tuple(why), np.array([bool(said) for said in why], np.bool_) & ~accepted)


@dataclass(frozen=True)
class _Past:
    """The sales of one item; where they are unknown, or the shelf was empty for a part, its mean if that is more."""

    sales: Numbers
    start: int
    frequency: Frequency

    @classmethod
    def of(cls, history: Panel, item: int) -> "_Past":
        begin = int(history.offsets[item])
        rows = slice(begin, begin + int(history.history[item]))
        sales = history.sales[rows].astype(np.float64)
        known = np.isfinite(sales)
        if history.available is not None:
            known &= ~(history.available[rows] < 1)
        mean = float(sales[known].mean()) if known.any() else 0.0
        return cls(np.where(known, sales, np.fmax(sales, mean)), int(history.starts[item]), history.frequency)

    def odd(self, ahead: float, horizon: int, *, wanted: float, until: int) -> Iterator[str]:
        """What is odd about a forecast of so many units and an order of so many that lasts until a step."""
        if not self.sales.any():
            return
        period = self.frequency.unit if self.frequency.count == 1 else "period"
        most, longest = self.most(horizon), self.most(until)
        if ahead > _FAR * most:
            times = f"{ahead / most:.1f} times the most that was ever sold in so long ({units(most)})"
            yield f"the forecast of {units(ahead)} for {horizon:,} {period}s is {times}"
        if wanted > longest:
            yield f"it is more than was ever sold in {until:,} {period}s ({units(longest)})"
        top = int(self.sales.argmax())
        whole, largest = self.sales.sum(), self.sales[top]
        if self.sales.size >= _PERIODS and largest >= max(_ONE_ORDER * whole, _BULK):
            others = _Past(np.where(np.arange(self.sales.size) == top, 0.0, self.sales), self.start, self.frequency)
            if wanted > others.most(until):
                day = str(self.frequency.timestamps(np.array([self.start + top]))[0].astype("datetime64[D]"))
                yield f"{units(largest)} of the {units(whole)} ever sold are those of one {period} ({day})"

    def most(self, periods: int) -> float:
        """The most that was sold in so many periods on end; a shorter history counts as if it had gone on."""
        window = min(max(periods, 1), self.sales.size)
        total = np.concatenate([[0.0], np.cumsum(self.sales)])
        return float((total[window:] - total[:-window]).max()) * max(periods, 1) / window
