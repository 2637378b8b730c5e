"""From a panel and a forecaster to forecasts of items, groups and the total that add up."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal, get_args

import numpy as np

from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.hierarchy import Hierarchy, Sums
from foresale.core.panel import Panel, Values
from foresale.core.protocols import Forecaster
from foresale.forecasting.reconcile.aggregate import Grouped, aligned, grouped
from foresale.forecasting.reconcile.covariance import ErrorCovariance
from foresale.forecasting.reconcile.errors import past_errors, persistence, variances
from foresale.forecasting.reconcile.hierarchical import HierarchicalForecast
from foresale.forecasting.reconcile.solve import minimum_trace, top_down

Method = Literal["mint", "wls-variance", "wls-structure", "top-down", "bottom-up"]
METHODS: Final = get_args(Method)
_OF_ITEMS: Final = ("mint", "wls-variance")
"""Methods that need the errors of the items, so that every item is forecast once more for each window."""
_NOTICED: Final = 0.01


def reconciled(panel: Panel, forecaster: Forecaster, *, horizon: int, hierarchy: Hierarchy | Sequence[str],
               method: Method = "mint", windows: int = 4, groups: Forecaster | None = None
               ) -> HierarchicalForecast:  # fmt: skip
    """Forecasts of items, groups and the total, each made for itself and then made to add up.

    Args:
        panel: of the items, cleaned.
        forecaster: who forecasts the items, and the groups where no other does.
        horizon: periods after the latest cutoff of any item; items that end earlier are unknown up to there.
        hierarchy: the columns to add up by (see `Hierarchy.of`).
        method: "bottom-up" leaves the items as they are. "top-down" shares out the total. The others weigh all
            forecasts: "wls-structure" by how many items a group has, "wls-variance" by the variance of past errors,
            "mint" also by how past errors vary together.
        windows: cutoffs before the panel's own from which errors are measured; fewer where the history is short.
        groups: who forecasts the groups.

    Raises:
        ConfigError: an unknown method or column, windows below zero.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> found = reconciled(shop(items=6, periods=90), SeasonalNaive(), horizon=7, hierarchy=["category"])
    >>> bool(np.allclose(found.level("total").mean[0], found.items.mean.sum(axis=0), rtol=1e-6))
    True
    """
    if method not in METHODS:
        raise ConfigError(f"unknown method {method!r} to reconcile by; there are {', '.join(METHODS)}")
    if windows < 0:
        raise ConfigError(f"windows is zero or more, not {windows}")
    even = aligned(panel)
    tree = hierarchy if isinstance(hierarchy, Hierarchy) else Hierarchy.of(even, hierarchy)
    whole = grouped(even, tree)
    seer = groups or forecaster
    items, sums = forecaster.forecast(even, horizon=horizon), seer.forecast(whole.panel, horizon=horizon)
    sum_errors = past_errors(whole.panel, seer, horizon=horizon, windows=windows)
    item_errors = past_errors(even, forecaster, horizon=horizon, windows=windows if method in _OF_ITEMS else 0)
    base = _Base(items, sums, item_errors, sum_errors, tree)
    means = base.means(method)
    notes = _notes(panel, even, whole, sums)
    return HierarchicalForecast.of(replace(items, notes=(*items.notes, *notes)), sums, means, hierarchy=tree,
                                   method=method, persistence=persistence(sum_errors))  # fmt: skip


class _Base:
    """The base forecasts of items and groups, and the errors they made before."""

    def __init__(self, items: Forecast, groups: Forecast, item_errors: Values, group_errors: Values, tree: Hierarchy
                 ) -> None:  # fmt: skip
        self.items, self.groups, self.tree = items, groups, tree
        self._errors = item_errors, group_errors

    def means(self, method: Method) -> Sums:
        """[N, H] reconciled means of the items."""
        own = self.items.mean.astype(np.float64)
        if method == "bottom-up":
            return own
        if method == "top-down":
            return top_down(own, self.groups.mean)
        return minimum_trace(own, self.groups.mean, hierarchy=self.tree, covariance=self._covariance(method))

    def _covariance(self, method: Method) -> ErrorCovariance:
        if method == "wls-structure":
            return ErrorCovariance.structural(self.tree)
        own, whole = (variances(errors, forecast)
                      for errors, forecast in zip(self._errors, (self.items, self.groups), strict=True))  # fmt: skip
        together = np.concatenate([part.reshape(len(part), -1) for part in self._errors])
        if method == "wls-variance" or together.shape[1] < 2:
            return ErrorCovariance.diagonal(own, whole)
        return ErrorCovariance.shrunk(together, np.concatenate([own, whole]), items=len(own))


def _notes(panel: Panel, even: Panel, whole: Grouped, sums: Forecast) -> list[str]:
    """What was assumed beyond the forecast of the items alone."""
    notes = []
    late = int((panel.cutoffs < even.cutoffs[0]).sum())
    if late:
        notes.append(f"Items whose sales end before the latest period, forecast from there on like all: {late:,}.")
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
