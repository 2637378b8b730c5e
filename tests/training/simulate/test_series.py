from dataclasses import replace

import pytest
import torch

from foresale.core.errors import ConfigError
from foresale.training.simulate import Simulated, SimulationConfig, simulate
from foresale.training.simulate.config import UNITS

LENGTHS = {"hour": 400, "day": 500, "week": 210, "month": 90}


def made(config: SimulationConfig, *, count: int = 200, length: int | None = None, seed: int = 7) -> Simulated:
    generator = torch.Generator().manual_seed(seed)
    return simulate(count, length or LENGTHS[config.unit], config, generator=generator)


@pytest.mark.parametrize("unit", UNITS)
def test_shapes_types_and_what_is_finite(unit):
    series = made(SimulationConfig.of(unit))
    length = LENGTHS[unit]
    assert series.values.shape == series.expected.shape == (200, length)
    assert series.covariates.shape == (200, length, 3)
    assert series.start.shape == (200,)
    assert series.start.dtype == torch.int64
    assert {series.values.dtype, series.expected.dtype, series.covariates.dtype} == {torch.float32}
    assert not series.values.isinf().any()
    assert series.expected.isfinite().all()
    assert series.covariates.isfinite().all()
    assert (series.start >= 0).all()


@pytest.mark.parametrize("unit", UNITS)
def test_a_seed_decides_everything(unit):
    config = SimulationConfig.of(unit)
    first, again, other = made(config), made(config), made(config, seed=8)
    for name in ("values", "expected", "covariates", "start"):
        assert torch.equal(getattr(first, name).nan_to_num(-1), getattr(again, name).nan_to_num(-1))
    assert not torch.equal(first.values.nan_to_num(-1), other.values.nan_to_num(-1))


def test_no_two_series_are_alike():
    config = replace(SimulationConfig.of("day"), degenerate=0.0, intermittent=0.0, level=(1.0, 50_000.0))
    values = made(config, count=2000, length=200).values.nan_to_num(-1)
    assert values.unique(dim=0).shape[0] > 1990


def test_values_stay_in_range_and_below_zero_only_where_foreign_series_may():
    config = replace(SimulationConfig.of("day"), foreign=0.0)
    values = made(config, count=600).values
    assert values.nan_to_num(0).min() >= 0
    assert values.nan_to_num(0).max() <= 1e8
    signed = made(replace(SimulationConfig.bare("day"), foreign=1.0, signed=1.0)).values
    assert (signed.min(dim=1).values < 0).float().mean() > 0.5
    positive = made(replace(SimulationConfig.bare("day"), foreign=1.0, signed=0.0)).values
    assert positive.min() >= 0


def test_levels_span_their_range():
    config = replace(SimulationConfig.bare("day"), level=(0.02, 50_000.0), level_spread=2.0)
    level = made(config, count=2000, length=8).values[:, 0]
    assert level.min() == pytest.approx(0.02)
    assert level.max() == pytest.approx(50_000)
    assert 6 < level.median() < 24


def test_a_bare_series_is_its_level():
    series = made(SimulationConfig.bare("day"))
    assert torch.equal(series.values, series.expected)
    assert torch.equal(series.values, series.values[:, :1].expand_as(series.values))
    assert not series.covariates.any()


def test_blocks_do_not_change_what_a_device_or_count_means():
    generator = torch.Generator().manual_seed(0)
    series = simulate(70, 9000, SimulationConfig.of("day"), generator=generator, device="cpu")
    assert series.values.shape == (70, 9000)


def test_too_little_is_refused():
    generator = torch.Generator()
    with pytest.raises(ConfigError, match="at least 1 series of 8 periods"):
        simulate(3, 7, SimulationConfig.of("day"), generator=generator)
    with pytest.raises(ConfigError, match="not 0 of"):
        simulate(0, 70, SimulationConfig.of("day"), generator=generator)
