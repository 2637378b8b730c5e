"""Public holidays as days of feasts: one key for a feast, whatever its name in a year or the language of its country.

A feast that many countries keep has one key (`christmas`); one of a country bears its code (`independence_day_in`).
Where a name stands for two feasts of a year, the month tells them apart (`state_holiday_us_november`); where a feast
was renamed, the new name's key counts for all years. Both are read from the years 2000 to 2035.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Final

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from foresale.calendar.countries import Country
from foresale.calendar.holidays import titles_of
from foresale.calendar.names import SHARED, Shared, base, is_estimated, is_proper, slug

_READ: Final = range(2000, 2036)
_APART: Final = 45
"""Days of the year between which no date of a name lies where the name stands for two feasts."""
_NEAR: Final = 10
"""How far from its usual day a feast may fall: holidays are moved to the Monday after, or to another week's end."""
_BESIDE: Final = 7
"""How many days away from its feast a day off without a name may lie."""
_MOST: Final = 0.6
"""Share of the years in which a rule must give a feast's date to be its rule."""
_YEAR: Final = 365.25  # days


@dataclass(frozen=True, order=True)
class Holiday:
    """A day of a feast that is a public holiday.

    Attributes:
        day: the day.
        feast: the key of the feast.
        name: the feast's name in English.
        estimated: whether the date is an estimate.
        proper: whether it is the day of the feast itself, not a second day, an eve or a substitute.
    """

    day: date
    feast: str
    name: str
    estimated: bool
    proper: bool


@dataclass(frozen=True)
class _Sense:
    """What a name means.

    Attributes:
        feast: the key.
        name: the feast's name.
        days: the dates.
        shared: whether the feast is one of several countries.
    """

    feast: str
    name: str
    days: tuple[date, ...]
    shared: bool

    @property
    def years(self) -> frozenset[int]:
        """The years in which it has a date."""
        return frozenset(day.year for day in self.days)


@lru_cache(maxsize=512)
def holidays_of(country: Country, years: tuple[int, ...]) -> tuple[Holiday, ...]:
    """The public holidays of a country in some years, by date.

    >>> [own.feast for own in holidays_of(Country("US"), (2027,)) if own.day.month in {6, 7}]
    ['juneteenth_national_independence_day_us', 'juneteenth_national_independence_day_us', 'independence_day',
     'independence_day']
    """
    return tuple(own for year in sorted(set(years)) for own in _of_year(country, year))


@lru_cache(maxsize=16_384)
def _of_year(country: Country, year: int) -> tuple[Holiday, ...]:
    named = _named(country, year)
    nameless = [(day, title) for day, titles in titles_of(country, (year,)) for title in titles if not base(title)]
    if not nameless:
        return named
    around = [own for shift in (-1, 0, 1) for own in _named(country, year + shift)]
    return tuple(sorted({*named, *(_beside(day, title, around, country) for day, title in nameless)}))


@lru_cache(maxsize=16_384)
def _named(country: Country, year: int) -> tuple[Holiday, ...]:
    """The holidays of a year that have a name of their own."""
    found = set()
    for day, titles in titles_of(country, (year,)):
        for title in titles:
            if name := base(title):
                sense = _sense(country, name, day)
                found.add(Holiday(day, sense.feast, sense.name, is_estimated(title), is_proper(title)))
    return tuple(sorted(found))


@lru_cache(maxsize=64)
def told_apart(countries: tuple[Country, ...]) -> Mapping[str, str]:
    """By feast, its name with country or month, where one of the others of some countries is called the same.

    >>> names = told_apart((Country("US"), Country("IN")))
    >>> names["independence_day_in"], names.get("independence_day")
    ('Independence Day (IN)', None)
    """
    every = {sense.feast: sense for country in countries for senses in _meanings(country).values() for sense in senses}
    times = Counter(sense.name for sense in every.values())
    own = (sense for sense in every.values() if times[sense.name] > 1 and not sense.shared)
    return {sense.feast: f"{sense.name} ({_last_part(sense.feast)})" for sense in own}


def _last_part(feast: str) -> str:
    """The country or month at the end of a key."""
    part = feast.rpartition("_")[2]
    return part.upper() if len(part) == 2 else part.title()


def _beside(day: date, title: str, named: Sequence[Holiday], country: Country) -> Holiday:
    """A day off without a name, as a day of the feast that it lies beside."""
    own = min(named, key=lambda other: (abs((other.day - day).days), other.day), default=None)
    if own is None or abs((own.day - day).days) > _BESIDE:
        return Holiday(day, f"day_off_{country.code.lower()}", "Day off", is_estimated(title), proper=False)
    return Holiday(day, own.feast, own.name, own.estimated, proper=False)


def _sense(country: Country, name: str, day: date) -> _Sense:
    """What a name means on a date."""
    senses = _meanings(country).get(name) or _senses(name, (day,), country)
    if len(senses) == 1:
        return senses[0]
    return min(senses, key=lambda sense: min(_distance(_place(day), _place(other)) for other in sense.days))


@lru_cache(maxsize=512)
def _meanings(country: Country) -> dict[str, tuple[_Sense, ...]]:
    """By name, what it means; of a subdivision a name means what it does in its country, if at the same time."""
    days: dict[str, list[date]] = {}
    for day, titles in titles_of(country, tuple(_READ)):
        for name in {base(title) for title in titles} - {""}:
            days.setdefault(name, []).append(day)
    found = {name: _senses(name, tuple(own), country) for name, own in days.items()}
    if country.part:
        whole = _meanings(Country(country.code))
        found = {name: tuple(_as_in(sense, whole.get(name, ())) for sense in senses) for name, senses in found.items()}
    return _renamed(found)


