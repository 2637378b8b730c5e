"""Cold start: items with hardly any known sales, or without any sale yet, are forecast like the items like them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.demand_classes import first_sales
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.core.protocols import Forecaster
from foresale.core.quantiles import or_nothing, quantiles_of_weighted
from foresale.forecasting.pre_launch import PreLaunch
from foresale.forecasting.similar_items import SimilarItems, items_named, similar_items

_FEWEST_LAUNCHES: Final = 5
"""Launches that tell how items begin; of fewer, each is chance."""
_TOO_FEW: Final = 2
"""Known days, or shorter periods, with which an item is still new: two points tell no level from a stroke of luck."""
_DAYS: Final = 300
"""Periods in a year from which on they are days; a week or a month sums up many and tells a level by itself."""
_LEAST_RAMP, _MOST_RAMP = 0.1, 5.0
_LEVEL_WEIGHTS: Final = np.diff([0.0, *((low + high) / 2 for low, high in pairwise(LEVELS)), 1.0])
"""How much of a distribution each of its quantiles stands for."""


@dataclass(frozen=True)
class ColdStartForecaster:
    """Another forecaster, and beside it a forecast for the items of two known days or fewer, or without a sale yet.

    A newcomer may turn out as any of the items like it: its quantiles are those of the mixture of their forecasts, so
    that the season, the week and the holidays ahead are in it, and the spread between the items makes it as wide as it
    has to be. All steps are brought to how the shop's earlier launches began, compared with what they sell now.

    An item that waits for its first sale may go on waiting: its quantiles are those of a newcomer once it has begun,
    with the chance that it has, and of nothing before (see `PreLaunch`).

    Like items are those that share the most telling key and static columns, or the ones named.

    Attributes:
        base: forecasts all other items, as if the newcomers were not there.
        analogues: by the id of a newcomer, the ids of the items to forecast it like.

    >>> from foresale.core.frequency import Frequency
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea", "mate"]}), starts=np.array([0, 13]),
    ...              offsets=np.array([0, 14, 15]), history=np.array([14, 1]),
    ...              sales=np.array([*[8] * 14, np.nan], np.float32))
    >>> forecast = ColdStartForecaster(SeasonalNaive(), analogues={"mate": ["tea"]}).forecast(shop, horizon=2)
    >>> forecast.median.tolist(), forecast.fallbacks
    ([[8.0, 8.0], [8.0, 8.0]], {'mate': 'no known sales; forecast like 1 item: tea'})
    """

    base: Forecaster
    analogues: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How tables and pictures call it: as what it wraps."""
        return self.base.name

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff; newcomers are named among the fallbacks.

        Raises:
            ForesaleError: what the wrapped forecaster raises.
        """
        count = panel.item_counts(np.isfinite(panel.sales) & panel.is_history)
        known = count > (_TOO_FEW if panel.frequency.per_year > _DAYS else 0)
        unsold = PreLaunch.of(panel, horizon=horizon)
        known[unsold.items] = False
        newcomers, others = np.flatnonzero(~known), np.flatnonzero(known)
        if not others.size:  # all are too new to be told from one another: those with any sales are all there is
            known = count > 0
            known[unsold.items] = False
            newcomers, others = np.flatnonzero(~known), np.flatnonzero(known)
        if not newcomers.size or not others.size:
            return self.base.forecast(panel, horizon=horizon)
        forecast = self.base.forecast(panel.select(others), horizon=horizon)
        likes = self._likes(panel, newcomers, others)
        ramps = _Ramps.of(panel, others, horizon=horizon)
        place = np.full(len(panel), -1)
        place[others] = np.arange(others.size)
        quantiles = _spread_out(forecast.quantiles, others, len(panel))
        mean = _spread_out(forecast.mean, others, len(panel))
        made: dict[tuple[bytes, bool], Values] = {}
        for newcomer, one, waits in zip(newcomers, likes, np.isin(newcomers, unsold.items), strict=True):
            key = one.items.tobytes(), bool(waits)
            if key not in made:
                begun = _mixture(forecast.quantiles[place[one.items]]) * ramps.of_items(one.items)[:, None]
                made[key] = or_nothing(begun, unsold.chance) if waits else begun
            quantiles[newcomer] = made[key]
        named = _named(panel, newcomers, likes, unsold, count)
        own = Forecast.of(panel, quantiles, model=forecast.model, fallbacks=dict(forecast.fallbacks) | named)
        mean[newcomers] = own.mean[newcomers]
        notes = (*forecast.notes, *_notes(panel, newcomers, unsold, count))
        return replace(own, mean=mean, notes=notes, copula=forecast.copula)

    def _likes(self, panel: Panel, newcomers: Index, others: Index) -> list[SimilarItems]:
        """For each newcomer the items it is forecast like: as told, else by their columns."""
        newest = panel.cutoffs[others] == panel.cutoffs[newcomers].max()
        candidates = others[newest] if newest.any() else others
        texts = panel.items[ITEM][newcomers.tolist()].cast(pl.String)
        found = similar_items(panel, newcomers, candidates)
        for at, text in enumerate(texts):
            if text in self.analogues:
                asked = items_named(panel, self.analogues[text])
                asked = replace(asked, items=asked.items[np.isin(asked.items, others)])
                found[at] = asked if asked.items.size else found[at]
        return found


def _spread_out(values: Values, others: Index, count: int) -> Values:
    """[N, …] the values of the others at their places, zeros elsewhere."""
    whole = np.zeros((count, *values.shape[1:]), np.float32)
    whole[others] = values
    return whole


def _mixture(quantiles: Values) -> Values:
    """[H, Q] quantiles of the mixture of k distributions, told by their quantiles [k, H, Q], all as likely.

    >>> one, other = np.full((1, 1, 21), 2.0, np.float32), np.full((1, 1, 21), 6.0, np.float32)
    >>> mixed = _mixture(np.concatenate([one, other]))
    >>> mixed[0, [0, 4, 16, 20]].tolist()
    [2.0, 2.0, 6.0, 6.0]
    """
    count, horizon, _ = quantiles.shape
    values = quantiles.transpose(1, 0, 2).reshape(horizon, -1)
    weights = np.tile(_LEVEL_WEIGHTS / count, count)
    return np.stack([quantiles_of_weighted(row, weights, LEVELS) for row in values]).astype(np.float32)


@dataclass(frozen=True)
class _Ramps:
    """How launches began: [L, H] sales of each age, as a share of what the item sells now.

    Attributes:
        items: [L] the items whose launch was seen.
        shares: [L, H] NaN where unknown.
    """

    items: Index
    shares: Values

    @classmethod
    def of(cls, panel: Panel, others: Index, *, horizon: int) -> "_Ramps":
        """The launches of the panel: items that first sold after a season of the panel, and long enough ago."""
        season = panel.frequency.season
        first = first_sales(panel)
        late = panel.starts + first >= panel.starts.min() + season
        long = panel.history - first >= 2 * horizon + season
        seen = others[(late & long)[others]]
        begins = panel.offsets[seen] + first[seen]
        ages = begins[:, None] + np.arange(horizon)
        newest = (panel.offsets[seen] + panel.history[seen])[:, None] - 1 - np.arange(horizon + season)
        level = _mean(panel.sales[newest])
        early = _smoothed(panel.sales[ages], min(season, horizon))
        steady = level > 0
        return cls(seen[steady], np.asarray(early[steady] / level[steady, None], np.float32))

    def of_items(self, items: Index) -> Values:
        """[H] the median beginning of the launches among some items, or of all where they are few; 1 where none is."""
        own = np.isin(self.items, items)
        shares = self.shares[own] if own.sum() >= _FEWEST_LAUNCHES else self.shares
        if len(shares) < _FEWEST_LAUNCHES:
            return np.ones(self.shares.shape[1], np.float32)
        middle = np.median(np.nan_to_num(shares, nan=1.0), axis=0)
        return np.asarray(np.clip(middle, _LEAST_RAMP, _MOST_RAMP), np.float32)


def _mean(values: Values) -> Values:
    """[L] mean of what is known, NaN where nothing is."""
    known = np.isfinite(values)
    total = np.where(known, values, 0).sum(axis=1)
    return np.asarray(np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan), np.float32)


def _smoothed(values: Values, window: int) -> Values:
    """[L, H] mean over runs of a season, so that weekdays of launches do not show."""
    count = values.shape[1]
    first = np.clip(np.arange(count) - window // 2, 0, count - window)
    return np.stack([_mean(values[:, begin : begin + window]) for begin in first], axis=1)


def _named(
    panel: Panel, newcomers: Index, likes: Sequence[SimilarItems], unsold: PreLaunch, known: Index
) -> dict[str, str]:
    """By newcomer, what it was forecast like."""
    ids = panel.items[ITEM].cast(pl.String)
    named = {}
    for newcomer, one in zip(newcomers, likes, strict=True):
        count, points = one.items.size, int(known[newcomer])
        who = f"{count} {'item' if count == 1 else 'items'}"
        told_by = f" with the same {', '.join(one.columns)}" if one.columns else ""
        first = f": {ids[int(one.items[0])]}" + (", …" if count > 1 else "")
        few = f"{points} known period{'s' * (points > 1)} only" if points else "no known sales"
        why = "no sale yet" if newcomer in unsold.items else few
        named[ids[int(newcomer)]] = f"{why}; forecast like {who}{told_by}{first}"
    return named


def _notes(panel: Panel, newcomers: Index, unsold: PreLaunch, known: Index) -> Iterator[str]:
    new = np.setdiff1d(newcomers, unsold.items)
    without, few = new[known[new] == 0], new[known[new] > 0]
    if few.size:
        what = f"with {_TOO_FEW} known periods or fewer"
        yield f"{_count(few)} {what} {_were(few)} forecast like items like them {_first(panel, few)}."
    if without.size:
        which = _first(panel, without)
        yield f"{_count(without)} without any known sales {_were(without)} forecast like items like them {which}."
    if unsold.items.size:
        yield (
            f"{_count(unsold.items)} without a sale yet {_were(unsold.items)} forecast to begin by the last period "
            f"with a chance of {unsold.chance[-1]:.0%}, as others did {_first(panel, unsold.items)}."
        )


def _count(items: Index) -> str:
    return f"{items.size:,} {'item' if items.size == 1 else 'items'}"


def _were(items: Index) -> str:
    return "was" if items.size == 1 else "were"


def _first(panel: Panel, items: Index) -> str:
    return f"(first: {panel.items[ITEM][int(items[0])]})"
