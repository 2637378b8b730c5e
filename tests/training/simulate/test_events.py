import torch

from foresale.training.simulate.calendar import SimulatedCalendar
from foresale.training.simulate.config import SimulationConfig
from foresale.training.simulate.context import SimulationContext
from foresale.training.simulate.events import moving_places, place_responses
from foresale.training.simulate.rng import Rng


def test_responses_are_placed_with_their_lead_and_cut_at_the_ends():
    kernels = torch.tensor([[[1.0, 2.0, 4.0], [1.0, 2.0, 4.0]]])
    placed = place_responses(torch.tensor([[3, 7]]), kernels, lead=1, length=8)
    assert placed.tolist() == [[0, 0, 1, 2, 4, 0, 1, 2]]
    assert place_responses(torch.tensor([[0, 30]]), kernels, lead=1, length=3).tolist() == [[2, 4, 0]]


def test_places_come_once_a_year_and_move():
    start = torch.randint(0, 4000, (300,), generator=torch.Generator().manual_seed(1))
    rng = Rng(torch.Generator().manual_seed(0))
    context = SimulationContext(
        SimulationConfig.of("day"), rng, SimulatedCalendar.of("day", start, 1400), torch.ones(300, 1)
    )
    gaps = moving_places(context, torch.arange(300)).diff(dim=1)
    assert gaps.float().mean() > 360
    assert (gaps - 365).abs().max() <= 36
    assert ((gaps - 365).abs() > 5).float().mean() > 0.4


def test_events_touch_few_days_and_change_them(only):
    values = only(moving_events=1.0, length=730).values
    touched = (values / 100 - 1).abs() > 0.01
    share = touched.float().mean(dim=1)
    assert (share > 0).all()
    assert share.median() < 0.2


def test_one_offs_come_at_once(only):
    values = only(one_offs=1.0, length=730).values
    moved = (values / 100 - 1).abs()
    assert (moved.max(dim=1).values > 0.15).all()
    assert (moved > 0.02).float().mean() < 0.2


def test_closures_are_zeros_and_nothing_else(only):
    values = only(closures=1.0, length=730).values
    assert ((values == 0) | (values == 100)).all()
    closed = (values == 0).sum(dim=1)
    assert (closed > 0).all()
    assert closed.max() <= 4 * 3 * 4
