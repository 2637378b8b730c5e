"""Boosted trees learn a shop, see nothing of its future, and know when it is closed."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, MissingExtraError, ModelError, TooShortError
from foresale.core.forecast import LEVELS
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.forecasting.boosted import BoostedLearner, BoostedOptions
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.postprocessing import Postprocessed
from foresale.training.progress import Progress

SMALL = BoostedLearner(options=BoostedOptions(rounds=40, levels=(0.1, 0.9), most_rows=6_000, threads=1))
HORIZON = 14


def _panel(sales: np.ndarray, *, ahead: int = HORIZON, unit: str = "day", **covariates: np.ndarray) -> Panel:
    """Items [N, L] with their future unknown; covariates [N, L] are known ahead."""
    count, length = sales.shape
    history = length - ahead
    flat = sales.astype(np.float32).copy()
    flat[:, history:] = np.nan
    return Panel(
        Frequency(unit),
        pl.DataFrame({"item_id": [f"item {number}" for number in range(count)]}),
        starts=np.full(count, 15_000),
        offsets=np.arange(count + 1) * length,
        history=np.full(count, history),
        sales=flat.ravel(),
        covariates={name: Covariate(name, "known", x.astype(np.float32).ravel()) for name, x in covariates.items()},
    )


def _shop(*, items: int = 12, length: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sales with a week, a promotion that doubles them and closed days, which do not follow the week."""
    generator = np.random.default_rng(seed)
    week = np.array([1.0, 1.1, 1.2, 1.0, 1.4, 2.0, 0.6])[np.arange(length) % 7]
    promotion = generator.random((items, length)) < 0.2
    closed = np.broadcast_to(generator.random(length) < 0.1, (items, length))
    size = generator.lognormal(3, 1, items)[:, None]
    mean = size * week * (1 + promotion) * ~closed
    return mean * generator.lognormal(0, 0.1, mean.shape), promotion, closed


def test_promotions_and_closed_days_are_learnt() -> None:
    sales, promotion, closed = _shop()
    panel = _panel(sales, promotion=promotion, closed=closed)
    panel = panel.back(0)
    forecast = Postprocessed(SMALL).fit(panel, horizon=HORIZON).forecast(panel, horizon=HORIZON)
    shut = closed[:, -HORIZON:]
    assert (forecast.quantiles[shut] == 0).all()
    actual = sales[:, -HORIZON:]
    naive = SeasonalNaive().forecast(panel, horizon=HORIZON)
    error = np.abs(forecast.median - actual).sum()
    assert error < 0.3 * np.abs(naive.median - actual).sum()
    open_days = ~shut
    inside = (forecast.quantile(0.1) <= actual) & (actual <= forecast.quantile(0.9))
    assert 0.6 < inside[open_days].mean() < 0.97


def test_the_future_moves_nothing() -> None:
    sales, promotion, closed = _shop(items=5)
    panel = _panel(sales, promotion=promotion, closed=closed)
    rows = panel.sales.size
    oil = Covariate("oil", "past", np.random.default_rng(1).random(rows).astype(np.float32))
    panel = replace(panel, covariates=panel.covariates | {"oil": oil})
    changed = np.where(panel.is_history, panel.sales, np.float32(1e6))
    other_oil = replace(oil, values=np.where(panel.is_history, oil.values, np.float32(77)))
    other = replace(panel, sales=changed, covariates=panel.covariates | {"oil": other_oil})
    learnt = SMALL.fit(panel, horizon=HORIZON).forecast(panel, horizon=HORIZON)
    leaked = SMALL.fit(other, horizon=HORIZON).forecast(other, horizon=HORIZON)
    np.testing.assert_array_equal(learnt.quantiles, leaked.quantiles)


