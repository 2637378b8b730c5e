"""Pictures of explanations: components stacked through the cutoff, and what a model looked at."""

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.columns import ITEM
from foresale.core.labels import item_index, item_label
from foresale.narrate.phrases import Language, Phrases
from foresale.plotting.charts import COLOURS, INK, add_marker, heatmap, history_shown, line_chart, styled, unit_of
from foresale.plotting.figure import Figure

if TYPE_CHECKING:
    from foresale.explanations.attribution import Attribution
    from foresale.explanations.change import Change
    from foresale.explanations.explanation import Explanation
    from foresale.explanations.lookalikes import Lookalikes

_NAMED: Final = 5
"""Festivals and covariates that get a colour of their own."""
_ROWS: Final = 14
"""What a heat map shows of the sources, the most moving first, and of the periods, the newest."""
_PERIODS: Final = 56  # columns of a heat map that can be told apart
_WINDOWS: Final = 5
"""Similar windows that can be told apart in one picture."""
_BASE: Final = "rgba(127, 135, 144, 0.28)"
_QUIET: Final = "rgba(127, 135, 144, 0.4)"
_TITLES: Final = {
    "en": {
        "title": "What {item} is made of",
        "sales": "Sales",
        "forecast": "Forecast",
        "cutoff": "cutoff",
        "others": "others",
        "base": "level and trend",
    },
    "zh": {
        "title": "{item} 的构成",
        "sales": "销量",
        "forecast": "预测",
        "cutoff": "截止",
        "others": "其他",
        "base": "水平与趋势",
    },
}


def components_chart(explanation: "Explanation", item: object = None, *, language: Language = "en") -> Figure:
    """One item: level and trend as ground, what adds to it or takes from it stacked, sales and forecast as lines.

    Raises:
        ConfigError: no such item, or an unknown language.
    """
    words, titles = Phrases.of(language), _TITLES[language]
    forecast = explanation.forecast
    row = item_index(forecast.items, item)
    past = min(explanation.sales.shape[1], history_shown(forecast))
    begin = explanation.sales.shape[1] - past
    stamps = np.concatenate([explanation.past_timestamps[row, begin:], forecast.timestamps[row]])
    values = np.concatenate([explanation.past[row, begin:], explanation.ahead[row]])
    kinds = np.array([part.kind for part in explanation.components])
    ground = values[:, (kinds == "level") | (kinds == "trend")].sum(axis=1)
    figure = Figure()
    figure.add_scatter(
        x=stamps, y=ground, name=titles["base"], mode="lines", line={"width": 0}, fill="tozeroy", fillcolor=_BASE
    )
    for number, (name, stack) in enumerate(_stacks(explanation, values, words, others=titles["others"])):
        colour = _QUIET if name == titles["others"] else COLOURS[number % len(COLOURS)]
        figure.add_bar(x=stamps, y=stack, name=name, marker={"color": colour, "line": {"width": 0}})
    _lift(figure, ground)
    figure.add_scatter(
        x=stamps[:past],
        y=explanation.sales[row, begin:],
        name=titles["sales"],
        mode="lines",
        line={"color": INK, "width": 1.6},
    )
    figure.add_scatter(
        x=stamps[past:],
        y=explanation.values[row],
        name=titles["forecast"],
        mode="lines",
        line={"color": INK, "width": 2.4, "dash": "dot"},
    )
    if past:
        add_marker(figure, stamps[past], titles["cutoff"])
    title = titles["title"].format(item=item_label(forecast.items, row))
    styled(figure, title=title, y=unit_of(forecast.frequency))
    return figure.update_layout(barmode="overlay", bargap=0.1, hovermode="x unified", height=460)


