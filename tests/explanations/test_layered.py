"""Explanations of forecasters with a layer of effects inside: its effects are the components of events."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.explanations import ExplainOptions, Explanation, explain
from foresale.explanations.groups import groups_of
from foresale.explanations.layered import Layered, layer_of
from foresale.forecasting.effects.forecaster import EffectsForecaster
from foresale.forecasting.effects.layer import EffectOptions, Effects
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.postprocessing import PostprocessedForecaster
from foresale.narrate.sentences import sentences

HORIZON = 28


def november(items: int = 2) -> tuple[Panel, np.ndarray]:
    """Items that sell 20 a day but 60 on Double 11, up to six days before the third one; and where it falls."""
    stamps = np.datetime64("2022-01-03") + np.arange(1038 + HORIZON)
    peak = np.char.endswith(stamps.astype(str), "11-11")
    sales = np.where(peak, 60.0, 20.0) * np.ones((items, 1))
    sales[:, 1038:] = np.nan
    grid = Frequency.parse("D")
    start = int(grid.index(np.array(["2022-01-03"], "datetime64[D]"))[0])
    names = pl.DataFrame({"item_id": [f"i{number}" for number in range(items)]})
    return Panel(
        grid,
        names,
        np.full(items, start),
        np.arange(items + 1) * stamps.size,
        np.full(items, 1038),
        sales.astype(np.float32).ravel(),
    ), peak


def component(explanation: Explanation, name: str, *, past: bool = False) -> np.ndarray:
    names = [part.name for part in explanation.components]
    return (explanation.past if past else explanation.ahead)[..., names.index(name)]


@pytest.mark.parametrize("frequency", ["D", "W", "MS", "h"])
@pytest.mark.parametrize("target", ["mean", "median"])
def test_components_sum_to_the_forecast_and_to_the_sales_on_every_grid(frequency: str, target: str):
    panel = shop(items=5, periods=260, frequency=frequency, seed=2, config=ShopConfig(future=12, promotions=0.2))
    layered = PostprocessedForecaster(EffectsForecaster(SeasonalNaive(), EffectOptions(("US",))), countries=("US",))
    found = explain(panel, layered, horizon=12, options=ExplainOptions(target=target))
    wanted = found.forecast.mean if target == "mean" else found.forecast.median
    assert found.ahead.sum(axis=2) == pytest.approx(wanted.astype(np.float64), rel=1e-6, abs=1e-9)
    known = np.isfinite(found.sales)
    assert found.past.sum(axis=2)[known] == pytest.approx(found.sales[known], rel=1e-6, abs=1e-6)
    assert np.isnan(found.past[~known]).all()


def test_a_festival_adds_what_the_layer_adds():
    panel, peak = november()
    layered = EffectsForecaster(SeasonalNaive())
    found = explain(panel, layered, horizon=HORIZON)
    effect = layered.effects(panel, horizon=HORIZON).ahead
    expected = found.values * (1 - np.exp(-effect))
    assert expected[:, peak[1038:]].min() > 35
    events = [place for place, part in enumerate(found.components) if part.kind == "event"]
    assert found.ahead[..., events].sum(axis=2) == pytest.approx(expected, abs=0.3)
    assert component(found, "Double 11")[:, peak[1038:]] == pytest.approx(expected[:, peak[1038:]], rel=0.02)
    assert not any("By what it did before" in sentence for sentence in sentences(found))
    assert any("Double 11 +" in sentence for sentence in sentences(found))


def test_the_past_shows_what_a_festival_did():
    panel, peak = november()
    options = ExplainOptions(history=400)
    found = explain(panel, EffectsForecaster(SeasonalNaive()), horizon=HORIZON, options=options)
    on = peak[1038 - 400 : 1038]
    assert on.sum() == 1
    assert component(found, "Double 11", past=True)[:, on] == pytest.approx(40, rel=0.1)
    assert np.abs(component(found, "remainder", past=True)).mean() < 1


def test_a_model_of_the_callers_own_is_told_by_its_forecast_alone():
    panel, _ = november()
    assert layer_of(PostprocessedForecaster(SeasonalNaive()), panel, horizon=HORIZON) is None
    layered = PostprocessedForecaster(EffectsForecaster(SeasonalNaive()))
    assert layer_of(layered, panel, horizon=HORIZON) is not None


def test_parts_sum_to_the_effects_and_those_of_covariates_to_theirs():
    panel = shop(items=6, periods=400, seed=3, config=ShopConfig(future=HORIZON, promotions=0.2, launches=0))
    effects = EffectsForecaster(SeasonalNaive()).effects(panel, horizon=HORIZON)
    layered = Layered.of(panel, effects, groups=groups_of(panel, {}), horizon=HORIZON)
    past = layered.past(np.arange(6), 400)
    assert past.sum(axis=2).ravel() == pytest.approx(effects.past[panel.is_history], abs=1e-6)
    offers = past[..., len(layered.events) :].sum(axis=2)
    on = panel.covariates["promotion"].values.reshape(6, -1)[:, :400] > 0
    assert offers[on].mean() - offers[~on].mean() > 0.3


def test_covariates_are_told_with_the_festivals_of_the_same_days():
    """A promotion that runs over Double 11 doubles what is sold without it, festival and all."""
    panel, peak = november(items=4)
    rng = np.random.default_rng(0)
    flags = (rng.random((4, 1038 + HORIZON)) < 0.1).astype(np.float32)
    flags[:, peak] = [[0], [1], [0], [1]]
    sales = panel.sales.reshape(4, -1) * np.where(flags > 0, 2, 1)
    covariates = {"promotion": Covariate("promotion", "known", flags.ravel())}
    found = explain(
        replace(panel, sales=sales.astype(np.float32).ravel(), covariates=covariates),
        EffectsForecaster(SeasonalNaive()),
        horizon=HORIZON,
    )
    day = peak[1038:]
    assert component(found, "promotion")[[1, 3]][:, day] == pytest.approx(60, rel=0.15)
    assert component(found, "promotion")[[0, 2]][:, day] == pytest.approx(0, abs=1)
    assert component(found, "Double 11")[:, day] == pytest.approx(40, rel=0.15)


def test_chosen_items_are_explained_as_they_are_among_all():
    panel = shop(items=6, periods=200, config=ShopConfig(future=14))
    layered = EffectsForecaster(SeasonalNaive())
    everything = explain(panel, layered, horizon=14)
    some = explain(panel, layered, horizon=14, items=["item-5", "item-2"])
    at = [[part.name for part in everything.components].index(part.name) for part in some.components]
    assert some.ahead[1] == pytest.approx(everything.ahead[1][:, at], rel=1e-6, abs=1e-9)


def test_the_effects_are_learnt_once_for_all_combinations_of_covariates(monkeypatch: pytest.MonkeyPatch):
    panel = shop(items=4, periods=200, seed=3, config=ShopConfig(future=HORIZON, promotions=0.3, launches=0))
    fit, fits = Effects.fit, list[Panel]()

    def counted(panel: Panel, *, horizon: int, options: EffectOptions | None = None) -> Effects:
        fits.append(panel)
        return fit(panel, horizon=horizon, options=options)

    monkeypatch.setattr(Effects, "fit", counted)
    found = explain(panel, PostprocessedForecaster(EffectsForecaster(SeasonalNaive())), horizon=HORIZON)
    assert len(fits) == 1
    assert np.abs(component(found, "price")).max() > 0
    assert np.abs(component(found, "promotion")).max() > 0


def test_each_item_has_its_own_share_of_a_festival():
    """On Double 11 half of the items sell thrice as much, and all are under a promotion, which doubles what is sold."""
    panel, peak = november(items=12)
    rng = np.random.default_rng(0)
    flags = (rng.random((12, peak.size)) < 0.1).astype(np.float32)
    flags[:, peak] = 1
    keen = np.arange(12) < 6
    factor = np.where(peak & keen[:, None], 3, 1) * np.where(flags > 0, 2, 1)
    sales = np.where(np.isnan(panel.sales.reshape(12, -1)), np.nan, 20.0 * factor)
    covariates = {"promotion": Covariate("promotion", "known", flags.ravel())}
    panel = replace(panel, sales=sales.astype(np.float32).ravel(), covariates=covariates)
    effects = EffectsForecaster(SeasonalNaive()).effects(panel, horizon=HORIZON)
    layered = Layered.of(panel, effects, groups=groups_of(panel, {}), horizon=HORIZON)
    past = layered.past(np.arange(12), 1038)[:, peak[:1038]].mean(axis=1)
    festival, promotion = past[:, layered.events.index("Double 11")], past[:, -1]
    assert festival[keen] == pytest.approx(np.log(3), abs=0.15)
    assert festival[~keen] == pytest.approx(0, abs=0.15)
    assert promotion == pytest.approx(np.log(2), abs=0.1)
