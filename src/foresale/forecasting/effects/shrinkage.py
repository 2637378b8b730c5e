"""How far an estimated effect is believed: between nothing and what was seen, by how sure it is.

An effect is zero with some probability, and else drawn from a normal distribution: a spike and a slab (Mitchell and
Beauchamp 1988). Its posterior mean shrinks what may be chance to nothing and leaves what is clear almost as it is.
"""

from dataclasses import dataclass

import numpy as np

from foresale.core.arrays import Numbers

_FARTHEST = 600.0
"""Largest exponent: what lies beyond is as sure as can be, and would overflow."""


@dataclass(frozen=True)
class Posterior:
    """What is believed of effects, all of the same shape.

    Attributes:
        mean: the effect as it is used.
        variance: how far off it may be, squared.
        probability: that there is an effect at all.
    """

    mean: Numbers
    variance: Numbers
    probability: Numbers


def spike_and_slab(estimate: Numbers, variance: Numbers, *, prior: Numbers | float, slab: Numbers | float) -> Posterior:
    """The posterior of effects of which estimates and their variances are known.

    Where nothing was seen there is no effect and no doubt: nobody is served by an interval that says anything may be.

    Args:
        estimate: of each effect.
        variance: of each estimate; infinite where nothing was seen.
        prior: probability of an effect before anything was seen.
        slab: variance of the effects that there are.

    >>> found = spike_and_slab(np.array([0.05, 1.0]), np.array([0.01, 0.01]), prior=0.1, slab=0.25)
    >>> found.mean.round(2).tolist(), found.probability.round(2).tolist()
    ([0.0, 0.96], [0.02, 1.0])
    """
    seen = np.isfinite(variance)
    own = np.where(seen, variance, 1.0)
    share = slab / (slab + own)
    ahead = 0.5 * np.log1p(-np.minimum(share, 1 - 1e-12)) + 0.5 * estimate**2 / own * share
    odds = np.exp(np.clip(ahead, -_FARTHEST, _FARTHEST)) * prior / (1 - np.minimum(prior, 1 - 1e-12))
    probability = np.where(seen, odds / (1 + odds), 0.0)
    within = share * estimate
    mean = np.where(seen, probability * within, 0.0)
    spread = probability * share * own + probability * (1 - probability) * within**2
    return Posterior(mean, np.where(seen, spread, 0.0), probability)


def drawn(
    estimate: Numbers,
    variance: Numbers,
    *,
    center: Numbers,
    between: Numbers | float,
    slab: float,
    prior: Numbers | float,
) -> Posterior:
    """Effects of members of a group drawn to the group's: most lie around it, a few are of their own.

    Args:
        estimate: of each member.
        variance: of each estimate; infinite where nothing was seen.
        center: the effects of the group.
        between: variance of the members around it.
        slab: variance of those of their own.
        prior: probability of one of its own.

    >>> drawn(np.array([[1.2]]), np.array([[0.01]]), center=np.array([0.0]), between=0.001, slab=0.5,
    ...       prior=0.02).mean.round(2).tolist()
    [[1.18]]
    """
    seen = np.isfinite(variance)
    own = np.where(seen, variance, 1.0)
    away = np.where(seen, estimate - center, 0.0)
    near, far = between + own, between + slab + own
    ahead = 0.5 * np.log(near / far) + 0.5 * away**2 * (1 / near - 1 / far)
    odds = np.exp(np.clip(ahead, -_FARTHEST, _FARTHEST)) * prior / (1 - np.minimum(prior, 1 - 1e-12))
    alone = np.where(seen, odds / (1 + odds), 0.0)
    close, wide = between / near * away, (between + slab) / far * away
    mean = center + np.where(seen, (1 - alone) * close + alone * wide, 0.0)
    spread = (1 - alone) * between * own / near + alone * (between + slab) * own / far
    return Posterior(mean, np.where(seen, spread, np.asarray(between)), alone)
