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
from foresale.forecasting.reconcile.errors import past_errors, variances
from foresale.forecasting.reconcile.hierarchical import HierarchicalForecast
from foresale.forecasting.reconcile.solve import minimum_trace, top_down

Method = Literal["mint", "wls-variance", "wls-structure", "top-down", "bottom-up"]
METHODS: Final = get_args(Method)
_OF_ERRORS: Final = ("mint", "wls-variance")
"""Methods that measure past errors, for which everything is forecast once more for each window."""
_MOST: Final = 5_000
"""Groups, whose number squared is the size of the system to be solved."""
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
        ConfigError: an unknown method or column, windows below zero, more than 5,000 groups.

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
    if tree.size > _MOST:
        raise ConfigError(f"a hierarchy has at most {_MOST:,} groups, not {tree.size:,}: take levels of fewer values")
    whole = grouped(even, tree)
    seer = groups or forecaster
    base = (forecaster.forecast(even, horizon=horizon), seer.forecast(whole.panel, horizon=horizon))
    means = _fixed(*base, method=method)
    if means is None:
        seen = windows if method in _OF_ERRORS else 0
        errors = (past_errors(even, forecaster, horizon=horizon, windows=seen),
                  past_errors(whole.panel, seer, horizon=horizon, windows=seen))  # fmt: skip
        covariance = _covariance(method, base, errors, hierarchy=tree)
        means = minimum_trace(base[0].mean, base[1].mean, hierarchy=tree, covariance=covariance)
    items = replace(base[0], notes=(*base[0].notes, *_notes(panel, even, whole, base[1])))
    return HierarchicalForecast.of(items, base[1], means, hierarchy=tree, method=method)


def _fixed(items: Forecast, groups: Forecast, *, method: Method) -> Sums | None:
    """[N, H] means of a method that asks for no covariance."""
    own = items.mean.astype(np.float64)
    if method == "bottom-up":
        return own
    return top_down(own, groups.mean) if method == "top-down" else None


def _covariance(method: Method, base: tuple[Forecast, Forecast], errors: tuple[Values, Values], *,
                hierarchy: Hierarchy) -> ErrorCovariance:  # fmt: skip
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
