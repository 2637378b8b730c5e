"""How far a forecast of a simulated shop is from the truth, on the days of its events and on the others."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from families import Numbers
from scipy.stats import nbinom
from simulate import HORIZON, MOVED, Shop

LEVELS = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""The quantile levels that every model is asked for."""
MARGIN = 7
"""Days around an event among which its peak is looked for."""
ALIKE = 0.1
"""Days whose expected sales differ by less than this share are as high as each other: three events of the past do not
tell them apart, even to one who knows their days."""
HIGH = 1.3
"""Factor from which a day is one of the high ones of an event."""
ENOUGH = 0.8
"""Share of the high days that have to be found where they are high alike."""
KEPT = 400
"""Errors of single days that are kept of a run, at most."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Predicted:
    """A forecast of N items over the horizon: quantiles [N, H, 19] at `LEVELS`, and the mean [N, H]."""

    quantiles: Numbers
    mean: Numbers

    def at(self, level: float) -> Numbers:
        """[N, H] the quantile of one of the levels."""
        return self.quantiles[:, :, LEVELS.index(level)]


def measures(shop: Shop, predicted: Predicted) -> dict[str, Any]:
    """All that is measured of one run, for a line of JSON. The items are the first ones, as many as were forecast."""
    count = len(predicted.mean)
    expected, effect = shop.expected[:count, -HORIZON:], shop.effect[:count, -HORIZON:]
    event = (np.abs(effect) >= MOVED) & (expected > 0)
    other = (np.abs(effect) < MOVED / 5) & (expected > 0)
    found: dict[str, Any] = {"event": part(shop, predicted, event), "other": part(shop, predicted, other)}
    point = predicted.mean if shop.case.kind.by_mean else predicted.at(0.5)
    hits = [peak_stands(shop, item, point[item]) for item in range(count)]
    hits = [hit for hit in hits if hit is not None]
    return found | {"peaks": [int(sum(hits)), len(hits)]}


def part(shop: Shop, predicted: Predicted, mask: Mask) -> dict[str, Any]:
    """The measures of some days [N, H]."""
    count = len(predicted.mean)
    expected, sales = shop.expected[:count, -HORIZON:][mask], shop.sales[:count, -HORIZON:][mask]
    if not mask.any():
        return {"days": 0}
    point = (predicted.mean if shop.case.kind.by_mean else predicted.at(0.5))[mask]
    errors = np.abs(point - expected) / expected
    every = -(-errors.size // KEPT)
    chosen = predicted.quantiles[mask]
    difference = sales[:, None] - chosen
    loss = 2 * np.maximum(np.array(LEVELS) * difference, (np.array(LEVELS) - 1) * difference).mean(axis=1)
    return {
        "days": int(mask.sum()),
        "errors": np.round(errors[::every], 4).tolist(),
        "absolute": float(np.abs(point - expected).sum()),
        "signed": float((point - expected).sum()),
        "expected": float(expected.sum()),
        "loss": float(loss.sum()),
        "sales": float(sales.sum()),
        "in80": float(held(expected, shop.case.noise, chosen[:, LEVELS.index(0.1)], chosen[:, LEVELS.index(0.9)])),
        "in90": float(held(expected, shop.case.noise, chosen[:, LEVELS.index(0.05)], chosen[:, LEVELS.index(0.95)])),
    }


def held(expected: Numbers, noise: float, low: Numbers, high: Numbers) -> float:
    """The sum over days of the chance that sales lie in an interval, ends included.

    It is exact: sales are negative binomial with variance mean + (noise × mean)², so no draw has to be waited for.

    >>> round(held(np.array([100.0]), 0.001, np.array([90.0]), np.array([110.0])), 2)
    0.71
    """
    shape = 1 / noise**2
    chance = shape / (shape + expected)
    below = nbinom.cdf(np.ceil(low) - 1, shape, chance)
    return float((nbinom.cdf(np.floor(high), shape, chance) - below).sum())


def peak_stands(shop: Shop, item: int, point: Numbers) -> bool | None:
    """Whether the peak of an item stands on its day; where the days of an event are high alike, whether those are high.

    None where the item has no high day ahead.
    """
    expected, effect = shop.expected[item, -HORIZON:], shop.effect[item, -HORIZON:]
    high = np.flatnonzero((effect >= np.log(HIGH)) & (expected > 0))
    if not high.size:
        return None
    window = np.arange(max(high[0] - MARGIN, 0), min(high[-1] + MARGIN + 1, HORIZON))
    if not shop.case.kind.plateau:
        return bool(expected[window[np.argmax(point[window])]] >= (1 - ALIKE) * expected[window].max())
    highest = window[np.argsort(-expected[window])[: high.size]]
    found = window[np.argsort(-point[window], kind="stable")[: high.size]]
    return np.intersect1d(highest, found).size >= ENOUGH * high.size
