"""The covariates known ahead as causes: which belong together, and what each would be if nothing were done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.chunks import chunks
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel, Values
from foresale.features.covariate_spec import CovariateSpec
from foresale.forecasting.naive import recent_sales

_QUARTER: Final = 0.25
"""Of a year: how far back the usual value of a number is looked for; older prices are of another time."""
_FEWEST: Final = 8
"""Periods that a usual value is told by, at least."""


@dataclass(frozen=True)
class Group:
    """Covariates that are switched on and off together.

    Attributes:
        name: of the component.
        covariates: their names.
    """

    name: str
    covariates: tuple[str, ...]


def groups_of(panel: Panel, named: Mapping[str, Sequence[str]]) -> tuple[Group, ...]:
    """The groups of the covariates that are known ahead, in the order of the panel.

    Raises:
        ConfigError: a group names a covariate that the panel does not know ahead.

    >>> from foresale.data.synthetic import shop
    >>> [group.name for group in groups_of(shop(items=2, periods=30), {})]
    ['price', 'promotion']
    """
    known = [covariate.name for covariate in panel.known]
    for name, columns in named.items():
        strange = [column for column in columns if column not in known]
        if strange:
            raise ConfigError(f"the group {name!r} names {strange[0]!r}; known ahead are: {', '.join(known) or 'none'}")
    owner = {column: name for name, columns in named.items() for column in columns}
    names = dict.fromkeys(owner.get(column, column) for column in known)
    return tuple(Group(name, tuple(c for c in known if owner.get(c, c) == name)) for name in names)


def baseline(covariate: Covariate, panel: Panel) -> Values:
    """[N] what a covariate is for each item when nothing is done; NaN where it was never known.

    Of flags and labels it is the most frequent one in the item's history (no promotion), of numbers the median of the
    newest quarter of a year (the usual price). An item that knows none has that of the others. Nothing after the
    cutoffs is read.

    >>> from foresale.data.synthetic import shop
    >>> garden = shop(items=3, periods=200)
    >>> baseline(garden.covariates["promotion"], garden).tolist()
    [0.0, 0.0, 0.0]
    """
    spec = CovariateSpec.of(covariate, panel)
    if not spec.seen.size:
        return np.full(len(panel), np.nan, np.float32)
    if spec.kind in {"label", "flag"}:
        return _most_frequent(covariate.values, panel, kinds=max(len(covariate.categories), 2))
    return _newest_median(covariate, panel, otherwise=float(np.median(spec.seen)))


def _most_frequent(values: Values, panel: Panel, *, kinds: int) -> Values:
    known = panel.is_history & np.isfinite(values)
    place = panel.owners[known] * kinds + values[known].astype(np.int64)
    counts = np.bincount(place, minlength=len(panel) * kinds).reshape(len(panel), kinds)
    own = np.argmax(counts, axis=1)
    return np.where(counts.any(axis=1), own, np.argmax(counts.sum(axis=0))).astype(np.float32)


def _newest_median(covariate: Covariate, panel: Panel, *, otherwise: float) -> Values:
    span = recent_span(panel.frequency)
    finite = np.where(np.isfinite(covariate.values), covariate.values, np.float32(np.nan))
    beside = replace(panel, sales=finite, covariates={}, available=None)
    found = np.empty(len(panel), np.float32)
    for part in chunks(len(panel), width=span):
        items = np.arange(part.start, part.stop)
        recent = recent_sales(beside, items, most=span)
        known = np.isfinite(recent).any(axis=1)
        found[items[known]] = np.nanmedian(recent[known], axis=1)
        found[items[~known]] = otherwise
    return found


def recent_span(frequency: Frequency) -> int:
    """Periods of a quarter of a year, at least eight."""
    return max(round(_QUARTER * frequency.per_year), _FEWEST)


def acting(panel: Panel, group: Group, usual_values: Mapping[str, Values], *, horizon: int) -> npt.NDArray[np.bool_]:
    """[N] whether anything of a group differs over the horizon from what is usual."""
    within = ~panel.is_history & ~panel.since(panel.history + horizon)
    found = np.zeros(len(panel), bool)
    for name in group.covariates:
        values = panel.covariates[name].values
        base = np.repeat(usual_values[name], panel.lengths)
        differs = within & np.isfinite(values) & np.isfinite(base) & (values != base)
        found |= np.bincount(panel.owners[differs], minlength=len(panel)) > 0
    return found


def switched(
    panel: Panel, groups: Sequence[Group], on: npt.NDArray[np.bool_], usual_values: Mapping[str, Values]
) -> Panel:
    """The panel whose future is as if some groups were not there for some items; the past stays as it was.

    Args:
        panel: as it is.
        groups: the G groups.
        on: [N, G] which of them are there.
        usual_values: by covariate, [N] what it is when nothing is done.
    """
    future = ~panel.is_history
    owners = panel.owners
    changed = dict(panel.covariates)
    for place, group in enumerate(groups):
        off = future & ~on[owners, place]
        for name in group.covariates:
            values = panel.covariates[name].values
            base = usual_values[name][owners]
            hit = off & np.isfinite(values) & np.isfinite(base)
            changed[name] = replace(panel.covariates[name], values=np.where(hit, base, values).astype(np.float32))
    return replace(panel, covariates=changed)
