"""What was wanted, period by period, as far as the sales tell: the demand that a replay meets."""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.panel import Panel, Values
from foresale.core.text import counted
from foresale.data.periods.availability import of_whole_periods
from foresale.forecasting.whole_units import sold_whole
from foresale.inventory.numeric import Counts

DemandKind = Literal["recovered", "as-sold"]
DEMANDS: Final = ("recovered", "as-sold")
_SEASONS: Final = 4
"""Seasons before and after, whose same days tell what is usual."""
_FULL: Final = 0.999
_HALF: Final = 0.5


@dataclass(frozen=True)
class History:
    """The periods of a panel that are lived through again.

    Attributes:
        panel: the sales, with what came after.
        first: grid position of the first period.
        demand: [N, T] units wanted.
        begins: [N] the first of the T periods in which the panel knows an item; T for none.
        ends: [N] the period from which it knows it no longer.
        notes: what was assumed of periods whose demand is not known, in sentences.
    """

    panel: Panel
    first: int
    demand: Values = field(repr=False)
    begins: Counts
    ends: Counts
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, panel: Panel, *, start: np.datetime64, periods: int, kind: DemandKind = "recovered") -> "History":
        """The periods from a date on.

        Sales are a lower bound of the demand of a period in which the shelf was empty for a while. "recovered" adds
        for that while what is usual: the mean of the same weekdays (or months, …) of the four seasons before and
        after in which it was full, else of all such periods. "as-sold" takes sales for demand, and unknown ones for
        none.

        Args:
            panel: the sales, up to and with the last of the periods.
            start: a moment in the first period.
            periods: how many.
            kind: what demand is.

        Raises:
            ConfigError: no period, or an unknown kind of demand.
            DataError: the panel knows nothing of these periods, or nothing before them.
        """
        if periods < 1 or kind not in DEMANDS:
            raise ConfigError(f"at least one period, and demand is {' or '.join(DEMANDS)}; not {periods}, {kind!r}")
        first = int(panel.frequency.index(np.array([start]))[0])
        begins = np.clip(panel.starts - first, 0, periods)
        ends = np.clip(panel.cutoffs + 1 - first, 0, periods)
        _check(panel, first, periods, begins < ends)
        around = _SEASONS * panel.frequency.season
        sales, available = (
            window(panel, values, first - around, periods + 2 * around) for values in (panel.sales, panel.available)
        )
        here = slice(around, around + periods)
        if kind == "as-sold":
            return cls(
                panel, first, np.nan_to_num(sales[:, here]), begins, ends, _unknown(sales[:, here], begins, ends)
            )
        share = np.where(np.isnan(sales), 0.0, np.where(np.isnan(available), 1.0, available)).astype(np.float32)
        usual = _usual(np.where(share >= _FULL, sales, np.nan), panel.frequency.season, here)
        demand = np.nan_to_num(sales[:, here]) + (1 - share[:, here]) * usual
        inside = _inside(begins, ends, periods)
        touched = inside & (share[:, here] < _FULL)
        return cls(
            panel,
            first,
            np.where(inside, demand, 0).astype(np.float32),
            begins,
            ends,
            _recovered(touched, demand - np.nan_to_num(sales[:, here])),
        )

    @property
    def periods(self) -> int:
        """How many periods T."""
        return int(self.demand.shape[1])

    @property
    def stamps(self) -> npt.NDArray[np.datetime64]:
        """[T] the stamp of each period."""
        return self.panel.frequency.timestamps(np.arange(self.first, self.first + self.periods))

    def before(self, step: int) -> tuple[Panel, Counts]:
        """The panel as it was when a period began, and which of its items it held by then.

        Raises:
            DataError: it held none.
        """
        steps = np.maximum(self.panel.cutoffs - (self.first + step - 1), 0)
        return self.panel.back(steps), np.flatnonzero(self.panel.history > steps)

    def sold_before(self, periods: int) -> Values:
        """[N, periods + T] sales as they were recorded, from so many periods before the first; NaN unknown."""
        return window(self.panel, self.panel.sales, self.first - periods, periods + self.periods)


