"""Windows are cut from a panel by position: many at once, without a loop over items."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch
from torch import Tensor

from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.models.batch import Batch
from foresale.training.inputs import Inputs, InputSpec

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
        self._sales = torch.from_numpy(panel.sales.copy())
        self._known = torch.from_numpy(inputs.known)
        self._past = torch.from_numpy(inputs.past)
        self._calendar = torch.from_numpy(inputs.calendar.copy())
        self._codes = torch.from_numpy(inputs.codes)
        self._numbers = torch.from_numpy(inputs.numbers)
        self._offsets = torch.from_numpy(panel.offsets[:-1].copy())
        self._lengths = torch.from_numpy(panel.lengths.copy())
        self._starts = torch.from_numpy(panel.starts - inputs.first)
        self._steps = torch.arange(-context, horizon)
        calendar = [False] * self._calendar.shape[1]
        self._known_numbers = torch.tensor([*spec.numeric("known"), *calendar], dtype=torch.bool)
        self._past_numbers = torch.tensor(spec.numeric("past"), dtype=torch.bool)

    @property
    def channels(self) -> dict[str, int]:
        """How many channels of each kind its batches have, by the names of `NetworkConfig`."""
        known = self._known.shape[1] + self._calendar.shape[1]
        return {"lags": len(self.spec.lags), "known": known, "past": self._past.shape[1],
                "numbers": self._numbers.shape[1]}  # fmt: skip

    def slices(self) -> Iterator[Index]:
        """All items, a few at a time, so that their windows fit into memory."""
        count = len(self.panel)
        size = max(_CELLS_AT_ONCE // (self.context + self.horizon), 1)
        return (np.arange(first, min(first + size, count)) for first in range(0, count, size))

    def batch(self, items: Index, positions: Index) -> Batch:
        """The windows of items [B] at positions [B]."""
        item, position = torch.tensor(items), torch.tensor(positions)
        steps = position[:, None] + self._steps
        inside = (steps >= 0) & (steps < self._lengths[item][:, None])
        rows = self._offsets[item][:, None] + torch.where(inside, steps, 0)
        values, observed = self._read(rows[:, : self.context], inside[:, : self.context])
        lags, lags_observed = self._lagged(item, steps, position)
        days = (self._starts[item][:, None] + steps).clamp(0, self._calendar.shape[0] - 1)
        known = torch.cat([self._known[rows] * inside[..., None], self._calendar[days]], dim=-1)
        past = self._past[rows[:, : self.context]] * inside[:, : self.context, None]
        known = self._centred(known, self._known_numbers, inside)
        past = self._centred(past, self._past_numbers, inside[:, : self.context])
        return Batch(values=values, observed=observed, lags=lags, lags_observed=lags_observed, known=known,
                     past=past, codes=self._codes[item], numbers=self._numbers[item])  # fmt: skip

    def _centred(self, channels: Tensor, numbers: Tensor, inside: Tensor) -> Tensor:
        """Channels [B, T, C] whose numbers are told against their mean over the context.

        A level that drifts for all items alike (a price index, the oil price) would tell the network what day it is,
        and it would learn days by heart.
        """
        if not bool(numbers.any()):
            return channels
        context = channels[:, : self.context]
        count = inside[:, : self.context].sum(dim=1).clamp(min=1)[:, None, None]
        mean = context.sum(dim=1, keepdim=True) / count
        return torch.where(numbers & inside[..., None], channels - mean, channels)

    def actual(self, items: Index, positions: Index) -> tuple[Tensor, Tensor]:
        """Sales over the horizon [B, H] and where they are known [B, H], to learn from or to check against."""
        item, position = torch.tensor(items), torch.tensor(positions)
        steps = position[:, None] + self._steps[self.context :]
        inside = steps < self._lengths[item][:, None]
        return self._read(self._offsets[item][:, None] + torch.where(inside, steps, 0), inside)

    def _read(self, rows: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
        values = self._sales[rows]
        observed = inside & torch.isfinite(values)
        return torch.where(observed, values, 0.0), observed

    def _lagged(self, item: Tensor, steps: Tensor, position: Tensor) -> tuple[Tensor, Tensor]:
        lags = torch.tensor(self.spec.lags, dtype=torch.int64)
        then = steps[..., None] - lags
        inside = (then >= 0) & (then < position[:, None, None])
        return self._read(self._offsets[item][:, None, None] + torch.where(inside, then, 0), inside)
