"""Pictures of an evaluation: the ranking, errors by step and kind of item, and what the intervals are worth."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from foresale.plotting.charts import COLOURS, INK, bar_chart, heatmap, line_chart, styled
from foresale.plotting.figure import Figure

if TYPE_CHECKING:
    from foresale.evaluation.evaluation import Evaluation

METRICS: Final = {
    "mase": "MASE",
    "wape": "WAPE",
    "rmsse": "RMSSE",
    "smape": "sMAPE",
    "sql": "scaled quantile loss",
    "wql": "weighted quantile loss",
}
KINDS: Final = {"pattern": "demand pattern", "abc": "ABC class", "history": "length of history"}


MOST_LINES: Final = 6
"""Lines that can be told apart in one picture."""
_BETWEEN: Final = 0.12
"""Of the height of the overview, for the axis of one picture and the title of the next."""
_LOOKS: Final = {
    "best": ("the best", COLOURS[0], "circle"),
    "tie": ("a tie with the best", COLOURS[2], "diamond"),
    "worse": ("behind, and not by chance", COLOURS[1], "x"),
    "unknown": ("too little judged to tell", INK, "circle-open"),
}


def ranking_chart(evaluation: "Evaluation", *, metric: str | None = None) -> Figure:
    """Every model's error with its 95 % interval, the best first; ties with the best look different from the rest."""
    chosen = evaluation.ranked_by(metric)
    board = evaluation.leaderboard(chosen, whole=True)
    figure = Figure()
    for verdict, (words, colour, mark) in _LOOKS.items():
        own = board.filter(pl.col("versus_best") == verdict)
        if own.height:
            value, low, high = (own[name].to_numpy() for name in (chosen, f"{chosen}_low", f"{chosen}_high"))
            bars = {"type": "data", "symmetric": False, "array": high - value, "arrayminus": value - low, "width": 5}
            figure.add_scatter(
                x=value,
                y=own["model"].to_list(),
                mode="markers",
                name=words,
                error_x=bars,
                marker={"color": colour, "symbol": mark, "size": 10},
            )
    base = board.filter(pl.col("model") == evaluation.baseline)[chosen][0]
    if base is not None:
        figure.add_vline(x=base, line={"color": INK, "width": 1, "dash": "dot"})
    name = METRICS[chosen]
    return _ranked(figure, board["model"].to_list(), title=f"{_sentence(name)}, 95 % intervals", x=name)


def value_chart(evaluation: "Evaluation", *, metric: str | None = None) -> Figure:
    """Forecast value added (Gilliland 2010): the WAPE of the baseline minus each model's, with 95 % intervals."""
    board = evaluation.leaderboard(metric, whole=True).filter(pl.col("model") != evaluation.baseline)
    added, low, high = (100 * board[name].cast(pl.Float64).to_numpy() for name in ("fva", "fva_low", "fva_high"))
    bars = {
        "type": "data",
        "symmetric": False,
        "array": high - added,
        "arrayminus": added - low,
        "width": 5,
        "color": INK,
    }
    colours = [COLOURS[0] if value > 0 else COLOURS[1] for value in added]
    figure = Figure()
    figure.add_bar(x=added, y=board["model"].to_list(), orientation="h", error_x=bars, marker={"color": colours})
    title = f"Value added over {evaluation.baseline}"
    return _ranked(figure, board["model"].to_list(), title=title, x="points of WAPE").update_layout(showlegend=False)


def winners_map(evaluation: "Evaluation", *, metric: str | None = None) -> Figure:
    """Each model's error in each group of items against the baseline's; the best of a group is marked."""
    chosen = evaluation.ranked_by(metric)
    found = evaluation.winners(chosen)
    models = evaluation.leaderboard(chosen, whole=True)["model"].to_list()
    errors = {
        (row["segment"], row["group"], row["model"]): row[chosen]
        for row in evaluation.to_frame("segment").iter_rows(named=True)
    }
    values = np.full((found.height, len(models)), np.nan)
    marks = np.full(values.shape, "", dtype=object)
    for at, row in enumerate(found.iter_rows(named=True)):
        own = np.array([errors.get((row["segment"], row["group"], model)) for model in models], float)
        base = own[models.index(evaluation.baseline)]
        values[at] = 100 * (1 - own / base) if base > 0 else np.nan
        marks[at, models.index(row["winner"])] = {"sure": "●", "tie": "○"}.get(row["verdict"], "?")
    rows = [
        f"{kind}: {group} ({items:,})" for kind, group, items in found.select("segment", "group", "items").iter_rows()
    ]
    title = f"Error below {evaluation.baseline}'s, % of it"
    figure = heatmap(values, rows=rows, columns=models, title=title, middle=0)
    bound = min(float(np.nanmax(np.abs(values), initial=1)), 100)
    figure.update_traces(text=marks, texttemplate="%{text}", textfont={"size": 16}, zmin=-bound, zmax=bound)
    return figure.update_traces(colorbar={"thickness": 8}).update_xaxes(dtick=1)


