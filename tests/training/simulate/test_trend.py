import pytest
import torch

from foresale.training.simulate.calendar import SimulatedCalendar
from foresale.training.simulate.config import SimulationConfig
from foresale.training.simulate.context import SimulationContext
from foresale.training.simulate.rng import Rng
from foresale.training.simulate.trend import level_shifts


def test_trends_move_the_level_and_differ(only):
    log = only(trend=1.0).values.log()
    change = (log[:, -20:].mean(dim=1) - log[:, :20].mean(dim=1)).abs()
    assert change.median() > 0.1
    assert (change < 2 * 2.5).all()
    steps = log.diff(dim=1).abs()
    assert steps.median() < 0.01


def test_trend_size_scales_them(only):
    def total(size: float) -> float:
        return float(only(trend=1.0, trend_size=size).values.log().std(dim=1).median())

    assert total(1.0) > 3 * total(0.1)


def test_shifts_are_steps():
    rng = Rng(torch.Generator().manual_seed(0))
    calendar = SimulatedCalendar.of("day", torch.zeros(50, dtype=torch.int64), 300)
    context = SimulationContext(SimulationConfig.of("day"), rng, calendar, torch.ones(50, 1))
    moves = level_shifts(context, torch.arange(50)).diff(dim=1).ne(0).sum(dim=1)
    assert moves.min() >= 0
    assert 1 <= moves.float().mean() <= 8


def test_drifts_are_slow(only):
    log = only(drift=1.0, length=1000).values.log()
    assert log.std(dim=1).median() > 0.03
    assert (log.diff(dim=1).std(dim=1) / log.std(dim=1)).median() < 0.3


@pytest.mark.parametrize(("unit", "lag"), [("day", 7), ("month", 12), ("hour", 168)])
def test_evolving_seasons_resemble_the_last_but_not_the_first(only, unit, lag):
    log = only(unit, evolving=1.0, length=1008 if unit != "month" else 160).values.log()
    log = log - log.mean(dim=1, keepdim=True)

    def likeness(apart: int) -> torch.Tensor:
        return (log[:, apart:] * log[:, :-apart]).mean(dim=1) / log.square().mean(dim=1)

    assert (likeness(lag) > 0.5).float().mean() > 0.4
    assert likeness(lag * 5).median() < likeness(lag).median()
