"""Pictures of explanations: components stacked through the cutoff, and what a model looked at."""

from typing import TYPE_CHECKING, Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.charts import COLOURS, INK, styled, unit_of
from foresale.core.labels import item_label
from foresale.explanations.phrases import Phrases

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from foresale.explanations.explanation import Explanation

_NAMED: Final = 5
"""Festivals and covariates that get a colour of their own."""
_BASE: Final = "rgba(127, 135, 144, 0.28)"
_QUIET: Final = "rgba(127, 135, 144, 0.4)"
_TITLES: Final = {
    "en": {"title": "What {item} is made of", "sales": "Sales", "forecast": "Forecast", "cutoff": "cutoff",
           "others": "others", "base": "level and trend"},
    "zh": {"title": "{item} 的构成", "sales": "销量", "forecast": "预测", "cutoff": "截止", "others": "其他",
           "base": "水平与趋势"},
}  # fmt: skip


def components_chart(explanation: "Explanation", item: int, *, language: str = "en") -> "Figure":
    """One item: level and trend as ground, what adds to it or takes from it stacked, sales and forecast as lines."""
    import plotly.graph_objects as go

    words, titles = Phrases.of(language), _TITLES[language]
    forecast = explanation.forecast
    stamps = np.concatenate([explanation.past_timestamps[item], forecast.timestamps[item]])
    values = np.concatenate([explanation.past[item], explanation.ahead[item]])
    kinds = np.array([part.kind for part in explanation.components])
    ground = values[:, (kinds == "level") | (kinds == "trend")].sum(axis=1)
    figure = go.Figure()
    figure.add_scatter(x=stamps, y=ground, name=titles["base"], mode="lines", line={"width": 0}, fill="tozeroy",
                       fillcolor=_BASE)  # fmt: skip
    for number, (name, stack) in enumerate(_stacks(explanation, values, words, others=titles["others"])):
        colour = _QUIET if name == titles["others"] else COLOURS[number % len(COLOURS)]
        figure.add_bar(x=stamps, y=stack, base=None, name=name, marker={"color": colour, "line": {"width": 0}})
    _lift(figure, ground)
    past = explanation.sales.shape[1]
    figure.add_scatter(x=stamps[:past], y=explanation.sales[item], name=titles["sales"], mode="lines",
                       line={"color": INK, "width": 1.6})  # fmt: skip
    figure.add_scatter(x=stamps[past:], y=explanation.values[item], name=titles["forecast"], mode="lines",
                       line={"color": INK, "width": 2.4, "dash": "dot"})  # fmt: skip
    if past:
        at = str(stamps[past].astype("datetime64[ms]"))
        figure.add_shape(type="line", x0=at, x1=at, y0=0, y1=1, yref="y domain", line={"color": INK, "width": 1})
        figure.add_annotation(x=at, y=1, yref="y domain", text=titles["cutoff"], textangle=-90, showarrow=False,
                              xanchor="right", yanchor="top", font={"size": 11})  # fmt: skip
    title = titles["title"].format(item=item_label(forecast.items, item))
    styled(figure, title=title, y=unit_of(forecast.frequency))
    return figure.update_layout(barmode="overlay", bargap=0.1, hovermode="x unified", height=460)


def _stacks(explanation: "Explanation", values: Numbers, words: Phrases, *, others: str) -> list[tuple[str, Numbers]]:
    """Seasons, the most moving festivals and covariates, the rest of them together, and the remainder."""
    chosen = [(place, part) for place, part in enumerate(explanation.components)
              if part.kind in {"event", "covariate"} and np.nansum(np.abs(values[:, place])) > 0]  # fmt: skip
    chosen.sort(key=lambda pair: -float(np.nansum(np.abs(values[:, pair[0]]))))
    stacks = [(words.name(part.name), values[:, place])
              for place, part in enumerate(explanation.components) if part.kind == "season"]  # fmt: skip
    room = max(_NAMED - len(stacks), 1)
    stacks += [(words.name(part.name), values[:, place]) for place, part in chosen[:room]]
    rest = [values[:, place] for place, _ in chosen[room:]]
    rest.append(values[:, -1])
    stacks.append((others, np.sum(rest, axis=0)))
    return stacks


def _lift(figure: "Figure", ground: Numbers) -> None:
    """Set the bars on the ground: what adds is stacked above it, what takes away below it."""
    above, below = ground.copy(), ground.copy()
    for trace in figure.data:
        if trace.type == "bar":
            heights = np.nan_to_num(np.asarray(trace.y, float))
            base = np.where(heights >= 0, above, below)
            trace.update(base=base)
            above, below = above + np.maximum(heights, 0), below + np.minimum(heights, 0)
