"""The calendar of peaks: when demand rises, by how much, and how sure that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.calendar.days import span_of
from foresale.calendar.occurrences import Occurrence, festivals_felt, occurrences
from foresale.core.arrays import Flags, Numbers
from foresale.core.frequency import Index
from foresale.inspection.trend.calendar import WEEKDAYS, Terms, terms
from foresale.inspection.trend.fit import Fit
from foresale.inspection.trend.series import Groups

SCHEMA: Final[dict[str, Any]] = {
    "group": pl.String,
    "peak": pl.String,
    "kind": pl.String,
    "from": pl.Datetime("us"),
    "to": pl.Datetime("us"),
    "top": pl.Datetime("us"),
    "rise": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "times": pl.Int64,
    "sure": pl.String,
    "extra": pl.Float64,
    "within": pl.String,
}
_MARGIN: Final = 1.645  # standard errors of a 90 % interval
_NOTABLE: Final = 0.05  # rise or fall of demand
_FLOOR: Final = 0.1
"""How much a festival's logarithmic effect differs from year to year at least: one standard deviation."""
_FELT: Final = 0.25
"""Share of the rise of the main days from which on a day belongs to the peak."""
_OFTEN: Final = 2  # times from which on a peak is sure


@dataclass(frozen=True)
class Ahead:
    """The periods that a calendar of peaks is for.

    Attributes:
        first: grid position after the cutoff.
        periods: how many.
        columns: the calendar over them.
        found: festivals and holidays in them.
    """

    first: int
    periods: int
    columns: Terms = field(repr=False)
    found: tuple[Occurrence, ...] = field(repr=False)

    @property
    def positions(self) -> Index:
        """[H] grid positions."""
        return self.first + np.arange(self.periods)


def ahead(groups: Groups, *, periods: int, countries: Sequence[str]) -> Ahead:
    """The next periods and their calendar.

    Raises:
        ConfigError: an unknown country.
    """
    first = groups.last + 1
    columns = terms(groups.frequency, first, first + periods - 1, years=groups.years, countries=countries)
    days = span_of(groups.frequency, first, first + periods - 1).days
    return Ahead(first, periods, columns, tuple(occurrences(int(days[0]), int(days[-1]), countries=countries)))


