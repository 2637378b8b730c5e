"""Models within the layer of effects, from `foresale.forecast` down."""

from dataclasses import dataclass, field

import numpy as np
import pytest

import foresale
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.forecasting.effects.forecaster import EffectsForecaster, EffectsLearner
from foresale.forecasting.effects.layer import EffectOptions, Effects
from foresale.forecasting.fitted import Fitted
from foresale.forecasting.naive import SeasonalNaive
from foresale.training.options import TrainOptions


@dataclass
class Recording:
    """Forecasts by seasonal naive, and keeps what it was shown."""

    seen: list[Panel] = field(default_factory=list)
    name: str = "recording"

    def fit(self, panel: Panel, *, horizon: int) -> SeasonalNaive:
        self.seen.append(panel)
        return SeasonalNaive()

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        self.seen.append(panel)
        return SeasonalNaive().forecast(panel, horizon=horizon)


def november(made: object, days: object) -> tuple[Panel, np.ndarray]:
    """An item that sells three times as much on 5-11 November, and the days of the horizon on which it will."""
    stamps = days("2021-09-01", 1197)
    peak = np.array([(day.month, day.day) in {(11, number) for number in range(5, 12)} for day in stamps.tolist()])
    base = np.where((stamps.astype(np.int64) + 3) % 7 >= 5, 72, 60) * np.where(peak, 3, 1)
    sales = np.random.default_rng(0).poisson(base)[None]
    return made(sales, start="2021-09-01", future=45), peak[-45:]


def diwali(made: object, days: object) -> tuple[Panel, np.ndarray]:
    """Three items that sell three times as much on the ten days up to Diwali."""
    stamps = days("2021-08-01", 1190)
    peak = np.zeros(stamps.size, bool)
    for day in np.array(["2021-11-04", "2022-10-24", "2023-11-12", "2024-10-31"], "datetime64[D]"):
        peak |= (stamps <= day) & (stamps > day - 10)
    sales = np.random.default_rng(0).poisson(60 * np.where(peak, 3, 1), (3, stamps.size))
    return made(sales, start="2021-08-01", future=45), peak[-45:]


def promotion(made: object, days: object) -> tuple[Panel, np.ndarray]:
    """A promotion of 3 of every 30 days that were none lately, and three days ahead."""
    on = (np.arange(407) % 30 >= 27).astype(float)
    on[365:400], on[401:404] = 0, 1
    sales = np.random.default_rng(0).poisson(50 * (1 + 2 * on))[None]
    return made(sales, start="2023-01-01", future=7, known={"promotion": on[None]}), on[-7:] > 0


CASES = [(november, "CN"), (diwali, "IN"), (promotion, "US")]


@pytest.mark.parametrize("model", ["pretrained", "ets"])
@pytest.mark.parametrize(("case", "country"), CASES, ids=lambda each: getattr(each, "__name__", each))
def test_every_model_forecasts_what_the_season_is_about(
    case: object, country: str, model: str, made: object, days: object
) -> None:
    panel, peak = case(made, days)
    found = foresale.forecast(panel, horizon=peak.size, model=model, countries=[country])
    usual = np.median(found.median[:, ~peak])
    assert found.median[:, peak].mean() / usual == pytest.approx(3, rel=0.15)
    assert found.median[:, peak].min() > 2.3 * usual
    assert np.quantile(found.median[:, ~peak], 0.9) < 1.35 * usual
    assert found.model == model


@pytest.mark.parametrize("model", ["pretrained", "ets"])
def test_nothing_may_have_effects_where_it_is_not_wanted(model: str, made: object, days: object) -> None:
    panel, peak = promotion(made, days)
    options = TrainOptions(calendar=False, covariates=False)
    found = foresale.forecast(panel, horizon=7, model=model, options=options)
    assert found.median[:, peak].mean() < 1.3 * np.median(found.median[:, ~peak])


def test_a_model_of_the_callers_own_is_shown_sales_as_they_are(made: object, days: object) -> None:
    panel, _ = november(made, days)
    own = Recording()
    foresale.forecast(panel, horizon=45, model=own, countries=["CN"])
    assert np.array_equal(own.seen[-1].sales, panel.sales, equal_nan=True)


def test_what_learns_and_what_forecasts_see_the_same_sales_without_effects(made: object, days: object) -> None:
    panel, _ = november(made, days)
    learning, forecasting = Recording(), Recording()
    options = EffectOptions(("CN",))
    fitted = EffectsLearner(learning, options).fit(panel, horizon=45)
    EffectsForecaster(forecasting, options).forecast(panel, horizon=45)
    freed = Effects.fit(panel, horizon=45, options=options).removed(panel)
    for shown in (learning.seen[0], forecasting.seen[0]):
        assert np.array_equal(shown.sales, freed.sales, equal_nan=True)
    one, two = (each.forecast(panel, horizon=45) for each in (fitted, EffectsForecaster(SeasonalNaive(), options)))
    assert np.array_equal(one.quantiles, two.quantiles)
    assert fitted.name == "seasonal-naive"


def test_effects_are_found_once_for_the_panel_that_was_learnt_from(made: object, days: object) -> None:
    panel, _ = november(made, days)
    fitted = EffectsLearner(Recording(), EffectOptions()).fit(panel, horizon=45)
    assert fitted.effects(panel, horizon=45) is fitted.effects(panel.select([0]), horizon=45)
    assert fitted.effects(panel, horizon=44) is not fitted.effects(panel, horizon=45)
    earlier = panel.back(30)
    assert fitted.effects(earlier, horizon=45).past.shape == earlier.sales.shape


def test_what_needs_no_learning_stays_as_it_is() -> None:
    naive = SeasonalNaive()
    found = EffectsLearner(Fitted(naive), EffectOptions(("US",))).fit(None, horizon=7)
    assert found == EffectsForecaster(naive, EffectOptions(("US",)))
