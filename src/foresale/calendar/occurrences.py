"""Feasts and where they fall: the one answer that everything which asks the calendar for events is built on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from foresale.calendar.feasts import feast_of, named
from foresale.calendar.festivals import Festival, festivals
from foresale.calendar.holidays import public_holidays

_EPOCH: Final = date(1970, 1, 1)
_MARGIN: Final = 40  # days beyond those asked for in which a feast can still be felt within


@dataclass(frozen=True)
class Occurrence:
    """A feast in one year, in days after 1970-01-01.

    Attributes:
        feast: its key, the same in every year, country and language ("eid_al_fitr").
        name: as it is called in English, for people.
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

    Seasons of many weeks do not count. A holiday that is a day of a festival is not listed beside it, and substitute
    days belong to their feast; two feasts on one day are two.

    Raises:
        ConfigError: an unknown country.

    >>> [found.feast for found in occurrences(20_037, 20_041)]  # 2024-11-10 to 14
    ['double_11']
    """
    years = range((_EPOCH + timedelta(days=first - _MARGIN)).year, (_EPOCH + timedelta(days=last + _MARGIN)).year + 1)
    found = [_of(festival) for festival in festivals(years, regions=countries) if festival.kind != "season"]
    if countries:
        found += _holidays(countries, years, taken={own.feast for own in found})
    inside = {own for own in found if own.ends >= first and own.begins <= last}
    return sorted(inside, key=lambda own: (own.first, own.last, own.feast))


def _of(festival: Festival) -> Occurrence:
    first, last, begins, ends = map(_number, (festival.first, festival.last, festival.begins, festival.ends))
    return Occurrence(feast_of(festival.name), festival.name, first, last, begins, ends, festival.kind, estimated=False)


def _holidays(countries: Sequence[str], years: Sequence[int], *, taken: set[str]) -> Iterator[Occurrence]:
    for day, titles in public_holidays(countries, years).items():
        for title in titles:
            name, estimated = named(title)
            feast = feast_of(name)
            if feast not in taken:
                at = _number(day)
                yield Occurrence(feast, name, at, at, at, at, "public", estimated)


def _number(day: date) -> int:
    return (day - _EPOCH).days
