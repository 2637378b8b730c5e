"""The page of a replay: what each way to order came to, before and after, and what service costs."""

from typing import Final

import numpy as np
import polars as pl

from foresale.core.labels import item_labels
from foresale.core.money import heading, in_currency
from foresale.inventory.simulation.replay import Outcome, Replay
from foresale.narrate.simulation import before_and_after, replay_sentences
from foresale.pages.page import Facts, Notes, Part, Picture, Section, Share, Table, page
from foresale.plotting.charts import line_chart
from foresale.plotting.simulation import lowest_drawn, service_chart

_ITEMS: Final = 20
_MEANINGS: Final = (
    """Total: holding, ordering, waste and the margin of lost sales; the price of the goods themselves is in none of
    them.""",
    """Fill rate: share of the units wanted that found stock. Cycle service: share of the times from one delivery to the
    next in which nothing lacked.""",
    "Stock: money tied up at the end of a period, on average. Turns: times a year that it is sold.",
    "Intervals hold 95 % of what comes out when other items of the same kind are drawn.",
    """All begin with the same stock and meet the same demand. Forecasts, and the averages of rules, see only what was
    recorded before each day.""",
)
_NAMES: Final = {
    "contender": "Who orders",
    "fill_rate": "Fill rate",
    "cycle_service": "Cycle service",
    "stock_out_share": "Stock-out",
    "stock_value": "Stock",
    "turns": "Turns a year",
    "orders": "Orders",
    "lost_cost": "Lost margin",
    "holding_cost": "Holding",
    "waste_cost": "Waste",
    "ordering_cost": "Ordering",
    "total_cost": "Total",
    "total_cost_low": "at least, 95 %",
    "total_cost_high": "at most, 95 %",
}
_MONEY: Final = ("stock_value", "lost_cost", "holding_cost", "waste_cost", "ordering_cost", "total_cost")
_SHARES: Final = ("fill_rate", "cycle_service", "stock_out_share")


def simulation_page(replay: Replay, *, title: str = "Simulation") -> str:
    """A replay as one HTML page."""
    first, last = (str(replay.history.stamps[place])[:10] for place in (0, -1))
    lead = f"{first} to {last} lived through again, {replay.history.panel.frequency.name}: what orders would have done."
    pair = before_and_after(replay)
    sections = [Section("Result", _result(replay, pair))]
    if pair is not None:
        sections.append(Section("Before and after", _courses(replay, *pair)))
    sections.append(Section("Service against cost", _curves(replay)))
    if pair is not None:
        sections.append(Section("Where the money is", [_items(replay, *pair)]))
    if replay.notes:
        sections.append(Section("Notes", [Notes(replay.notes)]))
    return page(title, sections, lead=lead)


def _result(replay: Replay, pair: tuple[Outcome, Outcome] | None) -> list[Part]:
    parts: list[Part] = []
    if pair is not None:
        before, after = pair
        parts.append(
            Facts(
                {
                    "Before": before.contender.name,
                    "After": after.contender.name,
                    "Cost before": in_currency(f"{before.cost.value:,.0f}", replay.currency),
                    "Cost after": in_currency(f"{after.cost.value:,.0f}", replay.currency),
                    "Fill rate before": Share(before.fill_rate.value),
                    "Fill rate after": Share(after.fill_rate.value),
                }
            )
        )
    parts.append(Notes(replay_sentences(replay)))
    frame = Share.column(replay.table().select(list(_NAMES)), *_SHARES)
    names = {name: heading(said, replay.currency) if name in _MONEY else said for name, said in _NAMES.items()}
    parts.append(Table.of(frame.rename(names), caption="What each way to order came to", digits=0))
    parts.append(Notes(_MEANINGS))
    return parts


def _courses(replay: Replay, before: Outcome, after: Outcome) -> list[Part]:
    stamps = replay.history.stamps
    names = (f"Before: {before.contender.name}", f"After: {after.contender.name}")
    held = {name: outcome.result.held[:, 0] for name, outcome in zip(names, (before, after), strict=True)}
    lost = {name: np.cumsum(outcome.result.short[:, 0]) for name, outcome in zip(names, (before, after), strict=True)}
    stock = line_chart(stamps, held, title="Money in stock", y_title=replay.currency or "money")
    short = line_chart(stamps, lost, title="Lost margin so far", y_title=replay.currency or "money")
    return [
        Picture(stock.update_yaxes(rangemode="tozero"), "Money tied up in stock over time, before and after"),
        Picture(short, "Margin lost to empty shelves, added up over time, before and after"),
    ]


def _curves(replay: Replay) -> list[Part]:
    outside = replay.table().filter(pl.col("fill_rate") < lowest_drawn(replay))["contender"].to_list()
    left_out = f" Farther to the left, and not shown: {', '.join(outside)}." if outside else ""
    caption = (
        "To the right fewer customers leave empty-handed; lower is cheaper. Along a line, the target alone "
        "differs. Where the line turns up, more service costs more than the sales it saves."
    )
    caption += left_out
    return [
        Picture(service_chart(replay), "Fill rate and total cost of each way to order", caption),
        Picture(service_chart(replay, "stock_value"), "Fill rate and money in stock of each way to order"),
    ]


def _items(replay: Replay, before: Outcome, after: Outcome) -> Table:
    old, new = (outcome.result for outcome in (before, after))
    saved = old.money["total"][:, 0] - new.money["total"][:, 0]
    chosen = np.argsort(-np.abs(saved), kind="stable")[:_ITEMS]
    frame = pl.DataFrame(
        {
            "Item": item_labels(replay.history.panel.items[chosen.tolist()]),
            heading("Saved", replay.currency): saved[chosen],
            heading("Cost before", replay.currency): old.money["total"][chosen, 0],
            heading("Cost after", replay.currency): new.money["total"][chosen, 0],
            "Fill rate before": old.fill_rate[chosen],
            "Fill rate after": new.fill_rate[chosen],
            "Stock before, units": old.average_stock[chosen],
            "Stock after, units": new.average_stock[chosen],
        }
    )
    frame = Share.column(frame, "Fill rate before", "Fill rate after")
    return Table.of(
        frame, caption=f"The {len(chosen)} items whose cost changes most; below zero, the plan costs more", digits=0
    )
