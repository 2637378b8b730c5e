"""The leaderboard ranks by the error, calls a tie a tie, and says plainly what is not chance."""

import json
from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.evaluation.backtest import backtest
from foresale.evaluation.evaluation import Evaluation
from foresale.evaluation.leaderboard import METRICS, RANKED
from foresale.narrate.document import to_json
from foresale.narrate.sentences import sentences

HORIZON = 7


def noisy(items: int = 40, periods: int = 90, *, seed: int = 0) -> Panel:
    """Steady sales of 100 with noise, in two stores."""
    sales = 100 + 10 * np.random.default_rng(seed).standard_normal((items, periods))
    return Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": range(items), "store": ["north", "south"] * (items // 2)}),
        starts=np.full(items, 19723),
        offsets=np.arange(items + 1) * periods,
        history=np.full(items, periods),
        sales=sales.astype(np.float32).ravel(),
    )


@dataclass(frozen=True)
class Around:
    """Forecasts normal sales around a level, or around another one in the north."""

    level: float
    name: str
    north: float | None = None

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        spread = 10 * np.linspace(-2, 2, 21)
        level = np.full(len(panel), self.level)
        if self.north is not None:
            level[(panel.items["store"] == "north").to_numpy()] = self.north
        shape = (len(panel), horizon, 21)
        return Forecast.of(panel, np.broadcast_to(level[:, None, None] + spread, shape), model=self.name)


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    models = [Around(130, "far"), Around(100, "right"), Around(100.3, "close"), Around(100, "southern", north=107)]
    return backtest(noisy(), models, horizon=HORIZON, windows=3)


def test_the_best_stands_first_ties_are_ties_and_the_rest_is_behind(evaluation: Evaluation) -> None:
    board = evaluation.leaderboard(whole=True)
    assert set(board["model"][:2]) == {"right", "close"}
    assert board["model"].to_list()[2:] == ["southern", "seasonal-naive", "far"]
    assert board["versus_best"].to_list() == ["best", "tie", "worse", "worse", "worse"]
    assert board["versus_baseline"].to_list() == ["better", "better", "better", "baseline", "worse"]
    assert board["place"].to_list() == [1, 2, 3, 4, 5]
    assert board["first"].sum() == pytest.approx(1)
    assert board["first"].to_list()[2:] == [0, 0, 0]


def test_values_are_those_of_the_evaluation_and_lie_in_their_intervals(evaluation: Evaluation) -> None:
    board = evaluation.leaderboard(whole=True).sort("model")
    frame = evaluation.to_frame().sort("model")
    for metric in METRICS:
        np.testing.assert_allclose(board[metric], frame[metric], atol=1e-12, err_msg=metric)
        assert (board[f"{metric}_low"] <= board[metric]).all(), metric
        assert (board[metric] <= board[f"{metric}_high"]).all(), metric
    for column in ("items", "points", "fallbacks", "seconds", "peak_mb", "added_mb"):
        assert board[column].equals(frame[column])


def test_differences_are_those_of_the_distances(evaluation: Evaluation) -> None:
    rows = {(row["model"], row["metric"]): row for row in evaluation.confidence.iter_rows(named=True)}
    assert len(rows) == 5 * len(METRICS)
    naive, far = rows["seasonal-naive", "wape"], rows["far", "wape"]
    assert far["from_baseline"] == pytest.approx(far["value"] - naive["value"])
    assert rows["far", "fva"]["value"] == pytest.approx(-far["from_baseline"])
    assert rows["far", "fva"]["low"] == pytest.approx(-far["from_baseline_high"])
    assert rows["far", "bias"]["versus_best"] == "worse"
    assert rows["far", "coverage_80"]["versus_baseline"] == "worse"
    for metric in METRICS:
        best = rows[rows["far", metric]["best"], metric]
        assert best["from_best"] == best["from_best_low"] == best["from_best_high"] == 0
        assert best["versus_best"] == "best"


def test_winners_differ_by_segment_and_say_who_may_be_as_good(evaluation: Evaluation) -> None:
    rows = {(row["segment"], row["group"]): row for row in evaluation.winners().iter_rows(named=True)}
    north, south = rows["store", "north"], rows["store", "south"]
    assert set(north["tied"]) | {north["winner"]} == {"right", "close"}
    assert {"right", "southern"} <= {*south["tied"], south["winner"]}
    assert north["verdict"] == south["verdict"] == "tie"
    assert north["items"] == south["items"] == 20
    own = evaluation.to_frame("store").filter(pl.col("group") == "north")
    assert north["error"] == pytest.approx(own.filter(pl.col("model") == north["winner"])["sql"][0])
    assert north["skill"] == pytest.approx(own.filter(pl.col("model") == north["winner"])["skill"][0])


