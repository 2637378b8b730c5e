"""Why an item is recommended to a customer, in words that he could be told."""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from foresale.core.arrays import Index
from foresale.recommending.facts import ItemFacts
from foresale.recommending.knowledge import Knowledge
from foresale.recommending.ranked import EVIDENCE, RankedItems

_DUE: Final = 0.7
"""Share of his usual interval after which a customer may come for an item again."""
_RISES: Final = 2.0
"""Order lines of the last fortnight against the usual ones from which on an item is said to be asked for more."""
_FEW: Final = 5
"""Order lines below which nothing is said of a rise."""
_SEASON: Final = 1.5
"""Buyers of the same four weeks a year ago against the four before them from which on a season is said to begin."""
_WEEKS: Final = ("from next week", "in two weeks", "in three weeks", "in four weeks")
_NEW: Final = 56  # days for which an item is said to be new
_CHEAPER: Final = 0.95  # of its usual price, below which an item is said to be cheaper
_AT_ONCE: Final = 10_000  # pairs whose neighbours are looked at together


def reasons(ranked: RankedItems, facts: ItemFacts, knowledge: Knowledge) -> pl.Series:
    """[n] one reason for each pair; `knowledge` is of all customers."""
    beside = [facts.labels[each] if each >= 0 else "" for each in _beside(ranked, knowledge).tolist()]
    lately, rise = facts.lately[ranked.item].tolist(), facts.rise[ranked.item].tolist()
    columns = zip(*(ranked[name].tolist() for name in EVIDENCE), strict=True)
    texts = [
        _reason(Evidence._make((*values, lines, asked, other)))
        for values, lines, asked, other in zip(columns, lately, rise, beside, strict=True)
    ]
    return pl.Series("reason", texts, pl.String)


class Evidence(NamedTuple):
    """What one reason is told from: the features of `EVIDENCE`, facts of the item, and what it goes with."""

    times: float
    since: float
    interval: float
    season: float
    age: float
    buyers: float
    cut: float
    begins: float
    highest: float
    lately: int
    rise: float
    beside: str


def _reason(seen: Evidence) -> str:
    """What says most of one pair, and a word on demand and price where they are out of the usual."""
    beside = f"goes with {seen.beside}, bought before" if seen.beside else ""
    told = _habit(seen.times, seen.since, seen.interval) if seen.times else beside
    price = f"{1 - seen.cut:.0%} below its usual price" if seen.cut < _CHEAPER else ""
    for part in (_demand(seen), price):
        if part:
            told = f"{told}; {part}" if told else part
    return told or _bought_by(seen.buyers)


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
    return f"bought {times:.0f} times, {every_in_words(interval)}, last {time_in_words(since)} ago{due}"


def _demand(seen: Evidence) -> str:
    """What is out of the usual in the demand of an item."""
    if seen.age <= _NEW and seen.buyers:
        return f"new since {time_in_words(seen.age)}"
    if np.isfinite(seen.begins):
        return f"in season {_WEEKS[int(seen.begins)]}: {seen.highest - 1:+.0%}"
    if seen.rise >= _RISES and seen.lately >= _FEW:
        return f"asked for {seen.rise:.1f} times as much as usual"
    if seen.season >= _SEASON:
        return f"in season: a year ago {seen.season - 1:+.0%} in these four weeks"
    return ""


def every_in_words(days: float) -> str:
    """How often something comes again.

    >>> every_in_words(1), every_in_words(6.9), every_in_words(35)
    ('every day', 'every 7 days', 'every 5 weeks')
    """
    words = time_in_words(days)
    return f"every {words.removeprefix('1 ')}"


@lru_cache(maxsize=4096)
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


def _beside(ranked: RankedItems, knowledge: Knowledge) -> Index:
    """[n] of each item that is new to its customer, the item of his that it goes with most, -1 for others."""
    found: Index = np.full(len(ranked), -1)
    new = np.flatnonzero(ranked["times"] == 0)
    for first in range(0, len(new), _AT_ONCE):
        rows = new[first : first + _AT_ONCE]
        found[rows] = _strongest(ranked.customer[rows], ranked.item[rows], knowledge)
    return found


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
