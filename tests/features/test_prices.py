"""Price and promotion features."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel, Role
from foresale.features.prices import PriceConfig, meaning_of, price_features
from foresale.features.ranks import ranks_within

NAN = float("nan")


def _panel(
    name: str, values: list[float], role: Role = "known", *, items: int = 1, history: int | None = None
) -> Panel:
    rows = len(values)
    return Panel(
        frequency=Frequency.parse("D"),
        items=pl.DataFrame({"item_id": list(range(items)), "shelf": ["a"] * items}),
        starts=np.zeros(items, np.int64),
        offsets=np.linspace(0, rows, items + 1).astype(np.int64),
        history=np.full(items, history or rows // items),
        sales=np.zeros(rows, np.float32),
        covariates={name: Covariate(name, role, np.array(values, np.float32))},
    )


@pytest.mark.parametrize("name", ["price", "sell_price", "UnitPrice", "base_price", "售价"])
def test_prices_are_known_by_name(name: str) -> None:
    panel = _panel(name, [1, 2])
    assert meaning_of(panel.covariates[name], panel) == "price"


@pytest.mark.parametrize("name", ["onpromotion", "MarkDown1", "discount", "activity_flag", "deal", "promo_price_cut"])
def test_promotions_are_known_by_name(name: str) -> None:
    panel = _panel(name, [0, 3])
    assert meaning_of(panel.covariates[name], panel) == "promotion"


def test_a_discount_that_is_mostly_one_is_a_factor() -> None:
    panel = _panel("discount", [1, 1, 0.7])
    assert meaning_of(panel.covariates["discount"], panel) == "factor"
    panel = _panel("discount", [0, 0, 0.3, 1])
    assert meaning_of(panel.covariates["discount"], panel) == "promotion"


def test_other_covariates_have_no_meaning() -> None:
    panel = _panel("temperature", [1, 2])
    assert meaning_of(panel.covariates["temperature"], panel) is None
    assert price_features(panel) == {}
    category = Covariate("promotion_type", "known", np.zeros(2, np.float32), ("a",))
    assert meaning_of(category, panel) is None


def test_price_against_its_own_past() -> None:
    found = price_features(_panel("price", [10, 10, 8, NAN, 8, 12]), PriceConfig(window=3))
    np.testing.assert_allclose(found["price_depth"], [0, 0, 0.2, NAN, 0, 0], atol=1e-6)
    np.testing.assert_allclose(found["price_relative"], [NAN, 0, -0.2, NAN, 8 / (28 / 3) - 1, 12 / 9 - 1], atol=1e-6)
    np.testing.assert_array_equal(found["price_since_change"], [0, 1, 0, 1, 2, 0])


def test_promotions_ahead_since_and_worn_out() -> None:
    found = price_features(_panel("promo", [0, 1, 1, 0, 0, 1]), PriceConfig(window=2))
    np.testing.assert_array_equal(found["promo_since"], [NAN, 0, 0, 1, 2, 0])
    np.testing.assert_array_equal(found["promo_until"], [1, 0, 0, 2, 1, 0])
    np.testing.assert_array_equal(found["promo_fatigue"], [NAN, 0, 0.5, 1, 0.5, 0])


def test_a_factor_is_price_and_promotion_at_once() -> None:
    found = price_features(_panel("discount", [1, 0.8, 1, 1]), PriceConfig(window=7))
    np.testing.assert_allclose(found["discount_depth"], [0, 0.2, 0, 0], atol=1e-6)
    np.testing.assert_array_equal(found["discount_since"], [NAN, 0, 1, 2])


def test_what_is_not_known_ahead_is_seen_late_and_never_ahead() -> None:
    found = price_features(_panel("promo", [0, 1, 1, 0, 0, 1], "past"), PriceConfig(window=2, horizon_gap=2))
    assert "promo_until" not in found
    np.testing.assert_array_equal(found["promo_since"], [NAN, NAN, NAN, 0, 0, 1])


def test_ranks_within_the_shelf() -> None:
    panel = _panel("price", [1, 5, 2, 5, 3, NAN], items=3)
    found = price_features(panel, PriceConfig(category="shelf"))["price_rank"]
    np.testing.assert_array_equal(found, [0, 0.5, 0.5, 0.5, 1, NAN])


def test_ranks_keep_shelves_and_periods_apart(make_panel) -> None:  # type: ignore[no-untyped-def]
    panel: Panel = make_panel([20, 30, 10, 25, 7])
    price = panel.covariates["sell_price"].values
    ranks = ranks_within(price, panel, "shelf")
    times = np.repeat(panel.starts, panel.lengths) + panel.positions
    shelves = panel.items["shelf"].fill_null("").to_numpy()[panel.owners]
    for row in range(0, price.size, 3):
        same = (times == times[row]) & (shelves == shelves[row]) & ~np.isnan(price)
        if np.isnan(price[row]):
            assert np.isnan(ranks[row])
        elif same.sum() == 1:
            assert ranks[row] == 0.5
        else:
            below, equal = (price[same] < price[row]).sum(), (price[same] == price[row]).sum()
            assert ranks[row] == pytest.approx((below + (equal - 1) / 2) / (same.sum() - 1))


def test_wrong_requests_are_refused() -> None:
    with pytest.raises(ConfigError, match="aisle"):
        price_features(_panel("price", [1, 2]), PriceConfig(category="aisle"))
    with pytest.raises(ConfigError, match="at least 1"):
        PriceConfig(window=0)


def test_history_alone_decides_what_a_discount_means() -> None:
    panel = _panel("discount", [1, 1, 0.7, 0, 0, 0, 0], history=3)
    assert meaning_of(panel.covariates["discount"], panel) == "factor"
    assert meaning_of(panel.covariates["discount"], replace(panel, history=np.array([7]))) == "promotion"
