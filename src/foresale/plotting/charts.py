"""Pictures of forecasts and tables of numbers: one look, readable on light and dark paper and by the colour-blind."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Floating
from foresale.core.columns import ITEM
from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.core.histories import sales_between
from foresale.core.labels import item_index, item_label
from foresale.core.panel import Panel
from foresale.plotting.figure import Figure

COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#A6761D", "#727982")
"""Okabe and Ito's palette (2008), darkened where needed so that each has a contrast of 3 on white and on near-black."""
INK: Final = "#727982"
GRID: Final = "rgba(127, 135, 144, 0.22)"
BANDS: Final = ((0.01, 0.99, 0.12), (0.1, 0.9, 0.2), (0.25, 0.75, 0.3))
"""Lower level, upper level and opacity of the bands of a fan, the widest first."""
_DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MARKS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "x")
_HISTORY_HORIZONS: Final = 2
"""Horizons of history before a fan, so that a third of the picture is what is to be read."""
_MOST_HORIZONS: Final = 4
"""The same where two seasons need more."""

_BUTTONS_NOT_WANTED: Final = ("select2d", "lasso2d", "sendChartToCloud")
"""The last would upload the sales to a stranger's server."""

Heights = Floating | Sequence[float]
Event = tuple[np.datetime64 | str, str]


def unit_of(frequency: Frequency) -> str:
    """What an axis of sales counts.

    >>> unit_of(Frequency("day")), unit_of(Frequency("minute", 15)), unit_of(Frequency("month", 3))
    ('units per day', 'units per 15 minutes', 'units per quarter')
    """
    if frequency.unit == "month" and frequency.count in {3, 12}:
        return f"units per {'quarter' if frequency.count == 3 else 'year'}"
    if frequency.count == 1:
        return f"units per {frequency.unit}"
    return f"units per {frequency.count} {frequency.unit}s"


_AXIS: Final[dict[str, Any]] = {
    "gridcolor": GRID,
    "linecolor": GRID,
    "zerolinecolor": GRID,
    "automargin": True,
    "showline": False,
}
_TITLE: Final = {
    "x": 0,
    "xref": "container",
    "xanchor": "left",
    "yref": "container",
    "y": 0.97,
    "yanchor": "top",
    "font": {"size": 16},
}
_FONT: Final = {
    "family": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
    "size": 13,
    "color": INK,
}
_LEGEND: Final = {
    "orientation": "h",
    "x": 0,
    "xanchor": "left",
    "y": 0,
    "yref": "container",
    "yanchor": "bottom",
    "traceorder": "normal",
}


def styled(figure: Figure, *, title: str, x: str = "", y: str = "") -> Figure:
    """The figure in the one look: transparent, quiet grid, legend below, title and axis titles set."""
    figure.update_layout(
        title={"text": title, **_TITLE},
        colorway=COLOURS,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font=_FONT,
        hoverlabel={"bgcolor": "#1f2933", "bordercolor": "#1f2933", "font": {"color": "#f5f7fa"}},
        legend=_LEGEND,
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": GRID, "activecolor": INK, "remove": _BUTTONS_NOT_WANTED},
        margin={"l": 8, "r": 16, "t": 56, "b": 8},
        height=380,
    )
    figure.update_xaxes(**_AXIS, showgrid=False, title={"text": x, "standoff": 8})
    figure.update_yaxes(**_AXIS, title={"text": y, "standoff": 8})
    return figure


def fan_chart(
    forecast: Forecast,
    item: object = None,
    *,
    history: Panel | None = None,
    actual: Panel | None = None,
    events: Iterable[Event] = (),
) -> Figure:
    """The forecast of one item: median, 50, 80 and 98 % bands, what came before and, where known, what came after.

    Args:
        forecast: what to draw.
        item: an item id; the first item by default.
        history: a panel whose sales before the forecast are drawn: the last two horizons, or two seasons where these
            are at most four horizons.
        actual: a panel whose sales over the horizon are drawn beside the forecast.
        events: stamps and labels (holidays, promotions) marked on the time axis.

    Raises:
        ConfigError: the forecast has no such item.
    """
    position = item_index(forecast.items, item)
    stamps = forecast.timestamps[position]
    start = int(forecast.starts[position])
    name = forecast.items[ITEM][position]
    figure = Figure()
    if history is not None:
        _add_history(figure, forecast, history, position)
    _add_bands(figure, forecast, position)
    _add_line(figure, stamps, forecast.median[position], name="Median forecast", color=COLOURS[0], width=2.5)
    if actual is not None:
        after = sales_between(actual, item=name, first=start, last=start + forecast.horizon - 1)
        if np.isfinite(after).any():
            _add_line(figure, stamps, after, name="Actual sales", color=COLOURS[1], dash="dot", marker=True)
    add_marker(figure, forecast.frequency.timestamps(np.array([start - 1]))[0], "cutoff")
    for stamp, label in events:
        add_marker(figure, np.datetime64(stamp), label, dash="dot")
    figure = styled(figure, title=item_label(forecast.items, position), y=unit_of(forecast.frequency))
    return figure.update_yaxes(rangemode="tozero").update_layout(hovermode="x unified")