def peaks_table(groups: Groups, fits: Sequence[Fit], coming: Ahead, *, countries: Sequence[str]) -> pl.DataFrame:
    """One row per peak (or lull) ahead and group, by date; weekdays, which come every week, first.

    Columns: group, peak (festival, stretch of the year or weekdays), kind, from, to, top (the highest period), rise
    (demand there ÷ usual demand), low and high (90 %), times it was seen, sure ("sure": the interval lies on one side
    of 1 and it was seen twice or more; "likely": seen once; else "unsure"), extra (units above the usual from `from` to
    `to`, at today's level), and for a stretch of the year the festivals within it.
    """
    rows = [row for group in range(len(fits)) for row in _rows(groups, group, fits[group], coming, countries)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    place = {name: number for number, name in enumerate(groups.names)}
    order = pl.col("group").replace_strict(place, return_dtype=pl.Int64)
    return frame.sort(order, "from", "rise", nulls_last=False, descending=[False, False, True])


def _rows(
    groups: Groups, group: int, fit: Fit, coming: Ahead, countries: Sequence[str]
) -> Iterator[tuple[object, ...]]:
    if fit.level[-1] <= 0:
        return
    past = span_of(groups.frequency, groups.first, groups.last).days
    felt = occurrences(int(past[0]), int(past[-1]), countries=countries)
    seen = [own for own in felt if past[0] <= own.first and own.last <= past[-1]]
    for parts in (
        _weekdays(groups, fit),
        _festivals(groups, group, fit, coming, seen),
        _stretches(groups, fit, coming),
    ):
        for row in parts:
            yield groups.names[group], *row


def _weekdays(groups: Groups, fit: Fit) -> Iterator[tuple[object, ...]]:
    chosen = np.flatnonzero(fit.terms.of(["weekday"]))
    weeks = groups.sales.shape[1] // 7
    if not chosen.size or weeks < 4:
        return
    effects = fit.coefficients[chosen]
    contrast = np.zeros((7, len(fit.terms.names)))
    contrast[:, chosen] = np.eye(7) - 1 / 7
    error = fit.error_of(contrast)
    shift = np.log(np.exp(effects - effects.mean()).mean())
    at = int(np.argmax(effects))
    rise, low, high = _interval(float(effects[at] - effects.mean() - shift), float(error[at]))
    if rise - 1 >= _NOTABLE:
        yield WEEKDAYS[at], "weekday", None, None, None, rise, low, high, weeks, _sure(low, high, weeks), None, ""


def _festivals(
    groups: Groups, group: int, fit: Fit, coming: Ahead, seen: Sequence[Occurrence]
) -> Iterator[tuple[object, ...]]:
    between = _between(groups, group, fit, seen)
    matched = fit.matched(coming.columns)
    for own in coming.found:
        mine = coming.columns.of(["on", "before", "after"], name=own.feast)
        main = coming.columns.of(["on"], name=own.feast)
        times = sum(other.feast == own.feast for other in seen)
        told = fit.terms.of(["on"], name=own.feast).any() and times > 0
        inside = _inside(groups, coming, own)
        if not told or not inside.any():
            continue
        effect = coming.columns.values[:, mine] @ matched[mine]
        on = np.where(inside & (coming.columns.values[:, main].sum(axis=1) > 0), effect, -np.inf)
        at = int(np.argmax(np.where(np.isfinite(on), np.abs(on), -1)))
        columns = _columns(fit, coming, at, own.feast)
        error = np.hypot(float(fit.error_of(columns)[0]), between / np.sqrt(times))
        rise, low, high = _interval(float(effect[at]), float(np.hypot(error, between)) if times == 1 else float(error))
        if abs(rise - 1) < _NOTABLE or not inside[at]:
            continue
        felt = inside & (np.sign(effect) == np.sign(effect[at])) & (np.abs(effect) >= _FELT * abs(effect[at]))
        begin, end = _run(felt, at)
        extra = _extra(fit, coming, effect, begin, end)
        kind = "holiday" if own.kind == "public" else "festival"
        yield (
            own.name,
            kind,
            *_stamps(groups, coming, begin, end, at),
            rise,
            low,
            high,
            times,
            _sure(low, high, times),
            extra,
            "",
        )


def _inside(groups: Groups, coming: Ahead, own: Occurrence) -> Flags:
    edges = groups.frequency.index(np.array([own.begins, own.ends], "datetime64[D]"))
    return np.asarray((coming.positions >= edges[0]) & (coming.positions <= edges[1]))


def _columns(fit: Fit, coming: Ahead, at: int, feast: str) -> Numbers:
    """[1, P] the fitted columns of one festival in one coming period."""
    own = dict(zip(coming.columns.names, coming.columns.values[at].tolist(), strict=True))
    mine = fit.terms.of(["on", "before", "after"], name=feast)
    return np.array([[own.get(label, 0.0) if mine[place] else 0.0 for place, label in enumerate(fit.terms.names)]])


def _between(groups: Groups, group: int, fit: Fit, seen: Sequence[Occurrence]) -> float:
    """How much the logarithmic effect of one festival differs from year to year, over all that came twice."""
    series = groups.sales[group]
    ratios: dict[str, list[float]] = {}
    for own in seen:
        at = groups.frequency.index(np.arange(own.first, own.last + 1).astype("datetime64[D]")) - groups.first
        at = np.unique(at[(at >= 0) & (at < series.size)])
        known = at[np.isfinite(series[at]) & (series[at] > 0) & (fit.expected[at] > 0)]
        if known.size:
            ratios.setdefault(own.feast, []).append(float(np.log(series[known].sum() / fit.expected[known].sum())))
    again = [np.array(values) for values in ratios.values() if len(values) > 1]
    freedom = sum(values.size - 1 for values in again)
    if not freedom:
        return 2 * _FLOOR
    squares = sum(float(((values - values.mean()) ** 2).sum()) for values in again)
    return max(float(np.sqrt(squares / freedom)), _FLOOR)


def _stretches(groups: Groups, fit: Fit, coming: Ahead) -> Iterator[tuple[object, ...]]:
    """The times of the year, over a week or more, at which demand is high."""
    chosen = coming.columns.of(["annual"])
    if not chosen.any():
        return
    effect = coming.columns.values[:, chosen] @ fit.matched(coming.columns)[chosen]
    year = _year(groups, fit)
    effect = effect - np.log(np.exp(year).mean())
    error = fit.error_of(_yearly_columns(fit, coming))
    line = max(float(np.log(np.exp(year - np.log(np.exp(year).mean())).max())) / 2, np.log(1 + _NOTABLE))
    high = effect >= line
    at = 0
    while at < high.size:
        if not high[at]:
            at += 1
            continue
        end = at + int(np.argmin(np.append(high[at:], False)))
        top = at + int(np.argmax(effect[at:end]))
        rise, low, above = _interval(float(effect[top]), float(error[top]))
        times = int(groups.years)
        days = [int(day) for day in _days(groups, coming, at, end - 1)]
        yield (
            "time of the year",
            "season",
            *_stamps(groups, coming, at, end - 1, top),
            rise,
            low,
            above,
            times,
            _sure(low, above, times),
            _extra(fit, coming, effect, at, end - 1),
            _festivals_within(days),
        )
        at = end


def _year(groups: Groups, fit: Fit) -> Numbers:
    """The logarithmic effect of the time of the year over the last year."""
    chosen = fit.terms.of(["annual"])
    effect = fit.terms.values[:, chosen] @ fit.coefficients[chosen]
    return np.asarray(effect[-round(groups.frequency.per_year) :])


def _yearly_columns(fit: Fit, coming: Ahead) -> Numbers:
    """[H, P] the yearly columns of the coming periods, less their mean over a year."""
    chosen = fit.terms.of(["annual"])
    places = {name: number for number, name in enumerate(coming.columns.names)}
    columns = np.zeros((coming.periods, len(fit.terms.names)))
    for place in np.flatnonzero(chosen):
        columns[:, place] = coming.columns.values[:, places[fit.terms.names[place]]]
    return columns


def _days(groups: Groups, coming: Ahead, begin: int, end: int) -> Index:
    return span_of(groups.frequency, coming.first + begin, coming.first + end).days


def _festivals_within(days: Sequence[int]) -> str:
    names = [own.name for own in festivals_felt(days[0], days[-1]) if days[0] <= own.first <= days[-1]]
    return ", ".join(dict.fromkeys(names))


def _run(felt: Flags, at: int) -> tuple[int, int]:
    """The first and last place of the stretch around one that is felt all along."""
    begin = end = at
    while begin > 0 and felt[begin - 1]:
        begin -= 1
    while end + 1 < felt.size and felt[end + 1]:
        end += 1
    return begin, end


def _extra(fit: Fit, coming: Ahead, effect: Numbers, begin: int, end: int) -> float:
    """Units above the usual, at the newest level: what is expected, less that without the effect."""
    factor = fit.factor_of(coming.columns)[begin : end + 1]
    return float(fit.level[-1] * (factor * (1 - np.exp(-effect[begin : end + 1]))).sum())


def _stamps(groups: Groups, coming: Ahead, begin: int, end: int, top: int) -> list[object]:
    stamps: list[object] = groups.frequency.timestamps(coming.first + np.array([begin, end, top])).tolist()
    return stamps


def _interval(effect: float, error: float) -> tuple[float, float, float]:
    margin = _MARGIN * error
    rise, low, high = np.exp([effect, effect - margin, effect + margin]).tolist()
    return rise, low, high


def _sure(low: float, high: float, times: int) -> str:
    if low <= 1 <= high:
        return "unsure"
    return "sure" if times >= _OFTEN else "likely"
