"""Feasts and where they fall: the one answer that everything which asks the calendar for events is built on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from foresale.calendar.countries import Country, parse_countries
from foresale.calendar.feasts import Holiday, holidays_of, told_apart
from foresale.calendar.festivals import Festival, festivals

_EPOCH: Final = date(1970, 1, 1)
_MARGIN: Final = 40  # days beyond those asked for in which a feast can still be felt within
_ONE: Final = 3
"""Days between holidays of one feast up to which they are one occurrence: a weekend lies between."""
_BELONGS: Final = 31
"""Days beside a festival within which its public holidays and their substitutes lie, or where the holidays package has
it a month of the moon late, as it has Diwali of 2028 in some countries."""
PARTS: Final = {
    "christmas_eve": "christmas",
    "good_friday": "easter",
    "holy_saturday": "easter",
    "easter_sunday": "easter",
    "easter_monday": "easter",
    "orthodox_good_friday": "orthodox_easter",
    "orthodox_holy_saturday": "orthodox_easter",
    "orthodox_easter_sunday": "orthodox_easter",
    "orthodox_easter_monday": "orthodox_easter",
    "carnival_monday": "carnival",
    "carnival_tuesday": "carnival",
    "showa_day_jp": "golden_week",
    "constitution_day_jp": "golden_week",
    "greenery_day_jp": "golden_week",
    "childrens_day_jp": "golden_week",
}
"""Public holidays that are main days of a festival, where the festival is kept."""


@dataclass(frozen=True)
class Occurrence:
    """A feast in one year, in days after 1970-01-01.

    Attributes:
        feast: its key, the same in every year, country and language ("eid_al_fitr").
        name: as it is called in English, for people; with its country where another feast asked for has the name.
        first: its first main day.
        last: its last.
        begins: the first day on which sales may move.
        ends: the last.
        kind: see `Occasion.kind`; "public" where it is a public holiday and no more.
        estimated: whether the date is not known for certain: it follows from a rule, and somebody has still to announce
            it, or to see the moon.
    """

    feast: str
    name: str
    first: int
    last: int
    begins: int
    ends: int
    kind: str
    estimated: bool


def occurrences(first: int, last: int, *, countries: Sequence[str] = ()) -> list[Occurrence]:
    """The festivals and, with countries, public holidays that are felt on the days first to last (after 1970-01-01).

    Seasons of many weeks do not count. A holiday that is a main day of a festival is not listed beside it, and
    substitute days belong to their feast; two feasts on one day are two. They come in the order of their main days.

    Raises:
        ConfigError: an unknown country.

    >>> [found.feast for found in occurrences(20_037, 20_041)]  # 2024-11-10 to 14
    ['double_11']
    >>> [found.feast for found in occurrences(20_037, 20_041, countries=["US"])]
    ['veterans_day_us']
    """
    years = _years(first, last)
    found = [own for own in festivals_felt(first, last, countries=countries) if own.kind != "season"]
    chosen = parse_countries(countries)
    names = told_apart(chosen)
    for country in chosen:
        kept = [_of(festival) for festival in festivals(years, regions=[country.code])]
        found += [own for own in _holidays(country, years) if not _is_day_of(own, kept)]
    inside = {(own.feast, own.first, own.last): own for own in reversed(found) if _is_felt(own, first, last)}
    named = (replace(own, name=names.get(own.feast, own.name)) for own in inside.values())
    return sorted(named, key=lambda own: (own.first, own.last, own.feast))


def festivals_felt(first: int, last: int, *, countries: Sequence[str] = ()) -> list[Occurrence]:
    """The festivals alone, and seasons among them, that are felt on some days.

    Raises:
        ConfigError: an unknown country.
    """
    found = (_of(festival) for festival in festivals(_years(first, last), regions=countries))
    return [own for own in found if _is_felt(own, first, last)]


def day_number(day: date) -> int:
    """Days after 1970-01-01."""
    return (day - _EPOCH).days


def _years(first: int, last: int) -> range:
    begin, end = (_EPOCH + timedelta(days=day) for day in (first - _MARGIN, last + _MARGIN))
    return range(begin.year, end.year + 1)


def _of(festival: Festival) -> Occurrence:
    first, last, begins, ends = map(day_number, (festival.first, festival.last, festival.begins, festival.ends))
    return Occurrence(festival.feast, festival.name, first, last, begins, ends, festival.kind, festival.estimated)


def _is_felt(own: Occurrence, first: int, last: int) -> bool:
    return own.ends >= first and own.begins <= last


def _is_day_of(holiday: Occurrence, kept: Sequence[Occurrence]) -> bool:
    """Whether a public holiday is a day of a festival that its country keeps."""
    feasts = {holiday.feast, PARTS.get(holiday.feast)}
    return any(
        own.feast in feasts and own.first - _BELONGS <= holiday.last and holiday.first <= own.last + _BELONGS
        for own in kept
    )


def _holidays(country: Country, years: range) -> Iterator[Occurrence]:
    """The public holidays of a country by feast: days of one feast that lie together are one occurrence."""
    wide = tuple(range(years.start - 1, years.stop + 1))
    by_feast = sorted(holidays_of(country, wide), key=lambda own: (own.feast, own.day))
    for feast, days in groupby(by_feast, key=lambda own: own.feast):
        run: list[Holiday] = []
        for own in days:
            if run and (own.day - run[-1].day).days > _ONE:
                yield _joined(feast, run)
                run = []
            run.append(own)
        yield _joined(feast, run)


def _joined(feast: str, run: Sequence[Holiday]) -> Occurrence:
    first, last = day_number(run[0].day), day_number(run[-1].day)
    estimated = any(own.estimated for own in run)
    return Occurrence(feast, run[0].name, first, last, first, last, "public", estimated)
