"""Effects of the slots of a clock: how much more was sold in each than expected, over all times and all items.

An effect is told by the sums of `cells`. Effects of items are drawn to those of all items, those of all items to
nothing (empirical Bayes: Morris 1983).
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import TINY, Flags, Numbers
from foresale.forecasting.effects.cells import MOST_SQUARED, USUAL_CHANGE, Cells, Sums, common_sums, item_sums
from foresale.forecasting.effects.clocks import Clock
from foresale.forecasting.effects.shrinkage import Posterior, drawn, spike_and_slab

_USUAL_TIMES: Final = 3.0
"""How many times the usual change counts as much as."""
_FARTHEST: Final = 4.0  # logarithm: a factor of 55
_OWN_EFFECT: Final = 0.02
"""Probability that an item has an effect of its own, apart from those of the others."""
_OWN_OF_DATES: Final = 0.1
"""The same of a date that no calendar names, as a share of the probability that all items have one then."""
_FEWEST_OWN: Final = 3
"""Times of a date that no calendar names, for an item or a group to have an effect of its own then: there are many of
them, and many dates, and two years are alike by chance for some."""
_UNLIKELY: Final = 0.02
"""Probability below which an item's own effect on a date that no calendar names counts as nothing."""
_HUBER: Final = 1.5  # standard deviations from which on an effect is drawn in (Huber 1964)
_MANY: Final = 4
"""Times from which on those far out are drawn in."""
_MEDIAN_OF_SQUARES: Final = 0.455
"""Median of the square of a standard normal number."""
_SURE: Final = 0.5  # probability
_NEIGHBOUR: Final = 0.6
"""Probability that sales move in a slot beside one in which they surely do."""
_ALIKE: Final = 0.3
"""What the weakest time of a date that no calendar names must reach of the mean, to count as returning."""
_LEAST_STEP: Final = 0.01**2
_FEWEST: Final = 2  # times that an event was seen, to be one
_CHANGE_OF_ONE: Final = 0.2
"""How much what was seen once may differ from what comes, at least: nothing has shown it."""
_OFTEN: Final = 6  # times from which on a mean may be of times that disagree


@dataclass(frozen=True)
class Center:
    """What the effects of items are drawn to: those of all items, or of their group.

    Attributes:
        posterior: [1, S] or [G, S] the effects.
        between: [1, S] or [G, S] ω²: the variance of items' effects around them.
        inflation: by how much estimates vary more than their variances say.
    """

    posterior: Posterior
    between: Numbers
    inflation: float


@dataclass(frozen=True)
class SlotEffects:
    """What is believed of a clock for all items together.

    Attributes:
        common: [S] the effects.
        change: τ: by how much one time differs from another.
        between: ω²: the variance of items' effects around the common ones.
        center: what the effects of items are drawn to; None of a single item.
        times: [S] how many times each slot was seen.
    """

    common: Posterior
    change: float = USUAL_CHANGE
    between: float = 0.0
    center: Center | None = field(default=None, repr=False)
    times: Numbers = field(default_factory=lambda: np.zeros(0), repr=False)

    def of_items(self, clock: Clock, cells: Cells) -> Posterior:
        """[n, S] the effects of items, each drawn to those of its group, or to the common ones."""
        if self.center is None:
            return Posterior(
                *(
                    np.broadcast_to(each, (len(cells.sales), each.size))
                    for each in (self.common.mean, self.common.variance, self.common.probability)
                )
            )
        center, between = self.center.posterior, self.center.between
        if len(between) > 1:
            assert cells.group is not None
            center = Posterior(center.mean[cells.group], center.variance[cells.group], center.probability[cells.group])
            between = between[cells.group]
        own = Center(center, between, self.center.inflation)
        sums = item_sums(clock, cells, self.change)
        prior = _prior_of_own(clock, self.times)
        return _drawn(clock, sums, own, prior) if clock.named else _seldom(clock, sums, own, prior)


