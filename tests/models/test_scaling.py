import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foresale.models.scaling import InstanceScale

VALUES = arrays(np.float32, (3, 12), elements=st.floats(-1e6, 1e6, width=32))
MASKS = arrays(np.bool_, (3, 12))


@given(VALUES, MASKS)
def test_undo_gives_back_what_was_scaled(values: np.ndarray, observed: np.ndarray) -> None:
    tensor, mask = torch.from_numpy(values), torch.from_numpy(observed)
    scale = InstanceScale.of(tensor, mask)
    scaled = scale.apply(tensor)
    inside = scaled.abs() < 12
    size = (scale.location.abs() + scale.scale).expand_as(tensor) + tensor.abs()
    error = (scale.undo(scaled) - tensor).abs()
    assert bool((error[inside] <= 1e-4 * size[inside]).all())


@given(VALUES, MASKS)
def test_every_window_can_be_scaled(values: np.ndarray, observed: np.ndarray) -> None:
    scale = InstanceScale.of(torch.from_numpy(values), torch.from_numpy(observed))
    assert bool((scale.scale > 0).all())
    assert bool(torch.isfinite(scale.apply(torch.from_numpy(values))).all())


def test_unobserved_values_have_no_say() -> None:
    observed = torch.tensor([[True, True, False]])
    near = InstanceScale.of(torch.tensor([[2.0, 4.0, 0.0]]), observed)
    far = InstanceScale.of(torch.tensor([[2.0, 4.0, 900.0]]), observed)
    assert near.location.item() == far.location.item() == 3.0
    assert near.scale.item() == far.scale.item() == 1.0


def test_constant_and_empty_windows() -> None:
    observed = torch.tensor([[True, True], [False, False]])
    scale = InstanceScale.of(torch.tensor([[100.0, 100.0], [0.0, 0.0]]), observed)
    assert scale.scale.flatten().tolist() == [5.0, 1.0]
    assert scale.location.flatten().tolist() == [100.0, 0.0]


def test_undo_does_not_overflow() -> None:
    scale = InstanceScale.of(torch.tensor([[1.0, 3.0]]), torch.ones(1, 2, dtype=torch.bool))
    assert bool(torch.isfinite(scale.undo(torch.tensor([[1e9]]))).all())
