import numpy as np
import polars as pl
import pytest

from foresale.cleaning.clean import CleanOptions
from foresale.cleaning.report import HIGH
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.workflows.clean import clean

START = 19_723  # 1 January 2024
DOUBLE_11 = 315


def panel_with(*peaks):
    sales = np.random.default_rng(0).poisson(30, 366).astype(np.float32)
    sales[list(peaks)] = 900
    return Panel(
        frequency=Frequency.parse("D"),
        items=pl.DataFrame({"item_id": ["tea"]}),
        starts=np.array([START]),
        offsets=np.array([0, 366]),
        history=np.array([366]),
        sales=sales,
    )


def test_a_peak_at_double_11_is_no_outlier_and_the_same_peak_in_september_is():
    cleaned, report = clean(panel_with(DOUBLE_11, 260), options=CleanOptions(outliers="winsorise"))
    assert report.rows((HIGH,)).tolist() == [260]
    assert cleaned.sales[DOUBLE_11] == 900


def test_a_public_holiday_counts_where_its_country_is_named():
    bastille_day = 195
    assert clean(panel_with(bastille_day))[1].rows((HIGH,)).tolist() == [bastille_day]
    assert clean(panel_with(bastille_day), countries=["FR"])[1].rows((HIGH,)).tolist() == []


def test_an_unknown_country_is_refused():
    with pytest.raises(ConfigError):
        clean(panel_with(), countries=["XX"])