def _stacks(explanation: "Explanation", values: Numbers, words: Phrases, *, others: str) -> list[tuple[str, Numbers]]:
    """Seasons, the most moving festivals and covariates, the rest of them together, and the remainder."""
    chosen = [
        (place, part)
        for place, part in enumerate(explanation.components)
        if part.kind in {"event", "covariate"} and np.nansum(np.abs(values[:, place])) > 0
    ]
    chosen.sort(key=lambda pair: -float(np.nansum(np.abs(values[:, pair[0]]))))
    stacks = [
        (words.name(part.name), values[:, place])
        for place, part in enumerate(explanation.components)
        if part.kind == "season"
    ]
    room = max(_NAMED - len(stacks), 1)
    stacks += [(words.name(part.name), values[:, place]) for place, part in chosen[:room]]
    rest = [values[:, place] for place, _ in chosen[room:]]
    rest.append(values[:, -1])
    stacks.append((others, np.sum(rest, axis=0)))
    return stacks


def _lift(figure: Figure, ground: Numbers) -> None:
    """Set the bars on the ground: what adds is stacked above it, what takes away below it."""
    above, below = ground.copy(), ground.copy()
    for trace in figure.data:
        if trace.type == "bar":
            heights = np.nan_to_num(np.asarray(trace.y, float))
            base = np.where(heights >= 0, above, below)
            trace.merge({"base": base})
            above, below = above + np.maximum(heights, 0), below + np.minimum(heights, 0)


def attribution_chart(attribution: "Attribution", item: object = None) -> Figure:
    """A heat map of what one model made of an item: orange takes away, blue adds.

    Raises:
        ConfigError: no such item.
    """
    row = item_index(attribution.items, item)
    values = attribution.values[row]
    kept = np.argsort(-np.abs(values).sum(axis=1), kind="stable")[:_ROWS]
    kept = kept[np.abs(values[kept]).sum(axis=1) > 0]
    active = np.flatnonzero(np.abs(values).sum(axis=0) > 0)
    first = max(int(active[0]) if active.size else 0, values.shape[1] - _PERIODS)
    stamps = attribution.timestamps[row, first:].astype("datetime64[m]").astype(str)
    columns = [stamp.replace("T00:00", "") for stamp in stamps.tolist()]
    title = f"What {attribution.model} made of it: {attribution.items[ITEM][row]}"
    return heatmap(
        values[kept][:, first:],
        rows=[attribution.sources[source] for source in kept],
        columns=columns,
        title=title,
        unit="units",
        middle=0,
    )


def lookalikes_chart(lookalikes: "Lookalikes", item: object = None) -> Figure:
    """The recent sales and the forecast of one item among the windows that resemble them, brought to its size.

    Raises:
        ConfigError: no such item.
    """
    ids = lookalikes.forecast.items[ITEM]
    row = item_index(lookalikes.forecast.items, item)
    series = {"sales and forecast": lookalikes.wanted[row]}
    similar = lookalikes.frame.with_row_index("window").filter(pl.col(ITEM) == ids[row]).head(_WINDOWS)
    for window, like, start, ratio in similar.select("window", "like", "start", "ratio").iter_rows():
        series[f"{like}, {str(start)[:10]}"] = lookalikes.windows[window] * ratio
    steps = np.arange(lookalikes.wanted.shape[1]) - (lookalikes.wanted.shape[1] - lookalikes.forecast.horizon)
    return line_chart(
        steps, series, title=f"What {ids[row]} resembles", x_title="periods after the cutoff", y_title="units"
    )


def change_chart(change: "Change", item: object = None) -> Figure:
    """Both forecasts of one item as lines, what each cause moved as bars.

    Raises:
        ConfigError: no such item.
    """
    row = item_index(change.items, item)
    series = {"older forecast": change.old[row], "newer forecast": change.new[row]}
    title = f"What changed for {item_label(change.items, row)}"
    figure = line_chart(change.timestamps[row], series, title=title, y_title="units")
    for cause, values in change.shares.items():
        if np.abs(values[row]).max(initial=0) > 0:
            figure.add_bar(x=change.timestamps[row], y=values[row], name=cause, opacity=0.6)
    return figure.update_layout(barmode="relative", showlegend=True)
