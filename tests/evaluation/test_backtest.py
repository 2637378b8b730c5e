"""A backtest shows forecasters the past only, compares like with like, and adds up to the textbook metrics."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest

from foresale.backtesting.split import RollingOrigin
from foresale.core.demand_classes import demand_classes
from foresale.core.errors import ConfigError, DataError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.evaluation import metrics
from foresale.evaluation.backtest import backtest
from foresale.evaluation.evaluation import Evaluation
from foresale.evaluation.segments import history_class, segments, volume_class
from foresale.forecasting.naive import SeasonalNaive
from foresale.plotting.plot import plot

HORIZON = 14


def shop(items: int = 8, periods: int = 120, *, seed: int = 0) -> Panel:
    """Items that sell more at weekends, some of them unknown, one of them never sold."""
    generator = np.random.default_rng(seed)
    rate = generator.gamma(2, 5, items)[:, None] * np.where(np.arange(periods) % 7 >= 5, 2.0, 1.0)
    sales = generator.poisson(rate).astype(np.float32)
    sales[generator.random(sales.shape) < 0.05] = np.nan
    sales[-1] = 0
    return Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": range(items), "aisle": ["tea", "coffee"] * (items // 2)}),
        starts=np.full(items, 19723),
        offsets=np.arange(items + 1) * periods,
        history=np.full(items, periods),
        sales=sales.ravel(),
    )


@dataclass(frozen=True)
class Spy:
    """Forecasts the mean of the known sales, and keeps the panels that it was shown."""

    seen: list[Panel]
    name: str = "spy"
    only: Callable[[Panel], np.ndarray] = lambda panel: np.arange(len(panel))

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        self.seen.append(panel)
        chosen = panel.select(self.only(panel))
        means = [np.nanmean(chosen.sales[chosen.rows(item)]) for item in range(len(chosen))]
        spread = np.linspace(0.5, 1.5, 21)
        quantiles = np.broadcast_to(np.array(means)[:, None, None] * spread, (len(chosen), horizon, 21))
        return Forecast.of(chosen, quantiles, model=self.name, fallbacks={"0": "a test: mean"})


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return backtest(shop(), [Spy([])], horizon=HORIZON, windows=3)


def test_a_forecast_does_not_move_when_later_sales_change() -> None:
    panel = shop()
    changed = panel.sales.copy()
    changed[panel.positions >= 120 - HORIZON] = 1e6
    other = replace(panel, sales=changed)
    for entry in (SeasonalNaive(), Spy([])):
        before, after = (backtest(each, {"x": entry}, horizon=HORIZON, windows=1).windows[0] for each in (panel, other))
        np.testing.assert_array_equal(before.models["x"].median, after.models["x"].median)
        np.testing.assert_array_equal(before.outcome.scale, after.outcome.scale)
        assert not np.array_equal(before.outcome.actual, after.outcome.actual, equal_nan=True)


def test_forecasters_and_trainings_see_nothing_after_the_cutoff() -> None:
    panel, trained, shown = shop(), [], []

    def train(past: Panel) -> Spy:
        trained.append(past)
        return Spy(shown)

    backtest(panel, [train], horizon=HORIZON, windows=3)
    assert [int(past.history[0]) for past in trained] == [78, 92, 106]
    for past in (*trained, *shown):
        assert np.isnan(past.sales[~past.is_history]).all()


def test_without_refit_training_happens_once_on_the_oldest_past() -> None:
    trained: list[int] = []

    def train(past: Panel) -> Spy:
        trained.append(int(past.history[0]))
        return Spy([])

    backtest(shop(), [train], horizon=HORIZON, windows=3, refit=False)
    assert trained == [78]


def test_sums_agree_with_the_textbook_metrics(evaluation: Evaluation) -> None:
    actual, median, scale, squared, quantiles, mean = [], [], [], [], [], []
    for window in RollingOrigin(HORIZON, windows=3).split(shop()):
        forecast = Spy([]).forecast(window.panel, horizon=HORIZON)
        actual.append(window.actual)
        median.append(forecast.median)
        mean.append(forecast.mean)
        quantiles.append(forecast.quantiles)
        scale.append(window.panel.seasonal_scale())
        squared.append(window.panel.seasonal_scale(squared=True))
    y, point, expected, q = (np.concatenate(parts).astype(float) for parts in (actual, median, mean, quantiles))
    s, s2 = np.concatenate(scale), np.concatenate(squared)
    row = evaluation.to_frame().row(by_predicate=pl.col("model") == "spy", named=True)
    deciles = q[:, :, 2:19:2]
    golden = {
        "mase": metrics.mase(y, point, scale=s),
        "wape": metrics.wape(y, point),
        "rmsse": metrics.rmsse(y, expected, scale=s2),
        "smape": metrics.smape(y, point),
        "bias": metrics.bias(y, expected),
        "sql": metrics.scaled_quantile_loss(y, deciles, levels=metrics.DECILES, scale=s),
        "wql": metrics.weighted_quantile_loss(y, deciles, levels=metrics.DECILES),
        "width_80": metrics.interval_width(y, q[..., 2], q[..., 18]),
        "coverage_50": metrics.coverage(y, q[..., 5], q[..., 15]),
        "coverage_80": metrics.coverage(y, q[..., 2], q[..., 18]),
        "coverage_90": metrics.coverage(y, q[..., 1], q[..., 19]),
        "coverage_98": metrics.coverage(y, q[..., 0], q[..., 20]),
    }
    assert {name: row[name] for name in golden} == pytest.approx(golden, rel=1e-5)
    assert row["points"] == np.isfinite(y).sum()


@pytest.mark.parametrize("by", ["window", "item", "step", "aisle", "pattern", "abc", "history"])
def test_every_grouping_adds_up_to_the_whole(evaluation: Evaluation, by: str) -> None:
    whole = evaluation.to_frame().filter(pl.col("model") == "spy")
    parts = evaluation.to_frame(by).filter(pl.col("model") == "spy")
    assert parts["points"].sum() == whole["points"][0]
    assert parts["volume"].sum() == pytest.approx(whole["volume"][0])
    absolute = (parts["wape"] * parts["volume"]).sum()
    assert absolute == pytest.approx(whole["wape"][0] * whole["volume"][0])
    covered = (parts["coverage_80"] * parts["points"]).sum()
    assert covered == pytest.approx(whole["coverage_80"][0] * whole["points"][0])
    if by not in {"window", "step"}:
        assert parts["items"].sum() == whole["items"][0] == 8


def test_segments_are_all_groupings_of_items_in_one_table(evaluation: Evaluation) -> None:
    frame = evaluation.to_frame("segment")
    assert frame["segment"].unique(maintain_order=True).to_list() == ["pattern", "abc", "history", "aisle"]
    assert "no sales" in frame["group"].to_list()


def test_an_unknown_grouping_is_refused_with_the_choices(evaluation: Evaluation) -> None:
    with pytest.raises(ConfigError, match=r"choose one of model, window, item.*aisle"):
        evaluation.to_frame("colour")


def test_seasonal_naive_takes_part_and_is_the_measure_of_added_value(evaluation: Evaluation) -> None:
    rows = {row["model"]: row for row in evaluation.to_frame().iter_rows(named=True)}
    assert list(rows) == ["spy", "seasonal-naive"]
    assert rows["seasonal-naive"]["fva"] == rows["seasonal-naive"]["skill"] == 0
    assert rows["spy"]["fva"] == pytest.approx(rows["seasonal-naive"]["wape"] - rows["spy"]["wape"])
    assert evaluation.skill("spy") == pytest.approx(1 - rows["spy"]["sql"] / rows["seasonal-naive"]["sql"])
    with pytest.raises(ConfigError, match="no model 'x'"):
        evaluation.skill("x")


def test_nothing_is_better_than_a_baseline_without_error() -> None:
    constant = shop(items=2)
    found = backtest(replace(constant, sales=np.ones_like(constant.sales)), [Spy([])], horizon=HORIZON, windows=1)
    assert np.isnan(found.skill("spy"))


def test_only_items_that_every_model_forecast_are_compared() -> None:
    def shuffled(panel: Panel) -> np.ndarray:
        return np.array([5, 1, 3])

    found = backtest(shop(), [Spy([], only=shuffled)], horizon=HORIZON, windows=1)
    assert found.windows[0].outcome.positions.tolist() == [1, 3, 5]
    whole = backtest(shop(), [Spy([])], horizon=HORIZON, windows=1)
    item = pl.col("item_id") == 3
    assert found.to_frame("item").filter(item).equals(whole.to_frame("item").filter(item))
    assert found.to_frame()["items"].to_list() == [3, 3]


def test_no_common_item_is_an_error() -> None:
    with pytest.raises(DataError, match="not forecast by every model"):
        backtest(
            shop(),
            {"a": Spy([], only=lambda _: np.array([0])), "b": Spy([], only=lambda _: np.array([1]))},
            horizon=HORIZON,
        )


def test_two_forecasters_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigError, match="two forecasters are called 'spy'"):
        backtest(shop(), [Spy([]), Spy([])], horizon=HORIZON)


def test_a_forecast_of_another_horizon_is_refused() -> None:
    class Longer(SeasonalNaive):
        def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
            return super().forecast(panel, horizon=horizon + 1)

    with pytest.raises(ConfigError, match="15 steps"):
        backtest(shop(), {"long": Longer()}, horizon=HORIZON)


def test_fallbacks_and_seconds_are_counted_and_what_was_left_out_is_said(evaluation: Evaluation) -> None:
    row = evaluation.to_frame().row(by_predicate=pl.col("model") == "spy", named=True)
    assert row["fallbacks"] == 1
    assert row["seconds"] > 0
    assert evaluation.fallbacks("spy") == {"0": "a test: mean"}
    assert "1 item for which spy fell back: 0 (a test: mean)." in evaluation.notes
    assert any(
        note.startswith("Items that MASE, RMSSE and SQL leave out, counted once a window: 3.")
        for note in evaluation.notes
    )
    assert evaluation.to_frame("window").filter(pl.col("model") == "spy")["fallbacks"].to_list() == [1, 1, 1]


def test_fewer_windows_than_asked_for_are_said() -> None:
    found = backtest(shop(periods=40), [], horizon=HORIZON, windows=5)
    assert len(found.windows) == 2
    assert found.notes[0] == "2 of 5 windows: the longest history has 40 periods."


def test_items_without_known_sales_in_the_windows_are_said() -> None:
    panel = shop()
    ends = np.array([60, *[120] * 7])
    sales = np.where(panel.positions < np.repeat(ends, 120), panel.sales, np.nan).astype(np.float32)
    early = replace(panel, history=ends, sales=sales)
    found = backtest(early, [], horizon=HORIZON, windows=2)
    assert "Items without known sales in any window: 1 of 8." in found.notes
    assert 0 not in found.to_frame("item")["item_id"].to_list()
    assert found.to_frame()["items"].to_list() == [7]


def test_calibration_of_an_exact_forecast_lies_on_the_diagonal() -> None:
    class Exact(SeasonalNaive):
        def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
            drawn = 100 + 10 * np.random.default_rng(5).standard_normal(4000)
            levels = np.quantile(drawn, [0.01, *np.arange(0.05, 0.96, 0.05), 0.99])
            return Forecast.of(panel, np.broadcast_to(levels, (len(panel), horizon, 21)), model="exact")

    sales = 100 + 10 * np.random.default_rng(6).standard_normal((50, 120))
    panel = replace(shop(50), sales=sales.astype(np.float32).ravel())
    frame = backtest(panel, {"exact": Exact()}, horizon=HORIZON).calibration().filter(pl.col("model") == "exact")
    assert frame["nominal"].to_list() == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98]
    np.testing.assert_allclose(frame["real"], frame["nominal"], atol=0.03)


def test_items_that_end_at_different_times_can_be_judged_from_their_own_ends() -> None:
    panel = shop()
    ends = np.array([60, *[120] * 7])
    sales = np.where(panel.positions < np.repeat(ends, 120), panel.sales, np.nan).astype(np.float32)
    found = backtest(replace(panel, history=ends, sales=sales), [], horizon=HORIZON, windows=1, align="item")
    assert 0 in found.to_frame("item")["item_id"].to_list()


def test_picture_shows_every_model_in_every_part(evaluation: Evaluation) -> None:
    figure = plot(evaluation)
    names = [trace.name for trace in figure.data]
    assert names.count("spy") == names.count("seasonal-naive") == 3
    assert "exact" in names


def test_demand_patterns_by_the_published_cuts() -> None:
    rows = np.array(
        [
            [5, 6, 5, 6, 5, 6, 5, 6],  # every period, even sizes
            [1, 9, 1, 9, 1, 1, 1, 30],  # every period, uneven sizes
            [0, 5, 0, 5, 0, 5, 0, 5],  # every other period, even sizes
            [0, 1, 0, 0, 1, 0, 0, 30],  # rarely, uneven sizes
            [0, 0, 0, 0, 0, 0, 0, 0],
            [5, np.nan, 5, np.nan, 5, np.nan, 5, np.nan],  # unknown is not zero
        ],
        np.float32,
    )
    panel = Panel(
        Frequency("week"),
        pl.DataFrame({"item_id": range(6)}),
        starts=np.zeros(6, np.int64),
        offsets=np.arange(7) * 8,
        history=np.full(6, 8),
        sales=rows.ravel(),
    )
    assert demand_classes(panel).tolist() == ["smooth", "erratic", "intermittent", "lumpy", "no sales", "smooth"]


def test_volume_and_history_classes() -> None:
    sales = [np.full(length, each) for length, each in ((3, 27), (52, 15 / 52), (104, 5 / 104))]
    lengths = np.array([3, 52, 104])
    panel = Panel(
        Frequency("week"),
        pl.DataFrame({"item_id": ["a", "b", "c"]}),
        starts=np.zeros(3, np.int64),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        history=lengths,
        sales=np.concatenate(sales).astype(np.float32),
    )
    assert volume_class(panel).tolist() == ["A", "B", "C"]
    assert history_class(panel).tolist() == ["under a season", "1 to 2 years", "2 years or more"]
    assert segments(panel).columns == ["pattern", "abc", "history"]
