import pytest
import torch
from hypothesis import given, strategies as st

from foresale.training.simulate.rng import Rng
from foresale.training.simulate.spectrum import (
    frequencies,
    gaussian_process,
    rough_weights,
    seasonal_weights,
    smooth_weights,
    transform_length,
)

DICE = torch.device("cpu")


def autocorrelation(paths: torch.Tensor, lag: int) -> float:
    return float((paths[:, lag:] * paths[:, :-lag]).mean() / paths.square().mean())


@given(st.integers(1, 5000))
def test_transform_lengths_are_longer_and_have_small_factors(length):
    size = transform_length(length)
    assert size >= 1.2 * length
    assert size % 2 == 0
    for prime in (2, 3, 5):
        while size % prime == 0:
            size //= prime
    assert size == 1


def test_draws_have_unit_variance_and_no_mean():
    rng = Rng(torch.Generator().manual_seed(0))
    grid = frequencies(500, DICE)
    paths = gaussian_process(rng, smooth_weights(grid, torch.full((2000,), 10.0)), 500)
    assert paths.shape == (2000, 500)
    assert float(paths.mean()) == pytest.approx(0, abs=0.02)
    assert float(paths.var()) == pytest.approx(1, abs=0.05)


def test_a_rough_process_of_order_a_half_is_an_autoregression():
    rng = Rng(torch.Generator().manual_seed(0))
    paths = gaussian_process(
        rng, rough_weights(frequencies(2000, DICE), torch.full((400,), 10.0), torch.full((400,), 0.5)), 2000
    )
    assert autocorrelation(paths, 10) == pytest.approx(0.3679, abs=0.06)


def test_a_seasonal_process_remembers_its_season():
    rng = Rng(torch.Generator().manual_seed(0))
    weights = seasonal_weights(frequencies(700, DICE), torch.full((400,), 7.0), torch.full((400,), 0.9))
    paths = gaussian_process(rng, weights, 700)
    assert autocorrelation(paths, 7) > 0.8
    assert abs(autocorrelation(paths, 3)) < 0.1
