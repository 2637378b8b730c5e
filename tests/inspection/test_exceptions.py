"""Each kind of exception is found where it was planted, and money decides what comes first."""

from collections.abc import Callable

import numpy as np
import polars as pl

from foresale.cleaning.clean import clean
from foresale.core.columns import ITEM
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.inspection.exceptions import KINDS, ExceptionInputs, before_of, find_exceptions

DAYS, HORIZON = 500, 14


def panel_of(change: Callable[[np.ndarray], None] | None = None, *, prices: list[float] | None = None) -> Panel:
    sales = np.random.default_rng(0).poisson(20, (4, DAYS)).astype(np.float32)
    if change:
        change(sales)
    covariates = {}
    if prices:
        covariates = {"price": Covariate("price", "past", np.repeat(np.array(prices, np.float32), DAYS))}
    return Panel(
        Frequency("day"),
        pl.DataFrame({ITEM: list("abcd")}),
        starts=np.full(4, 19_000),
        offsets=np.arange(5) * DAYS,
        history=np.full(4, DAYS),
        sales=sales.ravel(),
        covariates=covariates,
    )


def forecast_of(
    panel: Panel,
    *,
    mean: float = 20,
    width: float = 2,
    of: dict[int, tuple[float, float]] | None = None,
    fallbacks: dict[str, str] | None = None,
) -> Forecast:
    centre, spread = np.full(4, mean), np.full(4, width)
    for item, (own, wide) in (of or {}).items():
        centre[item], spread[item] = own, wide
    around = np.array(LEVELS) - 0.5
    quantiles = centre[:, None, None] + spread[:, None, None] * around + np.zeros((4, HORIZON, 1))
    return Forecast.of(panel, quantiles, model="test", fallbacks=fallbacks)


def found(panel: Panel, forecast: Forecast, errors: pl.DataFrame | None = None) -> pl.DataFrame:
    return find_exceptions(ExceptionInputs(panel, forecast, forecast.sum(), clean(panel)[1], errors))


def test_nothing_stands_out_of_an_even_shop() -> None:
    panel = panel_of()
    assert found(panel, forecast_of(panel)).height == 0


def test_a_large_change_against_the_year_before() -> None:
    panel = panel_of()
    row = found(panel, forecast_of(panel, of={1: (60, 2)})).row(0, named=True)
    before = before_of(panel, forecast_of(panel))[0][1]
    assert (row[ITEM], row["kind"]) == ("b", "change")
    assert "the year before" in row["what"]
    assert np.isclose(row["units"], 60 * HORIZON - before, rtol=1e-3)


def test_without_a_year_the_last_periods_are_compared() -> None:
    panel = panel_of()
    short = Panel(
        panel.frequency,
        panel.items,
        starts=panel.starts,
        offsets=np.arange(5) * 100,
        history=np.full(4, 100),
        sales=panel.sales.reshape(4, DAYS)[:, -100:].ravel(),
    )
    row = found(short, forecast_of(short, of={1: (60, 2)})).row(0, named=True)
    assert "the last 14 periods" in row["what"]


def test_a_wide_interval_a_bias_and_a_simpler_model() -> None:
    panel = panel_of()
    wide = found(panel, forecast_of(panel, of={2: (20, 70)}))
    assert wide.filter(pl.col("kind") == "uncertain")[ITEM].to_list() == ["c"]
    errors = pl.DataFrame({ITEM: list("abcd"), "bias": [0.4, 0.3, -0.1, None], "wape": [0.5, 1.5, 0.1, None]})
    biased = found(panel, forecast_of(panel), errors)
    assert biased[ITEM].to_list() == ["a"]
    assert biased["what"][0] == "40 % too high in the backtest"
    assert np.isclose(biased["units"][0], 0.4 * 20 * HORIZON)
    simpler = found(panel, forecast_of(panel, fallbacks={"d": "too short"}))
    assert simpler.select(ITEM, "kind", "what").rows() == [("d", "simpler", "too short")]


def test_stock_outs_lately_and_new_items() -> None:
    def change(sales: np.ndarray) -> None:
        sales[0, -20:-5] = 0
        sales[1, : DAYS - 30] = 0

    panel = panel_of(change)
    kinds = dict(found(panel, forecast_of(panel)).select(ITEM, "kind").unique(ITEM, keep="first").iter_rows())
    assert kinds["a"] == "stock-out"
    assert "new" in set(found(panel, forecast_of(panel)).filter(pl.col(ITEM) == "b")["kind"])


def test_money_decides_the_order() -> None:
    of = {0: (60.0, 2.0), 1: (90.0, 2.0)}
    cheap = panel_of(prices=[10.0, 1.0, 1.0, 1.0])
    assert found(cheap, forecast_of(cheap, of=of))[ITEM].to_list() == ["a", "b"]
    bare = panel_of()
    without = found(bare, forecast_of(bare, of=of))
    assert without[ITEM].to_list() == ["b", "a"]
    assert without["stake"].is_null().all()
    assert set(without["kind"]) <= set(KINDS)
