"""Shopping festivals and feasts of any year from 1990 to 2100 and beyond.

Public holidays do not tell when people buy: Black Friday, Double 11 and Mother's Day are none. This table is our own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from foresale.calendar.countries import parse_countries
from foresale.calendar.occasions import EVERYWHERE, OCCASIONS, Kind, Occasion


@dataclass(frozen=True, order=True)
class Festival:
    """A festival in one year.

    Attributes:
        first: its first main day.
        last: its last main day, inclusive.
        feast: its key, the same in every year and country.
        name: as it is called in English, in the country it is asked for.
        kind: see `Occasion.kind`; a "season" is a typical window, not a date.
        run_up: days before `first` in which sales move.
        after: days after `last` in which sales move.
        estimated: whether the date follows from a rule, and has still to be announced or seen in the sky.
    """

    first: date
    last: date
    feast: str
    name: str
    kind: Kind
    run_up: int
    after: int
    estimated: bool = False

    @property
    def begins(self) -> date:
        """First day of the run-up."""
        return self.first - timedelta(days=self.run_up)

    @property
    def ends(self) -> date:
        """Last day of the after-effect."""
        return self.last + timedelta(days=self.after)


def festivals(years: Iterable[int], *, regions: Sequence[str] = ()) -> list[Festival]:
    """The festivals that begin in some years, by date; each once, though several countries keep it on that day.

    Args:
        years: calendar years; none is out of range. Sales whose dates are announced (Prime Day) have estimates for the
            years for which none was announced yet.
        regions: country codes ("CN", "US-CA" counts as US). Without any, a set that concerns online shops in most
            places: New Year, Spring Festival, Valentine's, Easter, Mother's and Father's Day, 618, back to school,
            Halloween, Double 11, Black Friday, Cyber Monday, Christmas and the sales after it.

    Raises:
        ConfigError: an unknown country; see `parse_countries`.

    >>> [f"{f.name} {f.first}" for f in festivals([2025], regions=["CN"]) if f.kind == "sale"]
    ['618 2025-06-18', 'Double 11 2025-11-11', 'Double 12 2025-12-12']
    """
    found: dict[tuple[str, date, date], Festival] = {}
    for year in sorted(set(years)):
        for occasion, country in _chosen(tuple(regions)):
            for festival in _held(occasion, country, year):
                key = (festival.feast, festival.first, festival.last)
                other = found.setdefault(key, festival)
                if other.name != festival.name:  # countries call it by their own names
                    found[key] = replace(other, name=occasion.name)
    return sorted(found.values())


def feasts_kept(*, regions: Sequence[str] = ()) -> tuple[str, ...]:
    """Keys of the festivals of some countries, whatever the year, in the order of the table.

    >>> feasts_kept(regions=["TH"])[:4]
    ('new_year', 'spring_festival', 'valentines_day', 'songkran')
    """
    return tuple(dict.fromkeys(occasion.feast for occasion, _ in _chosen(tuple(regions))))


@lru_cache(maxsize=64)
def _chosen(regions: tuple[str, ...]) -> tuple[tuple[Occasion, str], ...]:
    """The rows of the table and the countries that they are wanted for; "" where no country is named."""
    if not regions:
        return tuple((occasion, "") for occasion in OCCASIONS if occasion.default)
    codes = dict.fromkeys(country.code for country in parse_countries(regions))
    return tuple(
        (occasion, code) for occasion in OCCASIONS for code in codes if occasion.countries & {code, *EVERYWHERE}
    )


def _held(occasion: Occasion, country: str, year: int) -> tuple[Festival, ...]:
    name = occasion.called.get(country, occasion.name)
    return tuple(
        Festival(first, last, occasion.feast, name, occasion.kind, occasion.run_up, occasion.after, estimated)
        for first, last, estimated in occasion.spans(year, country)
    )
