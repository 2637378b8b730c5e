from dataclasses import replace

import torch

from foresale.core.forecast import LEVELS
from foresale.models.adapters import AdaptedModule, InputAdapterModule
from foresale.models.network import NetworkModule
from foresale.models.tensors import tensors_of
from foresale.networks.adapters import AdapterConfig, AdapterInput, Beside
from foresale.networks.batch import batch_of_series
from foresale.networks.config import NetworkConfig
from foresale.networks.covariate_encoding import CovariateEncoding

READS = AdapterConfig(known=3, categories=(4, 2), numbers=2)


def adapted(reads: AdapterConfig = READS) -> AdaptedModule:
    torch.manual_seed(0)
    network = NetworkModule(NetworkConfig("lstm", LEVELS, width=16, lags=2, dropout=0.0))
    return AdaptedModule(network, InputAdapterModule(reads, patch=7, width=16)).eval()


def windows(count: int = 4, horizon: int = 10) -> AdapterInput:
    torch.manual_seed(1)
    values = torch.randn(count, 56 + 14) + 5
    seen = torch.ones_like(values, dtype=torch.bool)
    batch = tensors_of(batch_of_series(values.numpy(), seen.numpy(), horizon=horizon, lags=(7, 14)))
    codes = torch.randint(0, 2, (count, 2))
    beside = Beside(torch.randn(count, 56 + horizon, 3), codes, torch.randn(count, 2))
    return AdapterInput(batch, CovariateEncoding().turned(batch), beside)


def beside(shown: AdapterInput, **changed: torch.Tensor) -> AdapterInput:
    return replace(shown, beside=replace(shown.beside, **changed))


def stir(module: torch.nn.Module) -> None:
    with torch.no_grad():
        for part in module.parameters():
            part.add_(torch.randn(part.shape) * 0.2)


def test_a_fresh_adapter_is_the_identity_bit_for_bit() -> None:
    model, shown = adapted(), windows()
    assert torch.equal(model.quantiles(shown, flip=False), model.network(shown.batch))
    turned = model.network(shown.turned)
    assert torch.equal(model.quantiles(shown, flip=True), (model.network(shown.batch) - turned.flip(-1)) / 2)


def test_gradients_reach_an_adapter_that_starts_as_the_identity() -> None:
    model = adapted()
    model(windows())[0].square().sum().backward()
    assert model.inputs is not None
    for part in (model.inputs.known, model.inputs.static, model.inputs.move):
        assert part.grad is not None
        assert bool(part.grad.abs().sum() > 0)


def test_covariates_and_statics_are_read_once_learnt() -> None:
    model, shown = adapted(), windows()
    assert model.inputs is not None
    stir(model.inputs)
    before = model.quantiles(shown, flip=False)
    known, codes, numbers = vars(shown.beside).values()
    for other in (beside(shown, known=known + 1), beside(shown, codes=1 - codes), beside(shown, numbers=numbers + 1)):
        assert not torch.allclose(model.quantiles(other, flip=False), before)


def test_without_tokens_only_the_steps_of_the_horizon_are_read() -> None:
    model, shown = adapted(replace(READS, tokens=False)), windows()
    assert model.inputs is not None
    stir(model.inputs)
    past, last = shown.beside.known.clone(), shown.beside.known.clone()
    past[:, : shown.batch.context] += 1
    assert torch.equal(model(beside(shown, known=past))[0], model(shown)[0])
    last[:, -1] += 1
    changed = model(beside(shown, known=last))[0] != model(shown)[0]
    assert bool(changed[:, -1].any())
    assert not bool(changed[:, :-1].any())


def test_shortened_to_nothing_it_is_the_identity_again() -> None:
    model, shown = adapted(), windows()
    assert model.inputs is not None
    stir(model.inputs)
    plain = AdaptedModule(model.network, None)
    assert not torch.allclose(model.quantiles(shown, flip=True), plain.quantiles(shown, flip=True))
    model.inputs.scaled(0.0)
    assert torch.equal(model.quantiles(shown, flip=True), plain.quantiles(shown, flip=True))


def test_sales_turned_are_moved_the_other_way() -> None:
    model, shown = adapted(), windows()
    assert model.inputs is not None
    scaled = torch.zeros(4, 10, len(LEVELS))
    stir(model.inputs)
    up, down = (model.inputs.steps(shown.beside, scaled, sign=sign) for sign in (1.0, -1.0))
    assert torch.equal(up, -down)
    assert bool((up != 0).all())
