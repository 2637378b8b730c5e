"""Events on weeks and longer periods: how many days of each lie how far before or after a feast.

A week holds the days before Christmas in part, and another part of them every year. What each kind of day adds is told
by a Bayesian linear regression of the logarithm of sales over expected sales on the shares of days (Gelman et al. 2013,
chapter 14); whether there is an effect at all, by the odds of the regression against none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.calendar.occurrences import Occurrence, occurrences
from foresale.core.arrays import TINY, Numbers
from foresale.core.frequency import Frequency, Index
from foresale.core.regression import solved
from foresale.forecasting.effects.cells import MOST_SQUARED, USUAL_CHANGE, Cells, column_effects
from foresale.forecasting.effects.shrinkage import Posterior, drawn

_EDGES: Final = (3, 7, 14, 21, 28)
"""Days before a feast up to which days are alike."""
_AFTER: Final = (3, 7)
_PARTS: Final = 6
"""Parts of a month: five days each, the last one longer."""
_FEAST: Final = 0.3
"""Probability that a feast moves sales, before anything was seen."""
_WIDE, _NARROW = 0.6, 0.15
"""Standard deviations of the effects of a period that lies wholly at a feast, or in a part of a month."""
_USUAL_TIMES: Final = 8.0  # periods that the usual spread of a period counts as
_USUAL_OF_PERIODS: Final = 0.05
"""How much one period differs from what it should be where nothing tells it, and how many times that counts as much."""
_MOST_SPARE: Final = 3.0  # factor by which few periods widen their own spread, at the most
_OWN: Final = 0.05  # chance that an item differs from all, before sales are seen
_HUBER: Final = 1.5  # standard deviations from which on an effect is drawn in (Huber 1964)
_HUBER_ROUNDS: Final = 3  # of the reweighting
_FELT: Final = 0.01  # logarithm: 1 % of sales
_BETWEEN: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Variances of the effects of groups that are tried, as shares of that of effects."""
_MOVES: Final = 0.1  # of a period's days by which a feast moves from year to year


@dataclass(frozen=True)
class Shares:
    """Of consecutive periods, the share of days of each kind.

    Attributes:
        name: of the event.
        kind: "feast" or "month".
        values: [C, K].
        titles: [K] the kinds of days in words.
        estimated: whether dates to come are estimates.
    """

    name: str
    kind: str
    values: Numbers = field(repr=False)
    titles: tuple[str, ...] = field(repr=False)
    estimated: bool = False


@dataclass(frozen=True)
class ShareEffects:
    """What is believed of the kinds of days for all items together.

    Attributes:
        common: [K] what each adds to a period that it fills.
        curves: [1, C], or [G, C] by group, the effects on all columns.
        change: τ: by how much one period differs from what it should be.
        between: variance of the items' amplitudes around 1.
        times: how many periods told it.
    """

    common: Posterior
    curves: Numbers = field(repr=False)
    change: float = USUAL_CHANGE
    between: float = 0.0
    times: int = 0

    @property
    def own(self) -> float:
        """Probability that a group has an effect of its own."""
        return float(np.abs(self.curves).max(initial=0.0) > _FELT)

    def curves_of(self, group: Index | None) -> Numbers:
        """[1 or n, C] the curve of each item."""
        return self.curves if len(self.curves) == 1 or group is None else self.curves[group]

    def of_items(self, cells: Cells) -> Posterior:
        """[n, 1] by how much more or less than all the items react: amplitudes around 1."""
        amplitude, variance = _amplitudes(self.curves_of(cells.group), cells, self.change)
        center = np.ones(1)
        found = drawn(amplitude[:, None], variance[:, None], center=center, between=self.between, slab=1.0, prior=_OWN)
        return Posterior(np.clip(found.mean, -1.0, 4.0), found.variance, found.probability)


def feast_shares(
    frequency: Frequency, positions: Index, *, countries: Sequence[str] = (), late: int = 0
) -> list[Shares]:
    """The shares of every feast and public holiday in consecutive periods of several days.

    Of months and longer only feasts count that move from one period to another: the others are the season's.

    Args:
        frequency: the grid.
        positions: consecutive.
        countries: whose feasts count.
        late: by how many days periods are stamped after they begin: 6 where a week is stamped by its last day.

    Raises:
        ConfigError: an unknown country.

    >>> weekly = Frequency("week", anchor=4 * 86_400_000_000)
    >>> [share.name for share in feast_shares(weekly, np.arange(2860, 2864))]
    ['Halloween', 'Double 11', 'Black Friday', 'Christmas']
    """
    edges = period_edges(frequency, positions) - late
    by_feast: dict[str, list[Occurrence]] = {}
    for own in occurrences(int(edges[0]), int(edges[-1]) - 1, countries=countries):
        by_feast.setdefault(own.feast, []).append(own)
    found = [_feast(times, edges) for times in by_feast.values()]
    season = frequency.season if frequency.unit == "month" else 0
    return [share for share in found if share.titles and (not season or _moves(share.values, season))]


