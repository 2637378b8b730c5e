"""What networks do at work, without torch: `test_against_torch` has their numbers."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from foresale.core.errors import ConfigError, ModelError
from foresale.core.threads import threads
from foresale.networks import network as network_module
from foresale.networks.adapters import Adapted, AdapterConfig, AdapterInput, Beside, InputAdapter
from foresale.networks.arrays import Arrays
from foresale.networks.batch import Batch, batch_of_series
from foresale.networks.config import BackboneName, NetworkConfig
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.networks.network import Network
from foresale.networks.scaling import InstanceScale
from foresale.networks.tokens import real_tokens, steps_of
from foresale.networks.tuning import Tuning, WeightChange

LEVELS = (0.1, 0.5, 0.9)
BACKBONES: tuple[BackboneName, ...] = ("lstm", "transformer")
Drawn = Callable[..., Network]


def config_of(backbone: BackboneName) -> NetworkConfig:
    return NetworkConfig(backbone, LEVELS, patch=4, width=16, heads=2, lags=2)


def histories(count: int = 9, *, context: int = 40, horizon: int = 6) -> Batch[Arrays]:
    """Windows whose histories are of any length, from one period to all."""
    generator = np.random.default_rng(0)
    length = context + 24
    observed = np.arange(length) >= length - generator.integers(1, length, (count, 1))
    sales = np.where(observed, generator.gamma(3, 5, (count, length)), 0).astype(np.float32)
    return batch_of_series(sales, observed, horizon=horizon, lags=(12, 24))


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize(("context", "horizon"), [(16, 4), (17, 5), (1, 1), (3, 13)])
def test_any_context_and_horizon_in_one_pass(backbone: BackboneName, context: int, horizon: int, drawn: Drawn) -> None:
    quantiles = drawn(config_of(backbone))(histories(context=context, horizon=horizon))
    assert quantiles.shape == (9, horizon, 3)
    assert quantiles.dtype == np.float32
    assert np.isfinite(quantiles).all()
    assert (np.diff(quantiles, axis=-1) >= 0).all()


@pytest.mark.parametrize("backbone", BACKBONES)
def test_a_window_is_forecast_alike_alone_and_beside_others(
    backbone: BackboneName, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, batch = drawn(config_of(backbone)), histories()
    whole = network(batch)
    alone = np.concatenate([network(batch[number : number + 1]) for number in range(len(batch))])
    assert np.allclose(whole, alone, rtol=1e-4, atol=1e-4)
    monkeypatch.setattr(network_module, "AT_ONCE", 2)
    assert np.allclose(whole, network(batch), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_the_number_of_threads_does_not_show(
    backbone: BackboneName, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_module, "AT_ONCE", 2)
    results = []
    for jobs in (1, 3):
        with threads(jobs):
            results.append(drawn(config_of(backbone))(histories()))
    assert np.array_equal(*results)


def test_a_history_that_begins_later_is_not_told_from_unknown_days_before_it(drawn: Drawn) -> None:
    """Padding that is shared and the same padding among windows that have none."""
    network, batch = drawn(config_of("lstm")), histories(2)
    short = replace(batch, observed=batch.observed & (np.arange(40) >= 30), lags_observed=batch.lags_observed & False)
    long = replace(short, observed=np.ones_like(batch.observed))
    together = short.joined(long)
    assert np.allclose(network(short), network(together)[:2], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_what_is_not_observed_is_not_read(backbone: BackboneName, drawn: Drawn) -> None:
    network, batch = drawn(config_of(backbone)), histories()
    noise = np.where(batch.observed, batch.values, np.float32(1e4))
    lags = np.where(batch.lags_observed, batch.lags, np.float32(-1e4))
    assert np.array_equal(network(batch), network(replace(batch, values=noise, lags=lags)))


def test_sales_beyond_all_reason_give_no_number_and_no_warning(drawn: Drawn) -> None:
    batch = histories()
    quantiles = drawn(config_of("lstm"))(replace(batch, values=batch.values * np.float32(1e30)))
    assert quantiles.shape == (9, 6, 3)


def test_a_batch_that_does_not_fit_is_refused() -> None:
    batch = histories()
    with pytest.raises(ValueError, match="do not fit"):
        replace(batch, lags=batch.lags[:, 1:])


def test_tokens_hold_the_sales_the_lags_and_what_lies_ahead() -> None:
    sales = np.arange(1, 11, dtype=np.float32)[None]
    batch = batch_of_series(sales, sales > 2, horizon=2, lags=(4,))
    unscaled = InstanceScale(np.zeros((1, 1), np.float32), np.ones((1, 1), np.float32))
    value, known, ahead, lag, lag_known = np.sinh(steps_of(batch, unscaled, patch=4)[0]).T
    assert value.round(3).tolist() == [0, 0, 5, 6, 7, 8, 9, 10, 0, 0, 0, 0]
    assert (known > 0).tolist() == [False] * 2 + [True] * 6 + [False] * 4
    assert (ahead > 0).tolist() == [False] * 8 + [True] * 2 + [False] * 2
    assert lag.round(3).tolist() == [0, 0, 0, 0, 3, 4, 5, 6, 7, 8, 0, 0]
    assert (lag_known > 0).tolist() == (lag > 0).tolist()
    late = replace(batch, observed=batch.observed & (np.arange(6) > 2), lags_observed=batch.lags_observed & False)
    assert real_tokens(batch, patch=4).tolist() == [[True, True, True]]
    assert real_tokens(late, patch=4).tolist() == [[False, True, True]]


def adapter(config: AdapterConfig) -> InputAdapter:
    generator = np.random.default_rng(5)
    shapes = config.shapes(patch=4, width=16)
    weights = {name: generator.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    return InputAdapter(config, 4, weights)


def shown(batch: Batch[Arrays]) -> AdapterInput[Arrays]:
    generator = np.random.default_rng(6)
    known = generator.standard_normal((len(batch), batch.context + batch.horizon, 3)).astype(np.float32)
    beside = Beside(known, generator.integers(0, 2, (len(batch), 2)), known[:, 0, :2])
    return AdapterInput(batch, CovariateEncoding().turned(batch), beside)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_an_adapter_reads_what_is_known_beside_the_sales(backbone: BackboneName, drawn: Drawn) -> None:
    network, given = drawn(config_of(backbone)), shown(histories())
    plain = Adapted(network, None).quantiles(given, flip=False)
    assert np.array_equal(plain, network(given.batch))
    adapted = Adapted(network, adapter(AdapterConfig(known=3, categories=(4, 2), numbers=2)))
    before = adapted.quantiles(given, flip=True)
    beside = given.beside
    for other in (
        replace(beside, known=beside.known + 1),
        replace(beside, codes=1 - beside.codes),
        replace(beside, numbers=beside.numbers + 1),
    ):
        assert not np.allclose(adapted.quantiles(replace(given, beside=other), flip=True), before)


def test_sales_turned_are_moved_the_other_way() -> None:
    up, down = (
        adapter(AdapterConfig(known=3, categories=(4, 2), numbers=2)).steps(
            shown(histories()).beside, np.zeros((9, 6, 3), np.float32), sign=sign
        )
        for sign in (1.0, -1.0)
    )
    assert np.array_equal(up, -down)
    assert (up != 0).all()


def test_a_change_of_weights_is_merged_into_a_copy(drawn: Drawn) -> None:
    network, batch = drawn(config_of("lstm")), histories()
    before = network(batch)
    up, down = np.ones((64, 1), np.float32), np.ones((1, 16), np.float32)
    parts = {
        "ups.backbone/cells/0/weight_hh_l0": up,
        "downs.backbone/cells/0/weight_hh_l0": down,
        "dense.head/out/out/bias": np.ones(12, np.float32),
    }
    change = WeightChange("lora", 1, parts)
    merged = change.merged(network)
    assert np.array_equal(merged.weights["head.out.out.bias"], network.weights["head.out.out.bias"] + 1)
    assert np.array_equal(
        merged.weights["backbone.cells.0.weight_hh_l0"], network.weights["backbone.cells.0.weight_hh_l0"] + 1
    )
    assert not np.allclose(merged(batch), before)
    assert np.array_equal(network(batch), before)
    assert set(Tuning(change, None).weights) == {f"change.{name}" for name in parts}


def test_a_change_that_cannot_be_is_refused(drawn: Drawn) -> None:
    with pytest.raises(ConfigError, match="unknown method"):
        WeightChange("all", 1, {})  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="rank"):
        WeightChange("lora", 0, {})
    other = WeightChange("full", 1, {"dense.head/out/out/bias": np.ones(5, np.float32)})
    with pytest.raises(ModelError, match="another network"):
        other.merged(drawn(config_of("lstm")))
