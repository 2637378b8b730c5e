import pytest
import torch

from foresale.core.errors import ConfigError, ModelError
from foresale.core.forecast import LEVELS
from foresale.models.lora import WeightChangeModule
from foresale.models.network import NetworkModule
from foresale.models.tensors import tensors_of
from foresale.networks.batch import Batch, batch_of_series
from foresale.networks.config import NetworkConfig
from foresale.networks.tuning import METHODS, Method


def network(width: int = 16, backbone: str = "lstm") -> NetworkModule:
    torch.manual_seed(0)
    return NetworkModule(NetworkConfig(backbone, LEVELS, width=width, lags=2, dropout=0.0)).eval()  # type: ignore[arg-type]


@pytest.fixture
def batch() -> Batch:
    values = torch.randn(3, 56 + 14, generator=torch.Generator().manual_seed(1)) + 5
    seen = torch.ones_like(values, dtype=torch.bool)
    return tensors_of(batch_of_series(values.numpy(), seen.numpy(), horizon=10, lags=(7, 14)))


def stirred(of: NetworkModule, method: Method, seed: int) -> WeightChangeModule:
    change = WeightChangeModule(of, method, rank=2)
    torch.manual_seed(seed)
    with torch.no_grad():
        for part in change.parameters():
            part.normal_(0, 0.1)
    return change


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("backbone", ["lstm", "transformer"])
def test_a_fresh_change_changes_nothing(method: Method, backbone: str, batch: Batch) -> None:
    base = network(backbone=backbone)
    assert torch.equal(WeightChangeModule(base, method).merged(base)(batch), base(batch))


@pytest.mark.parametrize("method", METHODS)
def test_merging_leaves_the_network_bit_for_bit(method: Method, batch: Batch) -> None:
    base = network()
    before, weights = base(batch), {name: weight.clone() for name, weight in base.state_dict().items()}
    changed = stirred(base, method, 1).merged(base)(batch)
    assert not torch.allclose(changed, before)
    assert torch.equal(base(batch), before)
    assert all(torch.equal(weight, weights[name]) for name, weight in base.state_dict().items())


def test_two_changes_can_be_swapped_in_any_order(batch: Batch) -> None:
    base = network()
    one, two = stirred(base, "lora", 1), stirred(base, "lora", 2)
    first, second = one.merged(base)(batch), two.merged(base)(batch)
    assert not torch.allclose(first, second)
    assert torch.equal(one.merged(base)(batch), first)


def test_a_low_rank_change_has_that_rank_and_leaves_biases_alone() -> None:
    base = network()
    changed = stirred(base, "lora", 1).weights(base)
    before = dict(base.named_parameters())
    assert "backbone.cells.0.weight_hh_l0" in changed
    for name, weight in changed.items():
        assert weight.ndim == 2
        assert int(torch.linalg.matrix_rank(weight - before[name].detach(), tol=1e-5)) == 2


def test_the_head_alone_is_changed_where_that_is_asked() -> None:
    base = network()
    assert all(name.startswith("head.") for name in stirred(base, "head", 1).weights(base))


def test_a_share_lies_on_the_way() -> None:
    base = network()
    change = stirred(base, "lora", 1)
    name = "head.out.straight.weight"
    start, end = base.get_parameter(name), change.weights(base)[name]
    half = change.weights(base, share=0.5)[name]
    assert torch.allclose(half, (start + end) / 2, atol=1e-6)
    change.scaled(0.5)
    assert torch.allclose(change.weights(base)[name], half, atol=1e-6)


def test_what_cannot_be_is_said() -> None:
    base = network()
    with pytest.raises(ConfigError, match="unknown method"):
        WeightChangeModule(base, "all")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="rank"):
        WeightChangeModule(base, "lora", rank=0)
    with pytest.raises(ModelError, match="another network"):
        WeightChangeModule(base, "lora").weights(network(width=24))
