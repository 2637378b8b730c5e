"""A test run on past windows, in which nothing was changed or an effect is planted: what it would have said."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.pricing.experiments.candidates import Candidate, Situation
from foresale.pricing.experiments.inference import Drawn
from foresale.pricing.experiments.units import log_mean

REPLAYS: Final = 96
"""Tests that are run on past windows: a share of a tenth is known to 3 points."""


@dataclass(frozen=True)
class Replayed:
    """What a test said in the past.

    Attributes:
        width: of half of its intervals, which are at most so wide.
        coverage: how often they held the elasticity that was planted.
        alarms: how often it found an effect where there was none.
        times: how often it was run.
    """

    width: float
    coverage: float
    alarms: float
    times: int


def replay(situation: Situation, candidate: Candidate, *, level: float, elasticity: float, seed: int) -> Replayed:
    """Run a test on past windows, with lots of its own each time.

    In A/A runs nothing is done to sales. In A/B runs dear and cheap cells sell what the elasticity says.
    """
    draw = np.random.default_rng(seed)
    starts = situation.windows(candidate.layout.kind)
    ends, alarms, held = [], [], []
    for number in range(REPLAYS if starts.size else 0):
        start = int(starts[number % starts.size])
        sign = np.asarray(2.0 * draw.integers(0, 2, candidate.layout.product.size) - 1.0, np.float64)
        same, changed = (_run(situation, candidate, start, sign, planted, draw) for planted in (0.0, elasticity))
        if same is None or changed is None:
            continue
        low, high = changed.interval(level)
        ends.append((low, high))
        held.append(low <= elasticity <= high)
        alarms.append(same.chance() <= 1 - level)
    if not ends:
        return Replayed(float("nan"), float("nan"), float("nan"), 0)
    width = float(np.median([high - low for low, high in ends]))
    return Replayed(width, float(np.mean(held)), float(np.mean(alarms)), len(ends))


def _run(
    situation: Situation, candidate: Candidate, start: int, sign: Numbers, planted: float, draw: np.random.Generator
) -> Drawn | None:
    """The test as it would have been read; None where too little of the window is known."""
    layout = situation.moved(candidate.layout, start)
    if layout.product.size != sign.size:
        return None
    total, count = layout.sums(situation.sums, start)
    dear = np.stack([sign > 0, sign < 0], axis=1)
    sold = log_mean(_sold(total, np.where(dear, candidate.high, candidate.low) ** planted, draw), count)
    keep = np.isfinite(sold).all(axis=1)
    if keep.sum() < 2:
        return None
    known = layout.covariates(situation.sums, start, year=situation.year)[:, keep]
    return Drawn(sign[keep], (sold[:, 0] - sold[:, 1])[keep], sign[keep] * candidate.step, known, layout.pair[keep])


def _sold(total: Numbers, factor: Numbers, draw: np.random.Generator) -> Numbers:
    """Units of another demand: each customer stays with the chance that the factor says, or more of them come."""
    whole = np.rint(np.maximum(total, 0)).astype(np.int64)
    fewer = draw.binomial(whole, np.minimum(factor, 1.0))
    more = draw.poisson(whole * np.maximum(factor - 1.0, 0.0))
    return np.where(factor == 1.0, total, np.asarray(fewer + more, np.float64))