def _drawn(clock: Clock, sums: Sums, center: Center, prior: Numbers, *, groups: bool = False) -> Posterior:
    """[n, S] the effects of members, drawn to a center [1 or n, S].

    An item has an effect of its own only where both halves of its times tell one: a day on which it was shut once, or
    lay idle, is none. Of groups, which have many items to tell it, it is enough that they were seen in both halves,
    unless no calendar names the date: what was seen once may have been that day's alone.
    """
    estimate, variance = sums.whole().estimate()
    middle = center.posterior
    told = sums.in_both_halves if groups and clock.named else _same_in_halves(sums, estimate, middle.mean)
    found = drawn(
        estimate,
        variance * center.inflation,
        center=middle.mean,
        slab=clock.slab,
        prior=np.where(told, prior, 0.0),
        between=center.between,
    )
    sure = np.maximum(middle.probability, found.probability)
    return Posterior(np.clip(found.mean, -_FARTHEST, _FARTHEST), middle.variance + found.variance, sure)


def _prior_of_own(clock: Clock, times: Numbers) -> Numbers:
    """[S] probability that a member has an effect of its own in a slot, before its sales there are looked at."""
    if clock.named:
        return np.full(clock.count, _OWN_EFFECT)
    return np.where(times >= max(clock.fewest, _FEWEST_OWN), _OWN_OF_DATES * clock.prior, 0.0)


def _seldom(clock: Clock, sums: Sums, center: Center, prior: Numbers) -> Posterior:
    """[n, S] the effects of members in slots that no calendar names: hardly any has one, and only these are looked at.

    The same as `_drawn`, but that what is less likely than `_UNLIKELY` counts as nothing.
    """
    middle = center.posterior
    common: Flags = np.asarray((middle.probability >= _UNLIKELY).any(axis=0))
    mean, variance, sure = (np.zeros((len(sums.sold), clock.count), order="F") for _ in range(3))
    if common.any():
        parts = (each[:, common] for each in (middle.mean, middle.variance, middle.probability))
        near = Center(Posterior(*parts), center.between[:, common], center.inflation)
        found = _drawn(clock, sums.of_slots(common), near, prior[common])
        mean[:, common], variance[:, common], sure[:, common] = found.mean, found.variance, found.probability
    prior = np.where(common, 0.0, prior)
    estimate, spread = sums.whole().estimate()
    enough = 2 * np.log(_UNLIKELY / np.maximum(prior, TINY)) * center.inflation
    member, slot = np.nonzero(estimate**2 > enough * np.where(prior > 0, spread, np.inf))
    if member.size:
        nothing = Center(Posterior(*(np.zeros((1, 1)) for _ in range(3))), np.zeros((1, 1)), center.inflation)
        found = _drawn(clock, sums.of_pairs(member, slot), nothing, prior[slot][:, None])
        told = found.probability[:, 0] >= _UNLIKELY
        at = member[told], slot[told]
        mean[at], variance[at], sure[at] = (each[told, 0] for each in vars(found).values())
    return Posterior(mean, variance, sure)


def _same_in_halves(sums: Sums, estimate: Numbers, center: Numbers) -> Flags:
    """[n, S] whether both halves of the times lie to the same side of a center, and some way off."""
    away = estimate - center
    halves = [part.estimate() for part in sums.halves()]
    toward = [np.where(np.isfinite(variance), (part - center) * np.sign(away), -np.inf) for part, variance in halves]
    return np.asarray(np.minimum(*toward) > _ALIKE * np.abs(away))


