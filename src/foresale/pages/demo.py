"""The page of the demonstration: a forecast beside what then happened, why so much, and what to order."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from foresale.core.columns import ITEM
from foresale.core.hierarchy import Hierarchy
from foresale.core.labels import item_label
from foresale.core.panel import Panel
from foresale.core.text import percent, signed
from foresale.evaluation.hindsight import Hindsight
from foresale.explanations.explanation import Explanation
from foresale.forecasting.reconcile.aggregate import group_history
from foresale.inspection.groups import group_forecast, label
from foresale.inventory.planning.plan import Plan
from foresale.narrate.explanation import explanation_sentences
from foresale.narrate.hindsight import hindsight_sentences, named_days
from foresale.narrate.plan import plan_sentences
from foresale.pages.page import Facts, Notes, Part, Picture, Section, Share, Table, page
from foresale.pages.plan import orders_of_today
from foresale.plotting.charts import Event, fan_chart
from foresale.plotting.explanation import components_chart

_DRAWN: Final = 6
"""Items that are drawn beside what happened."""


def demo_page(
    hindsight: Hindsight,
    explanation: Explanation,
    plan: Plan,
    *,
    history: Panel,
    happened: Panel,
    countries: Sequence[str],
    baseline: str,
    about: str,
) -> str:
    """A demonstration as one HTML page.

    Args:
        hindsight: the forecast and what was sold.
        explanation: of some of its items.
        plan: what to order.
        history: the panel that the forecast was made from.
        happened: the panel that knows what came after.
        countries: whose feasts are marked.
        baseline: what the forecast is compared with, as a noun.
        about: what the shop is.
    """
    events = list(_events(hindsight, countries))
    sections = [
        Section("What was forecast, and what happened", list(_glance(hindsight, history, happened, events, baseline))),
        Section("Week by week", [weeks_table(hindsight, countries)]),
        Section("Why", list(_why(explanation))),
        Section("What to order", [Notes(plan_sentences(plan)), *orders_of_today(plan, history=history)]),
        Section("The items that sell most", list(_items(hindsight, history, happened, events))),
        Section("What the forecast knew, and what not", [Notes(hindsight.forecast.notes)]),
    ]
    return page("A first look at Foresale", sections, lead=f"Of {about}.")


def weeks_table(hindsight: Hindsight, countries: Sequence[str]) -> Table:
    """All items together, week by week, with the feasts that fall into each."""
    rows = [
        (
            str(week.first)[:10],
            ", ".join(named_days(week.first, week.last, countries=countries)),
            round(week.expected),
            round(week.sold),
            Share(week.expected / week.sold - 1 if week.sold else None, signed=True),
        )
        for week in hindsight.weeks()
    ]
    columns = ("Week from", "Falls into it", "Forecast, units", "Sold, units", "Off by")
    return Table(columns, rows, "All items together, week by week")


def _events(hindsight: Hindsight, countries: Sequence[str]) -> Iterator[Event]:
    """Each day of the horizon on which a feast begins, with its name."""
    before: tuple[str, ...] = ()
    for stamp in hindsight.forecast.timestamps[0]:
        names = named_days(stamp, stamp, countries=countries)
        new = [name for name in names if name not in before]
        if new:
            yield stamp, ", ".join(new)
        before = names


def _glance(
    hindsight: Hindsight, history: Panel, happened: Panel, events: list[Event], baseline: str
) -> Iterator[Part]:
    yield Facts(
        {
            "Forecast, units": f"{hindsight.expected:,.0f}",
            "Sold, units": f"{hindsight.sold:,.0f}",
            "Off in all": signed(hindsight.change),
            "Off by item and period": percent(hindsight.error),
            f"The same, {baseline}": percent(hindsight.baseline_error),
            "Within the 80 % intervals": percent(hindsight.covered),
        }
    )
    yield Notes(hindsight_sentences(hindsight, baseline=baseline))
    hierarchy = Hierarchy.of(history, ())
    steps = group_forecast(hindsight.forecast, hierarchy).steps
    before, after = (group_history(panel, Hierarchy.of(panel, ())) for panel in (history, happened))
    figure = fan_chart(steps, history=before, actual=after, events=events)
    figure.update_layout(title={"text": f"{label(steps.items[ITEM][0])}: forecast and what was sold"})
    yield Picture(figure, "Sales of all items so far, their forecast with its bands, and what was then sold")


def _why(explanation: Explanation) -> Iterator[Part]:
    for name in explanation.forecast.items[ITEM]:
        yield " ".join(explanation_sentences(explanation, name))
        yield Picture(components_chart(explanation, name), f"Sales and forecast of {name} with their components")


def _items(hindsight: Hindsight, history: Panel, happened: Panel, events: list[Event]) -> Iterator[Part]:
    forecast = hindsight.forecast
    for place in np.argsort(-forecast.mean.sum(axis=1), kind="stable")[:_DRAWN].tolist():
        figure = fan_chart(forecast, forecast.items[ITEM][place], history=history, actual=happened, events=events)
        yield Picture(figure, f"Forecast of {item_label(forecast.items, place)} beside what was sold")