def _add_history(figure: Figure, forecast: Forecast, history: Panel, position: int) -> None:
    """The sales of an item before its forecast, from the first one that is known."""
    start, length = int(forecast.starts[position]), history_shown(forecast)
    past = sales_between(history, item=forecast.items[ITEM][position], first=start - length, last=start - 1)
    known = np.arange(start - length, start)[np.argmax(np.isfinite(past)) if np.isfinite(past).any() else length :]
    if known.size:
        _add_line(figure, forecast.frequency.timestamps(known), past[-known.size :], name="Sales", color=INK)


def history_shown(forecast: Forecast) -> int:
    """How many periods before a forecast are drawn beside it.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> history_shown(SeasonalNaive().forecast(shop(items=1, periods=60), horizon=28))
    56
    """
    seasons = min(2 * forecast.frequency.season, _MOST_HORIZONS * forecast.horizon)
    return max(_HISTORY_HORIZONS * forecast.horizon, seasons)


def line_chart(
    x: Sequence[Any] | npt.NDArray[Any],
    series: Mapping[str, Heights],
    *,
    title: str,
    x_title: str = "",
    y_title: str = "",
) -> Figure:
    """One line per named series over shared x values; lines differ in colour, dash and mark."""
    figure = Figure()
    few = len(x) <= 60
    for number, (name, values) in enumerate(series.items()):
        look = number % len(COLOURS)
        figure.add_scatter(
            x=x,
            y=np.asarray(values, float),
            name=name,
            mode="lines+markers" if few else "lines",
            line={"color": COLOURS[look], "dash": _DASHES[look], "width": 2},
            marker={"symbol": MARKS[look], "size": 6},
        )
    return styled(figure, title=title, x=x_title, y=y_title).update_layout(showlegend=len(series) > 1)


def bar_chart(
    labels: Sequence[str],
    series: Mapping[str, Heights],
    *,
    title: str,
    x_title: str = "",
    y_title: str = "",
    horizontal: bool = False,
) -> Figure:
    """Grouped bars, one colour per named series; `horizontal` suits long labels and keeps their order from above."""
    figure = Figure()
    for number, (name, values) in enumerate(series.items()):
        heights = np.asarray(values, float)
        bars = {"x": heights, "y": list(labels)} if horizontal else {"x": list(labels), "y": heights}
        color = COLOURS[number % len(COLOURS)]
        figure.add_bar(**bars, name=name, orientation="h" if horizontal else "v", marker={"color": color})
    styled(figure, title=title, x=x_title, y=y_title).update_layout(barmode="group", showlegend=len(series) > 1)
    if horizontal:
        figure.update_yaxes(autorange="reversed", type="category")
        figure.update_xaxes(showgrid=True)
        return figure.update_layout(height=max(220, 110 + 26 * len(labels) * len(series)))
    return figure.update_xaxes(type="category")


def interval_chart(
    names: Sequence[Any] | pl.Series,
    values: Floating,
    interval: tuple[Floating, Floating],
    *,
    name: str,
    title: str,
    x: str,
    beside: tuple[str, object] | None = None,
    usual: float = 0.0,
) -> Figure:
    """A dot with its interval on each row, in the order given, a dotted line where nothing happens.

    Args:
        names: of the rows.
        values: the dots.
        interval: lower and upper ends.
        name: of the dots in the legend.
        title: of the picture.
        x: what the axis counts.
        beside: name and values of crosses beside the dots.
        usual: where the dotted line stands.
    """
    ends = {"array": np.maximum(interval[1] - values, 0), "arrayminus": np.maximum(values - interval[0], 0)}
    figure = Figure()
    figure.add_scatter(
        x=values,
        y=names,
        mode="markers",
        name=name,
        marker={"size": 9, "color": COLOURS[0]},
        error_x={"type": "data", "color": COLOURS[0], **ends},
    )
    if beside is not None:
        figure.add_scatter(
            x=beside[1],
            y=names,
            mode="markers",
            name=beside[0],
            marker={"size": 9, "symbol": "x-thin", "line": {"width": 2, "color": INK}},
        )
    figure.add_vline(x=usual, line={"color": INK, "width": 1, "dash": "dot"})
    styled(figure, title=title, x=x)
    figure.update_yaxes(autorange="reversed", type="category").update_xaxes(showgrid=True)
    return figure.update_layout(height=max(260, 150 + 26 * len(names)), showlegend=True)


