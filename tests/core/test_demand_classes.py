"""How demand comes, counted from the first sale on."""

import numpy as np
import polars as pl
import pytest

from foresale.core.demand_classes import CLASSES, classes_of, demand_classes, first_sales, intermittent, sizes
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.data.synthetic import shop
from foresale.evaluation.segments import segments
from foresale.forecasting.ensemble.segments import NAMES, segments as ensemble_segments
from foresale.forecasting.segments import kinds
from foresale.inspection.inspect import inspect


def test_demand_at_its_borders():
    interval = np.array([1.31, 1.32, 1.31, 1.32])
    variation = np.array([0.48, 0.48, 0.49, 0.49])
    assert classes_of(interval, variation).tolist() == ["smooth", "intermittent", "erratic", "lumpy"]


def test_interval_and_variation_by_hand():
    sales = np.array([[0, 2, 0, 4, np.nan, 0, 6, 0], [0, 0, 0, 0, 0, 0, 0, 0]], np.float32)
    interval, variation = sizes(sales)
    assert interval[0] == pytest.approx(6 / 3)
    assert variation[0] == pytest.approx((8 / 3) / 16)
    assert np.isnan(interval[1])
    assert np.isnan(variation[1])


def launched_half_way() -> Panel:
    """An item that sells every day since the middle of a year, and one that sells every third day of all of it."""
    late = np.where(np.arange(364) < 182, 0, 5 + np.arange(364) % 3)
    rare = np.where(np.arange(364) % 3 == 0, 4, 0)
    return Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": ["late", "rare"]}),
        starts=np.array([20_000, 20_000]),
        offsets=np.array([0, 364, 728]),
        history=np.array([364, 364]),
        sales=np.concatenate([late, rare]).astype(np.float32),
    )


def test_an_item_launched_half_way_is_of_one_class_wherever_one_asks() -> None:
    panel = launched_half_way()
    wanted = ["smooth", "intermittent"]
    assert demand_classes(panel).tolist() == wanted
    assert [CLASSES[number] for number in kinds(panel)["pattern"]] == wanted
    assert segments(panel)["pattern"].to_list() == wanted
    assert [NAMES[number] for number in ensemble_segments(panel)] == ["steady", "intermittent"]
    assert inspect(panel).figures["demand"].to_list() == wanted
    assert intermittent(panel.sales.reshape(2, 364)).tolist() == [False, True]


def test_panels_and_matrices_are_judged_alike() -> None:
    panel = shop(items=40, periods=200, seed=3)
    whole = panel.select(np.flatnonzero(panel.history == panel.history.max()))
    interval, variation = sizes(whole.newest(np.arange(len(whole)), width=int(whole.history.max())))
    assert demand_classes(whole).tolist() == classes_of(interval, variation).tolist()


def test_first_sales_are_counted_from_the_first_row_and_nothing_after_the_cutoff_counts() -> None:
    panel = launched_half_way()
    assert first_sales(panel).tolist() == [182, 0]
    assert first_sales(panel.back(200)).tolist() == [164, 0]
    assert demand_classes(panel.back(200)).tolist() == ["no sales", "intermittent"]
