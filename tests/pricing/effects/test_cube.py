"""Sales and prices of products in places over periods."""

from dataclasses import replace

import numpy as np

from foresale.data.synthetic import shop
from foresale.pricing.effects.cube import price_cube


def test_what_follows_from_sales_and_prices_is_worked_out_once_and_anew_for_other_prices():
    cube = price_cube(shop(items=3, periods=140))
    for name in ("known", "log_price", "log_sales", "regular", "depth"):
        assert getattr(cube, name) is getattr(cube, name)
    cheaper = replace(cube, price=cube.price / 2)
    np.testing.assert_allclose(cheaper.log_price, cube.log_price - np.log(2))
    np.testing.assert_allclose(cheaper.regular, cube.regular / 2)
    np.testing.assert_allclose(cheaper.depth, cube.depth, atol=1e-12)