def test_a_panel_taken_back_is_learnt_as_if_it_ended_there() -> None:
    sales, promotion, closed = _shop(items=5)
    whole = _panel(sales, promotion=promotion, closed=closed).back(HORIZON)
    keep = slice(None, sales.shape[1] - HORIZON)
    ended = _panel(sales[:, keep], promotion=promotion[:, keep], closed=closed[:, keep])
    assert (whole.history == ended.history).all()
    shortened = SMALL.fit(ended, horizon=HORIZON).forecast(ended, horizon=HORIZON)
    back = SMALL.fit(whole, horizon=HORIZON).forecast(whole, horizon=HORIZON)
    np.testing.assert_allclose(back.quantiles, shortened.quantiles, rtol=0.2)


def test_sizes_do_not_matter() -> None:
    sales, _, _ = _shop(items=6)
    small, large = _panel(sales), _panel(sales * 1024)
    one = SMALL.fit(small, horizon=7).forecast(small, horizon=7)
    many = SMALL.fit(large, horizon=7).forecast(large, horizon=7)
    np.testing.assert_allclose(many.median, one.median * 1024, rtol=0.3)


def test_the_same_seed_gives_the_same_forecast() -> None:
    sales, _, _ = _shop(items=4)
    panel = _panel(sales)
    first, second = (SMALL.fit(panel, horizon=7).forecast(panel, horizon=7) for _ in range(2))
    np.testing.assert_array_equal(first.quantiles, second.quantiles)
    other = replace(SMALL, options=replace(SMALL.options, seed=1)).fit(panel, horizon=7).forecast(panel, horizon=7)
    assert not np.array_equal(first.quantiles, other.quantiles)


def test_renewed_trees_know_the_newest_sales_and_keep_their_intervals() -> None:
    generator = np.random.default_rng(1)
    promotion = generator.random((6, 300)) < 0.3
    sales = 100 * generator.lognormal(0, 0.1, promotion.shape)
    sales[:, 160:] *= 1 + 2 * promotion[:, 160:]
    panel = _panel(sales, promotion=promotion)
    earlier = SMALL.fit(panel.back(126), horizon=HORIZON)

    renewed = SMALL.renew(earlier, panel, horizon=HORIZON)

    assert renewed.base == earlier.base
    assert renewed.trees.around == earlier.trees.around
    error, stale = (
        np.abs(model.forecast(panel, horizon=HORIZON).median - sales[:, -HORIZON:]).mean()
        for model in (renewed, earlier)
    )
    assert error < 0.6 * stale


def test_trees_of_other_columns_are_grown_anew() -> None:
    sales, promotion, _ = _shop(items=4)
    earlier = SMALL.fit(_panel(sales), horizon=7)
    told = _panel(sales, promotion=promotion)

    renewed, anew = SMALL.renew(earlier, told, horizon=7), SMALL.fit(told, horizon=7)

    np.testing.assert_array_equal(renewed.forecast(told, horizon=7).quantiles, anew.forecast(told, horizon=7).quantiles)


@pytest.mark.parametrize("share_of_zeros", [0.0, 0.6])
def test_every_tree_is_told(share_of_zeros: float) -> None:
    sales, _, _ = _shop(items=4)
    sales[np.random.default_rng(0).random(sales.shape) < share_of_zeros] = 0
    seen: list[Progress] = []
    learner = replace(SMALL, watch=seen.append)

    fitted = learner.fit(_panel(sales), horizon=7)
    assert [progress.step for progress in seen] == list(range(1, seen[-1].steps + 1))
    assert {progress.stage for progress in seen} == {"growing trees"}

    seen.clear()
    learner.renew(fitted, _panel(sales), horizon=7)
    assert [progress.step for progress in seen] == list(range(1, seen[-1].steps + 1))


def test_an_item_that_never_sold_falls_back_and_is_named() -> None:
    sales, _, _ = _shop(items=4)
    sales[2] = 0
    sales[3] = np.nan
    panel = _panel(sales)
    forecast = SMALL.fit(panel, horizon=7).forecast(panel, horizon=7)
    assert set(forecast.fallbacks) == {"item 2", "item 3"}
    assert forecast.quantiles.shape == (4, 7, len(LEVELS))
    assert (forecast.quantiles[2] == 0).all()


