"""Why an item is recommended to a customer, in words that he could be told."""

from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Index
from foresale.core.interactions import Interactions
from foresale.core.labels import item_label
from foresale.recommend.knowledge import Knowledge
from foresale.recommend.ranked import EVIDENCE, RankedItems

_DUE: Final = 0.7
"""Share of his usual interval after which a customer may come for an item again."""
_RISES: Final = 2.0
"""Buyers of the last fortnight against the usual ones from which on an item is said to be asked for more."""
_SEASON: Final = 1.5
"""Buyers of the same four weeks a year ago against the four before them from which on a season is said to begin."""
_WEEKS: Final = ("from next week", "in two weeks", "in three weeks", "in four weeks")
_NEW: Final = 56  # days for which an item is said to be new
_CHEAPER: Final = 0.95  # of its usual price, below which an item is said to be cheaper
_AT_ONCE: Final = 10_000  # pairs whose neighbours are looked at together


def reasons(ranked: RankedItems, orders: Interactions, knowledge: Knowledge) -> pl.Series:
    """[n] one reason for each pair; `knowledge` is of all customers."""
    beside = _beside(ranked, orders, knowledge)
    columns = (ranked[name].tolist() for name in EVIDENCE)
    texts = [_reason(*values, beside=other) for *values, other in zip(*columns, beside, strict=True)]
    return pl.Series("reason", texts, pl.String)


def _reason(
    times: float,
    since: float,
    interval: float,
    rise: float,
    season: float,
    age: float,
    buyers: float,
    cut: float,
    begins: float,
    highest: float,
    *,
    beside: str,
) -> str:
    """What says most of one pair, and a word on demand where it is out of the usual."""
    told = _habit(times, since, interval) if times else (f"goes with {beside}, bought before" if beside else "")
    demand = _ahead(begins, highest) or _demand(rise, season, age, buyers)
    price = f"{1 - cut:.0%} below its usual price" if cut < _CHEAPER else ""
    return "; ".join(part for part in (told, demand, price) if part) or _bought_by(buyers)


def _bought_by(buyers: float) -> str:
    return f"{buyers:,.0f} buyers in four weeks" if buyers != 1 else "1 buyer in four weeks"


def _habit(times: float, since: float, interval: float) -> str:
    """How often a customer buys an item.

    >>> _habit(6, 42, 35), _habit(1, 3, np.nan)
    ('bought 6 times, every 5 weeks, last 6 weeks ago', 'bought 3 days ago')
    """
    if times == 1:
        return f"bought {time_in_words(since)} ago"
    due = ", so it is time again" if _DUE <= since / max(interval, 1) <= 2 and since < interval else ""
    return f"bought {times:.0f} times, every {time_in_words(interval)}, last {time_in_words(since)} ago{due}"


def _demand(rise: float, season: float, age: float, buyers: float) -> str:
    """What is out of the usual in the demand of an item."""
    if age <= _NEW and buyers:
        return f"new since {time_in_words(age)}"
    if rise >= _RISES and buyers >= 5:
        return f"asked for {rise:.1f} times as much as usual"
    if season >= _SEASON:
        return f"in season: a year ago {season - 1:+.0%} in these four weeks"
    return ""


def _ahead(begins: float, highest: float) -> str:
    """What is forecast to rise.

    >>> _ahead(1.0, 2.8), _ahead(np.nan, 1.0)
    ('in season in two weeks: +180%', '')
    """
    return "" if np.isnan(begins) else f"in season {_WEEKS[int(begins)]}: {highest - 1:+.0%}"


def time_in_words(days: float) -> str:
    """Days in the unit that a person would say them in.

    >>> time_in_words(1), time_in_words(20), time_in_words(42), time_in_words(400)
    ('1 day', '20 days', '6 weeks', '13 months')
    """
    if days < 21:
        count, unit = max(days, 1), "day"
    elif days < 120:
        count, unit = days / 7, "week"
    else:
        count, unit = days / 30.4, "month"
    return f"{count:.0f} {unit}" + ("s" if round(count) != 1 else "")


def _beside(ranked: RankedItems, orders: Interactions, knowledge: Knowledge) -> list[str]:
    """[n] of each item that is new to its customer, the item of his that it goes with most, "" for others."""
    found = np.full(len(ranked), -1)
    new = np.flatnonzero(ranked["times"] == 0)
    for first in range(0, len(new), _AT_ONCE):
        rows = new[first : first + _AT_ONCE]
        found[rows] = _strongest(ranked.customer[rows], ranked.item[rows], knowledge)
    named, place = np.unique(found, return_inverse=True)
    labels = np.array(["" if each < 0 else item_label(orders.items, each) for each in named.tolist()], object)
    texts: list[str] = labels[place].tolist()
    return texts


def _strongest(customer: Index, item: Index, knowledge: Knowledge) -> Index:
    """[n] of the items that a customer bought, the one that an item goes with most; -1 where it goes with none."""
    who, row = np.unique(customer, return_inverse=True)
    bought, near = knowledge.profiles.times[who], knowledge.together[item]
    has = np.zeros(bought.shape, np.bool_)
    has[np.repeat(np.arange(len(who)), np.diff(bought.indptr)), bought.indices] = True
    pair = np.repeat(np.arange(len(item)), np.diff(near.indptr))
    counts = has[row[pair], near.indices]
    pair, other, weight = pair[counts], near.indices[counts], near.data[counts]
    order = np.lexsort((other, -weight, pair))
    begins = order[np.searchsorted(pair[order], np.arange(len(item)))[_any(pair, len(item))]]
    found = np.full(len(item), -1)
    found[pair[begins]] = other[begins]
    return found


def _any(pair: Index, count: int) -> Index:
    """The pairs that have any neighbour."""
    return np.flatnonzero(np.bincount(pair, minlength=count))
