from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest

from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.postprocessing import Postprocessed
from foresale.forecasting.whole_units import HALF, TRACE, in_whole_units, near_whole, nothing_below, sold_whole


@dataclass(frozen=True)
class Noting:
    """A learner that notes how many items it was given."""

    seen: list[int]
    name: str = "noting"

    def fit(self, panel: Panel, *, horizon: int) -> SeasonalNaive:
        self.seen.append(len(panel))
        return SeasonalNaive()


def shop(*, part: float = 0.0) -> Panel:
    """Two items of two weeks, and one that was never sold."""
    sales = np.concatenate([np.tile(np.arange(7.0), 2), np.tile(np.arange(7.0), 2) + part, [np.nan]])
    return Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": ["tea", "rice", "mate"]}),
        starts=np.array([0, 0, 13]),
        offsets=np.array([0, 14, 28, 29]),
        history=np.array([14, 14, 1]),
        sales=sales.astype(np.float32),
    )


def test_newcomers_are_not_learnt_from_but_forecast() -> None:
    seen: list[int] = []
    panel = shop()

    found = Postprocessed(Noting(seen), {"mate": ["tea"]}).fit(panel, horizon=7).forecast(panel, horizon=7)

    assert seen == [2]
    assert found.quantiles.shape[0] == 3
    assert "mate" in found.fallbacks
    assert found.quantiles[2].max() > 0


def test_only_items_sold_in_whole_units_are_drawn_to_them() -> None:
    panel = shop(part=0.5)
    found = SeasonalNaive().forecast(panel, horizon=7)
    raised = replace(found, quantiles=found.quantiles + np.float32(0.3))

    drawn = in_whole_units(raised, panel)

    assert sold_whole(panel).tolist() == [True, False, False]
    assert drawn.quantiles[0] == pytest.approx(near_whole(raised.quantiles[0]))
    assert np.array_equal(drawn.quantiles[1], raised.quantiles[1])
    assert np.array_equal(drawn.mean, raised.mean)


def test_what_follows_the_cutoff_says_nothing_about_units() -> None:
    panel = shop()
    later = replace(panel.back(7), sales=panel.back(7).sales.copy())

    assert sold_whole(later).tolist() == [True, True]


def test_quantiles_drawn_to_whole_units_stay_in_order_and_on_their_side() -> None:
    quantiles = np.sort(np.random.default_rng(0).gamma(1.0, 2.0, (50, 4, 21)).astype(np.float32), axis=2)

    drawn = near_whole(quantiles)

    assert (np.diff(drawn, axis=2) >= 0).all()
    for count in range(6):
        assert np.array_equal(drawn <= count, quantiles <= count)


def test_a_forecast_of_nothing_whole_is_left_alone() -> None:
    panel = shop(part=0.5).select([1])
    found: Forecast = SeasonalNaive().forecast(panel, horizon=7)

    assert in_whole_units(found, panel) is found


def test_less_than_half_a_unit_is_none_where_units_are_whole() -> None:
    panel = shop(part=0.5)
    found = SeasonalNaive().forecast(panel, horizon=7)
    low = replace(found, quantiles=np.full_like(found.quantiles, 0.3))

    drawn = nothing_below(HALF, low, panel)

    assert (drawn.quantiles[0] == 0).all()
    assert np.array_equal(drawn.quantiles[1], low.quantiles[1])
    assert np.array_equal(drawn.mean, low.mean)
    assert nothing_below(TRACE, low, panel) is low