def test_a_clear_winner_of_a_segment_is_sure() -> None:
    models = [Around(100, "southern", north=130), Around(130, "northern", north=100)]
    found = backtest(noisy(), models, horizon=HORIZON, windows=2)
    rows = {row["group"]: row for row in found.winners().filter(pl.col("segment") == "store").iter_rows(named=True)}
    assert (rows["north"]["winner"], rows["south"]["winner"]) == ("northern", "southern")
    assert rows["north"]["verdict"] == rows["south"]["verdict"] == "sure"
    assert rows["north"]["first"] == 1
    assert 0 < rows["north"]["margin_low"] <= rows["north"]["margin"] <= rows["north"]["margin_high"]


def test_the_same_forecast_twice_is_a_tie() -> None:
    found = backtest(noisy(), [Around(100, "one"), Around(100, "two")], horizon=HORIZON, windows=2)
    board = found.leaderboard(whole=True)
    assert board["versus_best"].to_list() == ["best", "tie", "worse"]
    assert board["first"].to_list() == [0.5, 0.5, 0]


@pytest.mark.parametrize(("items", "windows", "told"), [(2, 2, False), (2, 3, True), (6, 1, True), (4, 1, False)])
def test_too_little_is_called_too_little(items: int, windows: int, told: bool) -> None:
    found = backtest(noisy(items), [Around(100, "right"), Around(200, "far")], horizon=HORIZON, windows=windows)
    board = found.leaderboard(whole=True)
    assert (board["versus_best"][2] == "unknown") != told
    assert (board["sql_low"].null_count() == 3) != told
    assert board["sql"].null_count() == 0
    verdicts = set(found.winners().filter(pl.col("segment") == "pattern")["verdict"])
    assert (verdicts == {"unknown"}) != told
    assert any("nobody can tell" in sentence for sentence in sentences(found)) != told


@pytest.mark.parametrize("metric", RANKED)
def test_any_error_can_be_ranked_by(evaluation: Evaluation, metric: str) -> None:
    board = evaluation.leaderboard(metric, whole=True)
    assert board[metric].is_sorted()
    assert board["model"][-1] == "far"
    assert evaluation.winners(metric).height == evaluation.winners().height


def test_without_a_seasonal_scale_models_are_ranked_by_the_share_of_sales() -> None:
    panel = noisy(6, 30)
    sales = panel.sales.reshape(6, 30).copy()
    sales[:, :23] = 0
    quiet = Panel(panel.frequency, panel.items, panel.starts, panel.offsets, panel.history, sales.ravel())
    found = backtest(quiet, [Around(100, "right")], horizon=HORIZON, windows=1)
    assert found.to_frame()["sql"].null_count() == 2
    board = found.leaderboard(whole=True)
    assert board["model"].to_list() == ["right", "seasonal-naive"]
    assert board["versus_best"].to_list() == ["best", "worse"]
    assert sentences(found)[0].startswith("right has the lowest WQL")


def test_no_other_error_is_ranked_by(evaluation: Evaluation) -> None:
    with pytest.raises(ConfigError, match="cannot rank by 'bias'; choose one of sql"):
        evaluation.leaderboard("bias")
    with pytest.raises(ConfigError, match="cannot rank by 'luck'"):
        evaluation.winners("luck")


def test_the_verdict_in_sentences(evaluation: Evaluation) -> None:
    best, second = evaluation.leaderboard(whole=True)["model"].to_list()[:2]
    said = sentences(evaluation)
    assert said[0].startswith(f"{best} has the lowest SQL: ")
    assert said[1:3] == (
        f"A tie with {best}, whose lead may be chance: {second}.",
        f"Behind {best}, and not by chance: southern, seasonal-naive and far.",
    )
    assert said[3].startswith(f"Better than seasonal-naive, and not by chance: {best} by ")
    assert said[4] == "Worse than seasonal-naive, and not by chance: far."
    one = sentences(backtest(noisy(), [Around(100, "right")], horizon=HORIZON, windows=1))
    assert one[-1].startswith("There is only one window")


def test_the_document_is_json_with_everything(evaluation: Evaluation) -> None:
    told = json.loads(to_json(evaluation))
    assert told["settings"]["models"] == ["far", "right", "close", "southern", "seasonal-naive"]
    assert told["settings"]["ranked_by"] == "sql"
    assert [row["model"] for row in told["leaderboard"]] == evaluation.leaderboard(whole=True)["model"].to_list()
    assert len(told["confidence"]) == 5 * len(METRICS)
    assert len(told["steps"]) == 5 * HORIZON
    assert told["winners"][0]["tied"] == evaluation.winners()["tied"][0].to_list()
    assert tuple(told["verdict"]) == sentences(evaluation)
    assert told["windows"][0]["cutoff"].startswith("2024-03-09T00:00")


def test_unknown_is_null_in_the_document() -> None:
    text = to_json(backtest(noisy(2), [Around(100, "right")], horizon=HORIZON, windows=1))
    assert "NaN" not in text
    assert json.loads(text)["leaderboard"][0]["sql_low"] is None


def test_a_person_reads_ten_columns(evaluation: Evaluation):
    board, whole = evaluation.leaderboard("mase"), evaluation.leaderboard("mase", whole=True)
    assert board.width == 10
    assert board.columns[:5] == ["place", "model", "mase", "mase_low", "mase_high"]
    assert board.equals(whole.select(board.columns))
