import numpy as np
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from foresale.networks.scaling import InstanceScale

VALUES = arrays(np.float32, (3, 12), elements=st.floats(-1e6, 1e6, width=32))
MASKS = arrays(np.bool_, (3, 12))


@given(VALUES, MASKS)
def test_undo_gives_back_what_was_scaled(values: np.ndarray, observed: np.ndarray) -> None:
    scale = InstanceScale.of(values, observed)
    scaled = scale.apply(values)
    inside = np.abs(scaled) < 12
    size = np.abs(scale.location) + scale.scale + np.abs(values)
    error = np.abs(scale.undo(scaled) - values)
    assert (error[inside] <= 1e-4 * size[inside]).all()


@given(VALUES, MASKS)
def test_every_window_can_be_scaled(values: np.ndarray, observed: np.ndarray) -> None:
    scale = InstanceScale.of(values, observed)
    assert (scale.scale > 0).all()
    assert np.isfinite(scale.apply(values)).all()


def test_unobserved_values_have_no_say() -> None:
    observed = np.array([[True, True, False]])
    near = InstanceScale.of(np.array([[2.0, 4.0, 0.0]]), observed)
    far = InstanceScale.of(np.array([[2.0, 4.0, 900.0]]), observed)
    assert near.location.item() == far.location.item() == 3.0
    assert near.scale.item() == far.scale.item() == 1.0


def test_constant_and_empty_windows() -> None:
    observed = np.array([[True, True], [False, False]])
    scale = InstanceScale.of(np.array([[100.0, 100.0], [0.0, 0.0]]), observed)
    assert scale.scale.flatten().tolist() == [5.0, 1.0]
    assert scale.location.flatten().tolist() == [100.0, 0.0]


def test_undo_does_not_overflow() -> None:
    scale = InstanceScale.of(np.array([[1.0, 3.0]]), np.ones((1, 2), bool))
    assert bool(np.isfinite(scale.undo(np.array([[1e9]]))).all())
