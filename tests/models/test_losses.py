import pytest
import torch

from foresale.models.losses import negative_binomial, pinball, squared, tweedie, weighted


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


@pytest.mark.parametrize("loss", ["squared", "tweedie", "negative binomial"])
def test_the_losses_of_a_mean_are_least_at_it(loss: str) -> None:
    torch.manual_seed(0)
    sold = torch.distributions.Poisson(2.5).sample((4000,))
    grid = torch.linspace(0.5, 6, 111)
    told = grid[:, None].expand(-1, len(sold))
    losses = {
        "squared": lambda: squared(told, sold),
        "tweedie": lambda: tweedie(told.log(), sold),
        "negative binomial": lambda: negative_binomial(told.log(), torch.tensor(1.0), sold),
    }[loss]()
    assert minimum(losses.mean(dim=1), grid) == pytest.approx(float(sold.mean()), abs=0.05)


def test_the_negative_binomial_is_that_of_the_textbook() -> None:
    mean, shape, sold = torch.tensor([0.3, 4.0, 50.0]), torch.tensor([0.5, 2.0, 9.0]), torch.tensor([0.0, 7.0, 41.0])
    expected = torch.distributions.NegativeBinomial(shape, probs=mean / (mean + shape)).log_prob(sold)
    assert torch.allclose(-negative_binomial(mean.log(), shape.log(), sold), expected, rtol=1e-4)


def test_weights_of_zero_leave_out() -> None:
    losses = torch.tensor([[1.0, 100.0], [3.0, 100.0]])
    assert float(weighted(losses, torch.tensor([[1.0, 0.0], [1.0, 0.0]]))) == 2.0
    assert float(weighted(losses, torch.zeros(2, 2))) == 0.0
