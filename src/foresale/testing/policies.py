"""What holds for every policy: `check_policy` tries it in made-up situations."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from foresale.inventory.levels import Ahead
from foresale.inventory.numeric import Numbers
from foresale.inventory.policies.registry import policy_named
from foresale.inventory.policies.situation import Policy, Situation
from foresale.inventory.policies.stepper import Stepper
from foresale.inventory.policies.terms import NEVER, ReplenishmentTerms

ITEMS, PATHS, STEPS, COLUMNS = 5, 60, 24, 3
"""Size of the situations."""
_PLENTY: Final = 1e6
"""Units on hand that no demand of the situations comes near to."""
_NEAR: Final = 1e-3  # units: the error of sums of 32 bits


def check_policy(policy: str | Policy, *, situations: int = 20, seed: int = 0) -> None:
    """Try a policy in situations of all kinds: fast and slow items, packs, what spoils, ends or comes late.

    It says a finite number of units for every item and column of stock; the same when it is asked again, so that a plan
    made twice is the same; for each item as if it were alone, and for each column as if the others were not; nothing
    where there is plenty of what keeps; and it leaves stock and paths as they were.

    Args:
        policy: a policy, or the name of one.
        situations: how many are tried.
        seed: of the situations.

    Raises:
        AssertionError: a law that does not hold, and in which situation.
        ConfigError: no policy.

    >>> check_policy("base-stock", situations=2)
    """
    asked = policy_named(policy)
    for number in range(situations):
        for law in (_units, _again, _alone, _columns, _plenty):
            for fault in law(asked, np.random.default_rng((seed, number))):
                raise AssertionError(f"{policy!r}, situation {number} of seed {seed}: {fault}")


def _units(policy: Policy, rng: np.random.Generator) -> Iterator[str]:
    now = _situation(rng)
    before = (now.on_hand.copy(), now.paths.copy())
    wanted = policy.wanted(now)
    if np.shape(wanted) != now.on_hand.shape:
        yield f"units are items by columns, {now.on_hand.shape}, not of shape {np.shape(wanted)}"
    elif not np.isfinite(wanted).all():
        yield "units are finite numbers"
    if not all(np.array_equal(*pair) for pair in zip(before, (now.on_hand, now.paths), strict=True)):
        yield "stock and paths are left as they were"


def _again(policy: Policy, rng: np.random.Generator) -> Iterator[str]:
    now = _situation(rng)
    if not np.array_equal(policy.wanted(now), policy.wanted(now)):
        yield "asked again, it wants the same"


def _alone(policy: Policy, rng: np.random.Generator) -> Iterator[str]:
    now = _situation(rng)
    together = now.wanted_by(policy)
    for item in range(ITEMS):
        alone = now.of(np.array([item])).wanted_by(policy)
        if not _close(alone, together[item : item + 1]):
            yield f"an item is ordered as if it were alone: {alone.ravel()}, not {together[item]}"


def _columns(policy: Policy, rng: np.random.Generator) -> Iterator[str]:
    now = _situation(rng, columns=COLUMNS)
    together = now.wanted_by(policy)
    if not all(_close(together[:, :1], together[:, place : place + 1]) for place in range(COLUMNS)):
        yield "columns of the same stock are ordered for alike"


def _plenty(policy: Policy, rng: np.random.Generator) -> Iterator[str]:
    now = _situation(rng, on_hand=_PLENTY)
    wanted = now.wanted_by(policy)[now.terms.shelf == NEVER]
    if (wanted > _NEAR).any():
        yield f"nothing is ordered where there is plenty: {wanted.max():,.0f} units are"


def _situation(rng: np.random.Generator, *, on_hand: float | None = None, columns: int = 1) -> Situation:
    terms = ReplenishmentTerms.plain(
        ITEMS,
        lead=rng.integers(1, 5, (int(rng.choice([1, 7])), ITEMS)),
        review=rng.integers(1, 8, ITEMS),
        lost=bool(rng.integers(2)),
        shelf=rng.choice([2, 6, NEVER, NEVER], ITEMS),
        end=rng.choice([6, 15, NEVER, NEVER], ITEMS),
        pack=rng.choice([1.0, 6.0, 0.1], ITEMS),
        minimum=rng.choice([0.0, 12.0], ITEMS),
        target=rng.uniform(0.5, 0.99, ITEMS),
        fill=rng.integers(0, 2, ITEMS),
        cost=rng.uniform(1, 3, ITEMS),
        short=rng.uniform(0.5, 4, ITEMS),
        holding=rng.choice([0.0, 0.001], ITEMS),
        ordering=rng.choice([0.0, 3.0], ITEMS),
        waste=rng.uniform(0, 2, ITEMS),
    )
    rate = rng.choice([0.0, 0.1, 2.0, 30.0], (1, ITEMS, 1))
    demand = (rng.gamma(2.0, 0.5, (PATHS, ITEMS, 1)) * rng.poisson(rate, (PATHS, ITEMS, STEPS))).astype(np.float32)
    there = rng.choice([0.0, 3.0, 40.0], ITEMS) if on_hand is None else np.full(ITEMS, on_hand)
    stock = Ahead(there, rng.choice([0.0, 0.0, 9.0], (ITEMS, STEPS)), rng.choice([0.0, 5.0], ITEMS))
    now = Situation.today(terms, stock, demand)
    if columns == 1:
        return now
    stepper = Stepper.of(terms, stock, STEPS, columns=columns)
    return Situation(0, now.items, terms, stepper, now.paths)


def _close(one: Numbers, other: Numbers) -> bool:
    return bool(np.allclose(one, other, rtol=1e-5, atol=_NEAR))