def month_shares(frequency: Frequency, positions: Index, *, late: int = 0) -> list[Shares]:
    """The shares of the parts of a month in consecutive weeks; of longer periods none, since they hold all of them."""
    if frequency.unit != "week":
        return []
    edges = period_edges(frequency, positions) - late
    days = np.arange(edges[0], edges[-1])
    stamps = days.astype("datetime64[D]")
    part = np.minimum(
        (stamps - stamps.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) // 5, _PARTS - 1
    )
    values = np.add.reduceat((part[:, None] == np.arange(_PARTS)).astype(float), edges[:-1] - edges[0], axis=0)
    titles = tuple(f"days {5 * number + 1} to {5 * number + 5}" for number in range(_PARTS))
    return [Shares("month", "month", values / np.diff(edges)[:, None], titles)]


def period_edges(frequency: Frequency, positions: Index) -> Index:
    """[C + 1] the days after 1970-01-01 on which consecutive periods begin, and the end of the last."""
    return frequency.first_days(np.append(positions, positions[-1] + 1))


def _feast(times: Sequence[Occurrence], edges: Index) -> Shares:
    """Days of the periods by their distance to a feast."""
    longest = max(own.first - own.begins for own in times)
    after = max(own.ends - own.last for own in times)
    before_edges = [edge for edge in _EDGES if edge < longest] + ([longest] if longest else [])
    after_edges = [edge for edge in _AFTER if edge < after] + ([after] if after else [])
    count = len(before_edges) + 1 + len(after_edges)
    kinds = np.full(int(edges[-1] - edges[0]), -1)
    for own in times:
        days = np.arange(own.begins, own.ends + 1)
        early, behind = own.first - days, days - own.last
        kind = np.where(early > 0, 1 + np.searchsorted(before_edges, early), 0)
        kind = np.where(behind > 0, 1 + len(before_edges) + np.searchsorted(after_edges, behind), kind)
        inside = (days >= edges[0]) & (days < edges[-1])
        kinds[days[inside] - edges[0]] = kind[inside]
    one_hot = (kinds[:, None] == np.arange(count)).astype(float)
    values = np.add.reduceat(one_hot, edges[:-1] - edges[0], axis=0) / np.diff(edges)[:, None]
    titles = (
        "main days",
        *(f"up to {edge} days before" for edge in before_edges),
        *(f"up to {edge} days after" for edge in after_edges),
    )
    told = values.any(axis=0)
    return Shares(
        times[-1].name,
        "feast",
        values[:, told],
        tuple(np.array(titles)[told].tolist()),
        any(own.estimated for own in times),
    )


def _moves(values: Numbers, season: int) -> bool:
    phase = np.arange(len(values)) % season
    return bool(max(np.ptp(values[phase == at], axis=0).max() for at in np.unique(phase)) > _MOVES)


def common_shares(source: Shares, cells: Cells, before: ShareEffects | None = None) -> ShareEffects:
    """What is believed of kinds of days for all items together."""
    change = float(np.hypot(before.change if before is not None else USUAL_CHANGE, cells.shock))
    columns = np.flatnonzero(source.values[: cells.sales.shape[1]].any(axis=1))
    estimate, sampling = column_effects(cells, change, columns)
    seen = np.isfinite(sampling)
    if seen.sum() < 2:
        return ShareEffects(_none(source), np.zeros((1, len(source.values))))
    told = source.values[columns[seen]]
    common, left = _regression(told, estimate[seen], sampling[seen] + change**2, slab=_slab(source))
    spare = min(len(told) / max(len(told) - told.shape[1], 1), _MOST_SPARE)
    own = max(float(np.mean(np.minimum(left**2, MOST_SQUARED)) * spare - sampling[seen].mean()), 0.0)
    found = float(np.sqrt((len(told) * own + _USUAL_TIMES * _USUAL_OF_PERIODS**2) / (len(told) + _USUAL_TIMES)))
    if cells.group is None:
        curves = (source.values @ common.mean)[None]
        between = _between(curves, cells, found)
    else:
        curves = _group_curves(source, cells, columns, common, change=max(found, change))
        between = _between(curves[cells.group], cells, found)
    return ShareEffects(common, curves, found, between, len(told))


