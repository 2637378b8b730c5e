"""Learners and names compete alike, on the cleaned past, and a model that fails does not stop the rest."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from foresale.core.errors import DataError
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.training.options import TrainOptions
from foresale.workflows.evaluate import evaluate

OPTIONS = TrainOptions(steps=2, batch=16, width=16, layers=1)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=6, periods=150, seed=3, config=ShopConfig(launches=0, stockouts=0.0))


@dataclass(frozen=True)
class Learned:
    """A learner that keeps what it was fitted on."""

    fitted: list[Panel] = field(default_factory=list)
    name: str = "learned"

    def fit(self, panel: Panel, *, horizon: int) -> SeasonalNaive:
        self.fitted.append(panel)
        return SeasonalNaive(1)


def test_a_learner_is_fitted_on_the_cleaned_past_of_each_window(panel: Panel) -> None:
    sales = panel.sales.copy()
    sales[:60] = 0
    late = Panel(panel.frequency, panel.items, panel.starts, panel.offsets, panel.history, sales)
    learner = Learned()
    found = evaluate(late, horizon=7, windows=2, models=[learner])
    assert found.models == ("learned", "seasonal-naive")
    assert [int(past.history[0]) for past in learner.fitted] == [136, 143]
    for past in learner.fitted:
        assert np.isnan(past.sales[:60]).all(), "no demand before the launch"
        assert np.isnan(past.sales[~past.is_history]).all()


def test_without_refit_learners_are_fitted_once(panel: Panel) -> None:
    learner = Learned()
    evaluate(panel, horizon=7, windows=3, models=[learner], refit=False)
    assert [int(past.history[0]) for past in learner.fitted] == [129]


def test_later_sales_change_no_forecast(panel: Panel) -> None:
    changed = panel.sales.copy()
    changed[panel.positions >= 143] = 1e5
    other = Panel(panel.frequency, panel.items, panel.starts, panel.offsets, panel.history, changed)
    one, two = (evaluate(each, horizon=7, windows=1, models=[Learned()]) for each in (panel, other))
    for name in one.models:
        assert np.array_equal(one.windows[0].models[name].median, two.windows[0].models[name].median)


@pytest.mark.train
def test_a_network_with_too_little_to_learn_from_is_named_and_the_learner_goes_on() -> None:
    short = shop(items=4, periods=45, seed=3, config=ShopConfig(launches=0))
    found = evaluate(short, horizon=30, windows=1, models=["lstm", Learned()], options=OPTIONS)
    assert list(found.failed) == ["lstm"]
    assert found.models == ("learned", "seasonal-naive")
    with pytest.raises(DataError, match="lstm failed"):
        evaluate(short, horizon=30, windows=1, models=["lstm"], options=OPTIONS)
