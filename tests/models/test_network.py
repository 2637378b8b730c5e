from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from foresale.core.forecast import LEVELS
from foresale.models import backbones, network as network_module
from foresale.models.heads import QuantileHead
from foresale.models.network import NetworkModule
from foresale.models.tensors import tensors_of
from foresale.networks.batch import Batch, batch_of_series
from foresale.networks.config import NetworkConfig

BACKBONES = ("lstm", "transformer")


def make_batch(size: int = 3, context: int = 17, horizon: int = 5) -> Batch:
    generator = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    def mostly(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator) < 0.9

    return Batch(
        values=normal(size, context) * 10 + 50,
        observed=mostly(size, context),
        lags=normal(size, context + horizon, 1) * 10 + 50,
        lags_observed=mostly(size, context + horizon, 1),
        known=normal(size, context + horizon, 3),
        past=normal(size, context, 2),
        codes=torch.randint(0, 4, (size, 1), generator=generator),
        numbers=normal(size, 1),
    )


def make_network(backbone: str) -> NetworkModule:
    torch.manual_seed(0)
    config = NetworkConfig(
        backbone=backbone,  # type: ignore[arg-type]
        levels=LEVELS,
        patch=4,
        width=16,
        heads=2,
        lags=1,
        known=3,
        past=2,
        numbers=1,
        categories=(4,),
    )
    return NetworkModule(config).eval()


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize(("context", "horizon"), [(16, 4), (17, 5), (1, 1), (3, 13)])
def test_any_context_and_horizon_in_one_pass(backbone: str, context: int, horizon: int) -> None:
    quantiles = make_network(backbone)(make_batch(2, context, horizon))
    assert quantiles.shape == (2, horizon, len(LEVELS))
    assert bool(torch.isfinite(quantiles).all())
    assert bool((quantiles.diff(dim=-1) >= 0).all())


@pytest.mark.parametrize("backbone", BACKBONES)
def test_windows_do_not_see_each_other(backbone: str) -> None:
    network, batch = make_network(backbone), make_batch(3)
    changed = replace(batch, values=torch.cat([batch.values[:2], batch.values[2:] * 3]))
    before, after = network(batch), network(changed)
    assert torch.allclose(before[:2], after[:2], rtol=1e-4, atol=1e-3)
    assert not torch.allclose(before[2], after[2], rtol=1e-2)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_what_is_not_observed_is_not_read(backbone: str) -> None:
    network, batch = make_network(backbone), make_batch()
    noise = torch.where(batch.observed, batch.values, 1e4)
    lags = torch.where(batch.lags_observed, batch.lags, -1e4)
    assert torch.allclose(network(batch), network(replace(batch, values=noise, lags=lags)), rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("part", ["values", "lags", "known", "past", "numbers"])
def test_every_input_is_read(backbone: str, part: str) -> None:
    network, batch = make_network(backbone), make_batch()
    changed = replace(batch, **{part: getattr(batch, part) * 1.5 + 1})
    assert not torch.allclose(network(batch), network(changed), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_size_of_the_sales_does_not_matter(backbone: str) -> None:
    """Multiplied sales give multiplied quantiles, as the static level and the lags are scaled with them."""
    network = make_network(backbone)
    with torch.no_grad():
        network.tokenise.static.weight[:, -2:] = 0
    batch = make_batch()
    larger = replace(batch, values=batch.values * 1000, lags=batch.lags * 1000)
    assert torch.allclose(network(batch) * 1000, network(larger), rtol=1e-3, atol=1.0)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_every_weight_learns(backbone: str) -> None:
    network, batch = make_network(backbone), make_batch()
    network.loss(batch, torch.full((3, 5), 60.0), torch.ones(3, 5, dtype=torch.bool)).backward()
    idle = [name for name, weight in network.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert idle == []


def test_unknown_outcomes_teach_nothing() -> None:
    network, batch = make_network("lstm"), make_batch()
    known = torch.ones(3, 5, dtype=torch.bool)
    known[:, 3:] = False
    actual = torch.full((3, 5), 60.0)
    other = actual.clone()
    other[:, 3:] = 1e5
    assert network.loss(batch, actual, known).item() == network.loss(batch, other, known).item()


def test_pinball_by_hand() -> None:
    head = QuantileHead(4, patch=1, levels=(0.1, 0.9), dropout=0.0)
    quantiles = torch.tensor([[[2.0, 6.0]]])
    # 0.1 · (5 − 2) = 0.3 and (0.9 − 1) · (5 − 6) = 0.1
    assert head.loss(quantiles, torch.tensor([[5.0]]), torch.ones(1, 1)).item() == pytest.approx(0.2)


def test_a_batch_that_does_not_fit_is_refused() -> None:
    batch = make_batch()
    with pytest.raises(ValueError, match="do not fit"):
        replace(batch, past=batch.past[:, 1:])
    with pytest.raises(ValueError, match="do not fit"):
        replace(batch, known=batch.known[:, :5])


@pytest.mark.parametrize("backbone", BACKBONES)
def test_covariates_are_forgotten_in_training_only(backbone: str) -> None:
    network, batch = make_network(backbone), make_batch(64)
    assert torch.equal(network(batch), network(batch))
    network.train()
    channels = network.tokenise._forgetting(torch.ones(64, 9, 3))
    assert torch.equal(channels, channels[:, :1].expand(-1, 9, -1))
    assert 0.1 < float((channels == 0).float().mean()) < 0.3


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("seen", [1, 5, 9, 20])
def test_padding_read_once_is_as_good_as_read_by_each(
    backbone: str, seen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.arange(3 * 50, dtype=np.float32).reshape(3, 50) % 11
    observed = np.broadcast_to(np.arange(50) >= 50 - seen, (3, 50))
    batch = tensors_of(batch_of_series(values * observed, observed, horizon=6, lags=(12, 24)))
    torch.manual_seed(0)
    network = NetworkModule(NetworkConfig(backbone, LEVELS, patch=4, width=16, lags=2)).eval()  # type: ignore[arg-type]
    once = network(batch)
    for module in (backbones, network_module):
        monkeypatch.setattr(module, "leading_padding", lambda real: 0)
    assert torch.allclose(once, network(batch), rtol=1e-4, atol=1e-5)
