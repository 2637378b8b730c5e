"""Which columns of items tell what reacts alike."""

import numpy as np

from foresale.forecasting.effects.cells import Cells
from foresale.forecasting.effects.groups import grouping


def together(made: object, columns: dict[str, np.ndarray], swing: float) -> tuple[str, np.ndarray] | None:
    rng = np.random.default_rng(0)
    kind = np.arange(24) % 3
    sales = rng.poisson(30 * np.exp(rng.normal(0, swing, (3, 200)))[kind]).astype(float)
    return grouping(made(sales, columns=columns), np.arange(24), Cells(sales, np.full(sales.shape, 30.0), np.ones(24)))


def test_the_column_whose_items_go_up_and_down_together_is_found(made: object) -> None:
    columns = {"lot": np.arange(24) // 6, "kind": np.array(["a", "b", "c"])[np.arange(24) % 3]}
    found = together(made, columns, 0.3)
    assert found is not None
    assert found[0] == "kind"
    assert np.array_equal(found[1], np.arange(24) % 3)


def test_columns_of_items_that_go_their_own_ways_are_none(made: object) -> None:
    assert together(made, {"lot": np.arange(24) // 6}, 0.3) is None
    assert together(made, {"kind": np.arange(24) % 3}, 0.0) is None


def test_a_column_with_a_value_for_each_item_or_one_for_all_groups_nothing(made: object) -> None:
    assert together(made, {"name": np.array([f"n{number}" for number in range(24)]), "all": np.zeros(24)}, 0.3) is None


def test_unknown_values_are_a_group(made: object) -> None:
    kind = np.array(["a", None, "c"], object)[np.arange(24) % 3]
    found = together(made, {"kind": list(kind)}, 0.3)
    assert found is not None
    assert len(np.unique(found[1])) == 3
