"""Explanations: they sum, they recover what was put in, and nothing after the cutoffs moves them."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError, DataError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel, Role
from foresale.data.synthetic import ShopConfig, shop
from foresale.explanations import ExplainOptions, Explanation, explain
from foresale.forecasting.naive import SeasonalNaive
from foresale.narrate.sentences import sentences

HORIZON = 14


def made(sales: np.ndarray, *, frequency: str = "D", first: str = "2022-01-03", horizon: int = 28) -> Panel:
    """A panel of sales [N, T] that begin at a date."""
    grid = Frequency.parse(frequency)
    count, length = sales.shape
    whole = np.concatenate([sales, np.full((count, horizon), np.nan)], axis=1).astype(np.float32)
    start = int(grid.index(np.array([first], "datetime64[D]"))[0])
    return Panel(
        grid,
        pl.DataFrame({"item_id": [f"i{number}" for number in range(count)]}),
        starts=np.full(count, start),
        offsets=np.arange(count + 1) * (length + horizon),
        history=np.full(count, length),
        sales=whole.ravel(),
    )


def component(explanation: Explanation, name: str, *, past: bool = False) -> np.ndarray:
    names = [part.name for part in explanation.components]
    return (explanation.past if past else explanation.ahead)[..., names.index(name)]


@pytest.mark.parametrize("frequency", ["D", "W", "MS", "Q", "h"])
@pytest.mark.parametrize("target", ["mean", "median"])
def test_components_sum_to_the_forecast_and_to_the_sales_on_every_grid(frequency: str, target: str):
    panel = shop(items=5, periods=150, frequency=frequency, seed=2, config=ShopConfig(future=12, intermittent=0.4))
    found = explain(panel, SeasonalNaive(), horizon=12, options=ExplainOptions(target=target))
    wanted = found.forecast.mean if target == "mean" else found.forecast.median
    assert found.ahead.sum(axis=2) == pytest.approx(wanted.astype(np.float64), rel=1e-6, abs=1e-9)
    known = np.isfinite(found.sales)
    assert found.past.sum(axis=2)[known] == pytest.approx(found.sales[known], rel=1e-6, abs=1e-6)
    assert np.isnan(found.past[~known]).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 40), st.integers(1, 30))
def test_any_forecast_of_any_panel_is_taken_apart(seed: int, items: int, periods: int, horizon: int):
    generator = np.random.default_rng(seed)
    sales = generator.poisson(generator.choice([0.0, 0.2, 5, 1e5]), (items, periods)).astype(np.float64)
    sales[generator.random(sales.shape) < 0.2] = np.nan
    panel = made(sales, horizon=horizon)
    found = explain(panel, SeasonalNaive(), horizon=horizon)
    assert np.isfinite(found.ahead).all()
    assert found.ahead.sum(axis=2) == pytest.approx(found.forecast.mean.astype(np.float64), rel=1e-6, abs=1e-9)


def test_a_weekly_season_and_a_level_are_recovered(given_forecast):
    week = np.array([0.5, 0.8, 1.0, 1.0, 1.2, 1.5, 1.0])
    sales = 40 * np.tile(week, 60)[None]
    ahead = 40 * np.tile(week, 4)[None]
    found = explain(made(sales), given_forecast(ahead), horizon=28)
    assert component(found, "level")[0, 0] == pytest.approx(40, rel=0.02)
    share = component(found, "weekly") / component(found, "level")
    assert np.abs(component(found, "remainder")).max() < 0.02 * 40
    assert share[0, :7] == pytest.approx(week - 1, abs=0.03)


def test_a_festival_of_the_forecast_is_named_and_one_that_it_forgot_is_missed(given_forecast):
    # 2022-01-03 + 1037 days: the cutoff is 2024-11-05, Double 11 is step 5 of the horizon.
    stamps = np.datetime64("2022-01-03") + np.arange(1038 + 28)
    is_peak = np.char.endswith(stamps.astype(str), "11-11")
    demand = np.where(is_peak, 100.0, 20.0)[None]
    panel = made(demand[:, :1038])
    knowing = explain(panel, given_forecast(demand[:, 1038:]), horizon=28)
    assert component(knowing, "Double 11")[0, is_peak[1038:]] == pytest.approx(80, rel=0.03)
    assert not any("By what it did before" in sentence for sentence in sentences(knowing))
    forgetful = explain(panel, given_forecast(np.full((1, 28), 20.0)), horizon=28)
    assert component(forgetful, "Double 11").sum() == pytest.approx(0, abs=1)
    assert any("Double 11" in sentence and "By what it did before" in sentence for sentence in sentences(forgetful))


def test_history_shows_the_promotion_that_was(multiplying):
    generator = np.random.default_rng(0)
    flags = (generator.random((3, 428)) < 0.1).astype(np.float32)
    sales = 30.0 * 2.0 ** flags[:, :400]
    panel = replace(made(sales), covariates={"promotion": Covariate("promotion", "known", flags.ravel())})
    found = explain(panel, multiplying({"promotion": 2.0}, level=30.0), horizon=28)
    on = flags[:, 400 - found.sales.shape[1] : 400] > 0
    past = component(found, "promotion", past=True)
    assert past[on] == pytest.approx(30, rel=0.1)
    assert past[~on] == pytest.approx(0, abs=0.5)
    assert component(found, "promotion") == pytest.approx(30 * flags[:, 400:], abs=1e-3)


def test_later_sales_move_nothing():
    panel = shop(items=4, periods=300, seed=5, config=ShopConfig(future=HORIZON)).back(50)
    sales = np.where(panel.is_history, panel.sales, 77).astype(np.float32)
    before, after = (explain(each, SeasonalNaive(), horizon=HORIZON) for each in (panel, replace(panel, sales=sales)))
    assert before.ahead.tolist() == after.ahead.tolist()
    assert np.array_equal(before.past, after.past, equal_nan=True)


def test_chosen_items_are_explained_as_they_are_among_all():
    panel = shop(items=6, periods=200, config=ShopConfig(future=HORIZON))
    everything = explain(panel, SeasonalNaive(), horizon=HORIZON)
    some = explain(panel, SeasonalNaive(), horizon=HORIZON, items=["item-5", "item-2"])
    assert some.forecast.items["item_id"].to_list() == ["item-5", "item-2"]
    at = [[part.name for part in everything.components].index(part.name) for part in some.components]
    assert some.ahead[1] == pytest.approx(everything.ahead[1][:, at], rel=1e-6, abs=1e-9)


def test_totals_sum_to_the_horizon_by_week_and_by_month():
    panel = shop(items=2, periods=200, config=ShopConfig(future=40))
    found = explain(panel, SeasonalNaive(), horizon=40)
    whole = found.totals()
    assert whole["value"].sum() == pytest.approx(found.values.sum(), rel=1e-9)
    for by in ("week", "month"):
        parts = found.totals(by)
        keys = ["item_id", "component"]
        summed = parts.group_by(keys).agg(pl.col("value", "periods").sum())
        both = whole.join(summed, on=keys, suffix="_parts")
        assert both["value_parts"].to_list() == pytest.approx(both["value"].to_list(), abs=1e-9)
        assert both["periods_parts"].to_list() == [40] * both.height
        assert parts["from"].n_unique() > 1


def test_the_frame_holds_every_step_and_with_history_the_known_past():
    panel = shop(items=2, periods=100, config=ShopConfig(future=HORIZON, launches=0, stockouts=0))
    found = explain(panel, SeasonalNaive(), horizon=HORIZON, options=ExplainOptions(history=30))
    count = len(found.components)
    assert found.to_frame().height == 2 * HORIZON * count
    assert found.to_frame(history=True).height == 2 * (HORIZON + 30) * count
    assert found.to_frame()["timestamp"].min() > found.past_timestamps.max()


def test_an_explanation_that_does_not_add_up_is_refused():
    panel = shop(items=2, periods=100, config=ShopConfig(future=HORIZON))
    found = explain(panel, SeasonalNaive(), horizon=HORIZON)
    with pytest.raises(DataError, match="do not add up"):
        replace(found, ahead=found.ahead + 0.01)


def test_unknown_items_and_settings_are_refused():
    panel = shop(items=2, periods=100, config=ShopConfig(future=HORIZON))
    with pytest.raises(ConfigError, match="no item 'tea'"):
        explain(panel, SeasonalNaive(), horizon=HORIZON, items=["tea"])
    with pytest.raises(ConfigError, match="unknown target"):
        ExplainOptions(target="mode")  # type: ignore[arg-type]
    found = explain(panel, SeasonalNaive(), horizon=HORIZON)
    with pytest.raises(ConfigError, match="in en or zh"):
        sentences(found, language="fr")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="totals are by"):
        found.totals("day")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("periods", "frequency", "decomposed"),
    [
        (727, "D", {"weekly"}),
        (728, "D", {"weekly", "annual"}),
        (13, "D", set()),
        (14, "D", {"weekly"}),
        (103, "W", set()),
        (104, "W", {"annual"}),
        (23, "MS", set()),
        (24, "MS", {"annual"}),
        (47, "h", set()),
        (48, "h", {"daily"}),
    ],
)
def test_a_season_is_told_once_it_was_seen_twice(periods: int, frequency: str, decomposed: set[str]):
    panel = shop(items=2, periods=periods, frequency=frequency, config=ShopConfig(launches=0, promotions=0))
    found = explain(replace(panel, covariates={}), SeasonalNaive(), horizon=3)
    assert {part.name for part in found.components if part.kind == "season"} == decomposed
    assert any("needs two years" in note for note in found.notes) == ("annual" not in decomposed)


def test_a_price_that_is_not_known_ahead_is_named():
    """What it did is told as something else, such as the festivals of the same days."""
    panel = shop(items=3, periods=200, config=ShopConfig(future=7, launches=0))

    def named(role: Role, *, constant: bool = False) -> bool:
        price = panel.covariates["price"]
        values = np.full_like(price.values, 5.0) if constant else price.values
        covariates = {"price": replace(price, role=role, values=values)}
        found = explain(replace(panel, covariates=covariates), SeasonalNaive(), horizon=7)
        return any(note.startswith("price: known up to the cutoff only") for note in found.notes)

    assert named("past")
    assert not named("past", constant=True)
    assert not named("known")
