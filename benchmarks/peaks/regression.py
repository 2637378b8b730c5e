"""A Poisson regression that is told all: weekday, trend, a yearly wave, the days of events, promotions and prices.

It is what a careful analyst would write down who knows the days, for each item by itself.
"""

import numpy as np
from families import Numbers
from measures import LEVELS, Predicted
from scipy.stats import nbinom
from simulate import HORIZON, Shop

ROUNDS = 30
"""Of iteratively reweighted least squares; it has converged long before."""
RIDGE = 1e-3
"""Keeps a column without any variation from mattering."""
NO_SALES = -20.0
"""Lowest logarithm of expected sales, for weekdays on which nothing is ever sold."""


def predicted(shop: Shop, *, items: int) -> Predicted:
    """The forecast of the first items of a shop."""
    parts = [one(design(shop, item), shop.sales[item, :-HORIZON]) for item in range(items)]
    return Predicted(np.stack([quantiles for quantiles, _ in parts]), np.stack([mean for _, mean in parts]))


def design(shop: Shop, item: int) -> Numbers:
    """[T, columns] what is told of every day."""
    weekday = np.eye(7)[[day.weekday() for day in shop.days]]
    years = np.array([(day - shop.cutoff).days / 365.25 for day in shop.days])
    waves = [np.sin(2 * np.pi * years), np.cos(2 * np.pi * years)]
    places = sorted(set(shop.places[:-HORIZON]) - {""})
    marks = [np.array([place == named for place in shop.places], float) for named in places]
    told = [np.log(values[item]) if name == "price" else values[item] for name, values in shop.covariates.items()]
    told = [values - values.mean() for values in told]
    return np.column_stack([weekday, years, *waves, *marks, *told])


def one(columns: Numbers, sales: Numbers) -> tuple[Numbers, Numbers]:
    """Quantiles [H, 19] and mean [H] of the days after the sales."""
    known, ahead = columns[: len(sales)], columns[len(sales) :]
    weights = np.zeros(columns.shape[1])
    weights[:7] = np.log(max(sales.mean(), 1e-3))
    for _ in range(ROUNDS):
        logs = np.clip(known @ weights, NO_SALES, 20)
        mean = np.exp(logs)
        goal = logs + (sales - mean) / mean
        scaled = known * mean[:, None]
        weights = np.linalg.solve(scaled.T @ known + RIDGE * np.eye(len(weights)), scaled.T @ goal)
    mean = np.exp(np.clip(known @ weights, NO_SALES, 20))
    noise = max((((sales - mean) ** 2 - mean).sum()) / (mean**2).sum(), 1e-6)
    found = np.exp(np.clip(ahead @ weights, NO_SALES, 20))
    chance = 1 / (1 + noise * found)
    return nbinom.ppf(np.array(LEVELS), 1 / noise, chance[:, None]), found
