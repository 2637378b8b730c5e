"""The time structure of sales: level, trend, seasons, festivals, fitted to histories and then to forecasts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Numbers
from foresale.core.chunks import chunks
from foresale.core.classes import whole_units
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.core.regression import no_longer_than, solved
from foresale.explanations.design import Design, design_of
from foresale.explanations.explanation import Component
from foresale.explanations.groups import Group, baseline
from foresale.explanations.layered import Layered
from foresale.explanations.regression import Observed, Prior, diagonal, fit, pooled
from foresale.explanations.regressors import Regressors, columns_of
from foresale.forecasting.effects.layer import Effects as LayerEffects

_SAMPLE: Final = 400  # items that tell what all have in common
_CELLS: Final = 400_000
"""Of regressors at a time: with their products a few MB, which a processor's cache holds."""
_FEWEST_TOGETHER: Final = 8
"""Items at a time, however wide."""
_CERTAIN: Final = 100.0
"""How many observations a step of a forecast, which has no noise, counts as."""
_OWN_DAY: Final = 0.5
"""How far a day of a festival may lie from what the festival's days have in common."""
_FAR: Final = 4.0  # logarithm up to which a remainder counts: a factor of 55
_SHIFT: Final = 0.3  # by how much a forecast's level and slope may differ from the history's: a standard deviation
_TURNS: Final = 5  # of the reweighting
_MID: Final = 20.0  # units that a mean is brought to where sales are no counts, so that the dispersion fits


@dataclass(frozen=True)
class Decomposed:
    """Some items told by structure.

    Attributes:
        items: [n] their positions in the panel.
        level: [n] sales of an average period at the cutoff, in units.
        past: [n, S, P + G] what each part and each covariate group adds in the S periods up to the cutoff, in units.
        sales: [n, S] what was sold, NaN where unknown.
        ahead: [n, H, P] what each part adds over the horizon, in units.
        baseline: [n, P] what festivals and holidays would add over the horizon, were they as before; 0 of other parts.
    """

    items: Index
    level: Numbers = field(repr=False)
    past: Numbers = field(repr=False)
    sales: Numbers = field(repr=False)
    ahead: Numbers = field(repr=False)
    baseline: Numbers = field(repr=False)


