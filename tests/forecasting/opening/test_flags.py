import numpy as np
import polars as pl

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.forecasting.ensemble.learner import Fitted
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.opening.flags import ClosingValues
from foresale.forecasting.postprocessing import Postprocessed


def tea(closed: np.ndarray, *, unit: str = "day") -> Panel:
    """An item that sells 5 where it is open, 210 periods of it, and 14 ahead."""
    sales = np.where(closed[:210] == 1, 0, 5).astype(np.float32)
    return Panel(
        Frequency(unit),
        pl.DataFrame({"item_id": ["tea"]}),
        np.array([0]),
        np.array([0, 224]),
        np.array([210]),
        np.concatenate([sales, np.full(14, np.nan, np.float32)]),
        {"closed": Covariate("closed", "known", closed.astype(np.float32))},
    )


def test_a_flag_of_closed_days_closes_them_ahead() -> None:
    panel = tea(np.tile(np.array([0, 0, 0, 0, 0, 0, 1]), 32))

    found = Postprocessed(Fitted(SeasonalNaive())).fit(panel, horizon=14).forecast(panel, horizon=14)

    assert (found.quantiles[0, [6, 13]] == 0).all()
    assert (found.median[0, :6] == 5).all()


def test_a_flag_closes_weeks_too() -> None:
    panel = tea((np.arange(224) % 5 == 4).astype(int), unit="week")

    found = Postprocessed(Fitted(SeasonalNaive())).fit(panel, horizon=14).forecast(panel, horizon=14)

    assert np.flatnonzero(found.mean[0] == 0).tolist() == [4, 9]


def test_a_value_seen_a_few_times_closes_nothing() -> None:
    closed = np.zeros(224)
    closed[10:20] = 1

    assert ClosingValues.fit(tea(closed)).values == ()
