"""Pictures of an evaluation: errors by step, errors by kind of item, and what the intervals are worth."""

from typing import TYPE_CHECKING, Final

import polars as pl

from foresale.core.charts import INK, bar_chart, line_chart, styled

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from foresale.evaluation.evaluation import Evaluation

METRICS: Final = {"mase": "MASE", "wape": "WAPE", "rmsse": "RMSSE", "sql": "scaled quantile loss"}
KINDS: Final = {"pattern": "demand pattern", "abc": "ABC class", "history": "length of history"}


def step_chart(evaluation: "Evaluation", *, metric: str = "mase") -> "Figure":
    """The error at each step of the horizon, one line per model."""
    frame = evaluation.to_frame("step")
    steps = frame["step"].unique().sort()
    series = {model: _aligned(frame, model, "step", steps, metric) for model in evaluation.models}
    name = METRICS[metric]
    figure = line_chart(steps.to_list(), series, title=f"{name} by step ahead", x_title="periods after the cutoff",
                        y_title=name)  # fmt: skip
    return figure.update_yaxes(rangemode="tozero")


def segment_chart(evaluation: "Evaluation", kind: str = "pattern", *, metric: str = "mase") -> "Figure":
    """The error of each group of items of one kind (a column of `Evaluation.segments`), one bar per model."""
    frame = evaluation.to_frame("segment").filter(pl.col("segment") == kind)
    counts = frame.filter(pl.col("model") == evaluation.baseline)
    groups = counts["group"]
    series = {model: _aligned(frame, model, "group", groups, metric) for model in evaluation.models}
    labels = [f"{group} ({items:,})" for group, items in counts.select("group", "items").iter_rows()]
    name = METRICS[metric]
    return bar_chart(labels, series, title=f"{name} by {KINDS.get(kind, kind)} (items)", x_title=name, horizontal=True)


def calibration_chart(evaluation: "Evaluation") -> "Figure":
    """Real against nominal coverage of the central intervals; on the diagonal they are what they say."""
    frame = evaluation.calibration()
    nominal = frame["nominal"].unique().sort()
    series = {model: [100 * share for share in _aligned(frame, model, "nominal", nominal, "real")]
              for model in evaluation.models}  # fmt: skip
    percent = [100 * level for level in nominal]
    figure = line_chart(percent, series, title="Coverage of the intervals", x_title="nominal coverage, %",
                        y_title="real coverage, %")  # fmt: skip
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", name="exact", line={"color": INK, "width": 1, "dash": "dot"}
    )
    figure.update_xaxes(range=[0, 102])
    return figure.update_yaxes(range=[0, 102]).update_layout(showlegend=True)


def overview(evaluation: "Evaluation") -> "Figure":
    """The three pictures in one figure, with one legend."""
    from plotly.subplots import make_subplots

    parts = (step_chart(evaluation), calibration_chart(evaluation), segment_chart(evaluation))
    titles = [part.layout.title.text for part in parts]
    shape = [[{}, {}], [{"colspan": 2}, None]]
    figure = make_subplots(rows=2, cols=2, specs=shape, subplot_titles=titles, vertical_spacing=0.2)
    for part, (row, column) in zip(parts, ((1, 1), (1, 2), (2, 1)), strict=True):
        for trace in part.data:
            first = (row, column) == (1, 1) or trace.name == "exact"
            figure.add_trace(trace.update(legendgroup=trace.name, showlegend=first), row=row, col=column)
    styled(figure, title=f"Backtest: {len(evaluation.windows)} windows of {evaluation.horizon} periods")
    for part, (row, column) in zip(parts, ((1, 1), (1, 2), (2, 1)), strict=True):
        figure.update_xaxes(title_text=part.layout.xaxis.title.text, row=row, col=column)
        figure.update_yaxes(title_text=part.layout.yaxis.title.text, rangemode="tozero", row=row, col=column)
    figure.update_yaxes(autorange="reversed", type="category", row=2, col=1)
    return figure.update_layout(height=760, barmode="group", margin={"t": 90})


def _aligned(frame: pl.DataFrame, model: str, key: str, order: pl.Series, value: str) -> list[float]:
    found = dict(frame.filter(pl.col("model") == model).select(key, value).iter_rows())
    return [float("nan") if (one := found.get(label)) is None else float(one) for label in order]
