"""How fine-tuned networks and heads see the windows of a panel."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Values
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency, Index
from foresale.core.panel import Panel
from foresale.features.inputs import InputSpec
from foresale.features.windows import Windows
from foresale.forecasting.pretrained import Specialist, windows_of_sales
from foresale.networks.adapters import AdapterConfig, AdapterInput, Beside
from foresale.networks.arrays import Arrays
from foresale.networks.scaling import InstanceScale
from foresale.training.finetune.example import Example

_WHOLE: Final = 1 - 1e-6
"""Share of a period with stock on hand below which its sales are a lower bound."""


@dataclass(frozen=True)
class AdapterSpec:
    """How windows of a panel are seen: sales, and what adapters read beside them.

    Attributes:
        specialist: the networks as they were, with their context and lags.
        frequency: the grid that was learnt from.
        inputs: the channels that adapters read, or None.
    """

    specialist: Specialist = field(repr=False)
    frequency: Frequency
    inputs: InputSpec | None

    def over(self, panel: Panel, *, horizon: int) -> "AdapterDataset":
        """The windows of a panel."""
        whole = windows_of_sales(panel, context=self.specialist.span, horizon=horizon)
        if self.inputs is None:
            return AdapterDataset(self, whole, None)
        return AdapterDataset(
            self, whole, Windows(panel, self.inputs, context=self.specialist.context, horizon=horizon)
        )


@dataclass(frozen=True)
class AdapterDataset:
    """The windows of one panel, as they are seen.

    Attributes:
        view: how.
        whole: the windows of the sales.
        beside: the windows of what adapters read, or None.
        bounds: what was sold while there was too little stock, or None.
        values: [N] what a unit of each item is worth, or None where all count alike.
    """

    view: AdapterSpec
    whole: Windows
    beside: Windows | None
    bounds: "Bounds | None" = None
    values: Values | None = None

    @property
    def reads(self) -> AdapterConfig:
        """What adapters find to read."""
        if self.beside is None or self.view.inputs is None:
            return AdapterConfig()
        channels = self.beside.channels
        codes = tuple(len(static.labels) + 1 for static in self.view.inputs.statics if static.labels)
        return AdapterConfig(known=channels["known"], categories=codes, numbers=channels["numbers"])

    def adapter_input(self, items: Index, positions: Index) -> AdapterInput[Arrays]:
        """The windows of items [B] at positions [B]."""
        specialist = self.view.specialist
        batch = specialist.batch(self.whole, items, positions)
        if self.beside is None:
            beside = Beside(batch.known[..., :0], batch.codes, batch.numbers)
        else:
            read = self.beside.batch(items, positions)
            beside = Beside(read.known, read.codes, read.numbers)
        return AdapterInput(batch, specialist.encoding.turned(batch), beside)

    def example(self, items: Index, positions: Index) -> Example[Arrays]:
        """The same with what followed."""
        shown = self.adapter_input(items, positions)
        actual, known = self.whole.actual(items, positions)
        censored = np.zeros_like(known)
        if self.bounds is not None:
            actual, known, censored = self.bounds.actual(items, positions)
        weight = np.ones(len(items), np.float32)
        if self.values is not None:
            scale = InstanceScale.of(shown.batch.values, shown.batch.observed)
            weight = self.values[items] * scale.scale[:, 0]
            weight = weight / weight.mean().clip(min=1e-9)
        return Example(shown, np.where(known, actual, np.float32(0)), known, censored, weight)


@dataclass(frozen=True)
class Bounds:
    """Sales of periods with too little stock, which are the least that would have been sold."""

    sales: Windows
    available: Windows

    @classmethod
    def split(cls, panel: Panel, *, horizon: int) -> "tuple[Panel, Bounds | None]":
        """A panel in which such sales are unknown, and the bounds that they are; None where stock is not known."""
        if panel.available is None:
            return panel, None
        short = panel.available < _WHOLE
        hidden = replace(panel, sales=np.where(short, np.float32(np.nan), panel.sales))
        stock = replace(panel, sales=panel.available.copy())
        return hidden, cls(*(windows_of_sales(each, context=1, horizon=horizon) for each in (panel, stock)))

    def actual(self, items: Index, positions: Index) -> tuple[Values, Flags, Flags]:
        """Sales over the horizon [B, H], where they are known, and where they are the least that could be."""
        sales, known = self.sales.actual(items, positions)
        available, told = self.available.actual(items, positions)
        return sales, known, known & told & (available < _WHOLE)


def values_of(panel: Panel, name: str) -> Values:
    """[N] what a unit of each item is worth: a static column, or the mean of a covariate over its history.

    Unknown ones count as much as the mean of the others.

    Raises:
        ConfigError: no numbers of that name, or negative ones.
    """
    if name in panel.items.columns:
        values = panel.items[name].cast(pl.Float64, strict=False).to_numpy().astype(np.float64)
    elif name in panel.covariates and not panel.covariates[name].categories:
        values = panel.item_means(np.where(panel.is_history, panel.covariates[name].values, np.float32(np.nan)))
    else:
        raise ConfigError(f"no column or covariate {name!r} with numbers tells what an item is worth")
    seen = values[np.isfinite(values)]
    if not seen.size or seen.min() < 0 or not seen.max() > 0:
        raise ConfigError(f"{name!r} does not tell what an item is worth: give numbers of 0 or more")
    return np.where(np.isfinite(values), values, seen.mean()).astype(np.float32)