@dataclass(frozen=True)
class Structure:
    """What is fitted to a panel as a whole.

    Attributes:
        panel: whose histories are read; nothing after their cutoffs is.
        design: the columns of time.
        groups: the covariate groups.
        regressors: their columns.
        prior: what items have in common, and how far they are apart.
        layered: what festivals, dates and covariates add, where a layer of effects tells it; the panel is without them.
    """

    panel: Panel = field(repr=False)
    design: Design
    groups: tuple[Group, ...]
    regressors: Regressors
    prior: Prior = field(repr=False)
    layered: Layered | None = None

    @classmethod
    def of(
        cls,
        panel: Panel,
        *,
        groups: Sequence[Group],
        horizon: int,
        countries: Sequence[str],
        effects: LayerEffects | None = None,
    ) -> "Structure":
        """What the items of a panel have in common; of many, some 400 are asked.

        Args:
            panel: with its sales as they are.
            groups: of covariates.
            horizon: periods ahead.
            countries: whose festivals count.
            effects: of a layer inside the forecaster; where there is none, festivals and covariates are told by the
                same regression as all else.

        Raises:
            ConfigError: an unknown country.
        """
        if effects is not None:
            layered = Layered.of(panel, effects, groups=groups, horizon=horizon)
            plain = cls._fitted(effects.removed(panel), (), horizon, None)
            return replace(plain, layered=layered)
        return cls._fitted(panel, groups, horizon, countries)

    @classmethod
    def _fitted(
        cls, panel: Panel, groups: Sequence[Group], horizon: int, countries: Sequence[str] | None
    ) -> "Structure":
        cutoff, last = int(panel.cutoffs.max()), int(panel.cutoffs.max()) + horizon
        design = design_of(
            panel.frequency, cutoff=cutoff, longest=int(panel.history.max()), last=last, countries=countries
        )
        base = {name: baseline(panel.covariates[name], panel) for group in groups for name in group.covariates}
        regressors = Regressors(panel, columns_of(panel, groups), base)
        free = design.trend.stop
        spreads = {
            "pooled": np.array([*design.spread("pooled"), *(column.pooled for column in regressors.columns)]),
            "own": np.array([*design.spread("own"), *(column.own for column in regressors.columns)]),
        }
        precision = {}
        for name, spread in spreads.items():
            precision[name] = np.zeros((free + spread.size, free + spread.size))
            precision[name][:free, :free] = design.penalty
            precision[name][free:, free:] = np.diag(diagonal(spread))
        empty = cls(
            panel, design, tuple(groups), regressors, Prior(np.zeros(free + spreads["own"].size), precision["own"])
        )
        sample = np.arange(len(panel))[:: -(-len(panel) // _SAMPLE)]
        mean = pooled(empty._observed(sample)[0], precision["pooled"], free=free, own=np.diag(precision["own"]))
        return cls(panel, design, tuple(groups), regressors, Prior(mean, precision["own"]))

    @property
    def components(self) -> tuple[Component, ...]:
        """The P components of time."""
        parts = tuple(Component(part.name, part.kind) for part in self.design.parts)
        events = () if self.layered is None else self.layered.events
        return (*parts, *(Component(name, "event") for name in events))

    @property
    def width(self) -> int:
        """Periods of history that the columns cover."""
        return int(self.panel.cutoffs.max()) - self.design.first + 1

    def decomposed(self, items: Index, base: Numbers, *, history: int) -> Iterator[Decomposed]:
        """Items by chunks: their past, and their forecasts without covariates.

        Args:
            items: [n] positions in the panel.
            base: [n, H] what is forecast where all covariates are as usual.
            history: periods S of the past to tell.
        """
        width = self.width * max(len(self.regressors.columns), 1)
        for part in chunks(len(items), width=width, cells=max(_CELLS, _FEWEST_TOGETHER * width)):
            yield self._told(items[part], base[part], history=history)

    def _told(self, items: Index, base: Numbers, *, history: int) -> Decomposed:
        observed, unit = self._observed(items)
        coefficients = fit(observed, self.prior)
        at = np.clip(self.panel.cutoffs[items] - self.design.first, 0, None)
        own = coefficients[:, : self.design.values.shape[1]]
        trend = self.design.values[:, self.design.trend]
        bend = own[:, self.design.trend] @ trend.T
        seasonal, lifted = self._parts(own)
        newest = np.take_along_axis(bend, at[:, None], axis=1)[:, 0]
        level = np.exp(observed.offset + newest + lifted) * unit
        places = at[:, None] - np.arange(history)[::-1]
        seen = places >= 0
        rows = np.clip(places, 0, None)
        logs = np.concatenate(
            [
                (np.take_along_axis(bend, rows, axis=1) - newest[:, None])[..., None],
                np.take_along_axis(seasonal, rows[..., None], axis=1),
                self._covariates(observed, coefficients, rows),
            ],
            axis=2,
        )
        if self.layered is not None:
            logs = np.concatenate([logs, self.layered.past(items, history)], axis=2)
            sales = self.layered.sales(items, history)
            ahead, baseline = self._ahead_of_layer(self.layered, items, own, level, base)
        else:
            sales = np.take_along_axis(observed.sales, rows, axis=1) * unit[:, None]
            ahead = in_units(self._ahead(items, own, level, base), level)
            baseline = self._usual(items, own, base, ahead)
        past = in_units(np.where(seen[..., None], logs, 0), level)
        return Decomposed(items, level, past, np.where(seen, sales, np.nan), ahead, baseline)

    def _ahead_of_layer(
        self, layered: Layered, items: Index, own: Numbers, level: Numbers, base: Numbers
    ) -> tuple[Numbers, Numbers]:
        """[n, H, P] in units, and [n, P] what events would add by what they did: for the layer it is the same."""
        events = layered.ahead(items)
        calm = base / np.exp(events.sum(axis=2))
        ahead = in_units(np.concatenate([self._ahead(items, own, level, calm), events], axis=2), level)
        is_event = np.arange(ahead.shape[2]) >= len(self.design.parts)
        return ahead, np.where(is_event, ahead.sum(axis=1), 0.0)

    def _parts(self, own: Numbers) -> tuple[Numbers, Numbers]:
        """[n, T, P − 1] logarithms of all parts but the trend, seasons of factor 1 on average; and what was taken."""
        found = np.empty((len(own), len(self.design.values), len(self.design.parts) - 1))
        taken = np.zeros(len(own))
        for place, part in enumerate(self.design.parts[1:]):
            found[..., place] = own[:, part.columns] @ self.design.values[:, part.columns].T
            excess = excess_of(own[:, part.columns], part.cycle)
            found[..., place] -= excess[:, None]
            taken += excess
        return found, taken

    def _covariates(self, observed: Observed, coefficients: Numbers, rows: Index) -> Numbers:
        """[n, S, G] logarithms."""
        found = np.zeros((*rows.shape, len(self.groups)))
        first = observed.shared.shape[1]
        for place, column in enumerate(self.regressors.columns):
            values = np.take_along_axis(observed.own[..., place], rows, axis=1)
            found[..., column.group] += coefficients[:, first + place, None] * values
        return found

    def _ahead(self, items: Index, own: Numbers, level: Numbers, base: Numbers) -> Numbers:
        """[n, H, P] logarithms: the same parts of a forecast, drawn to what they were in the item's history."""
        horizon = base.shape[1]
        places = self.panel.cutoffs[items][:, None] + 1 + np.arange(horizon) - self.design.first
        columns = self.design.values[np.clip(places, 0, None)][..., self.design.others]
        steps = np.stack([np.ones(horizon), np.arange(1, horizon + 1) / horizon], axis=1)
        both = np.concatenate([np.broadcast_to(steps, (len(items), horizon, 2)), columns], axis=2)
        mean = np.concatenate([np.zeros((len(items), 2)), own[:, self.design.others]], axis=1)
        spread = np.concatenate([[_SHIFT, _SHIFT], self.design.spread("ahead")])
        relative = base / np.maximum(level, 1e-12)[:, None]
        main = self._main_days(places)
        certain = np.where(main.any(axis=2), 1 / (1 / _CERTAIN + _OWN_DAY**2), _CERTAIN)
        decomposed = _of_forecast(relative, both, mean, certain, np.diag(diagonal(spread)))
        logs = np.empty((len(items), horizon, len(self.design.parts)))
        logs[..., 0] = decomposed[:, :2] @ steps.T
        free = self.design.trend.stop
        for place, part in enumerate(self.design.parts[1:], 1):
            chosen = slice(part.columns.start - free + 2, part.columns.stop - free + 2)
            excess = excess_of(decomposed[:, chosen], part.cycle)[:, None]
            logs[..., place] = (both[..., chosen] @ decomposed[:, chosen, None])[..., 0] - excess
            logs[..., 0] += excess
        left = np.clip(np.log(np.maximum(relative, 1e-9)) - logs.sum(axis=2), -_FAR, _FAR)
        share = (
            _beyond_noise(left, main.sum(axis=2) > 0)[..., None] * main / np.maximum(main.sum(axis=2, keepdims=True), 1)
        )
        logs[..., self.design.event_parts] += share * left[..., None]
        return logs

    def _usual(self, items: Index, own: Numbers, base: Numbers, ahead: Numbers) -> Numbers:
        """[n, P] units that events would add by what they did in the past, on what is forecast without them."""
        places = self.panel.cutoffs[items][:, None] + 1 + np.arange(base.shape[1]) - self.design.first
        columns = self.design.values[np.clip(places, 0, None)]
        calm = np.maximum(base - ahead[..., self.design.event_parts].sum(axis=2), 0)
        found = np.zeros((len(items), len(self.design.parts)))
        for place in self.design.event_parts:
            chosen = self.design.parts[place].columns
            logs = (columns[..., chosen] @ own[:, chosen, None])[..., 0]
            found[:, place] = (calm * np.expm1(logs)).sum(axis=1)
        return found

    def _main_days(self, places: Index) -> Numbers:
        """[n, H, E] whether a main day of each event falls into the steps."""
        parts = [self.design.parts[place] for place in self.design.event_parts]
        firsts = [part.columns.start for part in parts if part.has_days]
        found = np.zeros((*places.shape, len(parts)))
        found[..., [part.has_days for part in parts]] = self.design.values[np.clip(places, 0, None)][..., firsts]
        return found

    def _observed(self, items: Index) -> tuple[Observed, Numbers]:
        """Histories over the columns' span, in units [n] of which they are told."""
        panel = self.panel
        places = self.design.first + np.arange(self.width) - panel.starts[items][:, None]
        inside = (places >= 0) & (places < panel.history[items][:, None])
        rows = panel.offsets[items][:, None] + np.where(inside, places, 0)
        sales = np.where(inside, panel.sales[rows], np.nan).astype(np.float64)
        known = np.isfinite(sales)
        total = np.where(known, np.maximum(sales, 0), 0).sum(axis=1)
        mean = total / np.maximum(known.sum(axis=1), 1)
        whole = whole_units(sales).all(axis=1)
        unit = np.where(whole | (mean <= 0), 1.0, mean / _MID)
        offset = np.log(np.maximum(mean / unit, 1e-3))
        columns = self.design.values[: self.width]
        return Observed(sales / unit[:, None], columns, self.regressors.at(items, rows, inside), offset), unit


def in_units(logs: Numbers, level: Numbers) -> Numbers:
    """[n, T, P] what factors, told by their logarithms [n, T, P], add to a level [n]; with it they sum to the product.

    Each gets the share of its logarithm: the logarithmic mean Divisia index (Ang 2004), exact and without an order.

    >>> in_units(np.log([[[2.0, 0.5]]]), np.array([10.0])).round(3).tolist()
    [[[6.931, -6.931]]]
    >>> in_units(np.log([[[2.0, 3.0]]]), np.array([10.0])).sum().round(3).item()
    50.0
    """
    total = logs.sum(axis=2)
    small = np.abs(total) < 1e-6
    mean = np.where(small, 1 + total / 2, np.expm1(total) / np.where(small, 1, total))
    return np.asarray(logs * (mean * level[:, None])[..., None])


def excess_of(coefficients: Numbers, cycle: Numbers) -> Numbers:
    """[n] the logarithm of the mean factor of a season, which belongs to the level; 0 for what is none."""
    if not len(cycle):
        return np.zeros(len(coefficients))
    return np.asarray(np.log(np.exp(coefficients @ cycle.T).mean(axis=1)))


def _beyond_noise(left: Numbers, main: Flags) -> Numbers:
    """[n, H] how much of what is left on the days of an event is its doing: r² / (r² + that of other days)."""
    calm = ~main & (np.abs(left) < _FAR)
    noise = np.where(calm, left**2, 0).sum(axis=1) / np.maximum(calm.sum(axis=1), 1)
    return np.asarray(left**2 / np.maximum(left**2 + noise[:, None], 1e-12))


def _of_forecast(base: Numbers, columns: Numbers, mean: Numbers, certain: Numbers, precision: Numbers) -> Numbers:
    """[n, K] coefficients of forecasts [n, H], by the level, on columns [n, H, K] around a prior mean [n, K].

    `certain` [n, H] is how many observations each step counts as.
    """
    decomposed = mean.copy()
    size = np.maximum(base.mean(axis=1, keepdims=True), 1e-9)
    start = np.exp(np.clip((columns @ decomposed[..., None])[..., 0], -8, 8)).mean(axis=1)
    decomposed[:, 0] += np.clip(np.log(size[:, 0] / start), -8, 8)
    pull = mean @ precision
    for _ in range(_TURNS):
        linear = np.clip((columns @ decomposed[..., None])[..., 0], -12, 12)
        expected = np.exp(linear)
        weight = certain * expected / np.maximum(expected.mean(axis=1, keepdims=True), 1e-9)
        weighted = weight[..., None] * columns
        gram = columns.transpose(0, 2, 1) @ weighted
        cross = (weighted.transpose(0, 2, 1) @ (linear + (base - expected) / expected)[..., None])[..., 0]
        step = solved(gram + precision, cross + pull) - decomposed
        decomposed = decomposed + no_longer_than(
            step, np.abs((columns @ step[..., None])[..., 0]).max(axis=1, initial=0), 2
        )
    return decomposed
