"""Networks at work and as they learn are the same: they agree to 1e-5 of the scale of a window."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from foresale.core.forecast import LEVELS
from foresale.models.adapters import AdaptedModule, InputAdapterModule
from foresale.models.lora import WeightChangeModule
from foresale.models.network import NetworkModule
from foresale.models.tensors import tensor
from foresale.networks.adapters import Adapted, AdapterConfig, AdapterInput, Beside
from foresale.networks.arrays import Arrays, mapped
from foresale.networks.batch import Batch, batch_of_series
from foresale.networks.config import BackboneName, NetworkConfig
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.networks.network import AT_ONCE
from foresale.networks.scaling import InstanceScale
from foresale.networks.tuning import METHODS, Method
from foresale.storage.weights import pretrained
from foresale.training.finetune.tuning import TuningModule

SHARE = 1e-5
BACKBONES: tuple[BackboneName, ...] = ("lstm", "transformer")


def sales(count: int, length: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Gamma sales of items of very unlike size, some days unknown, whose histories begin anywhere."""
    generator = np.random.default_rng(seed)
    values = generator.gamma(2, generator.lognormal(2, 2, (count, 1)), (count, length)).astype(np.float32)
    begins = generator.integers(0, length, (count, 1))
    begins[:2] = 0
    observed = (np.arange(length) >= begins) & (generator.random((count, length)) < 0.95)
    return np.where(observed, values, np.float32(0)), observed


def full_batch(config: NetworkConfig, *, count: int = 20, context: int = 60, horizon: int = 10) -> Batch[Arrays]:
    generator = np.random.default_rng(1)
    values, observed = sales(count, context + 2 * config.patch)
    batch = batch_of_series(values, observed, horizon=horizon, lags=(config.patch, 2 * config.patch))

    def normal(*shape: int) -> np.ndarray:
        return generator.standard_normal(shape).astype(np.float32)

    codes = [generator.integers(0, size, count) for size in config.categories]
    known, past = normal(count, context + horizon, config.known), normal(count, context, config.past)
    return replace(batch, known=known, past=past, codes=np.stack(codes, axis=1), numbers=normal(count, config.numbers))


def agree(one: np.ndarray, two: np.ndarray, batch: Batch[Arrays]) -> None:
    scale = InstanceScale.of(batch.values, batch.observed)
    size = (np.abs(scale.location) + scale.scale)[..., None]
    assert (np.abs(one - two) <= SHARE * np.maximum(size, np.abs(two))).all()


def config_of(backbone: BackboneName) -> NetworkConfig:
    return NetworkConfig(backbone, LEVELS, width=16, lags=2, known=3, past=2, numbers=2, categories=(4, 9))


def module_of(backbone: BackboneName) -> NetworkModule:
    torch.manual_seed(3)
    return NetworkModule(config_of(backbone)).eval()


@pytest.mark.parametrize("backbone", BACKBONES)
def test_weights_have_the_shapes_that_are_said(backbone: BackboneName) -> None:
    module = module_of(backbone)
    assert {name: tuple(weight.shape) for name, weight in module.state_dict().items()} == module.config.shapes()
    reads = AdapterConfig(known=3, categories=(4, 2), numbers=2)
    for read in (reads, replace(reads, tokens=False)):
        adapter = InputAdapterModule(read, patch=7, width=16)
        said = read.shapes(patch=7, width=16)
        assert {name: tuple(weight.shape) for name, weight in adapter.state_dict().items()} == said


@pytest.mark.parametrize("unit", ["hour", "day", "week", "month"])
def test_the_networks_of_the_package(unit: str) -> None:
    specialist = pretrained().specialists[unit]  # type: ignore[index]
    values, observed = sales(24, specialist.span)
    whole = batch_of_series(values, observed, horizon=26, lags=specialist.lags)
    for batch in (whole, specialist.encoding.turned(whole), whole.newest(specialist.context // 3)):
        for network in specialist.networks:
            with torch.inference_mode():
                expected = NetworkModule.of(network)(batch.mapped(tensor)).numpy()
            agree(network(batch), expected, batch)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize(("context", "horizon"), [(60, 10), (61, 7), (1, 1), (3, 20)])
def test_both_backbones_with_every_kind_of_input(backbone: BackboneName, context: int, horizon: int) -> None:
    module = module_of(backbone)
    batch = full_batch(module.config, context=context, horizon=horizon)
    with torch.inference_mode():
        expected = module(batch.mapped(tensor)).numpy()
    agree(module.learnt()(batch), expected, batch)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("tokens", [True, False])
def test_adapters(backbone: BackboneName, tokens: bool) -> None:
    module = module_of(backbone)
    batch = full_batch(module.config)
    config = AdapterConfig(known=batch.known.shape[2], categories=(4, 9), numbers=2, tokens=tokens)
    adapter = InputAdapterModule(config, patch=7, width=16)
    with torch.no_grad():
        for part in adapter.parameters():
            part.add_(torch.randn(part.shape) * 0.2)
    shown = AdapterInput(batch, CovariateEncoding().turned(batch), Beside(batch.known, batch.codes, batch.numbers))
    for flip in (False, True):
        with torch.inference_mode():
            expected = AdaptedModule(module, adapter).eval().quantiles(mapped(shown, tensor), flip=flip).numpy()
        agree(Adapted(module.learnt(), adapter.learnt()).quantiles(shown, flip=flip), expected, batch)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("method", METHODS)
def test_changes_of_the_weights(backbone: BackboneName, method: Method) -> None:
    module = module_of(backbone)
    change = WeightChangeModule(module, method, rank=2)
    with torch.no_grad():
        for part in change.parameters():
            part.normal_(0, 0.05)
    batch = full_batch(module.config)
    with torch.inference_mode():
        expected = change.merged(module)(batch.mapped(tensor)).numpy()
    agree(change.learnt().merged(module.learnt())(batch), expected, batch)


def test_what_was_learnt_becomes_tensors_and_itself_again() -> None:
    module = module_of("lstm")
    adapter = InputAdapterModule(AdapterConfig(known=3, numbers=2), patch=7, width=16)
    tuning = TuningModule(WeightChangeModule(module, "lora", rank=2), adapter)
    with torch.no_grad():
        for part in tuning.parameters():
            part.normal_(0, 0.05)
    learnt = tuning.learnt()
    again = TuningModule.of(learnt, module)
    assert learnt.weights.keys() == tuning.state_dict().keys()
    for name, weight in again.state_dict().items():
        assert np.array_equal(weight.numpy(), learnt.weights[name]), name


def test_windows_beside_it_move_a_window_in_the_rounding_alone() -> None:
    """Of more windows than are computed at once, in any order."""
    module = module_of("lstm")
    network, batch = module.learnt(), full_batch(module.config, count=AT_ONCE + 40)
    order = np.random.default_rng(0).permutation(len(batch))
    agree(network(batch[order]), network(batch)[order], batch[order])
    agree(network(batch[:1]), network(batch)[:1], batch[:1])