def _senses(name: str, days: Sequence[date], country: Country) -> tuple[_Sense, ...]:
    groups = _apart(days)
    found = [_shared_sense(name, own, country) for own in groups]
    key = f"{slug(name)}_{country.code.lower()}"
    lone = sum(sense is None for sense in found) == 1
    return tuple(
        sense or _Sense(key if lone else f"{key}_{_month(own)}", name, tuple(own), shared=False)
        for sense, own in zip(found, groups, strict=True)
    )


def _shared_sense(name: str, days: Sequence[date], country: Country) -> _Sense | None:
    for shared in SHARED:
        if shared.is_called(name) and (not shared.countries or country.code in shared.countries):
            if shared.easter is not None:
                return _by_easter(shared, name, days)
            if shared.near is None or median(_distance(_place(day), _at(shared.near)) for day in days) <= _NEAR:
                return _Sense(shared.feast, shared.name, tuple(days), shared=True)
    return None


def _by_easter(shared: Shared, name: str, days: Sequence[date]) -> _Sense:
    """The feast of the Western or of the Orthodox Easter, whichever its name says or its dates follow."""
    assert shared.easter is not None
    gaps = [
        median(abs((day - easter(day.year, church)).days - shared.easter) for day in days)
        for church in (EASTER_WESTERN, EASTER_ORTHODOX)
    ]
    eastern = name.startswith(("Orthodox", "Julian", "Coptic"))
    if not eastern and (gaps[0] <= gaps[1] or name.startswith(("Catholic", "Gregorian"))):
        return _Sense(shared.feast, shared.name, tuple(days), shared=True)
    return _Sense(f"orthodox_{shared.feast}", f"Orthodox {shared.name}", tuple(days), shared=True)


def _apart(days: Sequence[date]) -> list[list[date]]:
    """Dates by feast: those of two times of the year that both come in most years are those of two feasts."""
    order = sorted(days, key=_place)
    gaps = [_place(later) - _place(day) for day, later in pairwise(order)]
    cuts = [at + 1 for at, gap in enumerate(gaps) if gap > _APART]
    parts = [order[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    if len(parts) > 1 and _YEAR - _place(order[-1]) + _place(order[0]) <= _APART:
        parts = [parts[-1] + parts[0], *parts[1:-1]]
    parts.sort(key=len, reverse=True)
    found = [parts[0]]
    for part in parts[1:]:
        years = {day.year for day in part}
        if 2 * len(years & {day.year for day in found[0]}) > len(years) > 1:
            found.append(part)
        else:
            found[0].extend(part)
    return found


def _as_in(sense: _Sense, whole: Sequence[_Sense]) -> _Sense:
    """A sense of a subdivision, by the key that it has in the whole country."""
    if sense.shared or not whole:
        return sense
    near = [own for own in whole if _distance(_middle(own.days), _middle(sense.days)) <= _APART]
    if near:
        return _Sense(near[0].feast, near[0].name, sense.days, near[0].shared)
    if sense.feast.endswith(_month(sense.days)):
        return sense
    return _Sense(f"{sense.feast}_{_month(sense.days)}", sense.name, sense.days, shared=False)


def _renamed(found: dict[str, tuple[_Sense, ...]]) -> dict[str, tuple[_Sense, ...]]:
    """The same, with the key of the new name for feasts that were renamed: the other name goes on by the same rule."""
    every = [sense for senses in found.values() for sense in senses if len(sense.years) > 1]
    heirs: dict[str, _Sense] = {}
    for sense in sorted(every, key=lambda own: max(own.years), reverse=True):
        heir = next((own for own in every if not sense.shared and _follows(own, sense)), None)
        if heir is not None:
            heirs[sense.feast] = heirs.get(heir.feast, heir)
    return {
        name: tuple(
            _Sense(heirs[own.feast].feast, heirs[own.feast].name, own.days, heirs[own.feast].shared)
            if own.feast in heirs
            else own
            for own in senses
        )
        for name, senses in found.items()
    }


def _follows(heir: _Sense, sense: _Sense) -> bool:
    if heir.feast == sense.feast or not 1 <= min(heir.years) - max(sense.years) <= 2:
        return False
    return bool(_rules(heir.days) & _rules(sense.days))


def _rules(days: Iterable[date]) -> frozenset[tuple[int, ...]]:
    """The rules that give most of some dates: month and day; month, weekday and which of the month."""
    chosen = list(days)
    counts = Counter[tuple[int, ...]]()
    for day in chosen:
        counts[day.month, day.day] += 1
        counts[day.month, day.weekday(), (day.day - 1) // 7] += 1
    return frozenset(rule for rule, times in counts.items() if times >= _MOST * len({day.year for day in chosen}))


def _at(near: tuple[int, int]) -> float:
    return float(date(2001, *near).timetuple().tm_yday)


def _place(day: date) -> float:
    """Day of the year, of years without a leap day."""
    return _at((day.month, min(day.day, 28) if day.month == 2 else day.day))


def _distance(place: float, other: float) -> float:
    """Days between two places in the circle of the year."""
    apart = abs(place - other) % _YEAR
    return min(apart, _YEAR - apart)


def _middle(days: Sequence[date]) -> float:
    """The place that is nearest to all dates."""
    return min(map(_place, days), key=lambda place: sum(_distance(place, _place(day)) for day in days))


def _month(days: Sequence[date]) -> str:
    """The month in which most dates lie, in small letters."""
    months = Counter(day.strftime("%B").lower() for day in sorted(days))
    return months.most_common(1)[0][0]