def common_effects(clock: Clock, cells: Cells, before: SlotEffects | None = None, *, each: bool = True) -> SlotEffects:
    """What is believed of a clock for all items together.

    Each time of each slot is one observation: as many items as there may be, a festival seen once is seen once.

    Args:
        clock: the clock.
        cells: sales without nothing but its own effects.
        before: what was believed in the round before: how much times and items differ.
        each: whether it is told how far items differ; else all are taken to react alike.
    """
    change, between = (before.change, before.between) if before is not None else (USUAL_CHANGE, 0.0)
    if before is None or before.times.max(initial=0.0) < _OFTEN:
        change = float(np.hypot(change, cells.shock))
    estimate, sampling = common_sums(clock, cells, change, between).estimate()
    seen = np.isfinite(sampling)
    times = seen.sum(axis=1).astype(float)
    spread = np.where(times < _FEWEST, max(change, _CHANGE_OF_ONE), change)
    own = np.where(seen, sampling, 1.0) + spread[:, None] ** 2
    mean, precision = _huber_mean(estimate, np.where(seen, 1 / own, 0.0), times)
    variance = np.where(precision > 0, 1 / np.maximum(precision, TINY), np.inf)
    common = _believed(clock, mean, variance)
    if clock.kind == "feast":
        common = _believed(clock, *_smoothed(mean, variance, common.probability > _SURE))
    if not clock.named:
        toward = np.where(seen, estimate * np.sign(mean)[:, None], np.inf)
        common = _returning(common, toward, mean, times, clock.fewest)
    found = _change(np.where(seen, estimate - mean[:, None], np.nan), sampling, times, common.probability)
    told, center = _center(clock, cells, common, found, times) if each else (between, None)
    return SlotEffects(common, found, told, center, times)


def _huber_mean(estimate: Numbers, precision: Numbers, times: Numbers) -> tuple[Numbers, Numbers]:
    """[S] means of the times, those far out drawn in where there are many (Huber 1964), and their precision."""
    held = precision
    mean = _mean(estimate, held)
    for _ in range(2):
        far = np.abs(estimate - mean[:, None]) * np.sqrt(precision)
        factor = np.minimum(1.0, _HUBER / np.maximum(far, TINY))
        held = precision * np.where(times[:, None] >= _MANY, factor, 1.0)
        mean = _mean(estimate, held)
    return mean, held.sum(axis=1)


def _mean(estimate: Numbers, precision: Numbers) -> Numbers:
    return np.asarray((precision * estimate).sum(axis=1) / np.maximum(precision.sum(axis=1), TINY))


def _believed(clock: Clock, mean: Numbers, variance: Numbers) -> Posterior:
    """The posterior of the slots; those of a feast or a month raise the probability of those beside them."""
    first = spike_and_slab(mean, variance, prior=clock.prior, slab=clock.slab)
    if clock.kind not in {"feast", "month"}:
        return first
    around = np.maximum(np.pad(first.probability, (1, 0))[:-1], np.pad(first.probability, (0, 1))[1:])
    return spike_and_slab(mean, variance, prior=np.maximum(clock.prior, _NEIGHBOUR * around), slab=clock.slab)


def _smoothed(mean: Numbers, variance: Numbers, sure: Flags) -> tuple[Numbers, Numbers]:
    """Estimates [S] of slots beside each other, in which sales surely move, drawn together as far as they are alike.

    A random walk over the slots: how far its steps go is told by the estimates themselves, so that a run-up to a week
    of equal days is told by all of them, and a single day stays apart from its eve.
    """
    pairs = sure[1:] & sure[:-1]
    if not pairs.any():
        return mean, variance
    step = np.diff(mean)[pairs] ** 2 - (variance[1:] + variance[:-1])[pairs]
    walk = max(float(step.mean()), _LEAST_STEP)
    own = np.where(sure, 1 / np.where(sure, variance, 1.0), 1.0)
    bind = np.where(pairs, 1 / walk, 0.0)
    precision = np.diag(own + np.append(bind, 0.0) + np.insert(bind, 0, 0.0)) - np.diag(bind, 1) - np.diag(bind, -1)
    inverse = np.linalg.inv(precision)
    drawn_mean = inverse @ np.where(sure, own * mean, 0.0)
    return np.where(sure, drawn_mean, mean), np.where(sure, np.diag(inverse), variance)


def _returning(common: Posterior, toward: Numbers, mean: Numbers, times: Numbers, fewest: int) -> Posterior:
    """What no calendar names must have been seen a few times, and each time alike unless it was seen often."""
    alike = toward.min(axis=1, initial=np.inf) > _ALIKE * np.abs(mean)
    keep = (times >= fewest) & (alike | (times >= _OFTEN))
    return Posterior(*(np.where(keep, each, 0.0) for each in (common.mean, common.variance, common.probability)))


