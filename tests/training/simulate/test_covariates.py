import pytest
import torch

from foresale.training.simulate import covariates
from foresale.training.simulate.calendar import SimulatedCalendar
from foresale.training.simulate.config import SimulationConfig
from foresale.training.simulate.context import SimulationContext
from foresale.training.simulate.covariates import Driver, simulate_effects
from foresale.training.simulate.promotions import promotion_depths, promotion_effect, trailing_mean
from foresale.training.simulate.rng import Rng


def a_scene(count: int = 200, length: int = 400, unit: str = "day") -> SimulationContext:
    config = SimulationConfig.of(unit)
    calendar = SimulatedCalendar.of(config.unit, torch.arange(count), length)
    return SimulationContext(config, Rng(torch.Generator().manual_seed(0)), calendar, torch.ones(count, 1))


def slopes(signal: torch.Tensor, effect: torch.Tensor) -> torch.Tensor:
    centred = signal - signal.mean(dim=1, keepdim=True)
    return (centred * effect).sum(dim=1) / centred.square().sum(dim=1).clamp(min=1e-9)


def test_a_strong_effect_is_recovered_by_regression(only):
    series = only(
        covariate_free=0.0,
        covariate_silent=0.0,
        hidden=0.0,
        effect=(3.0, 3.0),
        count=400,
        observations=(0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
        dispersion=(0.05, 0.1),
    )
    log = series.values.clamp(min=1e-3).log()
    inputs = series.covariates - series.covariates.mean(dim=1, keepdim=True)
    inputs = torch.cat([inputs, torch.ones_like(inputs[..., :1])], dim=-1)
    gram = inputs.mT @ inputs + 1e-3 * torch.eye(4)
    fitted = (inputs @ torch.linalg.solve(gram, inputs.mT @ log[..., None]))[..., 0]
    explained = 1 - (log - fitted).var(dim=1) / log.var(dim=1)
    assert explained.median() > 0.5


def test_free_series_show_covariates_but_do_not_heed_them(only):
    series = only(covariate_free=1.0, covariate_silent=0.0)
    assert (series.values == 100).all()
    used = series.covariates.ne(0).any(dim=1).any(dim=1)
    assert used.float().mean() > 0.9


def test_silent_series_show_nothing(only):
    assert not only(covariate_free=1.0, covariate_silent=1.0).covariates.any()


def test_hidden_effects_stay_without_their_covariate(only):
    series = only(covariate_free=0.0, hidden=1.0)
    moved = (series.values != 100).any(dim=1)
    assert moved.float().mean() > 0.7
    shown = only(covariate_free=0.0, hidden=0.0)
    assert series.covariates.ne(0).any(dim=1).sum() < 0.6 * shown.covariates.ne(0).any(dim=1).sum()


@pytest.mark.parametrize("channels", [0, 1, 5])
def test_any_number_of_channels(only, channels):
    series = only(covariates=channels, covariate_free=0.0)
    assert series.covariates.shape == (100, 400, channels)


@pytest.mark.parametrize("unit", ["hour", "day", "week", "month"])
@pytest.mark.parametrize("number", range(9))
def test_every_driver_is_finite_and_as_large_as_its_series(unit, number):
    context = a_scene(unit=unit, length=150)
    rows = torch.arange(200)
    driver: Driver = covariates._MAKERS[number][0](context, rows, promotion_depths(context, rows))
    assert driver.signal.shape == driver.effect.shape == (200, 150)
    assert driver.signal.isfinite().all()
    assert driver.effect.isfinite().all()
    if driver.open is not None:
        assert set(driver.open.unique().tolist()) <= {0.0, 1.0}


def test_demand_falls_with_the_price_by_its_elasticity():
    context = a_scene()
    rows = torch.arange(200)
    driver = covariates._price(context, rows, promotion_depths(context, rows))
    moving = driver.signal.std(dim=1) > 1e-4
    elasticity = -slopes(driver.signal.log(), driver.effect)[moving]
    assert moving.float().mean() > 0.8
    assert ((elasticity > 0.49) & (elasticity < 4.01)).all()


def test_promotions_have_a_length_a_depth_and_pauses():
    depth = promotion_depths(a_scene(), torch.arange(200))
    running = depth > 0
    assert ((depth == 0) | ((depth >= 0.049) & (depth <= 0.701))).all()
    share = running.float().mean(dim=1)
    assert 0.03 < share.median() < 0.4
    assert (share > 0).float().mean() > 0.9


def test_promotions_lift_mostly_and_tire():
    context = a_scene(count=2000)
    depth = torch.zeros(2000, 400)
    depth[:, 10:17] = depth[:, 100:104] = depth[:, 107:114] = depth[:, 118:124] = 0.2
    effect = promotion_effect(context, depth, by_depth=torch.zeros(2000, 1, dtype=torch.bool))
    first, last = effect[:, 10], effect[:, 123]
    assert (first > 0).float().mean() > 0.85
    tired = last < first - 1e-6
    assert 0.2 < tired.float().mean() < 0.4
    after = effect[:, 17] < -1e-6
    assert 0.2 < after.float().mean() < 0.4
    assert not effect[:, 40:99].any()


def test_the_trailing_mean_counts_the_present():
    assert trailing_mean(torch.tensor([[2.0, 0.0, 4.0, 4.0]]), 2).tolist() == [[1, 1, 2, 4]]
    assert trailing_mean(torch.tensor([[2.0, 4.0]]), 4).tolist() == [[0.5, 1.5]]


def test_an_open_flag_tells_when_nothing_is_sold():
    context = a_scene()
    driver = covariates._open_flag(context, torch.arange(200), torch.zeros(200, 400))
    assert driver.open is not None
    same = (driver.signal == driver.open).all(dim=1)
    opposite = (driver.signal == 1 - driver.open).all(dim=1)
    assert (same ^ opposite).all()
    assert 0.3 < same.float().mean() < 0.7


def test_effects_add_up_within_their_bounds():
    effects = simulate_effects(a_scene(count=1000))
    assert effects.log_factor.abs().max() <= 2.3
    free = ~effects.log_factor.any(dim=1) & (effects.open == 1).all(dim=1)
    assert free.float().mean() > 0.4