def whole_periods(panel: Panel) -> Panel:
    """A panel whose sales are those of whole periods, where the shelf was empty for less than half of one.

    They then count as in stock. Periods with less stock are left as they are, to be cleaned: too little was seen of
    them. Nothing but the period itself is looked at.

    >>> from foresale.core.frequency import Frequency
    >>> import polars as pl
    >>> tea = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea"]}), starts=np.array([0]),
    ...             offsets=np.array([0, 3]), history=np.array([3]), sales=np.array([6.5, 6.5, 1], np.float32),
    ...             available=np.array([1, 0.75, 0.1], np.float32))
    >>> whole_periods(tea).sales.round(1).tolist()
    [6.5, 8.100000381469727, 1.0]
    """
    if panel.available is None:
        return panel
    partly = (panel.available >= _HALF) & (panel.available < 1)
    raised = of_whole_periods(panel.sales, panel.available, counts=sold_whole(panel)[panel.owners])
    return replace(
        panel, sales=np.where(partly, raised, panel.sales), available=np.where(partly, np.float32(1), panel.available)
    )


def window(panel: Panel, values: Values | None, first: int, length: int) -> Values:
    """[N, length] values of the history of all items from a grid position on; NaN where there are none."""
    found = np.full((len(panel), length), np.nan, np.float32)
    if values is None:
        return found
    for begin in range(0, len(panel), 4096):
        items = slice(begin, begin + 4096)
        places = first - panel.starts[items, None] + np.arange(length)
        inside = (places >= 0) & (places < panel.history[items, None])
        rows = panel.offsets[:-1][items, None] + np.where(inside, places, 0)
        found[items] = np.where(inside, values[rows], np.nan)
    return found


def _check(panel: Panel, first: int, periods: int, known: npt.NDArray[np.bool_]) -> None:
    faults = []
    end, last = first + periods - 1, int(panel.cutoffs.max())
    stamp, newest = (str(panel.frequency.timestamps(np.array([at]))[0])[:10] for at in (first, last))
    if not known.any():
        faults.append(Fault("periods without any sales", periods, f"from {stamp} on", f"The sales end at {newest}."))
    elif end > last:
        cure = f"The sales end at {newest}: ask for {last - first + 1} periods, or begin earlier."
        faults.append(Fault("periods after the last sale", end - last, f"{periods} periods from {stamp} on", cure))
    if first <= int(panel.starts.min()):
        cure = "Begin later, so that there is something to forecast from."
        faults.append(Fault("no history before the first period", len(panel), f"from {stamp} on", cure))
    if faults:
        raise DataError(faults, source="replay")


def _inside(begins: Counts, ends: Counts, periods: int) -> npt.NDArray[np.bool_]:
    steps = np.arange(periods)
    return np.asarray((begins[:, None] <= steps) & (steps < ends[:, None]))


def _usual(full: Values, season: int, here: slice) -> Values:
    """[N, T] what is usual in each period: of the same place in the seasons around, else of all periods seen."""
    total = np.zeros_like(full[:, here])
    count = np.zeros_like(total)
    for seasons in range(-_SEASONS, _SEASONS + 1):
        moved = full[:, here.start + seasons * season : here.stop + seasons * season]
        total += np.nan_to_num(moved)
        count += ~np.isnan(moved)
    known = ~np.isnan(full)
    overall = np.nan_to_num(full).sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), overall), np.float32)


def _unknown(sales: Values, begins: Counts, ends: Counts) -> tuple[str, ...]:
    lacking = int((np.isnan(sales) & _inside(begins, ends, sales.shape[1])).sum())
    if not lacking:
        return ()
    return (f"{counted(lacking, 'period')} of all items have unknown sales, which are taken for no demand.",)


def _recovered(touched: npt.NDArray[np.bool_], added: Values) -> tuple[str, ...]:
    cells = int(touched.sum())
    if not cells:
        return ()
    units = float(np.where(touched, added, 0).sum())
    share = cells / touched.size
    sentence = (
        f"In {counted(cells, 'period')} of all items ({share:.1%}) the demand is not known, since nothing was recorded "
        f"or the shelf was empty for a while: {units:,.0f} units are added, as is usual on such days."
    )
    return (sentence,)
