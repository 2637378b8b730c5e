"""Shopping festivals and feasts of any year from 1990 to 2100 and beyond.

Public holidays do not tell when people buy: Black Friday, Double 11 and Mother's Day are none. This table is our own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
        name: as it is called in English.
        kind: see `Occasion.kind`; a "season" is a typical window, not a date.
        run_up: days before `first` in which sales move.
        after: days after `last` in which sales move.
    """

    first: date
    last: date
    name: str
    kind: Kind
    run_up: int
    after: int

    @property
    def begins(self) -> date:
        """First day of the run-up."""
        return self.first - timedelta(days=self.run_up)

    @property
    def ends(self) -> date:
        """Last day of the after-effect."""
        return self.last + timedelta(days=self.after)


def festivals(years: Iterable[int], *, regions: Sequence[str] = ()) -> list[Festival]:
    """The festivals that begin in some years, by date.

    Args:
        years: calendar years; none is out of range. Sales with announced dates (Prime Day) have none in the years
            for which none was announced, since an invented date would do harm.
        regions: country codes ("CN", "US-CA" counts as US). Without any, a set that concerns online shops in most
            places: New Year, Spring Festival, Valentine's, Easter, Mother's and Father's Day, 618, back to school,
            Halloween, Double 11, Black Friday, Cyber Monday, Christmas and the sales after it.

    Raises:
        ConfigError: an unknown country; see `parse_countries`.

    >>> [f"{f.name} {f.first}" for f in festivals([2025], regions=["CN"]) if f.kind == "sale"]
    ['618 2025-06-18', 'Double 11 2025-11-11', 'Double 12 2025-12-12']
    """
    chosen = _chosen(tuple(regions))
    return sorted(
        Festival(first, last, occasion.name, occasion.kind, occasion.run_up, occasion.after)
        for year in sorted(set(years))
        for occasion in chosen
        for first, last in occasion.spans(year)
    )


def festival_names(*, regions: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of the festivals of some countries, whatever the year, in the order of the table.

    >>> festival_names(regions=["TH"])[:3]
    ('New Year', "Valentine's Day", 'Songkran')
    """
    return tuple(dict.fromkeys(occasion.name for occasion in _chosen(tuple(regions))))


@lru_cache(maxsize=64)
def _chosen(regions: tuple[str, ...]) -> tuple[Occasion, ...]:
    if not regions:
        return tuple(occasion for occasion in OCCASIONS if occasion.default)
    countries = {country.code for country in parse_countries(regions)} | EVERYWHERE
    return tuple(occasion for occasion in OCCASIONS if occasion.countries & countries)