@pytest.mark.parametrize(("unit", "length"), [("month", 30), ("month", 9), ("week", 40), ("week", 120), ("hour", 400)])
def test_other_grids_and_short_histories(unit: str, length: int) -> None:
    generator = np.random.default_rng(2)
    sales = generator.poisson(20, (8, length)).astype(float)
    panel = _panel(sales, ahead=4, unit=unit)
    forecast = SMALL.fit(panel, horizon=4).forecast(panel, horizon=4)
    assert not forecast.fallbacks
    assert (np.abs(forecast.median - 20) < 10).all()


def test_the_mean_of_intermittent_sales_is_that_of_the_sales() -> None:
    generator = np.random.default_rng(5)
    sales = generator.poisson(0.4, (20, 200)).astype(float) * generator.integers(1, 6, (20, 200))
    panel = _panel(sales)
    learner = BoostedLearner(options=BoostedOptions(levels=(0.1, 0.9), threads=1))
    forecast = learner.fit(panel, horizon=HORIZON).forecast(panel, horizon=HORIZON)
    assert forecast.median.mean() < 0.2 < forecast.mean.min()
    assert forecast.mean.mean() == pytest.approx(sales.mean(), rel=0.15)


def test_price_cuts_count_by_the_items_own_price() -> None:
    generator = np.random.default_rng(6)
    usual = np.linspace(2, 900, 30)[:, None]
    cut = generator.random((30, 200)) < 0.2
    price = usual * np.where(cut, 0.8, 1)
    sales = generator.lognormal(3, 0.1, (30, 200)) * np.where(cut, 2.5, 1)
    panel = _panel(sales, price=price)
    forecast = SMALL.fit(panel, horizon=HORIZON).forecast(panel, horizon=HORIZON)
    ahead = cut[:, -HORIZON:]
    assert forecast.median[ahead].mean() == pytest.approx(2.5 * forecast.median[~ahead].mean(), rel=0.15)


def test_static_columns_and_labels_are_read() -> None:
    sales = np.random.default_rng(4).lognormal(3, 0.1, (30, 200))
    kind = np.arange(30) % 2
    label = (np.random.default_rng(3).random(sales.shape) < 0.3).astype(np.float32)
    sales = sales * np.where(label == 1, 1 + 2 * kind[:, None], 1)
    panel = _panel(sales)
    covariate = Covariate("offer", "known", label.ravel(), ("none", "special"))
    panel = replace(panel, items=panel.items.with_columns(pl.Series("kind", kind)), covariates={"offer": covariate})
    reading = SMALL.fit(panel, horizon=HORIZON).forecast(panel, horizon=HORIZON)
    blind = replace(SMALL, covariates=False).fit(panel, horizon=HORIZON).forecast(panel, horizon=HORIZON)
    actual = sales[:, -HORIZON:]
    assert np.abs(reading.median - actual).mean() < 0.7 * np.abs(blind.median - actual).mean()


def test_what_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sales, _, _ = _shop(items=3, length=100)
    panel = _panel(sales)
    fitted = SMALL.fit(panel, horizon=7)
    with pytest.raises(ConfigError, match="at least one step"):
        fitted.forecast(panel, horizon=0)
    with pytest.raises(ConfigError, match="at least one step"):
        SMALL.fit(panel, horizon=0)
    with pytest.raises(ModelError, match="daily"):
        fitted.forecast(replace(panel, frequency=Frequency("month")), horizon=7)
    with pytest.raises(TooShortError):
        SMALL.fit(_panel(np.zeros((2, 50))), horizon=7)
    with pytest.raises(TooShortError):
        SMALL.fit(_panel(np.ones((2, 15))), horizon=7)
    monkeypatch.setitem(__import__("sys").modules, "lightgbm", None)
    with pytest.raises(MissingExtraError, match="trees"):
        SMALL.fit(panel, horizon=7)
