"""What will be there when customers come: units of each item that demand leaves over."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Numbers
from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.option_types import check_between, check_not_negative, check_types
from foresale.core.quantiles import quantiles_of
from foresale.core.text import counted, few
from foresale.data.item_keys import find
from foresale.inventory.leads import periods_of
from foresale.inventory.levels import Ahead
from foresale.inventory.policies.extend_horizon import stretched
from foresale.inventory.samples import Paths
from foresale.inventory.terms import Inventory
from foresale.recommending.options import RecommendOptions

_SHOWN: Final = 3
"""Items that a note names."""


@dataclass(frozen=True)
class StockOptions:
    """When customers come, and how sure it has to be that they find what was recommended.

    Attributes:
        days: over which they come, evenly; those over which purchases count as what a customer wanted.
        wait: days until the first of them come, such as those that a letter takes.
        service: share of the courses of demand on which all of them find it: 0.8 leaves them what a demand at its
            80 % quantile leaves.
        paths: courses of demand that are looked at.
        seed: of these.

    Raises:
        ConfigError: a setting that cannot be.

    >>> StockOptions(service=80)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: service lies between 0 and 1, not 80
    """

    days: float = RecommendOptions.horizon
    wait: float = 0
    service: float = 0.8
    paths: int = 400
    seed: int = 0

    def __post_init__(self) -> None:
        check_types(self)
        check_between(self, "service")
        check_not_negative(self, "wait")
        if not self.days > 0:
            raise ConfigError(f"days is above 0, not {self.days}")
        if self.paths < 1:
            raise ConfigError(f"paths is at least 1, not {self.paths}")


@dataclass(frozen=True, eq=False)
class FreeStock:
    """Of N items, what can be recommended.

    Attributes:
        items: one row per item, as in the forecast.
        units: [N] that customers who come evenly over the days to come can have, while nobody else goes away without;
            0 for an item that is forecast to be out on any of these days.
        excess: [N] units of stock and open orders that are left at the end of the forecast, as surely.
        margin: [N] money earned by a unit: its price less its cost.
        notes: what was assumed, in sentences for a person.
    """

    items: pl.DataFrame = field(repr=False)
    units: Numbers
    excess: Numbers
    margin: Numbers
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, forecast: Forecast, inventory: Inventory, *, options: StockOptions | None = None) -> "FreeStock":
        """What demand leaves over, by sample paths of the forecast followed through stock and arrivals.

        On a path, R units that are taken evenly over the T periods in which customers come are there as long as the
        stock that is left at the end of each period t of them, L(t), is at least R t / T: R is the least of
        L(t) T / t. What is not there for others is lost, so that an arrival finds no backlog. With no arrivals this is
        stock less the quantile of the demand of all periods. `units` is the quantile 1 - service of R over the paths.

        Args:
            forecast: of all items.
            inventory: their stock and terms, in the same order: `read_inventory`. Items that the stock file lacks are
                out of stock there, and are so here.
            options: when customers come.

        Raises:
            ConfigError: an inventory of other items.

        >>> from foresale.core.frequency import Frequency
        >>> from foresale.inventory.defaults import Defaults
        >>> from foresale.inventory.read import Sources, read_inventory
        >>> sold = Forecast(pl.DataFrame({"item_id": ["tea", "pot"]}), Frequency("day"), np.array([0, 0]),
        ...                 np.full((2, 10, 21), 2, np.float32), np.full((2, 10), 2, np.float32))
        >>> stock = pl.DataFrame({"item_id": ["tea", "pot"], "on_hand": [30, 4]})
        >>> shop = read_inventory(sold, Sources(stock), defaults=Defaults(lead_days=7))
        >>> FreeStock.of(sold, shop, options=StockOptions(days=10)).units.tolist()
        [10.0, 0.0]
        """
        if not forecast.items[ITEM].equals(inventory.items[ITEM]):
            raise ConfigError("the inventory is of other items than the forecast: read it for this forecast")
        chosen = options or StockOptions()
        wait = 0 if chosen.wait == 0 else int(periods_of(chosen.wait, forecast.frequency))
        after = wait + int(periods_of(chosen.days, forecast.frequency))
        aligned = stretched(forecast, np.arange(len(inventory)), steps=max(after, forecast.horizon))
        stock = inventory.ahead(aligned)
        units, excess = np.zeros(len(inventory)), np.zeros(len(inventory))
        for part, paths in aligned.iterate_paths(chosen.paths, seed=chosen.seed):
            left = stock_left(paths, Ahead(stock.on_hand[part], stock.arrivals[part], np.asarray(stock.owed)[part]))
            for told, found in ((units, takeable(left[:, :, wait:after])), (excess, left[:, :, -1])):
                told[part] = quantiles_of(found.T, (1 - chosen.service,))[:, 0]
        terms = inventory.terms
        return cls(forecast.items, units, excess, terms.price - terms.cost, _notes(inventory, units))

    def __len__(self) -> int:
        return len(self.units)

    def of_items(self, items: pl.DataFrame) -> "FreeStock":
        """The same of other items, in their order, matched by `item_id` as text.

        What is not known here has neither a forecast nor a stock, so that nobody can say whether it will be there: it
        counts as out of stock, as what a stock file lacks does in a plan.

        >>> stock = FreeStock(pl.DataFrame({"item_id": ["7"]}), np.array([5.0]), np.array([0.0]), np.array([1.0]))
        >>> stock.of_items(pl.DataFrame({"item_id": [8, 7]})).units.tolist()
        [0.0, 5.0]
        """
        places = find(self.items, items, (ITEM,)).astype(np.int64)
        known: Flags = places >= 0
        units, excess = (np.where(known, values[places], 0.0) for values in (self.units, self.excess))
        margin = np.where(known, self.margin[places], np.nan)
        lacking = items[ITEM].filter(~pl.Series(known)).cast(pl.String).to_list()
        said = f"{counted(len(lacking), 'item')} with neither stock nor forecast taken as out of stock: "
        notes = (f"{said}{few(lacking, shown=_SHOWN)}.",) if lacking else ()
        return FreeStock(items, units, excess, margin, (*self.notes, *notes))


def stock_left(demand: Paths, stock: Ahead) -> Numbers:
    """[S, N, H] units on hand at the end of each step, along paths [S, N, H] of demand; what finds none is lost.

    >>> stock = Ahead(np.array([3.0]), np.array([[0.0, 0.0, 5.0]]))
    >>> stock_left(np.array([[[2.0, 2.0, 1.0]]]), stock).tolist()
    [[[1.0, 0.0, 4.0]]]
    """
    left = np.empty(demand.shape)
    on_hand = np.maximum(stock.net, 0)
    for step in range(demand.shape[2]):
        on_hand = np.maximum(on_hand + stock.arrivals[:, step] - demand[:, :, step], 0)
        left[:, :, step] = on_hand
    return left


def takeable(left: Numbers) -> Numbers:
    """[S, N] units that can be taken evenly over T steps, of what is left [S, N, T] at the end of each of them.

    >>> takeable(np.array([[[9.0, 8.0, 7.0], [2.0, 8.0, 7.0], [0.0, 8.0, 7.0]]])).tolist()
    [[7.0, 6.0, 0.0]]
    """
    steps = left.shape[2]
    return np.asarray((left * steps / np.arange(1, steps + 1)).min(axis=2))


def _notes(inventory: Inventory, units: Numbers) -> tuple[str, ...]:
    """What is to be said of stock."""
    out = int((units <= 0).sum())
    notes = [f"{counted(out, 'item')} of {len(units):,} may be out when customers come: not recommended."]
    if inventory.without_stock:
        lacking = counted(len(inventory.without_stock), "item")
        notes.append(
            f"The stock file lacks {lacking}, taken as out of stock: {few(inventory.without_stock, shown=_SHOWN)}."
        )
    return tuple(notes[not out :])
