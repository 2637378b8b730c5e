"""An explanation in sentences, made from its numbers and nothing else."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.frequency import weekday_of
from foresale.core.labels import item_index, item_label
from foresale.core.text import day
from foresale.narrate.phrases import Language, Phrases, number, percent

if TYPE_CHECKING:
    from foresale.explanations.change import Change
    from foresale.explanations.explanation import Explanation

_WORTH = 0.005
"""Of the forecast: what less does is not worth a word."""
_NAMED = 6  # components that a text has room for
_LEFT = 0.02  # share of the forecast from which on a remainder is said
_MUCH = 0.03  # share of the forecast that an event adds as a rule
_HARDLY = 0.3  # share of that below which it is missed


def explanation_sentences(
    explanation: "Explanation", item: object = None, *, language: Language = "en"
) -> tuple[str, ...]:
    """Why one item is forecast so, in sentences made from the numbers alone.

    Raises:
        ConfigError: no such item, or an unknown language.
    """
    words, row = Phrases.of(language), item_index(explanation.forecast.items, item)
    parts = (_expected, _level, _reasons, _missed, _week, _year, _unmoved, _rest)
    return tuple(sentence for part in parts for sentence in part(explanation, row, words))


def _of(explanation: "Explanation", item: int, kind: str) -> list[tuple[str, Numbers]]:
    """Name and values [H] of the components of a kind."""
    return [
        (part.name, explanation.ahead[item, :, place])
        for place, part in enumerate(explanation.components)
        if part.kind == kind
    ]


def _expected(explanation: "Explanation", item: int, words: Phrases) -> Iterator[str]:
    values = explanation.values[item]
    forecast = explanation.forecast
    unit = words.unit(forecast.frequency, values.size)
    first, last = (day(explanation.forecast.timestamps[item, step]) for step in (0, -1))
    told = words.say(
        "expected",
        item=item_label(forecast.items, item),
        total=number(values.sum()),
        first=first,
        last=last,
        count=values.size,
        unit=unit,
        mean=number(values.mean()),
    )
    before = explanation.sales[item][-values.size :]
    known = np.isfinite(before)
    if known.size == values.size and known.mean() > 0.5 and np.nansum(before) > 0:
        past = float(before[known].mean() * before.size)
        change = percent(values.sum() / past - 1, sign=True)
        told += words.say("against", count=values.size, unit=unit, past=number(past), change=change)
    yield told + words.say("end")


def _level(explanation: "Explanation", item: int, words: Phrases) -> Iterator[str]:
    level = _of(explanation, item, "level")[0][1].sum()
    trend = _of(explanation, item, "trend")[0][1].sum()
    told = ""
    if abs(trend) >= _WORTH * _size(explanation, item):
        told = words.say("trend_up" if trend > 0 else "trend_down", value=number(abs(trend)))
    yield words.say("level", level=number(level), trend=told)


def _reasons(explanation: "Explanation", item: int, words: Phrases) -> Iterator[str]:
    found = [*_of(explanation, item, "covariate"), *_of(explanation, item, "event")]
    size = _size(explanation, item)
    ranked = sorted(found, key=lambda pair: -np.abs(pair[1]).sum())
    named = [pair for pair in ranked if np.abs(pair[1]).sum() >= _WORTH * size][:_NAMED]
    if named:
        said = [_reason(explanation, item, name, values, words) for name, values in named]
        yield words.say("reasons", reasons=words.table["between"].join(said))


def _missed(explanation: "Explanation", item: int, words: Phrases) -> Iterator[str]:
    """Festivals that did much in the past and hardly anything in the forecast."""
    for place, part in enumerate(explanation.components):
        usual, said = explanation.baseline[item, place], explanation.ahead[item, :, place].sum()
        if part.kind == "event" and usual >= _MUCH * _size(explanation, item) and said < _HARDLY * usual:
            yield words.say(
                "missed", name=words.name(part.name), value=number(usual, sign=True), said=number(said, sign=True)
            )


def _reason(explanation: "Explanation", item: int, name: str, values: Numbers, words: Phrases) -> str:
    told = words.say("adds", name=words.name(name), value=number(values.sum(), sign=True))
    step = int(np.argmax(np.abs(values)))
    if values.size > 1:
        when = day(explanation.forecast.timestamps[item, step])
        told += words.say("around", when=when, most=number(values[step], sign=True))
    return told


def _week(explanation: "Explanation", item: int, words: Phrases) -> Iterator[str]:
    weekly = [values for name, values in _of(explanation, item, "season") if name == "weekly"]
    if not weekly or weekly[0].size < 7:
        return
    days = explanation.forecast.timestamps[item].astype("datetime64[D]").astype(np.int64)
    weekday = weekday_of(days)
    count = np.bincount(weekday, minlength=7)
    sums = np.bincount(weekday, weekly[0], minlength=7) / np.maximum(count, 1)
    usual = float(explanation.values[item].mean())
    if usual <= 0 or (count == 0).any() or np.abs(sums).max() < 0.03 * usual:
        return
    best, worst = int(np.argmax(sums)), int(np.argmin(sums))
    yield words.say(
        "week",
        best=words.weekday(best),
        high=percent(sums[best] / usual, sign=True),
        worst=words.weekday(worst),
        low=percent(sums[worst] / usual, sign=True),
    )


def _year(explanation: "Explanation", item: int, words: Phrases) -> Iterator[str]:
    for name, values in _of(explanation, item, "season"):
        if name == "annual" and abs(values.sum()) >= _WORTH * _size(explanation, item):
            rest = explanation.values[item].sum() - values.sum()
            share = percent(values.sum() / max(abs(rest), 1e-9), sign=True)
            yield words.say("year", value=number(values.sum(), sign=True), share=share)


def _unmoved(explanation: "Explanation", item: int, words: Phrases) -> Iterator[str]:
    """Covariates that add nothing: since the model does not read them, or since they are as usual."""
    covariates = _of(explanation, item, "covariate")
    unread = [words.name(name) for name, _ in covariates if explanation.read.get(name) is False]
    if unread:
        yield words.say("unread", names=words.table["and"].join(unread))
    if covariates and not any(np.abs(values).max() > 0 for _, values in covariates) and not unread:
        yield words.say("baseline", names=words.table["and"].join(words.name(name) for name, _ in covariates))


def _rest(explanation: "Explanation", item: int, words: Phrases) -> Iterator[str]:
    rest = _of(explanation, item, "remainder")[0][1]
    share = float(np.abs(rest).sum()) / _size(explanation, item)
    if share >= _LEFT:
        yield words.say("rest", value=number(rest.sum(), sign=True), share=percent(share))
    yield words.say("sum")


def _size(explanation: "Explanation", item: int) -> float:
    return max(float(explanation.values[item].sum()), 1e-9)


def change_sentences(change: "Change", item: object = None, *, language: Language = "en") -> tuple[str, ...]:
    """What changed in the forecast of one item, and why.

    Raises:
        ConfigError: no such item, or an unknown language.
    """
    words, row = Phrases.of(language), item_index(change.items, item)
    old, new = float(change.old[row].sum()), float(change.new[row].sum())
    first, last = (day(change.timestamps[row, step]) for step in (0, -1))
    moved = percent(new / old - 1, sign=True) if old > 0 else number(new - old, sign=True)
    label = item_label(change.items, row)
    both = words.say("old", item=label, first=first, last=last, old=number(old), new=number(new), change=moved)
    size = max((old + new) / 2, 1e-9)
    sums = {cause: float(values[row].sum()) for cause, values in change.shares.items()}
    causes = [
        words.say("adds", name=words.table[cause], value=number(units, sign=True))
        for cause, units in sorted(sums.items(), key=lambda pair: -abs(pair[1]))
        if abs(units) >= _WORTH * size
    ]
    why = words.say("why", reasons=words.table["between"].join(causes)) if causes else words.say("same")
    churn = float(change.churn[row])
    stable = [words.say("stable", churn=percent(churn))] if np.isfinite(churn) else []
    return (both, why, *stable)
