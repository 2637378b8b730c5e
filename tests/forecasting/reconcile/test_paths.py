"""Paths: every group is the sum of its items, items keep their quantiles, and sums have the spread they should."""

from dataclasses import replace

import numpy as np
import pytest

from foresale.core.errors import ConfigError
from foresale.core.hierarchy import Hierarchy
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.reconcile.aggregate import grouped
from foresale.forecasting.reconcile.errors import spread
from foresale.forecasting.reconcile.paths import sum_quantiles
from foresale.forecasting.reconcile.reconcile import reconciled

BY = ["category", "region"]


def test_every_group_is_the_sum_of_its_items_in_every_path(shelves) -> None:
    found = reconciled(shelves(unknown=0.1), SeasonalNaive(), horizon=5, hierarchy=BY)
    for count in (1, 70):
        paths = found.paths(count, seed=3)
        assert paths.items.shape == (count, 12, 5)
        for level in found.hierarchy.levels:
            members = (level.codes == np.arange(len(level))[:, None]).astype(float)
            np.testing.assert_allclose(paths.groups[level.name], members @ paths.items.astype(float), rtol=1e-12)


def test_items_keep_the_quantiles_of_their_forecast(shelves) -> None:
    found = reconciled(shelves(), SeasonalNaive(), horizon=5, hierarchy=BY)
    own, together = found.items.paths(100, seed=1), found.paths(100, seed=1).items
    np.testing.assert_array_equal(np.sort(own, axis=0), np.sort(together, axis=0))


def test_the_same_seed_gives_the_same_paths(shelves) -> None:
    found = reconciled(shelves(), SeasonalNaive(), horizon=5, hierarchy=BY)
    np.testing.assert_array_equal(found.paths(80, seed=4).items, found.paths(80, seed=4).items)
    assert (found.paths(80, seed=4).items != found.paths(80, seed=5).items).any()
    np.testing.assert_array_equal(found.paths(80, seed=4).items[:9], found.paths(80, seed=4).items[:9])
    with pytest.raises(ConfigError, match="at least one path"):
        found.paths(0)


@pytest.mark.parametrize("factor", [0.2, 0.5, 1.0])
def test_sums_are_as_sharp_as_the_groups_are_forecast(shelves, factor: float) -> None:
    """Narrower or wider than independent items would be, in both groupings at once."""
    panel = shelves(60)
    tree = Hierarchy.of(panel, BY)
    items = SeasonalNaive().forecast(panel, horizon=3)
    groups = SeasonalNaive().forecast(grouped(panel, tree).panel, horizon=3)
    wide = groups.median[..., None] * (1 - factor) + groups.quantiles * np.float32(factor)
    wanted = replace(groups, quantiles=np.maximum(wide, 0))
    found = spread(replace(groups, quantiles=sum_quantiles(items, wanted, hierarchy=tree)))
    assert np.median(found / spread(wanted)) == pytest.approx(1, abs=0.15)


def test_quantiles_of_groups_are_those_of_the_paths(shelves) -> None:
    found = reconciled(shelves(30), SeasonalNaive(), horizon=3, hierarchy=BY)
    paths = found.paths(400)
    for name, forecast in found.groups.items():
        drawn = np.quantile(paths.groups[name], (0.1, 0.5, 0.9), axis=0)
        said = np.stack([forecast.quantile(level) for level in (0.1, 0.5, 0.9)])
        assert (np.abs(drawn - said) < 0.35 * spread(forecast)).all()


def test_a_group_of_one_item_has_its_quantiles(shelves) -> None:
    panel = shelves(13)
    odd = panel.items.with_columns(category=np.where(np.arange(13) == 5, "alone", "c"))  # type: ignore[arg-type]
    found = reconciled(replace(panel, items=odd), SeasonalNaive(), horizon=3, hierarchy=["category"])
    group, item = found.level("category").quantiles[0], found.items.quantiles[5]
    assert found.hierarchy.levels[1].ids[0] == "category=alone"
    assert (np.abs(group - item).mean(axis=1) < 0.03 * item.mean(axis=1)).all()
