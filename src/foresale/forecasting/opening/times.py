"""When the items of a panel are open, before their cutoffs and after them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from foresale.cleaning.closures.items import WeeklyClosures
from foresale.core.panel import Panel
from foresale.forecasting.opening.dates import DatedClosures
from foresale.forecasting.opening.flags import ClosingValues
from foresale.forecasting.opening.notes import FLAG, closing_notes


@dataclass(frozen=True)
class OpeningTimes:
    """When nothing was sold because a shop was closed, and when nothing will be.

    Attributes:
        past: [R] whether a row of the history was closed.
        ahead: [N, H] whether a period after the cutoff will be.
        notes: what is closed ahead, and how many items, in sentences for a person.
    """

    past: npt.NDArray[np.bool_]
    ahead: npt.NDArray[np.bool_]
    notes: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, panel: Panel, *, horizon: int, countries: Sequence[str] = ()) -> "OpeningTimes":
        """As the history before the cutoffs tells it.

        What is told by a covariate known ahead (`ClosingValues`) comes first, since it knows the exceptions that lie
        ahead; then weekdays and hours (`WeeklyClosures`), each item for itself; then holidays and dates
        (`DatedClosures`). Each explains only what none before it did. Periods longer than a day know the first only.

        Raises:
            ConfigError: an unknown country.

        >>> import polars as pl
        >>> from foresale.core.frequency import Frequency
        >>> sales = np.full(40 * 400, 3, np.float32)
        >>> sales[np.arange(40) * 400 + 365 - 7] = 0
        >>> items = pl.DataFrame({"item_id": [f"item {number}" for number in range(40)]})
        >>> shop = Panel(Frequency("day"), items, np.full(40, 18_993), np.arange(41) * 400, np.full(40, 400), sales)
        >>> found = OpeningTimes.of(shop, horizon=365)
        >>> np.flatnonzero(found.past)[:2].tolist(), np.flatnonzero(found.ahead[0]).tolist(), found.notes
        ([358, 758], [323], ('Closed, so nothing is forecast: 25 December (40 items).',))
        """
        flags = ClosingValues.fit(panel)
        flagged = flags.rows(panel)
        weekly = WeeklyClosures.of(panel, told=flagged)
        explained = flagged | (weekly.past > 0)
        dated = DatedClosures.of(panel, weekly, told=explained, horizon=horizon, countries=countries)
        why = np.where(_coming(panel, flagged, horizon), FLAG, _weekly(panel, weekly, horizon)).astype(np.uint8)
        why = np.where(why == 0, dated.ahead, why).astype(np.uint8)
        past = (explained | dated.past) & panel.is_history
        return cls(past, why > 0, closing_notes(panel, why, flags, day=weekly.day))


def open_only(panel: Panel, opening: OpeningTimes) -> Panel:
    """The panel with the sales of closed periods unknown."""
    if not opening.past.any():
        return panel
    return replace(panel, sales=np.where(opening.past, np.float32(np.nan), panel.sales))


def _coming(panel: Panel, flagged: npt.NDArray[np.bool_], horizon: int) -> npt.NDArray[np.bool_]:
    """[N, H] of [R] rows, those after the cutoffs; periods without a row are not flagged."""
    rows = (panel.offsets[:-1] + panel.history)[:, None] + np.arange(horizon)
    inside = rows < panel.offsets[1:, None]
    return np.asarray(flagged[np.minimum(rows, flagged.size - 1)] & inside)


def _weekly(panel: Panel, weekly: WeeklyClosures, horizon: int) -> npt.NDArray[np.uint8]:
    """[N, H] why the week closes a period after the cutoff, or 0."""
    grid = panel.cutoffs[:, None] + 1 + np.arange(horizon)
    return np.take_along_axis(weekly.ahead, grid % weekly.ahead.shape[1], axis=1)
