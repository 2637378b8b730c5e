import pytest
import torch

from foresale.models.losses import pinball, weighted


def minimum(loss: torch.Tensor, grid: torch.Tensor) -> float:
    return float(grid[loss.argmin()])


def test_the_pinball_loss_is_least_at_the_quantile() -> None:
    sold, grid = torch.arange(1.0, 101.0), torch.arange(0.0, 110.0)
    for level in (0.1, 0.5, 0.9):
        told = grid[:, None, None].expand(-1, 100, 1)
        losses = pinball(told, sold.expand(len(grid), -1), levels=torch.tensor([level])).mean(dim=1)
        assert minimum(losses, grid) == pytest.approx(100 * level, abs=1)


def test_censored_sales_say_only_that_demand_was_not_less() -> None:
    """Demand of 20 of which never more than 10 was sold: without the mask the median is 10, with it anything above."""
    levels, grid = torch.tensor([0.5]), torch.tensor([5.0, 10.0, 20.0, 40.0])
    sold = torch.full((4, 1), 10.0)
    plain = pinball(grid[:, None, None], sold, levels=levels)[:, 0]
    bounded = pinball(grid[:, None, None], sold, levels=levels, censored=torch.ones(4, 1, dtype=torch.bool))[:, 0]
    assert minimum(plain, grid) == 10
    assert bounded.tolist() == [2.5, 0, 0, 0]


def test_weights_of_zero_leave_out() -> None:
    losses = torch.tensor([[1.0, 100.0], [3.0, 100.0]])
    assert float(weighted(losses, torch.tensor([[1.0, 0.0], [1.0, 0.0]]))) == 2.0
    assert float(weighted(losses, torch.zeros(2, 2))) == 0.0
