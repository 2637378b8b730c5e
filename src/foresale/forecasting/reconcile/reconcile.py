"""From a panel and a forecaster to forecasts of items, groups and the total that add up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.hierarchy import Hierarchy
from foresale.core.panel import Panel, Values
from foresale.core.protocols import Forecaster
from foresale.forecasting.reconcile.aggregate import Grouped, aligned, grouped
from foresale.forecasting.reconcile.covariance import ErrorCovariance
from foresale.forecasting.reconcile.errors import past_errors, variances
from foresale.forecasting.reconcile.hierarchical import HierarchicalForecast, moved
from foresale.forecasting.reconcile.solve import minimum_trace, top_down

Method = Literal["mint", "wls-variance", "wls-structure", "top-down", "bottom-up"]
METHODS: Final = get_args(Method)
_OF_ERRORS: Final = ("mint", "wls-variance")
"""Methods that measure past errors, for which everything is forecast once more for each window."""
_MOST: Final = 5_000
"""Groups, whose number squared is the size of the system to be solved."""
_NOTICED: Final = 0.01  # share of a group's sales that is estimated, from which on it is said


@dataclass(frozen=True)
class Reconciled:
    """A forecaster whose forecasts of items add up to those of groups and the total, each first made for itself.

    As a forecaster it takes the place of the one it holds, in backtests too; `hierarchical` also gives the groups.

    Attributes:
        forecaster: who forecasts the items, and the groups where no other does.
        by: the columns to add up by (see `Hierarchy.of`).
        method: "bottom-up" leaves the items as they are. "top-down" shares out the total. The others weigh all
            forecasts: "wls-structure" by how many items a group has, "wls-variance" by the variance of past errors,
            "mint" also by how past errors vary together.
        windows: cutoffs before the panel's own from which errors are measured; fewer where the history is short.
        groups: who forecasts the groups; for a forecaster that has learnt what a single item is.

    Raises:
        ConfigError: an unknown method, windows below zero.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> model = Reconciled(SeasonalNaive(), by=("category",))
    >>> model.forecast(shop(items=6, periods=90), horizon=7).model
    'seasonal-naive, mint'
    """

    forecaster: Forecaster
    by: tuple[str, ...]
    method: Method = "mint"
    windows: int = 4
    groups: Forecaster | None = None

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ConfigError(f"unknown method {self.method!r} to reconcile by; there are {', '.join(METHODS)}")
        if self.windows < 0:
            raise ConfigError(f"windows is zero or more, not {self.windows}")

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return f"{self.forecaster.name}, {self.method}"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """The items over the `horizon` periods after the latest cutoff; those that end earlier are unknown up to there.

        Raises:
            ConfigError: a column that is not there, more than 5,000 groups.
        """
        base = self._base(panel, horizon)
        return moved(base.items, base.means)

    def hierarchical(self, panel: Panel, *, horizon: int) -> HierarchicalForecast:
        """The items of `forecast`, all groups and the total.

        Raises:
            ConfigError: a column that is not there, more than 5,000 groups.
        """
        base = self._base(panel, horizon)
        return HierarchicalForecast.of(base.items, base.groups, base.means, hierarchy=base.tree, method=self.method)

    def _base(self, panel: Panel, horizon: int) -> "_Base":
        even = aligned(panel)
        tree = Hierarchy.of(even, self.by)
        if tree.size > _MOST:
            raise ConfigError(f"at most {_MOST:,} groups can be reconciled, not {tree.size:,}: leave out a level")
        whole = grouped(even, tree)
        sides = ((even, self.forecaster), (whole.panel, self.groups or self.forecaster))
        items, groups = (seer.forecast(side, horizon=horizon) for side, seer in sides)
        windows = self.windows if self.method in _OF_ERRORS else 0
        errors = [
            past_errors(side, seer, now, windows=windows)
            for (side, seer), now in zip(sides, (items, groups), strict=True)
        ]
        means = _means((items, groups), errors, hierarchy=tree, method=self.method)
        notes = (*items.notes, *_notes(panel, even, whole, groups))
        return _Base(replace(items, notes=notes, model=self.name), replace(groups, model=self.name), means, tree)


@dataclass(frozen=True)
class _Base:
    """Base forecasts of items and groups, and the means [N, H] that the items are moved to."""

    items: Forecast
    groups: Forecast
    means: Numbers
    tree: Hierarchy


def reconciled(
    panel: Panel, forecaster: Forecaster, *, horizon: int, hierarchy: Sequence[str], method: Method = "mint"
) -> HierarchicalForecast:
    """Forecasts of items, groups and the total that add up, with the settings of `Reconciled` as they are.

    Args:
        panel: of the items, cleaned.
        forecaster: who forecasts the items and the groups.
        horizon: periods after the latest cutoff of any item.
        hierarchy: the columns to add up by.
        method: one of `METHODS`.

    Raises:
        ConfigError: an unknown method or column, more than 5,000 groups.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> found = reconciled(shop(items=6, periods=90), SeasonalNaive(), horizon=7, hierarchy=["category"])
    >>> bool(np.allclose(found.level("total").mean[0], found.items.mean.sum(axis=0), rtol=1e-6))
    True
    """
    return Reconciled(forecaster, tuple(hierarchy), method).hierarchical(panel, horizon=horizon)


def _means(
    base: tuple[Forecast, Forecast], errors: Sequence[Values], *, hierarchy: Hierarchy, method: Method
) -> Numbers:
    """[N, H] reconciled means of the items."""
    items, groups = (forecast.mean.astype(np.float64) for forecast in base)
    if method == "bottom-up":
        return items
    if method == "top-down":
        return top_down(items, groups)
    covariance = _covariance(method, base, errors, hierarchy=hierarchy)
    return minimum_trace(items, groups, hierarchy=hierarchy, covariance=covariance)


def _covariance(
    method: Method, base: tuple[Forecast, Forecast], errors: Sequence[Values], *, hierarchy: Hierarchy
) -> ErrorCovariance:
    """How the errors of items and groups vary, as far as a method asks for it."""
    if method == "wls-structure":
        return ErrorCovariance.structural(hierarchy)
    own, whole = (variances(part, forecast) for part, forecast in zip(errors, base, strict=True))
    if method == "wls-variance" or not errors[0].shape[1]:
        return ErrorCovariance.diagonal(own, whole)
    return ErrorCovariance.shrunk(np.concatenate(errors), np.concatenate([own, whole]), items=len(own))


def _notes(panel: Panel, even: Panel, whole: Grouped, sums: Forecast) -> list[str]:
    """What was assumed beyond the forecast of the items alone."""
    notes = []
    late = int((panel.cutoffs < even.cutoffs[0]).sum())
    if late:
        notes.append(f"Items whose sales end before the latest period, forecast from there on like all: {late:,}.")
    ahead = (panel.starts + panel.lengths).min() - even.cutoffs[0] - 1
    if panel.known and even.future[0] > ahead < sums.horizon:
        short = int((panel.starts + panel.lengths <= even.cutoffs[0] + sums.horizon).sum())
        notes.append(f"Items whose covariates are not known over the whole horizon, and unknown from there: {short:,}.")
    guessed = whole.estimated > _NOTICED
    if guessed.any():
        share = float(whole.estimated.max())
        notes.append(
            f"Groups in which the unknown sales of some items were estimated in more than 1 % of the periods: "
            f"{int(guessed.sum()):,} of {guessed.size:,} (at most {share:.0%} of the periods)."
        )
    notes += [note for note in whole.panel.notes if note not in panel.notes]
    if sums.fallbacks:
        notes.append(f"Groups that were forecast by a simpler model: {len(sums.fallbacks):,}.")
    return notes
