"""The page of a plan: what is out of the ordinary, what is ordered, and the projected stock of the first items."""

from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.labels import item_labels, labelled
from foresale.core.money import heading, in_currency
from foresale.core.panel import Panel
from foresale.inventory.planning.exceptions import KINDS
from foresale.inventory.planning.plan import Plan
from foresale.inventory.policies.terms import NEVER
from foresale.narrate.plan import plan_sentences
from foresale.pages.page import Facts, Notes, Part, Picture, Section, Share, Spark, Table, page
from foresale.plotting.charts import bar_chart, line_chart
from foresale.plotting.plan import projection_chart

PICTURED: Final = 12
_LISTED: Final = 1000
_LONGEST: Final = 10
"""Days of arrival, or suppliers, up to which they are drawn; the table has them all."""


def plan_page(plan: Plan, *, history: Panel | None = None, title: str = "Order plan") -> str:
    """A plan as one HTML page, exceptions first.

    Args:
        plan: what to show.
        history: the panel it was made from, whose recent sales are drawn beside the items.
        title: the page's heading.
    """
    frame = plan.to_frame()
    lead = f"What to order on {plan.day}, looking {plan.frequency.lasting(plan.horizon)} ahead."
    sections = [
        Section("To do", [Notes(plan_sentences(plan)), _facts(plan)]),
        Section("Exceptions", _exceptions(frame, plan.inventory.currency)),
        Section("Orders of today", orders_of_today(plan, history=history)),
        Section("Arrivals", _arrivals(plan)),
        Section("Projected stock", [_stock(plan), *_pictures(plan)]),
        Section("Next orders", _next(plan)),
    ]
    ending = _ending(frame, plan)
    if ending:
        sections.append(Section("Ends", ending))
    if plan.notes:
        sections.append(Section("Notes", [Notes(plan.notes)]))
    return page(title, sections, lead=lead)


def _facts(plan: Plan) -> Facts:
    terms, stock, lines = plan.inventory.terms, plan.inventory.stock, plan.lines

    def amount(money: float) -> str:
        return in_currency(f"{money:,.0f}", plan.inventory.currency)

    return Facts(
        {
            "Items": len(plan),
            "Orders": int((lines.units > 0).sum()),
            "Cost of the orders": amount(float(plan.money.sum())),
            "Stock at cost": amount(float(stock.on_hand @ terms.cost)),
            "Margin at risk without orders": amount(float(terms.short @ lines.lost_without)),
            "Lost before they arrive": amount(float(terms.short @ lines.lost_before)),
            "Exceptions": int((plan.exception.kind != "").sum()),
        }
    )


def _stock(plan: Plan) -> Picture:
    cost = plan.inventory.terms.cost
    stamps = plan.stamps(np.arange(plan.horizon))
    series = {
        "With the orders of the plan": cost @ plan.projected.mean,
        "Without new orders": cost @ plan.projected.unordered,
    }
    figure = line_chart(
        stamps, series, title="Expected stock of all items, at cost", y_title=plan.inventory.currency or "money"
    )
    figure.update_yaxes(rangemode="tozero")
    return Picture(figure, "Expected value of the stock over the horizon, with and without the orders of the plan")


def _exceptions(frame: pl.DataFrame, currency: str) -> list[Part]:
    found = frame.filter(pl.col("exception").is_not_null())
    if not found.height:
        return ["Nothing is out of the ordinary."]
    shown = labelled(found.head(_LISTED)).select(
        ITEM, "exception", "at_stake", "order", "on_hand", "stock_out", "reason"
    )
    names = [
        "Item",
        "Exception",
        heading("At stake", currency),
        "Order, units",
        "On hand, units",
        "Stock-out",
        "Reason",
    ]
    parts: list[Part] = [Table(names, shown.rows(), "Exceptions by the money at stake", digits=0)]
    if found.height > _LISTED:
        parts.append(f"The first {_LISTED:,} of {found.height:,} exceptions are listed.")
    totals = found.group_by("exception").agg(pl.len(), pl.col("at_stake").sum()).sort("at_stake", descending=True)
    kinds = totals["exception"].to_list()
    amount = f"{currency or 'Money'} at stake"
    figure = bar_chart(kinds, {amount: totals["at_stake"].to_numpy()}, title=f"{amount} by exception", horizontal=True)
    meaning = "; ".join(f"{kind}: {KINDS[kind]}" for kind in kinds)
    parts.append(Picture(figure, f"Money at stake by kind of exception, the most for {kinds[0]}", f"{meaning}."))
    return parts


