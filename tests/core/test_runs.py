"""Running sums tell what slices would, and no item rounds another's."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.core.runs import RunningSums

LENGTHS = st.lists(st.integers(1, 12), min_size=1, max_size=6)


@given(LENGTHS, st.integers(0, 1_000), st.data())
def test_a_run_is_the_sum_of_its_slice(lengths: list[int], seed: int, data: st.DataObject) -> None:
    owners = np.repeat(np.arange(len(lengths)), lengths)
    values = np.random.default_rng(seed).uniform(0, 100, owners.size)
    item = data.draw(st.integers(0, len(lengths) - 1))
    start = sum(lengths[:item])
    first = data.draw(st.integers(start, start + lengths[item]))
    end = data.draw(st.integers(first, start + lengths[item]))
    found = RunningSums(values, owners).over(np.array([first]), np.array([end]))
    assert found[0] == pytest.approx(values[first:end].sum())


@given(LENGTHS, st.floats(1, 1e300))
def test_a_large_item_changes_no_bit_of_the_others(lengths: list[int], huge: float) -> None:
    owners = np.repeat(np.arange(len(lengths) + 1), [3, *lengths])
    values = np.random.default_rng(0).uniform(0, 1, owners.size)
    changed = np.where(owners == 0, huge, values)
    first = np.arange(3, owners.size)
    one, other = (RunningSums(numbers, owners).over(first, first + 1) for numbers in (values, changed))
    np.testing.assert_array_equal(one, other)
