"""What hangs together in past windows is found, and sums drawn with it cover as often as they say."""

import numpy as np
import polars as pl
import pytest

from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
from foresale.core.paths import Copula, TemporalCorrelation
from foresale.forecasting.copula import fit_dependence, pit_values

HORIZON = 12


def forecast_of(count: int, copula: Copula) -> Forecast:
    quantiles = np.broadcast_to(np.array(LEVELS, np.float32) ** 2 * 100, (count, HORIZON, len(LEVELS)))
    return Forecast(
        items=pl.DataFrame({"item_id": [f"item{number}" for number in range(count)]}),
        frequency=Frequency("day"),
        starts=np.zeros(count, np.int64),
        quantiles=quantiles.copy(),
        mean=quantiles.mean(axis=2),
        copula=copula,
    )


def past_of(count: int, copula: Copula, *, windows: int = 3) -> list[tuple[Forecast, np.ndarray]]:
    """Windows in which what was sold is one path that the dependence itself drew."""
    forecast = forecast_of(count, copula)
    paths = forecast.paths(windows, seed=11, joint_items=True)
    return [(forecast, path) for path in paths]


@pytest.mark.parametrize(
    "link", [TemporalCorrelation(0.0, 0.0, 0.5), TemporalCorrelation(0.5, 0.0, 0.5), TemporalCorrelation(0.1, 0.6, 0.8)]
)
def test_links_are_found_again(link: TemporalCorrelation) -> None:
    found = fit_dependence(past_of(600, Copula((link,), common=0.0)), {}).links[0]
    np.testing.assert_allclose(found.correlation(HORIZON), link.correlation(HORIZON), atol=0.1)


def test_each_group_has_its_own_link_and_what_items_share_is_found() -> None:
    groups = {f"item{number}": number % 2 for number in range(600)}
    truth = Copula(
        (TemporalCorrelation(), TemporalCorrelation(0.7, 0, 0), TemporalCorrelation(0, 0, 0)),
        {i: g + 1 for i, g in groups.items()},
        common=0.0,
    )
    found = fit_dependence(past_of(600, truth), groups)
    assert found.links[1].correlation(HORIZON)[0, 5] > 0.4
    assert found.links[2].correlation(HORIZON)[0, 5] < 0.2
    assert found.groups["item1"] == 2
    assert found.common < 0.05
    together = fit_dependence(past_of(600, Copula((TemporalCorrelation(0, 0, 0),), common=0.6), windows=12), {})
    assert 0.4 < together.common < 0.8


def test_sums_cover_as_often_as_they_say() -> None:
    truth = Copula((TemporalCorrelation(0.3, 0.3, 0.8),), common=0.0)
    found = fit_dependence(past_of(600, truth), {})
    total = forecast_of(600, found).sum(10)
    sold = forecast_of(600, truth).paths(1, seed=77)[0, :, :10].sum(axis=1)
    for share in (0.8, 0.9):
        inside = (total.quantile((1 - share) / 2) <= sold) & (sold <= total.quantile((1 + share) / 2))
        assert abs(inside.mean() - share) < 0.05


def test_sums_that_are_near_their_middle_or_far_out_are_told_from_others() -> None:
    far, near = (
        past_of(600, Copula((TemporalCorrelation(0.1, 0.2, 0.7),), common=0.0, freedom=freedom), windows=4)
        for freedom in (1.0, np.inf)
    )
    assert fit_dependence(far, {}).freedom < 2.5
    assert fit_dependence(near, {}).freedom > 6


def test_few_series_stay_near_the_usual_dependence() -> None:
    truth = Copula((TemporalCorrelation(1, 0, 0),), common=0.0, freedom=np.inf)
    found = fit_dependence(past_of(2, truth, windows=1), {})
    assert found.links[0].correlation(HORIZON)[0, -1] < 0.5
    assert 5 < found.freedom < 9


def test_windows_in_which_no_sum_is_known_tell_nothing_of_the_freedom() -> None:
    (forecast, sold), *_ = past_of(50, Copula())
    sold = np.where(np.arange(HORIZON) == 0, sold, np.nan)
    assert fit_dependence([(forecast, sold.astype(np.float32))], {}).freedom == Copula().freedom


def test_unknown_sales_have_no_surprise_and_lumps_are_spread_evenly() -> None:
    quantiles = np.where(np.array(LEVELS) < 0.6, 0, 5).astype(np.float32)
    sold = np.zeros((4000, 1), np.float32)
    sold[0] = np.nan
    scores = pit_values(
        np.broadcast_to(quantiles, (4000, 1, 21)), sold, levels=LEVELS, generator=np.random.default_rng(0)
    )
    assert np.isnan(scores[0, 0])
    assert abs((scores[1:] < 0).mean() - 0.5 / 0.55) < 0.03


def test_counts_are_spread_over_the_unit_that_they_stand_for() -> None:
    sold = np.random.default_rng(1).poisson(1.0, (3000, 4)).astype(np.float32)
    near = np.quantile(np.random.default_rng(2).poisson(1.0, 100_000), LEVELS)
    quantiles = np.broadcast_to(np.maximum(near + np.linspace(-0.1, 0.1, 21), 0).astype(np.float32), (3000, 4, 21))
    scores = pit_values(quantiles, sold, levels=LEVELS, generator=np.random.default_rng(0))
    assert abs(scores.mean()) < 0.1
    assert abs(scores.std() - 1) < 0.1
