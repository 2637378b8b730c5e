"""Synthetic controls: they find what is there, as rarely wrong as they say."""

import numpy as np
import pytest

from foresale.pricing.effects.synthetic import Study, chosen_ridge, donor_weights

PERIODS, LENGTH = 104, 4


def courses(draw: np.random.Generator, count: int = 10) -> np.ndarray:
    """[J, T] series with trends and a season in common, and noise that hangs together."""
    common = np.cumsum(0.03 * draw.normal(size=(2, PERIODS)), axis=1)
    noise = 0.15 * draw.normal(size=(count, PERIODS))
    for period in range(1, PERIODS):
        noise[:, period] += 0.5 * noise[:, period - 1]
    return (1 + 0.5 * draw.normal(size=(count, 2))) @ common + 0.3 * np.sin(np.arange(PERIODS) / 8.3) + noise


def study(draw: np.random.Generator, *, effect: float = 0.0, ridge: float = float("inf")) -> Study:
    series, during = courses(draw), np.arange(PERIODS) >= PERIODS - LENGTH
    return Study(series[0] + effect * during, series[1:], during, ridge)


@pytest.mark.parametrize("ridge", [float("inf"), 3.0])
def test_nothing_is_found_where_nothing_is_as_often_as_said(ridge: float):
    draw = np.random.default_rng(0)
    chances = np.array([study(draw, ridge=ridge).chance() for _ in range(300)])
    assert 0.05 <= (chances <= 0.1).mean() <= 0.155
    assert 0.4 <= (chances <= 0.5).mean() <= 0.6


def test_intervals_hold_what_was_planted():
    draw = np.random.default_rng(1)
    found = [study(draw, effect=0.5).interval(0.9) for _ in range(100)]
    assert 0.82 <= np.mean([low <= 0.5 <= high for low, high in found]) <= 0.98
    assert np.mean([low > 0 for low, _ in found]) > 0.8


def test_weights_are_those_that_made_the_treated_one():
    draw = np.random.default_rng(2)
    donors = draw.normal(size=(6, 80))
    weights = donor_weights(0.6 * donors[1] + 0.4 * donors[4], donors)
    assert weights == pytest.approx([0, 0.6, 0, 0, 0.4, 0], abs=1e-3)
    assert weights.sum() == pytest.approx(1)


def test_a_ridge_reaches_what_no_mean_of_donors_reaches():
    draw = np.random.default_rng(3)
    donors = draw.normal(size=(6, 200))
    treated = 1.5 * donors[0] - 0.5 * donors[1]
    assert np.isfinite(chosen_ridge(treated, donors))
    inside, beyond = (donor_weights(treated, donors, ridge=ridge) for ridge in (float("inf"), 0.01))
    assert ((treated - beyond @ donors) ** 2).sum() < 0.2 * ((treated - inside @ donors) ** 2).sum()


def test_too_short_a_past_leaves_ends_open():
    draw = np.random.default_rng(4)
    series, during = courses(draw)[:, :16], np.arange(16) >= 8
    assert not np.isfinite(Study(series[0], series[1:], during).interval(0.9)).all()
