"""Turning points: those that are there are found, at their place; those that are not seldom are."""

import numpy as np
import pytest

from foresale.inspection.trend.changepoints import bent, turn_in_words


def noise(alike: float, *, seed: int, steps: int = 140, size: float = 0.05) -> np.ndarray:
    generator = np.random.default_rng(seed)
    values = generator.normal(0, size, steps)
    for step in range(1, steps):
        values[step] += alike * values[step - 1]
    return values


@pytest.mark.parametrize("alike", [0.0, 0.5])
def test_a_straight_line_seldom_bends(alike: float) -> None:
    found = [bool(bent(0.004 * np.arange(140) + noise(alike, seed=seed), seed=seed).bends) for seed in range(30)]
    assert sum(found) <= 2


def test_a_bend_is_found_and_its_interval_holds_it() -> None:
    held, off = [], []
    for seed in range(8):
        steps = np.arange(140)
        line = np.where(steps < 80, 0.01 * steps, 0.8 - 0.012 * (steps - 80))
        found = bent(line + noise(0.3, seed=seed), seed=seed).bends
        near = [bend for bend in found if abs(bend.place - 80) <= 15]
        assert near, seed
        held.append(near[0].earliest <= 80 <= near[0].latest)
        off.append(len(found) - 1)
    assert sum(held) >= 6
    assert sum(off) <= 2


def test_the_same_seed_bends_the_same_and_gaps_are_left_out() -> None:
    steps = np.arange(140)
    values = np.where(steps < 80, 0.01 * steps, 0.8 - 0.01 * (steps - 80)) + noise(0.2, seed=1)
    values[60:65] = np.nan
    first, again = bent(values, seed=5), bent(values, seed=5)
    assert first.bends == again.bends
    assert abs(first.bends[0].place - 80) <= 6
    assert np.isfinite(first.line).all()


def test_short_and_silent_series_have_none() -> None:
    assert bent(np.arange(10.0)).bends == ()
    assert bent(np.full(100, 3.0)).bends == ()


def test_words() -> None:
    assert turn_in_words(0.2, 0.02) == "end of the growth"
    assert turn_in_words(-0.3, 0.3) == "trough"
    assert turn_in_words(0.01, -0.2) == "start of a fall"
    assert turn_in_words(-0.1, -0.4) == "faster fall"
