"""What was learnt of the past holds for every future of it."""

from dataclasses import replace

import numpy as np
import pytest

from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.effects import layer, own
from foresale.forecasting.effects.forecaster import EffectsForecaster
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.layer import Effects
from foresale.forecasting.naive import SeasonalNaive

HORIZON = 14


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=12, periods=500, seed=4, config=ShopConfig(future=HORIZON, promotions=0.15, launches=0))


def promoted(panel: Panel, *, days: slice, flag: float) -> Panel:
    """The panel whose future is promoted, or not, on some of its days, and on no others."""
    values = panel.covariates["promotion"].values.reshape(len(panel), -1).copy()
    values[:, -HORIZON:] = 0
    values[:, -HORIZON:][:, days] = flag
    promotion = replace(panel.covariates["promotion"], values=values.ravel())
    return replace(panel, covariates={**panel.covariates, "promotion": promotion})


@pytest.mark.parametrize("cells", [own.CELLS, 2_000])
def test_another_future_is_told_as_if_learnt_with_it(panel: Panel, cells: int, monkeypatch: pytest.MonkeyPatch):
    """A promotion from the fourth day on changes nothing of the past, so that learning anew says the same."""
    for room in (own, layer):
        monkeypatch.setattr(room, "CELLS", cells)
        monkeypatch.setattr(room, "CHUNK", cells)
    calm, loud = (promoted(panel, days=slice(4, 8), flag=flag) for flag in (0.0, 1.0))
    once = Effects.fit(calm, horizon=HORIZON)
    told, anew = once.with_future(loud), Effects.fit(loud, horizon=HORIZON)
    assert np.array_equal(once.with_future(calm).ahead, once.ahead)
    assert np.abs(told.ahead - once.ahead)[:, 4:8].max() > 0.01
    assert told.ahead == pytest.approx(anew.ahead, abs=1e-5)
    assert told.doubt == pytest.approx(anew.doubt, abs=1e-5)
    assert np.array_equal(told.past, once.past)


@pytest.mark.parametrize("cells", [own.CELLS, 2_000])
def test_the_terms_of_an_item_sum_to_its_effects(panel: Panel, cells: int, monkeypatch: pytest.MonkeyPatch):
    for room in (own, layer):
        monkeypatch.setattr(room, "CELLS", cells)
        monkeypatch.setattr(room, "CHUNK", cells)
    effects, grid = Effects.fit(panel, horizon=HORIZON), Grid.of(panel, horizon=HORIZON)
    assert effects.own is not None
    items = np.array([7, 2])
    whole = sum(effects.own.parts(grid, effects.terms, items))
    bounded, _ = own.felt(np.asarray(whole), np.zeros_like(whole), effects.own.bounds[items])
    at = np.take_along_axis(bounded, grid.ahead[items], axis=1)
    assert at == pytest.approx(effects.ahead[items], abs=1e-5)


def test_only_the_past_that_was_learnt_from_is_known_again(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    learnt = EffectsForecaster(SeasonalNaive()).remembering(panel, horizon=HORIZON)
    asked = list[Panel]()

    def fit(panel: Panel, **_: object) -> Effects:
        asked.append(panel)
        return Effects((), *(np.zeros(0, np.float32) for _ in range(4)))

    monkeypatch.setattr(Effects, "fit", fit)
    learnt.effects(panel, horizon=HORIZON)
    learnt.effects(promoted(panel, days=slice(0, 3), flag=1.0), horizon=HORIZON)
    assert not asked
    price = panel.covariates["price"]
    dearer = replace(panel, covariates={**panel.covariates, "price": replace(price, values=price.values * 2)})
    more = replace(panel, sales=panel.sales + 1)
    learnt.effects(dearer, horizon=HORIZON)
    learnt.effects(more, horizon=HORIZON)
    learnt.effects(panel, horizon=HORIZON - 1)
    assert [one is other for one, other in zip(asked, [dearer, more, panel], strict=True)] == [True] * 3
