"""Learners are fitted on the past only, and who fails is left out by name while the others go on."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from foresale.core.errors import DataError, MissingExtraError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.evaluation.backtest import backtest
from foresale.forecasting.naive import SeasonalNaive


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=5, periods=100, seed=1, config=ShopConfig(launches=0))


@dataclass(frozen=True)
class Learned:
    """A learner that keeps what it was fitted on, and forecasts the last value."""

    fitted: list[Panel] = field(default_factory=list)
    name: str = "learned"

    def fit(self, panel: Panel, *, horizon: int) -> SeasonalNaive:
        assert horizon == 7
        self.fitted.append(panel)
        return SeasonalNaive(1)


@dataclass
class Fragile:
    """A forecaster that fails from some window on."""

    good: int
    error: Exception
    name: str = "fragile"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        self.good -= 1
        if self.good < 0:
            raise self.error
        return SeasonalNaive().forecast(panel, horizon=horizon)


@pytest.mark.parametrize(("refit", "fits"), [(True, 3), (False, 1)])
def test_a_learner_is_fitted_at_each_cutoff_or_at_the_oldest(panel: Panel, refit: bool, fits: int) -> None:
    learner = Learned()
    found = backtest(panel, [learner], horizon=7, windows=3, refit=refit)
    assert [int(past.history[0]) for past in learner.fitted] == [79, 86, 93][:fits]
    assert all(np.isnan(past.sales[~past.is_history]).all() for past in learner.fitted)
    same = backtest(panel, {"learned": SeasonalNaive(1)}, horizon=7, windows=3)
    assert found.to_frame()["sql"].to_list() == same.to_frame()["sql"].to_list()


@pytest.mark.parametrize("good", [0, 1, 2])
def test_who_fails_is_left_out_of_all_windows_and_the_others_go_on(panel: Panel, good: int) -> None:
    learner = Learned()
    found = backtest(panel, [Fragile(good, ValueError("no\nluck")), learner], horizon=7, windows=3)
    assert found.models == ("learned", "seasonal-naive")
    assert found.failed == {"fragile": "ValueError: no luck"}
    assert all(tuple(window.models) == found.models for window in found.windows)
    alone = backtest(panel, [Learned()], horizon=7, windows=3)
    assert (
        found.to_frame()
        .drop("seconds", "peak_mb", "added_mb")
        .equals(alone.to_frame().drop("seconds", "peak_mb", "added_mb"))
    )


def test_a_missing_part_is_told_with_its_cure(panel: Panel) -> None:
    lacking = Fragile(0, MissingExtraError(purpose="boosted trees", extra="trees"))
    found = backtest(panel, [lacking, Learned()], horizon=7, windows=1)
    assert found.failed["fragile"] == "boosted trees needs an optional part: pip install 'foresale[trees]'"


def test_when_all_fail_that_is_an_error_with_every_reason(panel: Panel) -> None:
    entries = {"a": Fragile(0, ValueError("one")), "b": Fragile(1, ValueError("two"))}
    with pytest.raises(DataError, match=r"(?s)a failed.*ValueError: one.*b failed.*ValueError: two") as caught:
        backtest(panel, entries, horizon=7, windows=3)
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_fault_of_the_baseline_is_not_hidden(panel: Panel) -> None:
    with pytest.raises(ZeroDivisionError):
        backtest(panel, {"seasonal-naive": Fragile(0, ZeroDivisionError())}, horizon=7)


def test_the_past_is_prepared_once_a_window_for_all_but_the_baseline(panel: Panel) -> None:
    prepared: list[Panel] = []
    learners = [Learned(name="a"), Learned(name="b")]

    def prepare(past: Panel) -> Panel:
        prepared.append(past.select(np.arange(len(past))))
        return prepared[-1]

    backtest(panel, learners, horizon=7, windows=2, prepare=prepare)
    assert len(prepared) == 2
    for learner in learners:
        assert all(one is two for one, two in zip(learner.fitted, prepared, strict=True))
