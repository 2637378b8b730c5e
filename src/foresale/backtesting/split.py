"""Cuts in time: what was known before a moment, and what then happened. Nothing later leaks into the earlier part."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np

from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values

Moment = np.datetime64 | date | str


@dataclass(frozen=True)
class Window:
    """One cutoff of a backtest.

    Attributes:
        panel: what was known at the cutoff; the rows after it stay, with sales hidden and known covariates in place.
        positions: [N] which item of the whole panel each item is.
        actual: [N, H] the sales that followed each item's cutoff, NaN where unknown or past the item's own end.
        cutoff: the last period known, of the item that goes furthest.
    """

    panel: Panel
    positions: Index
    actual: Values = field(repr=False)
    cutoff: np.datetime64


@dataclass(frozen=True)
class RollingOrigin:
    """Backtest windows that move back in time from the end of the panel (Tashman 2000).

    Attributes:
        horizon: steps after each cutoff.
        windows: how many cutoffs.
        step: periods between cutoffs; one horizon by default, so that no sale is forecast twice.
        align: "calendar" cuts all items at the same moments, so that no item is forecast with the later sales of
            another at hand; "item" counts from each item's own last sale, for series that end at different times.

    Raises:
        ConfigError: a horizon, number of windows or step below one.
    """

    horizon: int
    windows: int = 3
    step: int | None = None
    align: Literal["calendar", "item"] = "calendar"

    def __post_init__(self) -> None:
        for name in ("horizon", "windows", "step"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ConfigError(f"{name} must be at least 1, not {value}")
        if self.align not in {"calendar", "item"}:
            raise ConfigError(f"align is 'calendar' or 'item', not {self.align!r}")

    def steps_back(self, window: int) -> int:
        """Periods from the end of the panel to the cutoff of a window; window 0 is the newest."""
        return self.horizon + window * (self.step or self.horizon)

    def possible(self, panel: Panel) -> int:
        """How many of the windows leave some item more than one season of history and something to compare with."""
        enough = panel.history - panel.frequency.season
        late = self._late(panel)
        return next((w for w in range(self.windows) if not (self._back(w, late) < enough).any()), self.windows)

    def split(self, panel: Panel) -> Iterator[Window]:
        """The windows, oldest first; fewer than asked for where the history is too short.

        Raises:
            DataError: the history is too short for even one window.
        """
        count = self.possible(panel)
        if not count:
            need = self.horizon + panel.frequency.season + 1
            fault = Fault(
                "items too short for one window",
                len(panel),
                f"longest history {panel.history.max()}",
                f"A horizon of {self.horizon} needs {need} periods; ask for a shorter one.",
            )
            raise DataError([fault])
        late = self._late(panel)
        for window in reversed(range(count)):
            yield step_back(panel, self._back(window, late), horizon=self.horizon)

    def _late(self, panel: Panel) -> Index:
        """[N] how many periods before the end of the panel each item ends; 0 where items are cut by themselves."""
        if self.align == "item":
            return np.zeros(len(panel), np.int64)
        return np.asarray(panel.cutoffs.max() - panel.cutoffs, np.int64)

    def _back(self, window: int, late: Index) -> Index:
        return np.maximum(self.steps_back(window) - late, 0)


def step_back(panel: Panel, steps: int | Index, *, horizon: int) -> Window:
    """The panel as it was `steps` periods before each item's cutoff, and the `horizon` sales that followed.

    `steps` is one number for all items or one for each [N].

    Items without any history by then are left out.

    Raises:
        DataError: no item has any history by then.
    """
    earlier = panel.back(steps)
    positions = np.flatnonzero(panel.history > steps)
    ahead = np.arange(1, horizon + 1)
    rows = (panel.offsets[positions] + earlier.history - 1)[:, None] + ahead
    known = (earlier.history[:, None] - 1 + ahead) < panel.history[positions][:, None]
    actual = np.where(known, panel.sales[np.minimum(rows, panel.sales.size - 1)], np.float32(np.nan))
    return Window(earlier, positions, actual, panel.frequency.timestamps(earlier.cutoffs.max()[None])[0])


def until(panel: Panel, moment: Moment) -> Panel:
    """The panel as it was at the end of the period of a date: later sales unknown, items that begin later left out.

    >>> import polars as pl
    >>> from foresale.core.frequency import Frequency
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea"]}), starts=np.array([19723]),
    ...              offsets=np.array([0, 5]), history=np.array([5]), sales=np.arange(5, dtype=np.float32))
    >>> until(shop, "2024-01-02").to_frame()["sales"].to_list()
    [0.0, 1.0]
    """
    last = int(panel.frequency.index(np.array([np.datetime64(moment)]))[0])
    return panel.back(np.maximum(panel.cutoffs - last, 0))


@dataclass(frozen=True)
class Split:
    """Three cuts of one panel, each with all the history before it.

    Attributes:
        train: the panel up to the end of the training time.
        validation: up to the end of the validation time, in which models are chosen.
        test: the whole panel; what lies after `validation` is for the last judgement only.
    """

    train: Panel
    validation: Panel
    test: Panel


def split_by_periods(panel: Panel, *, validation: int, test: int) -> Split:
    """Split off the last `test` periods of the panel for testing, and the `validation` periods before those.

    Raises:
        ConfigError: a part without a period.
        DataError: no item has any history before the validation time.
    """
    if min(validation, test) < 1:
        raise ConfigError(f"each part has at least one period, not validation {validation} and test {test}")
    late = panel.cutoffs.max() - panel.cutoffs
    train, chosen = (panel.back(np.maximum(steps - late, 0)) for steps in (validation + test, test))
    return Split(train, chosen, panel)


def split_by_date(panel: Panel, *, train_until: Moment, validation_until: Moment) -> Split:
    """Split at two dates, each the last one of its part.

    Raises:
        ConfigError: the dates are in the wrong order.
        DataError: no item has any history by the first date.
    """
    if not np.datetime64(train_until) < np.datetime64(validation_until):
        raise ConfigError(f"training must end before validation: {train_until} is not before {validation_until}")
    return Split(until(panel, train_until), until(panel, validation_until), panel)
