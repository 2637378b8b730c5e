import pytest

import foresale
from foresale.core.errors import ConfigError, DataError


@pytest.mark.parametrize("wish", [foresale.clean, foresale.inspect, foresale.trend])
def test_a_path_is_read(wish):
    with pytest.raises(DataError, match="no such file"):
        wish("sales.csv")


@pytest.mark.parametrize("wish", [foresale.forecast, foresale.train, foresale.evaluate, foresale.plan])
def test_what_are_no_sales_is_refused_before_anything_else(wish):
    with pytest.raises(ConfigError, match="a panel, a path or a data frame, not a list"):
        wish([3, 5], **({"stock": None} if wish is foresale.plan else {"horizon": 7}))
