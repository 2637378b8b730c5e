import polars as pl
import pytest

import foresale
from foresale.core.errors import ConfigError

SALES = pl.DataFrame({"sku": ["a", "a"], "day": ["2024-03-01", "2024-03-02"], "qty": [3, 5]})


@pytest.mark.parametrize("wish", [foresale.forecast, foresale.train, foresale.evaluate])
def test_a_frame_has_to_become_a_panel_first(wish):
    with pytest.raises(ConfigError, match=r"a DataFrame, not a panel: .*foresale.read"):
        wish(SALES, horizon=7)


@pytest.mark.parametrize("wish", [foresale.clean, foresale.inspect])
def test_so_it_has_for_those_without_a_horizon(wish):
    with pytest.raises(ConfigError, match="a str, not a panel"):
        wish("sales.csv")
