"""Windows are cut from a panel by position: many at once, without a loop over items."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from foresale.core.arrays import Flags, Index, Values
from foresale.core.panel import Panel
from foresale.features.inputs import Inputs, InputSpec
from foresale.networks.arrays import Arrays
from foresale.networks.batch import Batch

_CELLS_AT_ONCE: Final = 600_000
"""Cells of windows at a time: with their channels and states, some hundred MB."""


class Windows:
    """Cuts batches of windows out of one panel.

    A window is an item and a position: how many of the item's rows are past. Nothing at or after the position is read
    but the known covariates, the calendar, and, for `actual`, the sales to learn from.
    """

    def __init__(self, panel: Panel, spec: InputSpec, *, context: int, horizon: int) -> None:
        self.panel = panel
        self.spec = spec
        self.context = context
        self.horizon = horizon
        inputs: Inputs = spec.encode(panel, horizon=horizon)
        before = np.full(context, np.nan, np.float32)
        self._sales = np.concatenate([before, panel.sales])
        self._known = inputs.known
        self._past = inputs.past
        self._calendar = inputs.calendar
        self._codes = inputs.codes
        self._numbers = inputs.numbers
        self._offsets = panel.offsets[:-1]
        self._lengths = panel.lengths
        self._starts = panel.starts - inputs.first
        self._steps = np.arange(-context, horizon)
        self._known_numbers = np.array([*spec.numeric("known"), *[False] * inputs.calendar.shape[1]], bool)
        self._past_numbers = np.array(spec.numeric("past"), bool)

    @property
    def channels(self) -> dict[str, int]:
        """How many channels of each kind its batches have, by the names of `NetworkConfig`."""
        known = self._known.shape[1] + self._calendar.shape[1]
        return {
            "lags": len(self.spec.lags),
            "known": known,
            "past": self._past.shape[1],
            "numbers": self._numbers.shape[1],
        }

    def slices(self) -> Iterator[Index]:
        """All items, a few at a time, so that their windows fit into memory."""
        count = len(self.panel)
        size = max(_CELLS_AT_ONCE // (self.context + self.horizon), 1)
        return (np.arange(first, min(first + size, count)) for first in range(0, count, size))

    def batch(self, items: Index, positions: Index) -> Batch[Arrays]:
        """The windows of items [B] at positions [B]."""
        steps = positions[:, None] + self._steps
        inside = (steps >= 0) & (steps < self._lengths[items][:, None])
        runs = sliding_window_view(self._sales, self.context)[self._offsets[items] + positions]
        observed = inside[:, : self.context] & np.isfinite(runs)
        lags, lags_observed = self._lagged(items, steps, positions)
        known, past = self._channels(items, steps, inside)
        return Batch(
            values=np.where(observed, runs, np.float32(0)),
            observed=observed,
            lags=lags,
            lags_observed=lags_observed,
            known=known,
            past=past,
            codes=self._codes[items],
            numbers=self._numbers[items],
        )

    def _channels(self, items: Index, steps: Index, inside: Flags) -> tuple[Values, Values]:
        """[B, L + H, K] what is known ahead at steps [B, L + H], and [B, L, P] of the past."""
        if not any(part.shape[1] for part in (self._known, self._past, self._calendar)):
            return np.zeros((*steps.shape, 0), np.float32), np.zeros((len(steps), self.context, 0), np.float32)
        rows = self._offsets[items][:, None] + np.where(inside, steps, 0)
        days = (self._starts[items][:, None] + steps).clip(0, len(self._calendar) - 1)
        known = np.concatenate([self._known[rows] * inside[..., None], self._calendar[days]], axis=-1)
        past = self._past[rows[:, : self.context]] * inside[:, : self.context, None]
        return (
            self._centred(known, self._known_numbers, inside),
            self._centred(past, self._past_numbers, inside[:, : self.context]),
        )

    def _centred(self, channels: Values, numbers: Flags, inside: Flags) -> Values:
        """Channels [B, T, C] whose numbers are told against their mean over the context.

        A level that drifts for all items alike (a price index, the oil price) would tell the network what day it is,
        and it would learn days by heart.
        """
        if not numbers.any():
            return channels
        context = channels[:, : self.context]
        count = inside[:, : self.context].sum(axis=1).clip(min=1)[:, None, None]
        mean = context.sum(axis=1, keepdims=True) / count.astype(np.float32)
        return np.where(numbers & inside[..., None], channels - mean, channels)

    def actual(self, items: Index, positions: Index) -> tuple[Values, Flags]:
        """Sales over the horizon [B, H] and where they are known [B, H], to learn from or to check against."""
        steps = positions[:, None] + self._steps[self.context :]
        inside = steps < self._lengths[items][:, None]
        return self._read(self._offsets[items][:, None] + np.where(inside, steps, 0), inside)

    def _read(self, rows: Index, inside: Flags) -> tuple[Values, Flags]:
        values = self._sales[rows + self.context]
        observed = inside & np.isfinite(values)
        return np.where(observed, values, np.float32(0)), observed

    def _lagged(self, items: Index, steps: Index, positions: Index) -> tuple[Values, Flags]:
        then = steps[..., None] - np.array(self.spec.lags, np.int64)
        inside = (then >= 0) & (then < positions[:, None, None])
        return self._read(self._offsets[items][:, None, None] + np.where(inside, then, 0), inside)
