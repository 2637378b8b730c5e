"""Prices and promotions are known by their names."""

import pytest

from foresale.core.covariate_names import names_price, names_promotion


@pytest.mark.parametrize("name", ["price", "sell_price", "UnitPrice", "base_price", "售价"])
def test_prices_are_known_by_name(name: str) -> None:
    assert names_price(name)


@pytest.mark.parametrize(
    "name",
    ["onpromotion", "MarkDown1", "discount", "activity_flag", "deal", "promo_price_cut", "mailer", "rebate", "优惠"],
)
def test_promotions_are_known_by_name(name: str) -> None:
    assert names_promotion(name)


@pytest.mark.parametrize("name", ["temperature", "page_views", "open", "oil", "category"])
def test_other_covariates_have_no_meaning(name: str) -> None:
    assert not names_price(name)
    assert not names_promotion(name)
