import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from foresale.models.effects import Additive, Moments, effect


@given(arrays(np.float32, (2, 9), elements=st.floats(0, 1e5, width=32)))
def test_the_additive_scale_is_undone(values: np.ndarray) -> None:
    tensor = torch.from_numpy(values)
    scale = Additive.of(tensor, torch.ones(2, 9, dtype=torch.bool))
    assert torch.allclose(scale.undo(scale.apply(tensor)), tensor, rtol=1e-3, atol=1e-3)


def simulated(
    items: int, periods: int, lifts: torch.Tensor, *, noise: float = 0.1
) -> tuple[torch.Tensor, torch.Tensor]:
    """Sales with a weekly season and a promotion that multiplies them by exp(lift); and the promotion."""
    generator = torch.Generator().manual_seed(0)
    promotion = (torch.rand(items, periods, 1, generator=generator) < 0.15).float()
    week = 0.5 * torch.sin(torch.arange(periods) * 2 * torch.pi / 7)
    logs = 4 + week + promotion[..., 0] * lifts[:, None]
    return torch.exp(logs + noise * torch.randn(items, periods, generator=generator)), promotion


def test_the_lift_of_a_promotion_is_found() -> None:
    lifts = torch.tensor([0.0, 0.4, 0.8])
    sales, promotion = simulated(3, 365, lifts)
    known = torch.ones_like(sales, dtype=torch.bool)
    moments = Moments.of(Additive.of(sales, known).apply(sales), known, promotion, season=7)
    assert moments.coefficients(strength=2.0)[:, 0].tolist() == pytest.approx(lifts.tolist(), abs=0.08)


def test_an_item_that_has_seen_little_follows_the_others() -> None:
    sales, promotion = simulated(40, 200, torch.full((40,), 0.6))
    known = torch.ones_like(sales, dtype=torch.bool)
    known[0, :170] = False
    promotion[0, 170:] = 0
    moments = Moments.of(Additive.of(sales, known).apply(sales), known, promotion, season=7)
    prior = moments.pooled().coefficients(strength=8.0)
    found = moments.coefficients(strength=8.0, prior=prior)
    assert prior.item() == pytest.approx(0.6, abs=0.06)
    assert found[0, 0].item() == pytest.approx(prior.item(), abs=0.02)
    assert moments.coefficients(strength=8.0)[0, 0].item() == pytest.approx(0, abs=0.02)


def test_unknown_sales_have_no_say() -> None:
    sales, promotion = simulated(2, 100, torch.tensor([0.5, 0.5]))
    known = torch.rand(2, 100, generator=torch.Generator().manual_seed(1)) < 0.8
    shown = torch.where(known, sales, 0.0)
    spoilt = torch.where(known, sales, 1e6)
    one, two = (Moments.of(v, known, promotion, season=7) for v in (shown, spoilt))
    assert torch.equal(one.cross, two.cross)
    assert torch.equal(one.gram, two.gram)


def test_the_error_is_that_of_the_regression() -> None:
    sales, promotion = simulated(2, 80, torch.tensor([0.5, 0.2]))
    known = torch.ones_like(sales, dtype=torch.bool)
    moments = Moments.of(sales.log(), known, promotion, season=1)
    coefficients = torch.tensor([[0.3], [0.1]])
    change = sales.log().diff(dim=1)
    bounded = change.clamp(-4 * change.abs().mean(1, keepdim=True), 4 * change.abs().mean(1, keepdim=True))
    by_hand = (bounded - promotion[..., 0].diff(dim=1) * coefficients).square().sum(dim=1)
    assert torch.allclose(moments.error(coefficients), by_hand, rtol=1e-4)


def test_effects_are_against_the_usual() -> None:
    known = torch.zeros(1, 12, 1)
    known[0, [2, 5, 11]] = 1
    added = effect(known, torch.tensor([[0.5]]), context=10)
    assert added[0, :10].sum().item() == pytest.approx(0, abs=1e-6)
    assert (added[0, 11] - added[0, 10]).item() == pytest.approx(0.5)