def orders_of_today(plan: Plan, *, history: Panel | None) -> list[Part]:
    """The orders of today as a table, exceptions first; beside each the recent sales of the panel."""
    ordered = plan.to_frame().filter(pl.col("order") > 0)
    if not ordered.height:
        return ["Nothing is ordered today."]
    cost = heading("Cost", plan.inventory.currency)
    names = [
        "Item",
        "Recent sales",
        "Order, units",
        "Packs",
        "Supplier",
        "Arrives",
        cost,
        "On hand, units",
        "On order, units",
        "Reason",
    ]
    shown = ordered.head(_LISTED)
    recent = _recent(shown[ITEM].to_list(), history, periods=4 * plan.horizon)
    columns = shown.select("order", "packs", "supplier", "arrives", "cost", "on_hand", "on_order", "reason").rows()
    rows = [(item, spark, *row) for item, spark, row in zip(item_labels(shown), recent, columns, strict=True)]
    if history is None:
        names.remove("Recent sales")
        rows = [(row[0], *row[2:]) for row in rows]
    parts: list[Part] = [Table(names, rows, "Orders of today; exceptions first, then what they save", digits=0)]
    if ordered.height > _LISTED:
        parts.append(f"The first {_LISTED:,} of {ordered.height:,} orders are listed.")
    return parts


def _recent(items: list[object], history: Panel | None, *, periods: int) -> list[Spark | None]:
    if history is None:
        return [None] * len(items)
    places = dict(zip(history.items[ITEM], range(len(history)), strict=True))
    return [Spark(history.sales[history.rows(places[item])][-periods:]) if item in places else None for item in items]


def _arrivals(plan: Plan) -> list[Part]:
    frame = plan.arrivals()
    if not frame.height:
        return ["Nothing is ordered today."]
    days = frame.group_by("arrives").agg(pl.col("cost").sum()).sort("arrives")
    parts: list[Part] = []
    if days.height <= _LONGEST:
        labels = [str(day).removesuffix(" 00:00:00") for day in days["arrives"]]
        figure = bar_chart(
            labels,
            {"Cost": days["cost"].to_numpy()},
            title="Orders of today by day of arrival",
            y_title=plan.inventory.currency or "money",
        )
        parts.append(Picture(figure, "What the orders of today cost, by the day on which they can be sold"))
    names = ["Supplier", "Arrives", "Items", "Units", heading("Cost", plan.inventory.currency)]
    parts.append(Table(names, frame.head(_LISTED).rows(), "Orders of today by supplier and day of arrival", digits=0))
    return parts


def _pictures(plan: Plan) -> list[Part]:
    parts: list[Part] = []
    first = plan.to_frame().head(PICTURED)
    for item, label, said in zip(first[ITEM], item_labels(first), first["reason"], strict=True):
        figure = projection_chart(plan, item)
        parts.append(Picture(figure, f"Projected stock of {label}, its orders and its risk to run out", said))
    return parts


def _ending(frame: pl.DataFrame, plan: Plan) -> list[Part]:
    """Items whose end is known: their last order, and what is to be marked down; nothing where there are none."""
    known = dict(zip(plan.inventory.items[ITEM], plan.terms.end < NEVER, strict=True))
    found = frame.filter(pl.Series([known[item] for item in frame[ITEM]], dtype=pl.Boolean))
    if not found.height:
        return []
    shown = Share.column(labelled(found.head(_LISTED)), "mark_down", digits=0)
    columns = (ITEM, "on_hand", "order", "last_order", "excess", "mark_down_on", "mark_down", "mark_down_clears")
    names = [
        "Item",
        "On hand, units",
        "Order, units",
        "Last order",
        "Left at full price, units",
        "Mark down from",
        "By",
        "Clears, units",
    ]
    parts: list[Part] = [Table(names, shown.select(columns).rows(), "Items that end, exceptions first", digits=0)]
    if found.height > _LISTED:
        parts.append(f"The first {_LISTED:,} of {found.height:,} items that end are listed.")
    return parts


def _next(plan: Plan) -> list[Part]:
    frame = plan.next_orders()
    if not frame.height:
        return ["No later order arrives within the horizon."]
    shown = labelled(frame.head(_LISTED)).select(ITEM, "order_on", "arrives", "units", "low", "high", "chance", "cost")
    shown = Share.column(shown, "chance", digits=0)
    names = [
        "Item",
        "Order on",
        "Arrives",
        "Units",
        "At least, 8 of 10",
        "At most, 8 of 10",
        "Chance",
        heading("Cost", plan.inventory.currency),
    ]
    parts: list[Part] = [Table(names, shown.rows(), "Orders of later reviews, as far as can be seen today", digits=0)]
    if frame.height > _LISTED:
        parts.append(f"The first {_LISTED:,} of {frame.height:,} later orders are listed.")
    return parts
