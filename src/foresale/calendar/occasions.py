"""The table of festivals: the rule of each, where it is kept, and how long before and after it sales move.

Run-ups and after-effects are the customary shopping windows; models learn how much sales move within them. The first
year is the one in which a sale began: a model of earlier years must not see it. Mother's Day and its like stand in
several rows, since each country has its own rule.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from foresale.calendar import regions
from foresale.calendar.announced import (
    PRIME_BIG_DEAL_DAYS,
    PRIME_DAYS,
    PRIME_DAYS_CANADA,
    PRIME_DAYS_INDIA,
    Announced,
    announced,
)
from foresale.calendar.lunisolar import lunar_date
from foresale.calendar.movable import MONDAY, SUNDAY, THURSDAY, MainDays, hebrew_date, weekday_of_month as weekday
from foresale.calendar.names import slug
from foresale.calendar.own import diwali_of, islamic_feast, ramadan_of

Kind = Literal["sale", "gift", "feast", "holiday", "sport", "season"]
Rule = Callable[[int, str], Iterable[MainDays]]
EVERYWHERE: Final = frozenset({"*"})


@dataclass(frozen=True)
class Occasion:
    """A festival that comes again every year.

    Attributes:
        name: as it is called in English.
        kind: "sale", "gift" (presents are bought for it), "feast", "holiday", "sport", or "season": a typical window
            of weeks that no single day marks.
        rule: the main days in a year and a country, as inclusive spans; none where it does not take place.
        countries: where it is kept; `EVERYWHERE` for all.
        run_up: days before the main ones in which sales move.
        after: days after them in which sales move, usually down.
        default: whether it counts where no country is named.
        since: the first year.
        called: what countries call it that do not call it by its name.
    """

    name: str
    kind: Kind
    rule: Rule
    countries: frozenset[str]
    run_up: int = 7
    after: int = 2
    default: bool = False
    since: int = 0
    called: Mapping[str, str] = field(default_factory=dict)

    @property
    def feast(self) -> str:
        """The key of the feast, the same in every row of the table that is about it."""
        return slug(self.name)

    def spans(self, year: int, country: str) -> tuple[MainDays, ...]:
        """The main days in a year, in one of its countries."""
        return tuple(self.rule(year, country)) if year >= self.since else ()


def _days(first: date, days: int, *, estimated: bool = False) -> MainDays:
    return MainDays(first, first + timedelta(days=days - 1), estimated)


def _fixed(month: int, day: int, days: int = 1) -> Rule:
    return lambda year, _: [_days(date(year, month, day), days)]


def _between(first: tuple[int, int], last: tuple[int, int]) -> Rule:
    return lambda year, _: [MainDays(date(year, *first), date(year, *last))]


def _nth(month: int, day_of_week: int, nth: int, *, shift: int = 0, days: int = 1) -> Rule:
    return lambda year, _: [_days(weekday(year, month, day_of_week, nth) + timedelta(days=shift), days)]


def _easter(shift: int = 0, days: int = 1, *, church: int = EASTER_WESTERN) -> Rule:
    return lambda year, _: [_days(easter(year, church) + timedelta(days=shift), days)]


def _lunar(month: int, day: int, *, shift: int = 0, days: int = 1) -> Rule:
    return lambda year, country: [_days(lunar_date(year, month, day, country=country) + timedelta(days=shift), days)]


def _hebrew(month: int, day: int, days: int, *, autumn: bool) -> Rule:
    """Of a Hebrew year that begins (autumn) or ends in the year."""
    return lambda year, _: [_days(hebrew_date(year + (3761 if autumn else 3760), month, day), days)]


def _islamic(feast: str, month: int, day: int, days: int) -> Rule:
    return lambda year, country: [
        _days(first, days, estimated=estimated) for first, estimated in islamic_feast(feast, month, day, year, country)
    ]


def _diwali(year: int, country: str) -> Iterable[MainDays]:
    day, estimated = diwali_of(year, country)
    yield _days(day - timedelta(days=2), 5, estimated=estimated)


def _announced(table: Announced) -> Rule:
    def rule(year: int, _: str) -> Iterable[MainDays]:
        found = announced(table, year)
        return [found] if found else []

    return rule


def _french_mothers(year: int, _: str) -> Iterable[MainDays]:
    day = weekday(year, 5, SUNDAY, -1)
    day = weekday(year, 6, SUNDAY, 1) if day == easter(year) + timedelta(days=49) else day
    yield _days(day, 1)


def _in(text: str) -> frozenset[str]:
    return frozenset(text.split())


LUNAR_NEW_YEAR: Final = {"KP": "Seollal", "KR": "Seollal", "VN": "Tet"} | dict.fromkeys(
    ("BN", "ID", "MY", "PH", "SG", "TH"), "Chinese New Year"
)
EID_AL_FITR: Final = {"ID": "Lebaran", "TR": "Ramazan Bayrami"} | dict.fromkeys(("BN", "MY", "SG"), "Hari Raya Puasa")
EID_AL_ADHA: Final = {"TR": "Kurban Bayrami"} | dict.fromkeys(("BN", "MY", "SG"), "Hari Raya Haji")
DIWALI: Final = {"NP": "Tihar"} | dict.fromkeys(("LK", "MY", "SG"), "Deepavali")

OCCASIONS: Final[tuple[Occasion, ...]] = (
    Occasion("New Year", "holiday", _fixed(1, 1), EVERYWHERE, run_up=3, after=3, default=True),
    Occasion("Epiphany", "gift", _fixed(1, 6), _in("ES IT MX"), run_up=10),
    Occasion(
        "Spring Festival",
        "feast",
        _lunar(1, 1, shift=-1, days=8),
        regions.LUNAR_NEW_YEAR,
        run_up=21,
        after=7,
        default=True,
        called=LUNAR_NEW_YEAR,
    ),
    Occasion("Lantern Festival", "feast", _lunar(1, 15), regions.CHINESE, run_up=3, after=1),
    Occasion("Super Bowl Sunday", "sport", lambda year, _: [_super_bowl(year)], _in("US"), run_up=6, after=1),
    Occasion("Carnival", "feast", _easter(-51, 5), regions.LATIN_AMERICA | _in("BE DE ES IT PT"), run_up=7),
    Occasion("Valentine's Day", "gift", _fixed(2, 14), EVERYWHERE, run_up=10, default=True),
    Occasion("Women's Day", "gift", _fixed(3, 8), _in("BY BG CN GE IT KZ MD RO RU UA UZ"), run_up=7),
    Occasion("White Day", "gift", _fixed(3, 14), _in("CN JP KR TW"), run_up=7),
    Occasion("Ramadan", "feast", ramadan_of, regions.MUSLIM, run_up=7, after=0),
    Occasion(
        "Eid al-Fitr", "feast", _islamic("eid_al_fitr", 10, 1, 3), regions.EID, run_up=10, after=4, called=EID_AL_FITR
    ),
    Occasion(
        "Eid al-Adha", "feast", _islamic("eid_al_adha", 12, 10, 4), regions.EID, run_up=10, after=3, called=EID_AL_ADHA
    ),
    Occasion("Easter", "feast", _easter(-2, 4), regions.EASTER, run_up=14, after=3, default=True),
    Occasion(
        "Orthodox Easter", "feast", _easter(-2, 4, church=EASTER_ORTHODOX), regions.ORTHODOX_EASTER, run_up=14, after=3
    ),
    Occasion("Purim", "gift", _hebrew(-7, 14, 1, autumn=False), _in("IL"), run_up=10, after=1),
    Occasion("Passover", "feast", _hebrew(-6, 15, 7, autumn=False), _in("IL"), run_up=14, after=2),
    Occasion("Songkran", "feast", _fixed(4, 13, 3), _in("TH"), run_up=7),
    Occasion("Golden Week", "holiday", _between((4, 29), (5, 5)), _in("JP"), run_up=5, after=3),
    Occasion("Labour Day", "holiday", _fixed(5, 1, 3), _in("CN VN"), run_up=3),
    Occasion("520", "gift", _fixed(5, 20), _in("CN"), run_up=5, after=1, since=2012),
    Occasion("Mother's Day", "gift", _nth(5, SUNDAY, 2), regions.SECOND_SUNDAY_OF_MAY, run_up=10, default=True),
    Occasion("Mother's Day", "gift", _easter(-21), regions.BRITISH, run_up=10),
    Occasion("Mother's Day", "gift", _french_mothers, _in("FR"), run_up=10),
    Occasion("Mother's Day", "gift", _nth(5, SUNDAY, -1), _in("DO SE"), run_up=10),
    Occasion("Mother's Day", "gift", _nth(5, SUNDAY, 1), _in("ES HU LT PT RO"), run_up=10),
    Occasion("Mother's Day", "gift", _fixed(5, 10), _in("GT MX SV"), run_up=10),
    Occasion("Mother's Day", "gift", _fixed(5, 26), _in("PL"), run_up=10),
    Occasion("Mother's Day", "gift", _fixed(5, 8), _in("KR"), run_up=10),
    Occasion("Mother's Day", "gift", _fixed(3, 21), _in("AE BH EG IQ JO KW LB OM PS QA SA SY YE"), run_up=10),
    Occasion("Mother's Day", "gift", _fixed(8, 12), _in("TH"), run_up=10),
    Occasion("Mother's Day", "gift", _nth(10, SUNDAY, 3), _in("AR"), run_up=10),
    Occasion("Mother's Day", "gift", _nth(2, SUNDAY, 2), _in("NO"), run_up=10),
    Occasion("Mother's Day", "gift", _nth(11, SUNDAY, -1), _in("RU"), run_up=10),
    Occasion("Mother's Day", "gift", _fixed(12, 22), _in("ID"), run_up=10),
    Occasion("Memorial Day", "holiday", _nth(5, MONDAY, -1, shift=-2, days=3), _in("US"), run_up=5),
    Occasion("Dragon Boat Festival", "feast", _lunar(5, 5), regions.CHINESE, run_up=10),
    Occasion("618", "sale", _fixed(6, 18), _in("CN"), run_up=18, after=7, default=True, since=2010),
    Occasion("Dia dos Namorados", "gift", _fixed(6, 12), _in("BR"), run_up=10),
    Occasion("Father's Day", "gift", _nth(6, SUNDAY, 3), regions.SUNDAY_IN_JUNE, run_up=10, default=True),
    Occasion("Father's Day", "gift", _fixed(3, 19), _in("BO ES HR IT PT"), run_up=10),
    Occasion("Father's Day", "gift", _easter(39), _in("DE"), run_up=10),
    Occasion("Father's Day", "gift", _nth(6, SUNDAY, 2), _in("AT BE"), run_up=10),
    Occasion("Father's Day", "gift", _fixed(6, 23), _in("PL"), run_up=10),
    Occasion("Father's Day", "gift", _nth(8, SUNDAY, 2), _in("BR"), run_up=10),
    Occasion("Father's Day", "gift", _fixed(8, 8), _in("TW"), run_up=10),
    Occasion("Father's Day", "gift", _nth(9, SUNDAY, 1), regions.OCEANIA, run_up=10),
    Occasion("Father's Day", "gift", _nth(11, SUNDAY, 2), regions.NORDIC, run_up=10),
    Occasion("Independence Day", "holiday", _fixed(7, 4), _in("US"), run_up=7),
    Occasion("Prime Day", "sale", _announced(PRIME_DAYS), regions.PRIME - _in("CA"), run_up=10, after=5),
    Occasion("Prime Day", "sale", _announced(PRIME_DAYS_CANADA), _in("CA"), run_up=10, after=5),
    Occasion("Prime Day", "sale", _announced(PRIME_DAYS_INDIA), _in("IN"), run_up=10, after=5),
    Occasion("Back to school", "season", _between((7, 20), (9, 5)), regions.NORTH_AMERICA, run_up=0, after=0),
    Occasion("Back to school", "season", _between((8, 10), (9, 7)), regions.BRITISH, run_up=0, after=0),
    Occasion(
        "Back to school",
        "season",
        _between((8, 15), (9, 7)),
        regions.EUROPE - regions.BRITISH | _in("CN TR"),
        run_up=0,
        after=0,
        default=True,
    ),
    Occasion("Back to school", "season", _between((3, 15), (4, 8)), _in("JP"), run_up=0, after=0),
    Occasion("Back to school", "season", _between((1, 10), (2, 3)), regions.OCEANIA | _in("ZA"), run_up=0, after=0),
    Occasion("Back to school", "season", _between((1, 15), (2, 10)), _in("BR"), run_up=0, after=0),
    Occasion("Back to school", "season", _between((2, 15), (3, 10)), _in("AR CL PE UY"), run_up=0, after=0),
    Occasion("Qixi", "gift", _lunar(7, 7), regions.CHINESE, run_up=7),
    Occasion("Obon", "holiday", _fixed(8, 13, 4), _in("JP"), run_up=5),
    Occasion("Labor Day", "holiday", _nth(9, MONDAY, 1, shift=-2, days=3), regions.NORTH_AMERICA, run_up=5),
    Occasion("Rosh Hashanah", "feast", _hebrew(1, 1, 2, autumn=True), _in("IL"), run_up=14, after=2),
    Occasion("Sukkot", "feast", _hebrew(1, 15, 8, autumn=True), _in("IL"), run_up=4, after=2),
    Occasion("9.9", "sale", _fixed(9, 9), regions.SOUTH_EAST_ASIA, run_up=7, since=2016),
    Occasion("Mid-Autumn Festival", "feast", _lunar(8, 15), regions.CHINESE | _in("MY SG VN"), run_up=21),
    Occasion("Chuseok", "feast", _lunar(8, 15, shift=-1, days=3), _in("KR"), run_up=14, after=3),
    Occasion("National Day", "holiday", _fixed(10, 1, 7), _in("CN"), run_up=5, after=3, since=1999),
    Occasion("10.10", "sale", _fixed(10, 10), regions.SOUTH_EAST_ASIA, run_up=5, since=2018),
    Occasion("Prime Big Deal Days", "sale", _announced(PRIME_BIG_DEAL_DAYS), regions.PRIME, run_up=5, after=3),
    Occasion("Diwali", "feast", _diwali, regions.INDIAN, run_up=21, after=5, called=DIWALI),
    Occasion("Halloween", "feast", _fixed(10, 31), regions.CHRISTIAN, run_up=14, after=1, default=True),
    Occasion(
        "Double 11",
        "sale",
        _fixed(11, 11),
        regions.CHINESE | regions.SOUTH_EAST_ASIA,
        run_up=22,
        after=7,
        default=True,
        since=2009,
    ),
    Occasion("Thanksgiving", "feast", _nth(11, THURSDAY, 4), _in("US"), run_up=10, after=1),
    Occasion("Thanksgiving", "feast", _nth(10, MONDAY, 2, shift=-2, days=3), _in("CA"), run_up=7),
    Occasion(
        "Black Friday",
        "sale",
        _nth(11, THURSDAY, 4, shift=1, days=3),
        regions.BLACK_FRIDAY,
        run_up=10,
        after=0,
        default=True,
    ),
    Occasion(
        "Cyber Monday",
        "sale",
        _nth(11, THURSDAY, 4, shift=4),
        regions.BLACK_FRIDAY,
        run_up=0,
        after=5,
        default=True,
        since=2005,
    ),
    Occasion("Hanukkah", "gift", _hebrew(3, 25, 8, autumn=True), _in("IL"), run_up=7, after=1),
    Occasion("Sinterklaas", "gift", _fixed(12, 5), _in("BE NL"), run_up=14),
    Occasion(
        "Double 12", "sale", _fixed(12, 12), regions.CHINESE | regions.SOUTH_EAST_ASIA, run_up=7, after=3, since=2012
    ),
    Occasion("Christmas", "feast", _fixed(12, 24, 2), regions.CHRISTMAS, run_up=30, after=0, default=True),
    Occasion("After-Christmas sales", "sale", _fixed(12, 26, 6), regions.CHRISTIAN, run_up=0, after=10, default=True),
)


def _super_bowl(year: int) -> MainDays:
    """The last Sunday of January, from 2004 (and in 2002) the first of February, from 2022 the second (nfl.com)."""
    if year < 2004 and year != 2002:
        day = weekday(year, 1, SUNDAY, -1)
    else:
        day = weekday(year, 2, SUNDAY, 2 if year >= 2022 else 1)
    return _days(day, 1)
