"""Pictures of effects of prices."""

import numpy as np
import pytest

from foresale.core.errors import ConfigError
from foresale.data.synthetic import shop
from foresale.plotting.elasticities import cross_chart, demand_chart
from foresale.plotting.plot import plot
from foresale.pricing.effects.elasticities import Elasticities
from foresale.pricing.effects.estimate import find_elasticities


@pytest.fixture(scope="module")
def found() -> Elasticities:
    return find_elasticities(shop(items=4, periods=300))


def test_all_products_or_the_demand_for_one(found: Elasticities):
    assert plot(found).layout.title.text == "Elasticity of demand to the own price"
    assert plot(found, "item-2").layout.title.text == "item-2: units over the price"
    with pytest.raises(ConfigError, match="no product"):
        plot(found, "tea")


def test_profit_is_nothing_at_the_cost_of_a_unit(found: Elasticities):
    price = float(np.nanmedian(found.cube.price[0]))
    curve = demand_chart(found, unit_cost=price).data[-1]
    assert np.interp(price, curve.x, curve.y) == pytest.approx(0, abs=1e-6 * np.abs(curve.y).max())


def test_the_matrix_has_a_row_for_each_product(found: Elasticities):
    assert len(cross_chart(found).data[0].y) == 4