def heatmap(
    values: npt.NDArray[np.floating],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    title: str,
    unit: str = "",
    middle: float | None = None,
) -> Figure:
    """A table of numbers as colours: one hue from low to high, or orange below and blue above a `middle`."""
    one = [[0, "rgba(0,114,178,0.04)"], [1, "rgba(0,114,178,1)"]]
    two = [[0, "#D55E00"], [0.5, "rgba(127,135,144,0.12)"], [1, "#0072B2"]]
    figure = Figure()
    figure.add_heatmap(
        z=values,
        x=list(columns),
        y=list(rows),
        zmid=middle,
        colorscale=one if middle is None else two,
        colorbar={"title": {"text": unit}, "thickness": 12, "outlinewidth": 0},
        xgap=1,
        ygap=1,
        hoverongaps=False,
    )
    styled(figure, title=title).update_layout(height=max(240, 120 + 26 * len(rows)))
    return figure.update_yaxes(autorange="reversed", type="category", showgrid=False).update_xaxes(type="category")


def _add_bands(figure: Figure, forecast: Forecast, position: int) -> None:
    stamps = forecast.timestamps[position]
    if forecast.horizon == 1:
        before = forecast.frequency.timestamps(forecast.starts[position : position + 1] - 1)
        stamps = np.concatenate([stamps - (stamps - before) // 4, stamps + (stamps - before) // 4])
    for low, high, opacity in BANDS:
        if not (forecast.levels[0] <= low and high <= forecast.levels[-1]):
            continue
        lower, upper = (forecast.quantile(level)[position] for level in (low, high))
        if forecast.horizon == 1:
            lower, upper = np.repeat(lower, 2), np.repeat(upper, 2)
        share = f"{round(100 * (high - low))} %"
        add_band(figure, stamps, lower, upper, name=share, of="outcomes", opacity=opacity)


def _add_line(
    figure: Figure,
    x: npt.NDArray[Any],
    y: npt.NDArray[Any],
    *,
    name: str,
    color: str,
    width: float = 1.8,
    dash: str = "solid",
    marker: bool = False,
) -> None:
    line = {"color": color, "width": width, "dash": dash}
    mode = "lines+markers" if marker or len(x) == 1 else "lines"
    figure.add_scatter(x=x, y=y, name=name, mode=mode, line=line, marker={"size": 5, "color": color})


def add_band(
    figure: Figure, x: object, low: object, high: object, *, name: str, of: str, opacity: float = 0.2, **more: Any
) -> None:
    """A band from low to high, without a line of its own: `name` says how wide it is, `of` what it holds."""
    quiet: dict[str, Any] = {"mode": "lines", "line": {"width": 0}} | more
    figure.add_scatter(x=x, y=low, name=f"{name} from", showlegend=False, **quiet)
    fill = f"rgba(0,114,178,{opacity})"
    figure.add_scatter(x=x, y=high, name=f"{name} of {of}", fill="tonexty", fillcolor=fill, **quiet)


def add_marker(figure: Figure, stamp: Any, label: str, *, dash: str = "solid", **axes: str) -> None:
    """A line across the picture at a stamp, with a label beside it."""
    at = str(stamp.astype("datetime64[ms]"))
    place: dict[str, Any] = {"yref": "y domain"} | axes
    line = {"color": INK, "width": 1, "dash": dash}
    figure.add_shape(type="line", x0=at, x1=at, y0=0, y1=1, line=line, opacity=0.7, **place)
    figure.add_annotation(
        x=at,
        y=1,
        text=label,
        textangle=-90,
        showarrow=False,
        xanchor="right",
        yanchor="top",
        font={"size": 11},
        **place,
    )