def cost_chart(evaluation: "Evaluation", *, metric: str | None = None) -> Figure:
    """Each model's error against the seconds it took, on a logarithmic axis: towards the lower left is better."""
    chosen = evaluation.ranked_by(metric)
    board = evaluation.leaderboard(chosen, whole=True)
    seconds = np.maximum(board["seconds"].to_numpy(), 1e-3)
    sides = ["bottom center" if at % 2 == 0 else "top center" for at in range(board.height)]
    figure = Figure()
    figure.add_scatter(
        x=seconds,
        y=board[chosen].to_numpy(),
        mode="markers+text",
        text=board["model"].to_list(),
        textposition=sides,
        cliponaxis=False,
        marker={"size": 10, "color": COLOURS[0]},
    )
    name = METRICS[chosen]
    styled(figure, title=f"Time and {name}", x="seconds, all windows", y=name)
    spread = np.log10(seconds)
    return figure.update_xaxes(type="log", dtick=1, range=[spread.min() - 0.6, spread.max() + 0.6])


def _ranked(figure: Figure, models: list[str], *, title: str, x: str) -> Figure:
    styled(figure, title=title, x=x).update_layout(height=max(240, 150 + 30 * len(models)), showlegend=True)
    order: dict[str, Any] = {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": models,
        "autorange": "reversed",
    }
    return figure.update_yaxes(**order).update_xaxes(showgrid=True)


def pictured(evaluation: "Evaluation", *, metric: str | None = None) -> tuple[str, ...]:
    """The models that a picture with a line each can show: the best ones and the baseline."""
    ranked = evaluation.leaderboard(metric, whole=True)["model"].to_list()
    shown = [name for name in ranked if name != evaluation.baseline][: MOST_LINES - 1]
    return tuple(name for name in evaluation.models if name in {*shown, evaluation.baseline})


def step_chart(evaluation: "Evaluation", *, metric: str = "mase") -> Figure:
    """The error at each step of the horizon, one line for each of the models that can be told apart (`pictured`)."""
    frame = evaluation.to_frame("step")
    steps = frame["step"].unique().sort()
    series = {model: _aligned(frame, model, "step", steps, metric) for model in pictured(evaluation)}
    name = METRICS[metric]
    title = f"{_sentence(name)} by step ahead"
    figure = line_chart(steps.to_list(), series, title=title, x_title="periods after the cutoff", y_title=name)
    return figure.update_yaxes(rangemode="tozero")


def segment_chart(evaluation: "Evaluation", kind: str = "pattern", *, metric: str = "mase") -> Figure:
    """The error of each group of items of one kind (a column of `Evaluation.segments`), one bar per model."""
    frame = evaluation.to_frame("segment").filter(pl.col("segment") == kind)
    counts = frame.filter(pl.col("model") == evaluation.baseline)
    groups = counts["group"]
    series = {model: _aligned(frame, model, "group", groups, metric) for model in pictured(evaluation)}
    labels = [f"{group} ({items:,})" for group, items in counts.select("group", "items").iter_rows()]
    name = METRICS[metric]
    return bar_chart(labels, series, title=f"{name} by {KINDS.get(kind, kind)} (items)", x_title=name, horizontal=True)


def calibration_chart(evaluation: "Evaluation") -> Figure:
    """Real against nominal coverage of the central intervals; on the diagonal they are what they say.

    It shows the models that can be told apart (`pictured`).
    """
    frame = evaluation.calibration()
    nominal = frame["nominal"].unique().sort()
    series = {
        model: [100 * share for share in _aligned(frame, model, "nominal", nominal, "real")]
        for model in pictured(evaluation)
    }
    percent = [100 * level for level in nominal]
    figure = line_chart(
        percent, series, title="Coverage of the intervals", x_title="nominal coverage, %", y_title="real coverage, %"
    )
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", name="exact", line={"color": INK, "width": 1, "dash": "dot"}
    )
    figure.update_xaxes(range=[0, 102])
    return figure.update_yaxes(range=[0, 102]).update_layout(showlegend=True)


def overview(evaluation: "Evaluation") -> Figure:
    """The three pictures in one figure, one above the other, with one legend."""
    parts = (step_chart(evaluation), calibration_chart(evaluation), segment_chart(evaluation))
    figure = Figure.of_rows([1 / len(parts)] * len(parts), spacing=_BETWEEN, shared=False)
    styled(figure, title=f"Backtest: {len(evaluation.windows)} windows of {evaluation.horizon} periods")
    for row, part in enumerate(parts, start=1):
        for trace in part.data:
            first = row == 1 or trace.name == "exact"
            figure.add_trace(**{**trace, "legendgroup": trace.name, "showlegend": first}, row=row)
        figure.update_xaxes(title={"text": part.layout.xaxis.title.text}, row=row)
        figure.update_yaxes(title={"text": part.layout.yaxis.title.text}, rangemode="tozero", row=row)
        axis = "" if row == 1 else row
        place = {"x": 0, "y": 1, "xref": f"x{axis} domain", "yref": f"y{axis} domain"}
        figure.add_annotation(text=part.layout.title.text, xanchor="left", yanchor="bottom", showarrow=False, **place)
    figure.update_yaxes(autorange="reversed", type="category", row=len(parts))
    return figure.update_layout(height=1000, barmode="group", margin={"t": 90})


def _aligned(frame: pl.DataFrame, model: str, key: str, order: pl.Series, value: str) -> list[float]:
    found = dict(frame.filter(pl.col("model") == model).select(key, value).iter_rows())
    return [float("nan") if (one := found.get(label)) is None else float(one) for label in order]


def _sentence(name: str) -> str:
    """A name with a capital first letter: MASE, Scaled quantile loss."""
    return name[0].upper() + name[1:]
