"""The events that an order may say it is for."""

import numpy as np

from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.effects.layer import EffectOptions, Effects
from foresale.forecasting.effects.raised import raised_days

HORIZON = 14


def promoted_shop() -> Panel:
    return shop(items=12, periods=500, seed=4, config=ShopConfig(future=HORIZON, promotions=0.15, launches=0))


def test_what_raises_an_item_is_a_part_of_its_effects_on_its_days():
    panel = promoted_shop()
    effects = Effects.fit(panel, horizon=HORIZON)
    items = np.flatnonzero(np.arange(len(panel)) != 5)
    told = list(raised_days(panel, effects, items, horizon=HORIZON))
    assert 5 not in {raised.item for raised in told}
    assert {raised.event for raised in told} == {"price"}
    for raised in told:
        assert raised.first == panel.cutoffs[raised.item] + 1
        steps = raised.factor > 1
        assert (effects.ahead[raised.item][steps] > 0).all()
        price = panel.covariates["price"].values[int(panel.offsets[raised.item]) : int(panel.offsets[raised.item + 1])]
        assert price[-HORIZON:][steps].max() < np.nanmean(price[:-HORIZON])


def test_nothing_is_told_without_effects():
    panel = promoted_shop()
    silent = Effects.fit(panel, horizon=HORIZON, options=EffectOptions(calendar=False, covariates=False))
    assert not list(raised_days(panel, silent, np.arange(len(panel)), horizon=HORIZON))
    short = shop(items=2, periods=10)
    assert not list(raised_days(short, Effects.fit(short, horizon=7), np.array([0]), horizon=7))
