"""Effects of covariates: against known ones, only where something is unusual, and blind to later sales."""

from dataclasses import replace

import numpy as np
import pytest

from foresale.core.errors import ConfigError
from foresale.core.panel import Covariate, Panel
from foresale.core.protocols import Forecaster
from foresale.data.synthetic import ShopConfig, shop
from foresale.explanations.counterfactual import effects_of
from foresale.explanations.groups import baseline, groups_of
from foresale.explanations.options import ExplainOptions

HORIZON = 14


def garden(items: int = 4, **covariates: np.ndarray) -> Panel:
    """A shop without covariates but those that are given, as arrays over the last HORIZON rows of all items [N, H]."""
    panel = shop(items=items, periods=100, config=ShopConfig(future=HORIZON, launches=0))
    made = {}
    for name, future in covariates.items():
        values = np.zeros((items, 100 + HORIZON), np.float32)
        values[:, 10] = 1
        values[:, 100:] = future
        made[name] = Covariate(name, "known", values.ravel())
    return replace(panel, covariates=made)


def effects(panel: Panel, forecaster: Forecaster, **settings: object):
    said = forecaster.forecast(panel, horizon=HORIZON)
    items = np.arange(len(panel))
    return effects_of(panel, forecaster, said, items=items, options=ExplainOptions(**settings))


def test_one_cause_adds_what_the_forecast_loses_without_it(multiplying):
    future = np.zeros((4, HORIZON))
    future[1, 3] = 1
    panel = garden(promotion=future)
    found = effects(panel, multiplying({"promotion": 1.5}))
    expected = np.zeros((4, 1, HORIZON))
    expected[1, 0, 3] = 5
    assert found.values == pytest.approx(expected, abs=1e-5)
    assert found.acted[:, 0].tolist() == [False, True, False, False]


def test_two_causes_share_what_they_do_together(multiplying):
    both = np.zeros((4, HORIZON))
    both[2, 5] = 1
    found = effects(garden(promotion=both, banner=both), multiplying({"promotion": 2.0, "banner": 3.0}))
    # 10 → 60: promotion adds 10 alone and 30 last, banner 20 alone and 40 last.
    assert found.values[2, :, 5].tolist() == pytest.approx([20, 30], rel=1e-5)
    assert found.asked == 3


def test_nothing_is_asked_where_all_is_as_usual(multiplying):
    forecaster = multiplying({"promotion": 2.0})
    found = effects(garden(promotion=np.zeros((4, HORIZON))), forecaster)
    assert found.asked == 0
    assert len(forecaster.asked) == 1
    assert found.read == {}


def test_a_model_that_does_not_read_a_covariate_is_named(multiplying):
    future = np.ones((4, HORIZON))
    found = effects(garden(promotion=future, banner=future), multiplying({"promotion": 2.0}))
    assert found.read == {"promotion": True, "banner": False}


def test_a_group_is_switched_as_one(multiplying):
    future = np.ones((4, HORIZON))
    panel = garden(promotion=future, banner=future)
    found = effects(panel, multiplying({"promotion": 2.0, "banner": 3.0}), groups={"action": ["promotion", "banner"]})
    assert [group.name for group in found.groups] == ["action"]
    assert found.values[0, 0].tolist() == pytest.approx([50] * HORIZON, rel=1e-5)


def test_many_causes_are_drawn_and_still_sum_to_the_whole(multiplying):
    future = np.ones((2, HORIZON))
    names = [f"cause{number}" for number in range(5)]
    panel = garden(2, **dict.fromkeys(names, future))
    found = effects(panel, multiplying(dict.fromkeys(names, 1.2)), exact=3, permutations=2)
    assert found.values.sum(axis=1) == pytest.approx(np.full((2, HORIZON), 10 * 1.2**5 - 10), rel=1e-5)


def test_the_usual_price_is_that_of_the_newest_quarter_and_the_usual_flag_the_most_frequent():
    panel = shop(items=5, periods=300, seed=3, config=ShopConfig(launches=0, promotions=0.2))
    for item, (price, flag) in enumerate(
        zip(baseline(panel.covariates["price"], panel), baseline(panel.covariates["promotion"], panel), strict=True)
    ):
        own = panel.covariates["price"].values[panel.rows(item)]
        assert price == pytest.approx(np.median(own[-91:]))
        assert flag == 0


def test_the_future_moves_nothing_that_is_usual():
    panel = shop(items=3, periods=200, config=ShopConfig(future=HORIZON))
    price = panel.covariates["price"]
    changed = np.where(panel.is_history, price.values, 99).astype(np.float32)
    later = replace(panel, covariates={"price": replace(price, values=changed)})
    assert baseline(price, panel).tolist() == baseline(later.covariates["price"], later).tolist()


def test_a_group_of_unknown_covariates_is_refused():
    with pytest.raises(ConfigError, match="known ahead are: price, promotion"):
        groups_of(shop(items=2, periods=30), {"weather": ["rain"]})
