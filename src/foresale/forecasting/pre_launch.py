"""Items on the list that have not sold a unit yet: when they begin is told by how others of the shop began."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from foresale.core.demand_classes import first_sales
from foresale.core.frequency import Index
from foresale.core.histories import Rhythm
from foresale.core.panel import Panel


@dataclass(frozen=True)
class PreLaunch:
    """Items without a sale so far, and the chance that they have begun to sell by each step.

    An item that was listed for more than a month or so (`block` of `Rhythm`) before its first sale waited. Of all who
    waited, as many began per period waited as did; taken for constant, this rate ρ gives the chance 1 − (1 − ρ)ʰ of a
    sale within h steps: the maximum-likelihood estimate for a geometric waiting time, part of which is still going on.

    Attributes:
        items: positions in the panel of those that wait; none where nobody ever began after waiting.
        chance: [H] of having begun by each step.
    """

    items: Index = field(repr=False)
    chance: npt.NDArray[np.float64] = field(repr=False)

    @classmethod
    def of(cls, panel: Panel, *, horizon: int) -> "PreLaunch":
        """Who waits at the cutoff, by the sales before it.

        >>> from foresale.core.frequency import Frequency
        >>> import polars as pl
        >>> sales = np.zeros((3, 100), np.float32)
        >>> sales[0], sales[1, 50:] = 4, 4
        >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea", "mate", "cocoa"]}),
        ...              starts=np.zeros(3, np.int64), offsets=np.arange(4) * 100, history=np.full(3, 100),
        ...              sales=sales.ravel())
        >>> PreLaunch.of(shop, horizon=2)
        PreLaunch()
        >>> PreLaunch.of(shop, horizon=2).items.tolist(), PreLaunch.of(shop, horizon=2).chance.round(4).tolist()
        ([2], [0.0067, 0.0133])
        """
        known = panel.item_any(np.isfinite(panel.sales) & panel.is_history)
        waited = first_sales(panel)
        began = waited < panel.history
        long = known & (waited > Rhythm.of(panel.frequency).block)
        starts = int((long & began).sum())
        rate = starts / max(int(waited[long].sum()), 1)
        chance = np.asarray(1 - (1 - rate) ** np.arange(1, horizon + 1), np.float64)
        return cls(np.flatnonzero(long & ~began) if starts else np.zeros(0, np.int64), chance)