def _change(away: Numbers, variance: Numbers, times: Numbers, probability: Numbers) -> float:
    """τ: what one time differs from another beyond chance, drawn to what is usual.

    Of the slots in which sales surely move or of all, whichever differ more.
    """
    told = [_beyond(away, variance, times, chosen) for chosen in (times >= 2, (times >= 2) & (probability > _SURE))]
    count = float(times.max(initial=1.0)) - 1
    return float(np.sqrt((count * max(told) + _USUAL_TIMES * USUAL_CHANGE**2) / (count + _USUAL_TIMES)))


def _beyond(away: Numbers, variance: Numbers, times: Numbers, chosen: Flags) -> float:
    """The variance of the times of some slots beyond chance: by the median where there are many, else by the mean."""
    seen = np.isfinite(away) & chosen[:, None]
    if not seen.any():
        return 0.0
    left = np.minimum(away**2 * (times / np.maximum(times - 1, 1))[:, None], MOST_SQUARED)[seen]
    if times[chosen].max() >= _OFTEN:
        return max(float(np.median(left)) / _MEDIAN_OF_SQUARES - float(np.median(variance[seen])), 0.0)
    return max(float(left.mean()) - float(variance[seen].mean()), 0.0)


def _center(
    clock: Clock, cells: Cells, common: Posterior, change: float, times: Numbers
) -> tuple[float, Center | None]:
    """ω² of all items around the common effects, and what items are drawn to."""
    if len(cells.sales) < 2:
        return 0.0, None
    whole = Posterior(common.mean[None], common.variance[None], common.probability[None])
    if cells.group is None and not (common.probability > _SURE).any():
        return 0.0, Center(whole, np.zeros((1, clock.count)), 1.0)
    sums = item_sums(clock, cells, change)
    between, inflation = _between(sums, whole)
    if cells.group is None:
        return between, Center(whole, between * whole.probability, inflation)
    groups = sums.of_groups(cells.group)
    own, more = _between(groups, whole)
    center = _drawn(
        clock, groups, Center(whole, own * whole.probability, more), _prior_of_own(clock, times), groups=True
    )
    laid = Posterior(center.mean[cells.group], center.variance[cells.group], center.probability[cells.group])
    within, rest = _between(sums, laid)
    return between, Center(center, within * center.probability, rest)


def _between(sums: Sums, center: Posterior) -> tuple[float, float]:
    """ω², and by how much estimates of members vary more than their variances say.

    What an effect differs from the center at half of the times must show at the other half too: the mean product of
    both is ω², whatever noise there is in each.
    """
    sure: Flags = np.asarray((center.probability > _SURE).any(axis=0))
    if not sure.any():
        return 0.0, 1.0
    center = Posterior(*(each[:, sure] for each in vars(center).values()))
    halves = [part.estimate() for part in sums.of_slots(sure).halves()]
    both = np.logical_and.reduce([np.isfinite(variance) for _, variance in halves]) & (center.probability > _SURE)
    if not both.any():
        return 0.0, 1.0
    away = [np.where(both, estimate - center.mean, 0.0) for estimate, _ in halves]
    noise = [np.where(both, variance, 1.0) for _, variance in halves]
    weight = np.where(both, 1 / ((noise[0] + USUAL_CHANGE) * (noise[1] + USUAL_CHANGE)), 0.0)
    product = np.clip(away[0] * away[1], -MOST_SQUARED, MOST_SQUARED)
    between = max(float((weight * product).sum() / weight.sum()), 0.0)
    spread = sum(float((weight * np.minimum(each**2, MOST_SQUARED)).sum()) for each in away) / 2
    told = sum(float((weight * each).sum()) for each in noise) / 2
    return between, max((spread - between * float(weight.sum())) / max(told, TINY), 1.0)
