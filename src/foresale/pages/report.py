"""The report: what came in, how good forecasts are, what will be sold, and where to look first, on one page."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.labels import item_label, item_labels, labelled
from foresale.core.money import heading, in_currency
from foresale.core.prices import last_prices
from foresale.core.text import day, few, percent, signed
from foresale.inspection.exceptions import KINDS, before_of
from foresale.inspection.groups import label
from foresale.narrate.cleaning import cleaning_sentences
from foresale.narrate.elasticities import elasticity_findings
from foresale.narrate.evaluation import SHORT, evaluation_sentences
from foresale.narrate.explanation import explanation_sentences
from foresale.narrate.inspection import inspection_sentences
from foresale.narrate.trend import trend_sentences
from foresale.pages.elasticities import checks, own_effects, promotion_effects
from foresale.pages.page import Details, Facts, Notes, Part, Picture, Section, Share, Spark, Table, page
from foresale.plotting.charts import fan_chart
from foresale.plotting.evaluation import ranking_chart, step_chart
from foresale.plotting.explanation import components_chart
from foresale.plotting.inspection import total_chart
from foresale.plotting.trend import growth_chart, peaks_chart
from foresale.workflows.report import Report

EXCEPTIONS: Final = 300
LISTED: Final = 1000
_DRAWN_GROUPS: Final = 6
_POINTS: Final = 56
_NAMED: Final = 30
_STAKE: Final = (
    "At stake: of a change, the difference; of a wide interval, what lies above the mean in it; of a bias, so much of "
    "the forecast; of stock-outs, the sales lost lately; of a new item and a simpler model, the forecast."
)


def report_page(report: Report, *, title: str = "Sales report") -> str:
    """A report as one HTML page.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.workflows.report import ReportOptions, report
    >>> how = ReportOptions(windows=0, items=1, trend=False)
    >>> html = report_page(report(shop(items=8, periods=100), horizon=7, model="seasonal-naive", how=how))
    >>> "<h1>Sales report</h1>" in html, "Where to look first" in html
    (True, True)
    """
    stamps = report.groups.steps.timestamps
    first, last = (day(stamp) for stamp in (stamps.min(), stamps.max()))
    lead = (
        f"{len(report.panel):,} items, {report.panel.frequency.name}; forecast from {first} to {last} by "
        f"{report.forecast.model or 'an unnamed model'}."
    )
    candidates = (
        ("At a glance", _glance(report)),
        ("Where to look first", _exceptions(report)),
        ("Forecast", _forecast(report)),
        ("Items", _pictures(report)),
        ("Trend and peaks", _trend(report)),
        ("Prices and promotions", _prices(report)),
        ("How good it is", _quality(report)),
        ("What came in", _data(report)),
        ("All items", _items(report)),
        ("Notes", _notes(report)),
    )
    sections = [Section(name, made) for name, parts in candidates if (made := list(parts))]
    return page(title, sections, lead=lead)


def _glance(report: Report) -> Iterator[Part]:
    lasting, groups = report.forecast.lasting, report.groups
    year, lately = (float(values[0]) for values in before_of(report.history, groups.steps))
    expected = float(groups.means[0])
    facts: dict[str, object] = {
        f"Units in the next {lasting}": f"{expected:,.0f}",
        "In 8 of 10 cases, units": f"{groups.sum_of(0, 0.1):,.0f} to {groups.sum_of(0, 0.9):,.0f}",
        f"Against the last {lasting}": signed(expected / lately - 1) if lately > 0 else None,
    }
    if year > 0:
        facts["Against the year before"] = signed(expected / year - 1)
    money = np.nansum(report.total.mean * last_prices(report.panel))
    if money > 0:
        facts["At the last prices"] = in_currency(f"{money:,.0f}", report.panel.currency)
    facts["Items to look at"] = report.exceptions[ITEM].n_unique()
    if report.forecast.fallbacks:
        facts["Items by a simpler model"] = len(report.forecast.fallbacks)
    yield Facts(facts)
    counts = report.exceptions.group_by("kind").agg(pl.len().alias("n")).sort("n", descending=True)
    named = [f"{count:,} × {KINDS[kind].lower()}" for kind, count in counts.iter_rows()]
    if named:
        yield f"To look at: {', '.join(named)}."


def _exceptions(report: Report) -> Iterator[Part]:
    found = report.exceptions
    if not found.height:
        yield "Nothing stands out."
        return
    priced = found["stake"].is_not_null().any()
    stake = {"stake": heading("At stake", report.panel.currency)} if priced else {}
    names = {
        ITEM: "Item",
        **stake,
        "units": "At stake, units",
        "forecast": "Forecast, units",
        "kind": "Why",
        "what": "What",
    }
    whole = pl.col("forecast", "units", *(["stake"] if priced else [])).round().cast(pl.Int64)
    table = labelled(found.head(EXCEPTIONS)).with_columns(whole, pl.col("kind").replace(KINDS)).select(list(names))
    more = f"; the first {EXCEPTIONS:,} of {found.height:,}" if found.height > EXCEPTIONS else ""
    rows = table.rename(names)
    yield Table(rows.columns, rows.rows(), f"Items to look at, those with most at stake first{more}")
    yield _STAKE


def _forecast(report: Report) -> Iterator[Part]:
    groups = report.groups
    ids = groups.steps.items[ITEM]
    order = [0, *(1 + np.argsort(-groups.means[1:], kind="stable")).tolist()]
    for place in order[: 1 + _DRAWN_GROUPS]:
        name = ids[place]
        figure = fan_chart(groups.steps, item=name, history=report.history)
        figure.update_layout(title={"text": label(name)})
        picture = Picture(figure, f"Sales so far and forecast with bands: {label(name)}")
        if place == 0:
            yield picture
        else:
            low, high = groups.sum_of(place, 0.1), groups.sum_of(place, 0.9)
            yield Details(f"{label(name)}: {groups.means[place]:,.0f} units ({low:,.0f} to {high:,.0f})", [picture])
    if len(order) > 1:
        yield _group_table(report, order[1:])


def _group_table(report: Report, order: list[int]) -> Table:
    horizon, groups = report.forecast.horizon, report.groups
    places = {name: number for number, name in enumerate(report.history.items[ITEM])}
    rows = []
    for place in order:
        name = groups.steps.items[ITEM][place]
        sales = report.history.sales[report.history.rows(places[name])]
        lately = float(np.nansum(sales[-horizon:]))
        ahead = float(groups.means[place])
        rows.append(
            (
                label(name),
                Spark(thinned(sales[-4 * horizon :])),
                round(lately),
                round(ahead),
                round(groups.sum_of(place, 0.1)),
                round(groups.sum_of(place, 0.9)),
                Share(ahead / lately - 1 if lately > 0 else None, signed=True),
            )
        )
    lasting = report.forecast.lasting
    columns = (
        "Category",
        "Recent sales",
        f"Units, last {lasting}",
        f"Units, next {lasting}",
        "at least, 8 of 10",
        "at most, 8 of 10",
        "Change",
    )
    return Table(columns, rows, "Categories, the largest first", digits=1)


def thinned(values: npt.NDArray[np.floating[Any]], *, points: int = _POINTS) -> npt.NDArray[np.float64]:
    """At most so many means of neighbouring values, NaN where none is known.

    >>> thinned(np.array([1.0, 3.0, np.nan, np.nan]), points=2).tolist()
    [2.0, nan]
    """
    size = -(-values.size // points) if values.size else 1
    whole = np.full(-(-values.size // size) * size, np.nan)
    whole[: values.size] = values
    parts = whole.reshape(-1, size)
    known = np.isfinite(parts)
    sums = np.where(known, parts, 0).sum(axis=1)
    return np.where(known.any(axis=1), sums / np.maximum(known.sum(axis=1), 1), np.nan)


def _pictures(report: Report) -> Iterator[Part]:
    """The items that sell most, each with its fan, what the forecast is made of, and why in words."""
    explained = report.explanation
    if explained is None:
        return
    called = item_labels(explained.forecast.items)
    for number, (name, shown) in enumerate(zip(explained.forecast.items[ITEM], called, strict=True)):
        picture = Picture(fan_chart(report.forecast, item=name, history=report.cleaned), f"Forecast of {shown}")
        made_of = Picture(
            components_chart(explained, name), f"Sales and forecast of {shown} with the components they are made of"
        )
        parts: list[Part] = [" ".join(explanation_sentences(explained, name)), picture, made_of]
        own = report.exceptions.filter(pl.col(ITEM) == name)
        if own.height:
            parts.insert(1, Notes([f"{KINDS[kind]}: {what}." for kind, what in own["kind", "what"].iter_rows()]))
        units = float(explained.values[number].sum())
        yield Details(
            f"{shown}: {units:,.0f} units over {report.forecast.lasting}",
            parts,
            open=number == 0,
        )


def _trend(report: Report) -> Iterator[Part]:
    trend = report.trend
    if trend is None:
        return
    yield Notes(trend_sentences(trend))
    if trend.growth.height:
        yield Picture(
            growth_chart(trend),
            "Growth of each group like for like with its interval",
            "Like for like: festivals against the same festival a year before, other periods against the "
            "same weekday 52 weeks before. The bar holds 95 %.",
        )
    if trend.of("peaks").filter(pl.col("from").is_not_null()).height:
        yield Picture(peaks_chart(trend), "Peaks and lulls within the horizon", "Demand ÷ usual demand.")


def _prices(report: Report) -> Iterator[Part]:
    if report.prices is None:
        return
    yield Notes(list(elasticity_findings(report.prices)))
    yield from own_effects(report.prices)
    yield from promotion_effects(report.prices)
    yield Details("How far that can be known", list(checks(report.prices)))


def _quality(report: Report) -> Iterator[Part]:
    evaluation = report.evaluation
    if evaluation is None:
        return
    yield Notes(evaluation_sentences(evaluation))
    board = evaluation.leaderboard(whole=True)
    chosen = ["place", "model", "sql", "mase", "wape", "bias", "coverage_80", "fva", "seconds"]
    names = {"place": "Place", "model": "Model", "bias": "Bias", "coverage_80": "80 % covers", "seconds": "Seconds"}
    shown = Share.column(Share.column(board.select(chosen), "wape", "coverage_80"), "bias", "fva", signed=True).rename(
        {name: names.get(name, SHORT.get(name, name)) for name in chosen}
    )
    windows = f"{len(evaluation.windows)} × {evaluation.frequency.lasting(evaluation.horizon)}"
    yield Table.of(shown, caption=f"Backtest: {windows}, stepped back in time; smaller is better", digits=3)
    if len(evaluation.models) > 1:
        yield Picture(ranking_chart(evaluation), "Error of each model with its 95 % interval")
        yield Details("Errors by step ahead", [Picture(step_chart(evaluation), "Error of each model by step")])


def _data(report: Report) -> Iterator[Part]:
    inspection = report.inspection
    first, last = (day(stamp) for stamp in inspection.span)
    yield Facts(
        {
            "Items": inspection.items,
            "Periods": inspection.rows,
            "From": first,
            "To": last,
            "Periods without a sale": percent(inspection.zeros),
            "Unknown periods": percent(inspection.unknown),
        }
    )
    cleaned = cleaning_sentences(inspection.cleaning)
    yield Notes([sentence for sentence in inspection_sentences(inspection) if sentence not in cleaned])
    yield "What was cleaned before the forecast:"
    yield Notes(cleaned)
    yield Picture(total_chart(inspection), "Line chart of the sales of all items over time")
    if report.panel.notes:
        yield Details("How it was read", [Notes(report.panel.notes)])


def _items(report: Report) -> Iterator[Part]:
    """Every item on a line, as many as fit into a page that opens quickly."""
    forecast, panel, horizon = report.forecast, report.cleaned, report.forecast.horizon
    expected = report.total.mean
    order = np.argsort(-expected, kind="stable")
    year, lately = before_of(panel, forecast)
    low, high = report.total.quantile(0.1), report.total.quantile(0.9)
    extra = [name for name in report.by if name in panel.items.columns]
    rows = []
    for at in order[:LISTED].tolist():
        sales = panel.sales[panel.rows(at)][-4 * horizon :]
        rows.append(
            (
                item_label(forecast.items, at),
                *(panel.items[name][at] for name in extra),
                Spark(thinned(sales)),
                _whole(year[at]),
                _whole(lately[at]),
                _whole(expected[at]),
                _whole(low[at]),
                _whole(high[at]),
            )
        )
    lasting = forecast.lasting
    columns = (
        "Item",
        *(name.capitalize() for name in extra),
        "Recent sales",
        "Units, year before",
        f"Units, last {lasting}",
        f"Units, next {lasting}",
        "at least, 8 of 10",
        "at most, 8 of 10",
    )
    left = forecast.items[ITEM][order[LISTED:].tolist()].cast(pl.String).to_list()
    more = f"; the first {LISTED:,} of {order.size:,}" if left else ""
    yield Table(columns, rows, f"Items by expected units over the horizon{more}")
    if left:
        share = percent(float(expected[order[LISTED:]].sum() / max(float(expected.sum()), 1e-9)))
        yield f"Left out here, since they sell least ({share} of the units): {few(left, shown=_NAMED)}."


def _whole(value: float | np.floating[Any]) -> int | None:
    return round(float(value)) if np.isfinite(value) else None


def _notes(report: Report) -> Iterator[Part]:
    fallen = report.forecast.fallback_notes(shown=_NAMED)
    explained = () if report.explanation is None else report.explanation.notes
    read = {*report.panel.notes, *cleaning_sentences(report.inspection.cleaning)}
    notes = [note for note in dict.fromkeys((*report.notes, *fallen, *explained)) if note not in read]
    if notes:
        yield Notes(notes)
