"""Pictures carry the traces, units and marks that a reader needs."""

import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.plotting import charts
from foresale.plotting.plot import plot

HISTORY = 60
HORIZON = 7


@pytest.fixture
def panel() -> Panel:
    sales = np.tile(np.arange(HISTORY, dtype=np.float32), 2)
    sales[3] = np.nan
    items = pl.DataFrame({"item_id": ["tea", "cups & <b>"]})
    history = np.array([HISTORY, HISTORY])
    offsets = np.array([0, HISTORY, 2 * HISTORY])
    return Panel(Frequency("day"), items, np.array([19723, 19723]), offsets, history, sales)


@pytest.fixture
def forecast(panel: Panel) -> Forecast:
    quantiles = np.broadcast_to(np.arange(21.0) + 40, (2, HORIZON, 21))
    return Forecast.of(panel.back(HORIZON), quantiles, model="test")


def traces(figure) -> dict[str, object]:
    return {trace.name: trace for trace in figure.data}


def test_fan_has_history_bands_median_and_actual(panel: Panel, forecast: Forecast) -> None:
    found = traces(charts.fan_chart(forecast, item="tea", history=panel, actual=panel))
    assert {"Sales", "98 % of outcomes", "80 % of outcomes", "50 % of outcomes", "Median forecast"} <= set(found)
    assert found["Actual sales"].y.tolist() == [53, 54, 55, 56, 57, 58, 59]
    assert found["Median forecast"].y.tolist() == [50] * HORIZON
    assert found["80 % from"].y[0] == 42
    assert found["80 % of outcomes"].y[0] == 58
    assert str(found["Median forecast"].x[0])[:10] == "2024-02-23"


def test_history_ends_at_the_cutoff_even_if_the_panel_goes_on(panel: Panel, forecast: Forecast) -> None:
    sales = traces(charts.fan_chart(forecast, history=panel))["Sales"]
    assert sales.y[-1] == HISTORY - HORIZON - 1
    assert len(sales.y) == 2 * HORIZON


def test_without_history_and_actual_only_the_forecast_is_drawn(forecast: Forecast) -> None:
    found = traces(charts.fan_chart(forecast))
    assert "Sales" not in found
    assert "Actual sales" not in found


def test_axis_names_the_unit_and_marks_stand_at_cutoff_and_events(panel: Panel, forecast: Forecast) -> None:
    figure = charts.fan_chart(forecast, history=panel, events=[("2024-02-25", "Lantern festival")])
    assert figure.layout.yaxis.title.text == "units per day"
    assert [note.text for note in figure.layout.annotations] == ["cutoff", "Lantern festival"]
    assert [str(line.x0)[:10] for line in figure.layout.shapes] == ["2024-02-22", "2024-02-25"]


def test_an_unknown_item_is_refused_with_some_that_there_are(forecast: Forecast) -> None:
    for wrong in ("coffee", 7):
        with pytest.raises(ConfigError, match="tea"):
            charts.fan_chart(forecast, item=wrong)


def contrast(color: str, paper: str) -> float:
    """Contrast of two colours as WCAG 2 defines it."""

    def luminance(code: str) -> float:
        parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(color), luminance(paper)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("color", [*charts.COLOURS, charts.INK])
@pytest.mark.parametrize("paper", ["#ffffff", "#12161b"])
def test_colours_stand_out_on_light_and_dark_paper(color: str, paper: str) -> None:
    assert contrast(color, paper) >= 3


def test_lines_and_bars_differ_by_more_than_colour_and_keep_their_order() -> None:
    lines = charts.line_chart([1, 2], {"a": [1, 2], "b": [2, 1]}, title="Lines")
    assert len({(trace.line.dash, trace.marker.symbol) for trace in lines.data}) == 2
    bars = charts.bar_chart(["long label", "other"], {"a": [1, 2]}, title="Bars", horizontal=True)
    assert bars.data[0].y == ["long label", "other"]
    assert bars.layout.yaxis.autorange == "reversed"
    assert bars.layout.showlegend is False


def test_heatmap_around_a_middle_has_two_hues() -> None:
    values = np.array([[1.0, 2.0]])
    plain = charts.heatmap(values, rows=["r"], columns=["a", "b"], title="Plain")
    around = charts.heatmap(values, rows=["r"], columns=["a", "b"], title="Around", middle=1.0)
    assert plain.data[0].zmid is None
    assert around.data[0].zmid == 1
    assert len(around.data[0].colorscale) == 3


def test_a_forecast_draws_itself(forecast: Forecast, panel: Panel) -> None:
    assert plot(forecast, "tea", history=panel).layout.title.text == "tea"


def test_plotly_waits_until_something_is_drawn() -> None:
    code = "import sys, foresale.plotting.charts, foresale.evaluation.backtest; sys.exit('plotly' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_button_sends_sales_to_a_server(forecast: Forecast) -> None:
    assert "sendChartToCloud" in charts.fan_chart(forecast).layout.modebar.remove


def test_bands_of_a_single_step_have_a_width_that_can_be_seen(panel: Panel) -> None:
    forecast = Forecast.of(panel, np.broadcast_to(np.arange(21.0), (2, 1, 21)), model="test")
    band = traces(charts.fan_chart(forecast))["80 % of outcomes"]
    assert [str(stamp)[:13] for stamp in band.x] == ["2024-02-29T18", "2024-03-01T06"]
    assert band.y.tolist() == [18, 18]
