import pytest

from foresale.core.errors import ConfigError
from foresale.data.synthetic import ShopConfig, shop
from foresale.workflows.inspect import inspect


def test_the_festivals_of_a_simulated_shop_are_named():
    panel = shop(items=60, periods=730, config=ShopConfig(stockouts=0))
    names = inspect(panel, countries=["CN"]).events["event"].to_list()
    assert names[0] == "Double 11"
    assert "618" in names


def test_an_unknown_country_is_refused():
    with pytest.raises(ConfigError):
        inspect(shop(items=2, periods=60), countries=["XX"])
