"""The page of a forecast: the total, every item's next horizon, and the best sellers with their bands."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from foresale.core.columns import ITEM
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.labels import item_label
from foresale.core.panel import Panel
from foresale.core.text import day
from foresale.pages.page import Facts, Notes, Part, Picture, Section, Spark, Table, page
from foresale.plotting.charts import COLOURS, INK, Event, fan_chart, history_shown, line_chart, unit_of

PICTURED = 12
_LISTED = 1000
_NAMED = 50


def forecast_page(
    forecast: Forecast,
    *,
    history: Panel,
    actual: Panel | None = None,
    events: Iterable[Event] = (),
    title: str = "Sales forecast",
) -> str:
    """A forecast as one HTML page.

    Args:
        forecast: what to show.
        history: the panel it was made from.
        actual: a panel that knows what was sold over the horizon, where it has passed.
        events: stamps and labels (holidays, promotions) to mark in every picture.
        title: the page's heading.
    """
    order = np.argsort(-forecast.mean.sum(axis=1), kind="stable")
    first, last = (day(stamp) for stamp in (forecast.timestamps.min(), forecast.timestamps.max()))
    lead = f"{first} to {last}, {history.frequency.name}, by {forecast.model or 'an unnamed model'}."
    sections = [
        Section("Overview", [_facts(forecast, history), _total(forecast, history, actual)]),
        Section("Items", _items(forecast, history, order)),
        Section("Best sellers", _pictures(forecast, history, actual, order[:PICTURED], list(events))),
    ]
    notes = [*forecast.notes, *forecast.fallback_notes(shown=_NAMED)]
    if notes:
        sections.append(Section("Notes", [Notes(notes)]))
    return page(title, sections, lead=lead)


def _facts(forecast: Forecast, history: Panel) -> Facts:
    before = _last(history, forecast.horizon)
    past, future = float(np.nansum(before)), float(forecast.mean.sum())
    change = f"{100 * (future / past - 1):+.1f} %" if past > 0 else None
    lasting = forecast.lasting
    return Facts(
        {
            "Items": forecast.items.height,
            f"Units in the last {lasting}": f"{past:,.0f}",
            f"Units in the next {lasting}": f"{future:,.0f}",
            "Change": change,
            "Items by a simpler model": len(forecast.fallbacks),
        }
    )


def _total(forecast: Forecast, history: Panel, actual: Panel | None) -> Picture:
    start, end = int(forecast.starts.min()), int(forecast.starts.max()) + forecast.horizon
    begin = start - history_shown(forecast)
    grid = np.arange(begin, end)
    series = {"Sales": _sum_of(history, begin, end)}
    steps = (forecast.starts[:, None] + np.arange(forecast.horizon) - begin).ravel()
    ahead = np.bincount(steps, weights=forecast.mean.ravel(), minlength=grid.size)
    series["Expected sales"] = np.where(np.bincount(steps, minlength=grid.size) > 0, ahead, np.nan)
    if actual is not None:
        after = _sum_of(actual, begin, end)
        after[: start - begin] = np.nan
        series["Actual sales"] = after
    figure = line_chart(
        forecast.frequency.timestamps(grid), series, title="All items together", y_title=unit_of(forecast.frequency)
    )
    looks = ((INK, "solid"), (COLOURS[0], "solid"), (COLOURS[1], "dot"))
    for trace, (color, dash) in zip(figure.data, looks, strict=False):
        trace.merge({"mode": "lines", "line": {"color": color, "dash": dash}})
    figure.update_yaxes(rangemode="tozero")
    caption = "The sum of the items' means. Bands of single items do not add up, so none is drawn here."
    return Picture(figure, "Sales of all items so far and their expected sum over the horizon", caption)


def _items(forecast: Forecast, history: Panel, order: Index) -> list[Part]:
    lasting, each = forecast.lasting, unit_of(forecast.frequency)
    columns = [
        "Item",
        "Recent sales",
        f"Units, last {lasting}",
        f"Units, next {lasting}",
        each.capitalize(),
        "at least, 8 of 10",
        "at most, 8 of 10",
        "Model",
    ]
    before = _last(history, forecast.horizon)
    places = dict(zip(history.items[ITEM], range(len(history)), strict=True))
    rows = []
    for item in order[:_LISTED].tolist():
        name = forecast.items[ITEM][item]
        place = places.get(name)
        recent = np.empty(0) if place is None else history.sales[history.rows(place)][-4 * forecast.horizon :]
        mean = forecast.mean[item]
        low, high = (float(forecast.quantile(level)[item].mean()) for level in (0.1, 0.9))
        rows.append(
            (
                item_label(forecast.items, item),
                Spark(recent),
                _whole(None if place is None else float(before[place])),
                _whole(float(mean.sum())),
                float(mean.mean()),
                low,
                high,
                "simpler" if str(name) in forecast.fallbacks else forecast.model,
            )
        )
    caption = f"Items by expected units; {each}, at least and at most in 8 of 10 cases, are means over the horizon"
    parts: list[Part] = [Table(columns, rows, caption, digits=1)]
    if order.size > _LISTED:
        parts.append(f"The {_LISTED:,} best sellers of {order.size:,} items are listed.")
    return parts


def _pictures(
    forecast: Forecast, history: Panel, actual: Panel | None, chosen: Index, events: list[Event]
) -> list[Part]:
    parts: list[Part] = []
    for item in chosen.tolist():
        name = forecast.items[ITEM][item]
        figure = fan_chart(forecast, item=name, history=history, actual=actual, events=events)
        total = float(forecast.mean[item].sum())
        parts.append(
            Picture(
                figure,
                f"Forecast of {item_label(forecast.items, item)}: {total:,.0f} units over {forecast.lasting}",
            )
        )
    return parts


def _last(panel: Panel, periods: int) -> npt.NDArray[np.float64]:
    """[N] units sold in the last periods of each item, NaN where none is known."""
    back = np.minimum(panel.history, periods)
    ends = panel.offsets[:-1] + panel.history
    rows = np.arange(back.sum()) + np.repeat(ends - np.cumsum(back), back)
    owners = np.repeat(np.arange(len(panel)), back)
    known = np.isfinite(panel.sales[rows])
    sums = np.bincount(owners[known], weights=panel.sales[rows][known], minlength=len(panel))
    return np.where(np.bincount(owners[known], minlength=len(panel)) > 0, sums, np.nan)


def _sum_of(panel: Panel, begin: int, end: int) -> npt.NDArray[np.float64]:
    """Known sales of all items at the grid positions from `begin` up to `end`, NaN where there are none."""
    first = np.clip(begin - panel.starts, 0, panel.history)
    count = np.maximum(np.clip(end - panel.starts, 0, panel.history) - first, 0)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    rows = np.repeat(panel.offsets[:-1] + first, count) + within
    places = np.repeat(panel.starts + first - begin, count) + within
    known = np.isfinite(panel.sales[rows])
    sums = np.bincount(places[known], weights=panel.sales[rows][known], minlength=end - begin)
    return np.where(np.bincount(places[known], minlength=end - begin) > 0, sums, np.nan)


def _whole(value: float | None) -> int | None:
    return None if value is None or not np.isfinite(value) else round(float(value))
