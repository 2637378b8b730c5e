"""One season, one order: how much to buy when what is left over is worth less and what lacks cannot be had again.

The critical ratio underage / (underage + overage) is the quantile of demand to stock (Arrow, Harris and Marschak 1951).
Underage is what a lost sale costs (the margin, and the goodwill), overage what a leftover costs (the price paid, less
what it still brings). Money per unit.
"""

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.loss import normal_loss, poisson_loss
from foresale.inventory.numeric import Numbers, not_negative, numbers, positive, refuse, share, together


def critical_ratio(underage: npt.ArrayLike, overage: npt.ArrayLike) -> Numbers:
    """The share of seasons in which the best order lasts.

    Raises:
        ConfigError: a cost that is not above zero.

    >>> round(critical_ratio(0.70, 0.18).item(), 4)
    0.7955
    """
    underage, overage = positive(underage=underage, overage=overage)
    return numbers(underage / (underage + overage))


def newsvendor_normal(mean: npt.ArrayLike, sd: npt.ArrayLike, *, underage: npt.ArrayLike,
                      overage: npt.ArrayLike) -> Numbers:  # fmt: skip
    """The best order under normal demand: μ + z σ at the critical ratio, never below zero.

    >>> round(newsvendor_normal(50, 8, underage=0.70, overage=0.18).item(), 4)
    56.604
    """
    from scipy.special import ndtri

    mean, sd = not_negative(mean=mean, sd=sd)
    return numbers(np.maximum(mean + sd * ndtri(critical_ratio(underage, overage)), 0.0))


def newsvendor_poisson(mean: npt.ArrayLike, *, underage: npt.ArrayLike, overage: npt.ArrayLike) -> Numbers:
    """The best order under Poisson demand: the fewest whole units whose chance to last reaches the critical ratio.

    >>> newsvendor_poisson(20, underage=4, overage=1).item()
    24.0
    """
    return poisson_quantile(critical_ratio(underage, overage), mean=mean)


def poisson_quantile(level: npt.ArrayLike, *, mean: npt.ArrayLike) -> Numbers:
    """The fewest whole units that Poisson demand does not exceed with probability `level`.

    >>> poisson_quantile([0.5, 0.999], mean=[0.0, 2.5]).tolist()
    [0.0, 9.0]
    """
    from scipy.special import pdtr, pdtrik

    level, mean = np.broadcast_arrays(*share(level=level), *not_negative(mean=mean))
    certain = mean == 0
    rate = np.where(certain, 1.0, mean)
    units = np.nan_to_num(np.ceil(np.maximum(pdtrik(level, rate), 0.0)))
    while (short := pdtr(units, rate) < level).any():
        units = units + short
    while (much := (units > 0) & (pdtr(np.maximum(units - 1, 0), rate) >= level)).any():
        units = units - much
    return np.where(certain, 0.0, units)


def newsvendor_samples(demand: npt.NDArray[np.floating], *, underage: npt.ArrayLike,
                       overage: npt.ArrayLike) -> Numbers:  # fmt: skip
    """The best order for demand that is known as samples [S, N], such as the sums of sample paths over a season.

    It is the least sample that the critical ratio of the samples does not exceed, which minimises their mean cost.

    >>> newsvendor_samples(np.array([[1.0], [2.0], [3.0], [10.0]]), underage=2, overage=1).tolist()
    [3.0]
    """
    ratio = np.broadcast_to(critical_ratio(underage, overage), demand.shape[1:])
    return least_covering(demand, ratio)


def least_covering(demand: npt.NDArray[np.floating], level: npt.ArrayLike) -> Numbers:
    """[N] the least of the samples [S, N] that a share `level` of them does not exceed.

    Raises:
        ConfigError: no samples, or a level outside of 0 to 1.
    """
    if demand.ndim != 2 or not demand.shape[0]:
        raise ConfigError(f"demand is samples by items, at least one sample, not of shape {demand.shape}")
    wanted = np.broadcast_to(share(level=level)[0], demand.shape[1:])
    rank = np.clip(np.ceil(wanted * demand.shape[0] - 1e-9).astype(np.int64) - 1, 0, demand.shape[0] - 1)
    ordered = np.sort(demand, axis=0)
    return numbers(np.take_along_axis(ordered, rank[None], axis=0)[0])


def newsvendor_quantiles(quantiles: npt.NDArray[np.floating], levels: npt.ArrayLike, *, underage: npt.ArrayLike,
                         overage: npt.ArrayLike) -> Numbers:  # fmt: skip
    """The best order for demand that is known as quantiles [N, Q] at rising `levels` [Q], as a forecast of one step is.

    Between levels it is interpolated; beyond the outermost it stays at them, which says nothing of the tails.

    Raises:
        ConfigError: quantiles that do not fit the levels, or levels that do not rise.

    >>> newsvendor_quantiles(np.array([[2.0, 4.0, 8.0]]), (0.25, 0.5, 0.75), underage=3, overage=2).round(6).tolist()
    [5.6]
    """
    (grid,) = share(levels=levels)
    if quantiles.ndim != 2 or grid.shape != quantiles.shape[1:]:
        raise ConfigError(f"quantiles {quantiles.shape} do not fit {grid.size} levels")
    refuse("levels", grid[1:], np.diff(grid) <= 0, "must rise")
    ratio = np.broadcast_to(critical_ratio(underage, overage), quantiles.shape[:1])
    held = np.clip(ratio, grid[0], grid[-1])
    above = np.clip(np.searchsorted(grid, held), 1, grid.size - 1) if grid.size > 1 else np.zeros(len(held), np.int64)
    below = np.maximum(above - 1, 0)
    width = np.where(above > below, grid[above] - grid[below], 1.0)
    part = (held - grid[below]) / width
    rows = np.arange(len(held))
    return np.asarray(quantiles[rows, below] * (1 - part) + quantiles[rows, above] * part, np.float64)


def newsvendor_cost_normal(order: npt.ArrayLike, *, mean: npt.ArrayLike, sd: npt.ArrayLike, underage: npt.ArrayLike,
                           overage: npt.ArrayLike) -> Numbers:  # fmt: skip
    """Expected cost of an order under normal demand: overage × E[leftover] + underage × E[shortage].

    >>> best = newsvendor_normal(50, 8, underage=0.70, overage=0.18)
    >>> round(newsvendor_cost_normal(best, mean=50, sd=8, underage=0.70, overage=0.18).item(), 6)
    1.997605
    """
    return _cost(order, mean, normal_loss(order, mean=mean, sd=sd), underage, overage)


def newsvendor_cost_poisson(order: npt.ArrayLike, *, mean: npt.ArrayLike, underage: npt.ArrayLike,
                            overage: npt.ArrayLike) -> Numbers:  # fmt: skip
    """Expected cost of an order under Poisson demand.

    >>> round(newsvendor_cost_poisson(18, mean=20, underage=4, overage=1).item(), 6)
    12.625136
    """
    return _cost(order, mean, poisson_loss(order, mean=mean), underage, overage)


def _cost(order: npt.ArrayLike, mean: npt.ArrayLike, short: Numbers, underage: npt.ArrayLike,
          overage: npt.ArrayLike) -> Numbers:  # fmt: skip
    order, mean = together(order=order, mean=mean)
    underage, overage = positive(underage=underage, overage=overage)
    return numbers(overage * (order - mean + short) + underage * short)
