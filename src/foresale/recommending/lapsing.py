"""Which customers may not come again: the time since their last visit against the rhythm in which they came."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from foresale.core.arrays import Index
from foresale.core.errors import DataError, Fault
from foresale.core.interactions import Interactions
from foresale.core.text import counted
from foresale.recommending.reasons import every_in_words, time_in_words
from foresale.recommending.rhythm import FEWEST_AGAIN, Rhythm


@dataclass(frozen=True, eq=False)
class LapsingCustomers:
    """Customers who came more than once, those first with whom most is at stake.

    Attributes:
        table: a row for each: customer; visits, the days that he came on; since, days since the last; interval, his
            usual days between two; alive, the chance that he is still a customer; comes, the chance that he comes
            within the horizon; reason.
        days: the horizon.
        day: days after 1970-01-01 for which it holds.
        notes: what was assumed, in sentences for a person.
    """

    table: pl.DataFrame
    days: int
    day: int
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<LapsingCustomers: {counted(self.table.height, 'customer')}>"

    def to_frame(self) -> pl.DataFrame:
        """The table."""
        return self.table


def lapsing(orders: Interactions, day: int, *, days: int) -> LapsingCustomers:
    """Who may not come again, by what was before a day.

    First stand those of whom it is open whether they are still customers, and who came often: chance to be alive, times
    the chance to be gone, times the visits that they would make within the horizon.

    Args:
        orders: of all customers.
        day: days after 1970-01-01.
        days: the horizon.

    Raises:
        DataError: too few customers came more than once.
    """
    customer, visits, first, last = _visits(orders, day)
    again, recency, age = (days.astype(np.float64) for days in (visits - 1, last - first, day - first))
    if (again > 0).sum() < FEWEST_AGAIN:
        cure = f"At least {FEWEST_AGAIN} are needed to tell how customers come and go: pass a longer history."
        raise DataError([Fault("customers who came on more than one day", int((again > 0).sum()), "the orders", cure)])
    rhythm = Rhythm.of(again, recency, age)
    alive = rhythm.alive(again, recency, age)
    comes = rhythm.comes(again, age, alive, days=days)
    pace = (rhythm.shape + again) / (rhythm.rate + age)
    rows = np.flatnonzero(again > 0)
    rows = rows[np.argsort(-(alive * (1 - alive) * pace)[rows], kind="stable")]
    since, usual = (day - last)[rows], (recency / np.maximum(again, 1))[rows]
    table = pl.DataFrame(
        {
            "customer": orders.customers.gather(customer[rows]),
            "visits": visits[rows],
            "since": since,
            "interval": usual.round(1),
            "alive": alive[rows].round(3),
            "comes": comes[rows].round(3),
            "reason": [
                f"came {every_in_words(each)}, last {time_in_words(ago)} ago"
                for each, ago in zip(usual.tolist(), since.tolist(), strict=True)
            ],
        }
    )
    once = int((again == 0).sum())
    note = f"{counted(once, 'customer')} came on one day only: what they will do cannot be told from their rhythm."
    return LapsingCustomers(table, days, day, (note,) if once else ())


def _visits(orders: Interactions, day: int) -> tuple[Index, Index, Index, Index]:
    """Customers with an order before a day: position, days with an order, the first and the last of them."""
    kept = orders.day < day
    pairs = np.unique(orders.customer[kept].astype(np.int64) * (1 << 32) + orders.day[kept] + (1 << 31))
    customer, when = pairs >> 32, (pairs & ((1 << 32) - 1)) - (1 << 31)
    begins = np.flatnonzero(np.concatenate([[True], np.diff(customer) != 0])) if len(customer) else customer
    count = np.diff(begins, append=len(customer))
    return customer[begins], count, when[begins], when[begins + count - 1]
