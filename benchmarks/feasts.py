"""Every feast, country and year from 2020 to 2035 against the public holidays of the holidays package.

Three questions: do the main days of a festival hold the public holiday of the same feast; is each public holiday an
occurrence; and how far from a country's own dates is the rule that all countries have in common. What differs is listed
with its reason, and must have one.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from typing import Final

from foresale.calendar.countries import Country
from foresale.calendar.feasts import Holiday, holidays_of
from foresale.calendar.festivals import Festival, festivals
from foresale.calendar.lunisolar import diwali, lunar_date
from foresale.calendar.movable import islamic_dates
from foresale.calendar.occasions import EVERYWHERE, OCCASIONS
from foresale.calendar.occurrences import PARTS, day_number, occurrences

YEARS: Final = range(2020, 2036)
COUNTRIES: Final = sorted({code for own in OCCASIONS for code in own.countries} - EVERYWHERE)
LONGER: Final = "the public holiday begins before the feast's main days or lasts longer"
LATE: Final = "2028: the package has the new moon a month later than in India, and than its own table of India"
REASONS: Final = {
    ("diwali", "SG"): LATE,
    ("diwali", "TT"): LATE,
    ("easter", "PS"): "the package calls both Easters by one name",
    ("mid_autumn_festival", "HK"): "the day after the evening of the moon is the day off",
    ("mid_autumn_festival", "MO"): "the day after the evening of the moon is the day off",
    ("new_year", "QA"): "2025: a day off after it was announced; the day itself is one for banks",
}
"""Why a feast has another date in the package, by feast and country."""
NEAR: Final = timedelta(days=14)


@dataclass(frozen=True)
class Compared:
    """A feast in a country and year, or a holiday of the package without one ("missing")."""

    feast: str
    country: str
    year: int
    outcome: str
    days: str = ""

    @property
    def reason(self) -> str:
        """Why it differs; "" where no reason is known."""
        return LONGER if self.outcome == "longer" else REASONS.get((self.feast, self.country), "")


def main() -> None:
    from measuring import report

    argparse.ArgumentParser(description=__doc__).parse_args()
    found = [row for country in COUNTRIES for row in compared(country)]
    lost = [row for country in COUNTRIES for row in uncovered(country)]
    rows = [*summary(found), *common_rows(), ("public holidays that are no occurrence", "", len(lost), *[""] * 4)]
    outcomes = ("the same", "longer", "another date", "no public holiday")
    data = f"holidays {version('holidays')}, {len(COUNTRIES)} countries, {YEARS.start} to {YEARS.stop - 1}"
    columns = ("feast", "countries", *outcomes, "where it differs, and why")
    report("feasts", title="Feasts beside the holidays package", data=data, columns=columns, rows=rows)


def compared(country: str) -> Iterator[Compared]:
    """Each festival of a country and year beside the public holidays of the same feast."""
    ours: dict[str, list[Festival]] = defaultdict(list)
    for festival in festivals(YEARS, regions=[country]):
        if festival.kind != "season":
            ours[festival.feast].append(festival)
    theirs: dict[str, list[Holiday]] = defaultdict(list)
    listed = holidays_of(Country(country), tuple(YEARS))
    named = {own.feast for own in listed if own.proper}
    for own in listed:
        if own.proper or own.feast not in named:
            theirs[PARTS.get(own.feast, own.feast)].append(own)
    for feast, held in ours.items():
        for festival in held:
            days = [own.day for own in theirs[feast] if festival.first - NEAR <= own.day <= festival.last + NEAR]
            yield Compared(feast, country, festival.first.year, *_outcome(festival, days))
        for own in theirs[feast]:
            if not any(festival.first - NEAR <= own.day <= festival.last + NEAR for festival in held):
                yield Compared(feast, country, own.day.year, "another date", str(own.day))


def _outcome(festival: Festival, days: list[date]) -> tuple[str, str]:
    inside = [day for day in days if festival.first <= day <= festival.last]
    if not days:
        return "no public holiday", ""
    if len(inside) == len(days):
        return "the same", ""
    text = f"{festival.first} to {festival.last}, in the package {', '.join(map(str, days))}"
    return ("longer" if inside else "another date"), text


def uncovered(country: str) -> Iterator[Holiday]:
    """Public holidays that lie in no occurrence, and are no days of a festival either."""
    first, last = day_number(date(YEARS.start, 1, 1)), day_number(date(YEARS.stop - 1, 12, 31))
    found = occurrences(first, last, countries=[country])
    by_feast: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for own in found:
        by_feast[own.feast].append((own.first - 31, own.last + 31))
    for holiday in holidays_of(Country(country), tuple(YEARS)):
        spans = by_feast[holiday.feast] + by_feast[PARTS.get(holiday.feast, "")]
        if not any(begin <= day_number(holiday.day) <= end for begin, end in spans):
            yield holiday


def summary(found: list[Compared]) -> Iterator[tuple[object, ...]]:
    """By feast that is a public holiday anywhere, how often each outcome came, and what differs."""
    by_feast: dict[str, list[Compared]] = defaultdict(list)
    for row in found:
        by_feast[row.feast].append(row)
    for feast, rows in sorted(by_feast.items()):
        counts = Counter(row.outcome for row in rows)
        if counts.total() > counts["no public holiday"]:
            outcomes = (counts[name] for name in ("the same", "longer", "another date", "no public holiday"))
            yield feast, len({row.country for row in rows}), *outcomes, _differences(rows)


def _differences(rows: list[Compared]) -> str:
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.outcome in {"longer", "another date"}:
            by[row.reason or "UNEXPLAINED"][row.country] += 1
    texts = []
    for why, countries in sorted(by.items()):
        texts.append(", ".join(f"{code} ({times})" for code, times in sorted(countries.items())) + f": {why}")
    return "; ".join(texts)


def common_rows() -> Iterator[tuple[object, ...]]:
    """How far the common rules are from the countries' own dates."""
    for feast, counts in common_rules().items():
        off = ", ".join(f"{_off(gap)} ({times})" for gap, times in sorted(counts.items()) if gap)
        moved = counts.total() - counts[0]
        yield (
            f"{feast} by the rule that all have in common",
            "",
            counts[0],
            "",
            moved,
            "",
            f"the country's day is {off}",
        )


def common_rules() -> dict[str, Counter[int]]:
    """By feast, how many days a country's own date is after that of the rule that all have in common."""
    counts: dict[str, Counter[int]] = {
        "eid_al_fitr": Counter(),
        "eid_al_adha": Counter(),
        "diwali": Counter(),
        "spring_festival": Counter(),
    }
    main_day = {"diwali": 2, "spring_festival": 1}
    for feast, own in counts.items():
        for country in sorted({code for row in OCCASIONS if row.feast == feast for code in row.countries}):
            for festival in festivals(YEARS, regions=[country]):
                if festival.feast == feast:
                    day = festival.first + timedelta(days=main_day.get(feast, 0))
                    own[min(((day - other).days for other in _common(feast, day.year)), key=abs)] += 1
    return counts


def _common(feast: str, year: int) -> list[date]:
    if feast == "diwali":
        return [diwali(year)]
    if feast == "spring_festival":
        return [lunar_date(year, 1, 1)]
    month, day = (10, 1) if feast == "eid_al_fitr" else (12, 10)
    return [own for other in (year - 1, year, year + 1) for own in islamic_dates(other, month, day)]


def _off(gap: int) -> str:
    return f"{abs(gap)} day{'s' if abs(gap) > 1 else ''} {'later' if gap > 0 else 'earlier'}"


if __name__ == "__main__":
    main()
