"""Errors against numbers computed by hand and by the public fev package 0.10, and the laws they obey."""

import math
from statistics import NormalDist

import hypothesis.extra.numpy as arrays
import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from foresale.core.forecast import LEVELS
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.evaluation import metrics

NAN = float("nan")
HISTORIES = ([5, 3, NAN, 8, 6, 2, 9, 4, 7], [1, 0, 2, 0, 1], [4, 4, 4, 4, 4, 4], [2, 7])
ACTUAL = np.array([[6, NAN, 8], [1, 2, 0], [4, 5, 3], [9, 9, 1]], float)
QUANTILES = np.array(
    [
        [[3, 5, 9], [2, 4, 8], [6, 7, 12]],
        [[0, 1, 3], [0, 0.5, 2], [0, 1, 2]],
        [[3, 4, 5], [3, 4, 6], [2, 4, 5]],
        [[1, 5, 11], [2, 6, 9], [0, 2, 8]],
    ]
)
MEDIAN = QUANTILES[:, :, 1]
THREE = (0.1, 0.5, 0.9)
sales = st.floats(0, 1000, width=32)
grids = arrays.arrays(np.float64, (3, 4), elements=sales)


def panel_of(*histories: list[float], future: int = 0) -> Panel:
    lengths = np.array([len(history) + future for history in histories])
    values = np.concatenate([[*history, *[NAN] * future] for history in histories]).astype(np.float32)
    return Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": [f"item {number}" for number in range(len(histories))]}),
        starts=np.zeros(len(histories), np.int64),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        history=lengths - future,
        sales=values,
    )


def test_scale_of_each_item_is_its_mean_seasonal_difference_over_known_pairs() -> None:
    scale = panel_of(*HISTORIES).seasonal_scale(season=2)
    # |6 - NaN| and |NaN - 5| are left out: |8 - 3|, |2 - 8|, |9 - 6|, |4 - 2|, |7 - 9|
    assert scale[0] == pytest.approx(18 / 5)
    assert scale[1] == pytest.approx((1 + 0 + 1) / 3)
    assert scale[2] == 0
    assert np.isnan(scale[3])


def test_scale_does_not_see_the_future_or_the_neighbour() -> None:
    alone = panel_of(list(HISTORIES[1])).seasonal_scale(season=2)
    assert panel_of(*HISTORIES, future=3).seasonal_scale(season=2)[1] == pytest.approx(alone[0])


@pytest.mark.parametrize(
    ("name", "golden"),
    [
        ("mase", 0.861111111111111),
        ("rmsse", 1.000320461472735),
        ("wape", 0.3020833333333333),
        ("smape", 0.514653023743933),
        ("sql", 0.47148148148148145),
        ("wql", 0.1729166666666667),
        ("mql", 0.7545454545454545),
    ],
)
def test_agrees_with_fev(name: str, golden: float) -> None:
    panel = panel_of(*HISTORIES)
    scale = panel.seasonal_scale(season=2)
    squared = panel.seasonal_scale(season=2, squared=True)
    losses = metrics.quantile_loss(ACTUAL, QUANTILES, levels=THREE)
    found = {
        "mase": metrics.mase(ACTUAL, MEDIAN, scale=scale),
        "rmsse": metrics.rmsse(ACTUAL, MEDIAN, scale=squared),
        "wape": metrics.wape(ACTUAL, MEDIAN),
        "smape": metrics.smape(ACTUAL, MEDIAN),
        "sql": metrics.scaled_quantile_loss(ACTUAL, QUANTILES, levels=THREE, scale=scale),
        "wql": metrics.weighted_quantile_loss(ACTUAL, QUANTILES, levels=THREE),
        "mql": 2 * float(np.nanmean(losses)),
    }
    assert found[name] == pytest.approx(golden, abs=1e-6)


def test_seasonal_naive_within_its_own_history_has_a_mase_and_rmsse_of_one() -> None:
    history = np.random.default_rng(1).poisson(9, 70).astype(float)
    panel = panel_of(list(history))
    actual, naive = history[None, 7:], history[None, :-7]
    assert metrics.mase(actual, naive, scale=panel.seasonal_scale()) == pytest.approx(1)
    squared = panel.seasonal_scale(squared=True)
    assert metrics.rmsse(actual, naive, scale=squared) == pytest.approx(1)


@given(grids, grids, st.floats(0.01, 100))
def test_scaled_and_relative_errors_do_not_depend_on_the_unit(actual, point, factor) -> None:
    scale = np.array([1.0, 2.0, 3.0])
    assert metrics.mase(factor * actual, factor * point, scale=factor * scale) == pytest.approx(
        metrics.mase(actual, point, scale=scale), nan_ok=True
    )
    assert metrics.wape(factor * actual, factor * point) == pytest.approx(metrics.wape(actual, point), nan_ok=True)
    assert metrics.bias(factor * actual, factor * point) == pytest.approx(metrics.bias(actual, point), nan_ok=True)


@given(grids, grids)
def test_errors_are_never_infinite_and_bias_is_at_most_wape(actual, point) -> None:
    scale = np.array([0.0, NAN, 2.0])
    for error in (metrics.mase(actual, point, scale=scale), metrics.wape(actual, point), metrics.smape(actual, point)):
        assert not math.isinf(error)
    if actual.sum() > 0:
        assert abs(metrics.bias(actual, point)) <= metrics.wape(actual, point) + 1e-9


def test_nothing_known_says_nothing() -> None:
    unknown = np.full((2, 3), NAN)
    assert math.isnan(metrics.mase(unknown, np.ones((2, 3)), scale=np.ones(2)))
    assert math.isnan(metrics.wape(unknown, np.ones((2, 3))))
    assert math.isnan(metrics.coverage(unknown, np.zeros((2, 3)), np.ones((2, 3))))


@given(st.sampled_from(LEVELS), st.integers(0, 200))
def test_quantile_loss_is_lowest_at_the_true_quantile(level, candidate) -> None:
    sold = np.arange(1, 200)[None]

    def loss(value: float) -> float:
        quantiles = np.full((1, 199, 1), value)
        return float(metrics.quantile_loss(sold, quantiles, levels=(level,)).mean())

    assert loss(float(np.quantile(sold, level, method="inverted_cdf"))) <= loss(candidate) + 1e-9


def test_at_the_median_the_quantile_losses_are_mase_and_wape() -> None:
    scale = np.array([1.0, 2.0, 0.0, 4.0])
    median = MEDIAN[:, :, None]
    assert metrics.scaled_quantile_loss(ACTUAL, median, levels=(0.5,), scale=scale) == pytest.approx(
        metrics.mase(ACTUAL, MEDIAN, scale=scale)
    )
    assert metrics.weighted_quantile_loss(ACTUAL, median, levels=(0.5,)) == pytest.approx(metrics.wape(ACTUAL, MEDIAN))


def test_an_exact_normal_forecast_covers_what_it_says_at_the_width_it_has() -> None:
    normal = NormalDist(100, 10)
    actual = np.random.default_rng(2).normal(100, 10, (400, 100))
    for share in metrics.INTERVALS:
        lower, upper = (np.full(actual.shape, normal.inv_cdf(level)) for level in ((1 - share) / 2, (1 + share) / 2))
        assert metrics.coverage(actual, lower, upper) == pytest.approx(share, abs=0.006)
    quantiles = np.broadcast_to([normal.inv_cdf(level) for level in LEVELS], (400, 100, len(LEVELS)))
    assert metrics.interval_width(actual, quantiles[..., 2], quantiles[..., -3]) == pytest.approx(0.256, abs=0.001)
