"""The pages of a forecast and of an evaluation say what they should, and hold together."""

import json
import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import MissingExtraError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.evaluation.backtest import backtest
from foresale.forecasting.naive import SeasonalNaive
from foresale.pages.evaluation import evaluation_page
from foresale.pages.forecast import PICTURED, forecast_page

ITEMS = 20
PERIODS = 100


@pytest.fixture(scope="module")
def panel() -> Panel:
    generator = np.random.default_rng(7)
    sales = generator.poisson(np.arange(1, ITEMS + 1)[:, None] * 3, (ITEMS, PERIODS)).astype(np.float32)
    sales[0] = np.nan
    names = [f"<item {number}>" for number in range(ITEMS)]
    return Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": names, "kind": ["a", "b"] * (ITEMS // 2)}),
        starts=np.full(ITEMS, 19723),
        offsets=np.arange(ITEMS + 1) * PERIODS,
        history=np.full(ITEMS, PERIODS),
        sales=sales.ravel(),
    )


def pictures(html: str) -> list[dict]:
    found = re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    return [json.loads(data) for data in found]


def test_forecast_page_shows_the_total_the_items_and_the_best_sellers(panel: Panel) -> None:
    past = panel.back(14)
    forecast = SeasonalNaive().forecast(past, horizon=14)
    html = forecast_page(forecast, history=past, actual=panel, events=[("2024-04-01", "Sale")])
    total, *fans = pictures(html)
    assert [trace["name"] for trace in total["data"]] == ["Sales", "Expected sales", "Actual sales"]
    assert len(fans) == PICTURED
    best = np.argsort(-forecast.mean.sum(axis=1))[0]
    assert fans[0]["layout"]["title"]["text"] == f"<item {best}>"
    assert "Sale" in [note["text"] for note in fans[0]["layout"]["annotations"]]
    assert html.count('<svg class="spark"') == ITEMS
    assert "1 item fell back on a simpler model (no known sales: zeros): &lt;item 0&gt;" in html
    assert "<item" not in re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


def test_total_of_the_page_is_the_sum_of_the_items(panel: Panel) -> None:
    past = panel.back(14)
    forecast = SeasonalNaive().forecast(past, horizon=14)
    total = pictures(forecast_page(forecast, history=past, actual=panel))[0]
    values = {trace["name"]: decoded(trace["y"]) for trace in total["data"]}
    np.testing.assert_allclose(values["Expected sales"][-14:], forecast.mean.sum(axis=0), rtol=1e-5)
    rows = panel.sales.reshape(ITEMS, PERIODS)
    np.testing.assert_allclose(values["Actual sales"][-14:], np.nansum(rows[:, -14:], axis=0))
    np.testing.assert_allclose(values["Sales"][:-14], np.nansum(rows[:, -14 - 28 : -14], axis=0))
    assert np.isnan(values["Sales"][-14:]).all()


def decoded(values: object) -> np.ndarray:
    if isinstance(values, dict):
        import base64

        return np.frombuffer(base64.b64decode(values["bdata"]), np.dtype(values["dtype"]))
    return np.array([np.nan if value is None else value for value in values], float)


def test_items_that_end_at_different_times_share_one_total(panel: Panel) -> None:
    shorter = panel.history.copy()
    shorter[1] = 60
    sales = np.where(panel.positions < np.repeat(shorter, PERIODS), panel.sales, np.nan).astype(np.float32)
    ragged = replace(panel, history=shorter, sales=sales)
    html = forecast_page(SeasonalNaive().forecast(ragged, horizon=7), history=ragged)
    assert [trace["name"] for trace in pictures(html)[0]["data"]] == ["Sales", "Expected sales"]


def test_evaluation_page_ranks_models_and_explains_its_numbers(panel: Panel) -> None:
    def missing(past: Panel) -> SeasonalNaive:
        raise MissingExtraError(purpose="the <model>", extra="trees")

    evaluation = backtest(panel, {"last value": SeasonalNaive(1), "trees": missing}, horizon=14, windows=2)
    html = evaluation_page(evaluation)
    titles = [figure["layout"]["title"]["text"] for figure in pictures(html)]
    assert titles == [
        "Scaled quantile loss, 95 % intervals",
        "Value added over seasonal-naive",
        "Scaled quantile loss by step ahead",
        "Error below seasonal-naive's, % of it",
        "Coverage of the intervals",
        "Time and scaled quantile loss",
    ]
    for word in ("Leaderboard", "Calibration", "Worst items", "FVA", "Seconds", "Fallbacks", "Notes", "Peak memory"):
        assert word in html
    board = evaluation.leaderboard(whole=True)
    assert re.search(rf"<dt>Lowest SQL</dt><dd>{board['model'][0]}</dd>", html)
    assert f'<td data-key="{board["sql_low"][0]}" class="number">{board["sql_low"][0]:.3f}</td>' in html
    assert "Items without known sales in any window: 1 of 20." in html
    assert "<li>trees is left out: the &lt;model&gt; needs an optional part: pip install" in html


def test_the_page_ranks_by_the_error_that_is_asked_for(panel: Panel) -> None:
    html = evaluation_page(backtest(panel, {"last value": SeasonalNaive(1)}, horizon=14, windows=2), metric="wql")
    assert pictures(html)[2]["layout"]["title"]["text"] == "Weighted quantile loss by step ahead"


def test_seasonal_naive_alone_has_a_page_too(panel: Panel) -> None:
    html = evaluation_page(backtest(panel, [], horizon=14, windows=1))
    assert "Value added" not in html
    assert "The best of each kind" not in html


def test_ranking_map_and_value_show_what_the_tables_say(panel: Panel) -> None:
    evaluation = backtest(panel, {"last value": SeasonalNaive(1)}, horizon=14, windows=2)
    ranking, value, _, by_kind, *_ = pictures(evaluation_page(evaluation))
    board = evaluation.leaderboard(whole=True)
    drawn = {model: at for trace in ranking["data"] for model, at in zip(trace["y"], decoded(trace["x"]), strict=True)}
    assert drawn == pytest.approx(dict(board.select("model", "sql").iter_rows()))
    assert decoded(value["data"][0]["x"])[0] == pytest.approx(
        100 * board.filter(pl.col("model") == "last value")["fva"][0]
    )
    marks = np.array(by_kind["data"][0]["text"])
    winners = evaluation.winners()
    chosen = [board["model"].to_list()[int(np.flatnonzero(row != "")[0])] for row in marks]
    assert chosen == winners["winner"].to_list()


def test_worst_items_are_those_with_the_largest_absolute_error(panel: Panel) -> None:
    evaluation = backtest(panel, [], horizon=14, windows=2)
    html = evaluation_page(evaluation)
    frame = evaluation.to_frame("item").with_columns(units=pl.col("wape") * pl.col("volume"))
    worst = frame.sort("units", descending=True)["item_id"][0]
    table = html.split("with the largest absolute error")[-1]
    assert re.search(r'data-key="([^"]+)"', table.split("<tbody>")[1])[1] == worst.replace("<", "&lt;").replace(
        ">", "&gt;"
    )
