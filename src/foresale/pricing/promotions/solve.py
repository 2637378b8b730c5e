"""The plan of promotions as a mixed integer programme, solved by HiGHS."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import optimize, sparse

from foresale.core.arrays import Flags, Index, Numbers
from foresale.core.errors import ConfigError
from foresale.pricing.market import Market
from foresale.pricing.promotions.candidates import Candidates
from foresale.pricing.promotions.options import PromotionOptions

_SMALL: Final = 3000
"""Candidates up to which the programme is solved to the end."""
_IMPOSSIBLE: Final = 2
"""How HiGHS says that no plan keeps the rules."""

Rows = tuple[sparse.csr_array, Numbers, Numbers]
"""A matrix over candidates, and the least and most of each of its rows."""


@dataclass(frozen=True)
class Solution:
    """Chosen candidates, and how far the plan may be from the best.

    Attributes:
        chosen: [C] which candidates.
        profit: of the chosen ones.
        bound: no plan brings more.
    """

    chosen: Flags
    profit: float
    bound: float

    @property
    def gap(self) -> float:
        """Share of the bound that the plan may fall short of, 0 where it is the best."""
        return max(self.bound - self.profit, 0.0) / max(abs(self.bound), 1e-9)


def solve(market: Market, offered: Candidates, options: PromotionOptions) -> Solution:
    """The candidates that bring the most profit and keep every rule.

    Raises:
        ConfigError: no plan keeps all rules, or none was found in time.
    """
    if not len(offered):
        if options.festivals and options.festival_promotions:
            raise ConfigError("no plan keeps all rules: festivals ask for promotions, and none is allowed")
        if options.least_total_margin is not None and _spare(market, options) < 0:
            raise ConfigError("no plan keeps all rules: regular prices earn less than the least margin in all")
        return Solution(np.zeros(0, bool), 0.0, 0.0)
    rules = _Rules.of(market, offered, options)
    if len(offered) <= _SMALL:
        return _whole(offered, rules, options, tolerance=0.0)
    return _reduced(offered, rules, options)


@dataclass(frozen=True)
class _Rules:
    """All rules as one matrix over candidates, with the least and the most of each row."""

    matrix: sparse.csr_array
    low: Numbers
    high: Numbers

    @classmethod
    def of(cls, market: Market, offered: Candidates, options: PromotionOptions) -> "_Rules":
        parts = [part for part in rows(market, offered, options) if part[0].shape[0]]
        if not parts:
            return cls(sparse.csr_array((0, len(offered))), np.zeros(0), np.zeros(0))
        low, high = (np.concatenate([part[n] for part in parts]) for n in (1, 2))
        return cls(sparse.vstack([part[0] for part in parts], format="csr"), low, high)

    def pick(self, columns: Index) -> "_Rules":
        """The rules between some of the candidates, without those that none of them can break."""
        matrix = sparse.csr_array(self.matrix[:, columns])
        most = matrix.maximum(0).sum(axis=1)
        live = (most > self.high) | np.isfinite(self.low)
        return _Rules(matrix[live], self.low[live], self.high[live])


def _whole(offered: Candidates, rules: _Rules, options: PromotionOptions, *, tolerance: float) -> Solution:
    """The programme as it is."""
    bounded = optimize.LinearConstraint(rules.matrix, rules.low, rules.high) if rules.matrix.shape[0] else None
    found = optimize.milp(
        -offered.profit,
        integrality=np.ones(len(offered)),
        bounds=optimize.Bounds(0, 1),
        constraints=bounded,
        options={"time_limit": options.seconds, "mip_rel_gap": tolerance},
    )
    if found.x is None:
        why = "no plan keeps all rules" if found.status == _IMPOSSIBLE else "no plan was found in time"
        raise ConfigError(f"{why}: allow more slots, budget or depths, or ask for fewer promotions of festivals")
    chosen = found.x > 0.5
    profit = float(offered.profit[chosen].sum())
    bound = profit if found.mip_dual_bound is None else -float(found.mip_dual_bound)
    return Solution(chosen, profit, max(bound, profit))


def _reduced(offered: Candidates, rules: _Rules, options: PromotionOptions) -> Solution:
    """A large programme: its linear relaxation bounds it; what that says cannot be in a better plan is left out.

    A plan made greedily in the order of the relaxation is there at once. A candidate whose reduced cost is more than
    that plan falls short of the bound is in no better one (reduced cost fixing); the rest is solved as it is.
    """
    live = rules.pick(np.arange(len(offered)))
    bounded = np.isfinite(live.low)
    above = np.isfinite(live.high)
    matrix = sparse.vstack([live.matrix[above], -live.matrix[bounded]], format="csr")
    limits = np.concatenate([live.high[above], -live.low[bounded]])
    relaxed = optimize.linprog(-offered.profit, A_ub=matrix, b_ub=limits, bounds=(0, 1), method="highs")
    if relaxed.status == _IMPOSSIBLE:
        raise ConfigError(
            "no plan keeps all rules: allow more slots, budget or depths, or ask for fewer promotions of festivals"
        )
    bound = -float(relaxed.fun)
    greedy = _greedy(offered, matrix, limits, np.asarray(relaxed.x))
    least = float(offered.profit[greedy].sum()) if greedy is not None else -np.inf
    if greedy is not None and bound - least <= options.tolerance * abs(bound):
        return Solution(greedy, least, max(bound, least))
    cost = np.asarray(relaxed.lower.marginals)
    kept = np.flatnonzero((bound - cost >= least) | (np.asarray(relaxed.x) > 0))
    found = _whole(offered.pick(kept), rules.pick(kept), options, tolerance=options.tolerance)
    chosen = np.zeros(len(offered), bool)
    chosen[kept[found.chosen]] = True
    if greedy is not None and least > found.profit:
        return Solution(greedy, least, max(min(bound, max(found.bound, least)), least))
    return Solution(chosen, found.profit, max(min(bound, found.bound), found.profit))


def _greedy(offered: Candidates, matrix: sparse.csr_array, limits: Numbers, relaxed: Numbers) -> Flags | None:
    """A plan that keeps all rules, by the relaxation's word and then by profit; None where rules ask for more."""
    columns = sparse.csc_array(matrix)
    used, chosen = np.zeros(limits.size), np.zeros(len(offered), bool)
    profit = offered.profit
    for at in np.lexsort((-profit, -np.round(relaxed, 6))):
        if profit[at] <= 0 and relaxed[at] < 0.5:
            continue
        span = slice(columns.indptr[at], columns.indptr[at + 1])
        row, value = columns.indices[span], columns.data[span]
        if (used[row] + value <= np.maximum(limits[row], used[row]) + 1e-12).all():
            used[row] += value
            chosen[at] = True
    return chosen if (used <= limits + 1e-9).all() else None