def _slab(source: Shares) -> float:
    return (_NARROW if source.kind == "month" else _WIDE) ** 2


def _regression(told: Numbers, estimate: Numbers, variance: Numbers, *, slab: float) -> tuple[Posterior, Numbers]:
    """The posterior of slopes [K] of effects [D] over shares [D, K], and what they leave unexplained [D].

    Effects far out are drawn in (Huber 1964).
    """
    held = np.ones(len(told))
    for _ in range(_HUBER_ROUNDS):
        weight = held / variance
        precision = told.T @ (told * weight[:, None]) + np.eye(told.shape[1]) / slab
        slope = solved(precision, told.T @ (estimate * weight))
        left = estimate - told @ slope
        held = np.minimum(1.0, _HUBER / np.maximum(np.abs(left) / np.sqrt(variance), TINY))
    ahead = 0.5 * float(slope @ precision @ slope) - 0.5 * float(np.linalg.slogdet(precision * slab)[1])
    probability = 1 / (1 + np.exp(-np.clip(ahead, -500, 500)) * (1 - _FEAST) / _FEAST)
    spread = np.diag(np.linalg.inv(precision))
    return Posterior(probability * slope, probability * spread, np.full(slope.size, probability)), left


def _group_curves(source: Shares, cells: Cells, columns: Index, common: Posterior, *, change: float) -> Numbers:
    """[G, C] the effects on groups, drawn to the common ones as far as groups are alike.

    How far they are is the variance, of a few, under which the sales of all groups are likeliest.
    """
    told, slab = source.values[columns], _slab(source)
    estimate, sampling = column_effects(cells, change, columns, by_group=True)
    seen = np.isfinite(sampling)
    weight = np.where(seen, 1 / (np.where(seen, sampling, 1.0) + change**2), 0.0)
    left = np.where(seen, np.clip(estimate - told @ common.mean, -1.0, 1.0), 0.0)
    gram = np.einsum("tk,gt,tl->gkl", told, weight, told, optimize=True)
    cross = np.einsum("tk,gt->gk", told, weight * left, optimize=True)
    best, slopes = 0.0, np.zeros_like(cross)
    for between in _BETWEEN:
        precision = gram + np.eye(told.shape[1]) / (between * slab)
        own = solved(precision, cross)
        ahead = 0.5 * (own * cross).sum() - 0.5 * np.linalg.slogdet(precision * between * slab)[1].sum()
        if ahead > best:
            best, slopes = float(ahead), own
    return np.asarray((common.mean + slopes) @ source.values.T)


def _none(source: Shares) -> Posterior:
    return Posterior(*(np.zeros(source.values.shape[1]) for _ in range(3)))


def _amplitudes(curves: Numbers, cells: Cells, change: float) -> tuple[Numbers, Numbers]:
    """[n] how strongly items follow curves [1 or n, C], 1 as they say, and the variances; infinite where flat."""
    past = curves[:, : cells.sales.shape[1]]
    felt = np.flatnonzero((np.abs(past) > _FELT).any(axis=0))
    sales, base, told = cells.sales[:, felt], cells.expected[:, felt], past[:, felt]
    expected = base * np.exp(told)
    weight = np.isfinite(sales) / (cells.noise[:, None] + change**2 * expected)
    information = (weight * expected * told**2).sum(axis=1)
    score = (weight * np.where(np.isfinite(sales), sales - expected, 0.0) * told).sum(axis=1)
    seen = information > TINY
    amplitude = 1 + np.where(seen, score / np.maximum(information, TINY), 0.0)
    return amplitude, np.where(seen, 1 / np.maximum(information, TINY), np.inf)


def _between(curves: Numbers, cells: Cells, change: float) -> float:
    """How much amplitudes of items differ from 1 beyond chance."""
    if len(cells.sales) < 2:
        return 0.0
    amplitude, variance = _amplitudes(curves, cells, change)
    seen = np.isfinite(variance)
    if not seen.any():
        return 0.0
    weight = np.where(seen, 1 / (np.where(seen, variance, 1.0) + 0.1) ** 2, 0.0)
    beyond = np.minimum((amplitude - 1) ** 2, 1.0) - np.where(seen, variance, 0.0)
    return float(np.clip((weight * beyond).sum() / weight.sum(), 0.0, 1.0))
