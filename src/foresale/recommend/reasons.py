"""Why an item is recommended to a customer, in words that he could be told."""

from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Index
from foresale.core.interactions import Interactions
from foresale.core.labels import item_labels
from foresale.recommend.candidates import Candidates
from foresale.recommend.knowledge import Knowledge

_DUE: Final = 0.7
"""Share of his usual interval after which a customer may come for an item again."""
_RISES: Final = 2.0
"""Buyers of the last fortnight against the usual ones from which on an item is said to be asked for more."""
_SEASON: Final = 1.5
"""Buyers of the same four weeks a year ago against the four before them from which on a season is said to begin."""
_NEW: Final = 56  # days for which an item is said to be new


def reasons(proposed: Candidates, chosen: Index, orders: Interactions, knowledge: Knowledge) -> pl.Series:
    """[k] one reason for each of the chosen pairs."""
    beside = _beside(proposed, chosen, orders, knowledge)
    columns = {name: proposed[name][chosen] for name in ("times", "since", "interval", "rise", "season", "age")}
    buyers, priced_down = proposed["buyers 28"][chosen], proposed["cut"][chosen]
    texts = [
        _reason(*values, buyers=int(count), cut=float(cut), beside=other)
        for *values, count, cut, other in zip(*columns.values(), buyers, priced_down, beside, strict=True)
    ]
    return pl.Series("reason", texts, pl.String)


def _reason(
    times: float,
    since: float,
    interval: float,
    rise: float,
    season: float,
    age: float,
    *,
    buyers: int,
    cut: float,
    beside: str,
) -> str:
    """What says most of one pair, and a word on demand where it is out of the usual."""
    told = _habit(times, since, interval) if times else (f"goes with {beside}, which he buys" if beside else "")
    demand = _demand(rise, season, age, buyers)
    price = f"{1 - cut:.0%} below its usual price" if cut < 0.95 else ""
    return "; ".join(part for part in (told, demand, price) if part) or f"{buyers:,} buyers in four weeks"


def _habit(times: float, since: float, interval: float) -> str:
    """How often a customer buys an item.

    >>> _habit(6, 42, 35), _habit(1, 3, np.nan)
    ('bought 6 times, every 5 weeks, last 6 weeks ago', 'bought 3 days ago')
    """
    if times == 1:
        return f"bought {_time(since)} ago"
    due = ", so it is time again" if _DUE <= since / max(interval, 1) <= 2 and since < interval else ""
    return f"bought {times:.0f} times, every {_time(interval)}, last {_time(since)} ago{due}"


def _demand(rise: float, season: float, age: float, buyers: int) -> str:
    """What is out of the usual in the demand of an item."""
    if age <= _NEW and buyers:
        return f"new since {_time(age)}"
    if rise >= _RISES and buyers >= 5:
        return f"asked for {rise:.1f} times as much as usual"
    if season >= _SEASON:
        return f"in season: a year ago {season - 1:+.0%} in these four weeks"
    return ""


def _time(days: float) -> str:
    """Days in the unit that a person would say them in.

    >>> _time(1), _time(20), _time(42), _time(400)
    ('1 day', '20 days', '6 weeks', '13 months')
    """
    if days < 21:
        count, unit = max(days, 1), "day"
    elif days < 120:
        count, unit = days / 7, "week"
    else:
        count, unit = days / 30.4, "month"
    return f"{count:.0f} {unit}" + ("s" if round(count) != 1 else "")


def _beside(proposed: Candidates, chosen: Index, orders: Interactions, knowledge: Knowledge) -> list[str]:
    """[k] of each chosen item that is new to its customer, the item of his that it goes with most, "" for others."""
    labels = item_labels(orders.items)
    habits, found = knowledge.profiles.times, []
    for pair in chosen:
        customer, item = int(proposed.customer[pair]), int(proposed.item[pair])
        mine = habits.indices[habits.indptr[customer] : habits.indptr[customer + 1]]
        near = knowledge.together
        others = near.indices[near.indptr[item] : near.indptr[item + 1]]
        weights = np.where(np.isin(others, mine), near.data[near.indptr[item] : near.indptr[item + 1]], 0)
        found.append(
            str(labels[int(others[np.argmax(weights)])]) if weights.any() and not proposed.bought[pair] else ""
        )
    return found