def rows(market: Market, offered: Candidates, options: PromotionOptions) -> Iterator[Rows]:
    """Every rule that holds between candidates."""
    periods = market.demand.shape[1]
    yield _gaps(market, offered, options)
    if options.most is not None:
        yield _at_most(_sums(offered.product, len(market.price)), float(options.most))
    by_period = _sums(offered.period, periods)
    if options.slots is not None:
        yield _at_most(by_period, float(options.slots))
    if options.festivals and options.festival_promotions:
        matrix = by_period[np.asarray(options.festivals)]
        many = np.full(matrix.shape[0], float(options.festival_promotions))
        yield matrix, many, np.full(many.size, np.inf)
    if options.budget is not None:
        yield _at_most(_row(offered.spend), options.budget)
    if options.least_total_margin is not None:
        moved = offered.own - offered.cannibalised - offered.ahead - options.least_total_margin * offered.revenue
        yield _row(moved), np.array([-_spare(market, options)]), np.array([np.inf])
    if market.supply is not None and np.isfinite(market.supply).any():
        yield _supply(market, offered)
    if market.ladder:
        yield _ladder(market, offered)


def _spare(market: Market, options: PromotionOptions) -> float:
    """Money that regular prices earn beyond the least margin of all revenue."""
    share = options.least_total_margin or 0.0
    return float((((1 - share) * market.price - market.cost)[:, None] * market.demand).sum())


def _row(values: Numbers) -> sparse.csr_array:
    return sparse.csr_array(values[None])


def _at_most(matrix: sparse.csr_array, most: float) -> Rows:
    return matrix, np.full(matrix.shape[0], -np.inf), np.full(matrix.shape[0], most)


def _sums(row: Index, count: int) -> sparse.csr_array:
    return sparse.csr_array((np.ones(row.size), (row, np.arange(row.size))), shape=(count, row.size))


def _gaps(market: Market, offered: Candidates, options: PromotionOptions) -> Rows:
    """In any stretch of a promotion and the gap after it, one promotion of a product at most."""
    periods = market.demand.shape[1]
    span = min(options.gap + 1, periods)
    starts = periods - span + 1
    row, column = [], []
    for step in range(span):
        first = offered.period - step
        inside = (first >= 0) & (first < starts)
        row.append((offered.product * starts + first)[inside])
        column.append(np.flatnonzero(inside))
    rows_, columns = np.concatenate(row), np.concatenate(column)
    used, place = np.unique(rows_, return_inverse=True)
    matrix = sparse.csr_array((np.ones(columns.size), (place, columns)), shape=(used.size, len(offered)))
    return _at_most(matrix, 1.0)


def _supply(market: Market, offered: Candidates) -> Rows:
    """What promotions sell beyond the usual up to a period is there: supply, less what sells anyway."""
    assert market.supply is not None
    periods = market.demand.shape[1]
    room = np.maximum(market.supply - np.cumsum(market.demand, axis=1), 0.0)
    bound = np.isfinite(room)
    row, column = [], []
    for period in range(periods):
        inside = (offered.period <= period) & bound[offered.product, period]
        row.append(offered.product[inside] * periods + period)
        column.append(np.flatnonzero(inside))
    rows_, columns = np.concatenate(row), np.concatenate(column)
    used, place = np.unique(rows_, return_inverse=True)
    matrix = sparse.csr_array((offered.extra[columns], (place, columns)), shape=(used.size, len(offered)))
    return matrix, np.full(used.size, -np.inf), room.ravel()[used]


def _ladder(market: Market, offered: Candidates) -> Rows:
    """In every period the price of a product stays at or below that of the one above it in its line."""
    periods = market.demand.shape[1]
    cut = market.price[offered.product] - offered.price
    row, column, value, most = [], [], [], []
    for number, (below, above) in enumerate(market.ladder):
        for product, sign in ((above, 1.0), (below, -1.0)):
            own = np.flatnonzero(offered.product == product)
            row.append(number * periods + offered.period[own])
            column.append(own)
            value.append(sign * cut[own])
        most.append(np.full(periods, market.price[above] - market.price[below]))
    matrix = sparse.csr_array(
        (np.concatenate(value), (np.concatenate(row), np.concatenate(column))),
        shape=(len(market.ladder) * periods, len(offered)),
    )
    return matrix, np.full(matrix.shape[0], -np.inf), np.concatenate(most)
