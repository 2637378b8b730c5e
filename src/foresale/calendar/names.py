"""What holidays are called: titles of the holidays package without its marks, and the feasts that many countries keep.

A title says more than a name: that its date is an estimate, that the day is a second one or stands in for another.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_NTH: Final = "(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ff]ifth|[Ss]ixth|[Ss]eventh|29)"
_FORMS: Final = (
    r"(?P<name>.+?) \((?:observed|estimated|observed, estimated|in lieu|substitute day)\)",
    r"(?P<name>.+?) \((?:Special|additional holiday)\)",
    rf"(?P<name>.+?) \((?:{_NTH} Day|Spring Festival|by new style|by old style|Terai)\)",
    r"Alternative holiday for (?P<name>.+)",
    r"(?:The )?[Dd]ay (?:[Aa]fter|[Ff]ollowing|[Pp]receding|[Bb]efore|off for) (?:the )?(?P<name>.+)",
    rf"The {_NTH} Day following (?P<name>.+)",
    rf"(?:The )?{_NTH} (?:[Dd]ay )?of (?P<name>.+)",
    rf"(?P<name>.+) {_NTH} Day",
    r"(?P<name>Chinese New Year|Lunar New Year)(?:'s Eve|'s Day| Extended Holiday)",
    r"(?P<name>.*(?:Day|Eid al-Fitr|Eid al-Adha|New Year|New Year's|No[ow]ruz|Christmas|Tihar)) Holidays?",
    r"(?P<name>.+ New Year)'s (?:Day|Replacement Holiday)",
)  # what a title adds to the name of its feast
_NAMELESS: Final = r"Day off \(substituted from .*\)|Substitute Holiday|Bridge Public Holiday|Special In-Lieu Holiday"


@dataclass(frozen=True)
class Shared:
    """A feast that several countries keep under one name or many.

    Attributes:
        feast: its key.
        name: as it is called in English.
        titles: what matches it, a regular expression that is put together when it is first asked.
        near: month and day on which, or in the ten days around which, it falls; None where it moves.
        easter: days after Easter Sunday on which it falls; the same name after Orthodox Easter is another feast.
        countries: the only ones in which the name means this feast; empty for all.
    """

    feast: str
    name: str
    titles: str
    near: tuple[int, int] | None = None
    easter: int | None = None
    countries: frozenset[str] = frozenset()

    def is_called(self, name: str) -> bool:
        """Whether the name of a holiday is one of this feast."""
        return bool(re.fullmatch(self.titles, name, re.IGNORECASE))


def _shared(
    feast: str,
    name: str,
    titles: str = "",
    *,
    near: tuple[int, int] | None = None,
    easter: int | None = None,
    countries: str = "",
) -> Shared:
    return Shared(feast, name, titles or re.escape(name), near, easter, frozenset(countries.split()))


_CATHOLIC: Final = r"(?:Catholic |Gregorian |Orthodox |Julian |Coptic )?"
SHARED: Final[tuple[Shared, ...]] = (
    _shared(
        "new_year", "New Year", r"(?:International )?New Year(?:'s)?(?: Day)?|Universal Fraternization Day", near=(1, 1)
    ),
    _shared("new_years_eve", "New Year's Eve", near=(12, 31)),
    _shared("epiphany", "Epiphany", r"Epiphany.*", near=(1, 6)),
    _shared("orthodox_epiphany", "Orthodox Epiphany", r"Epiphany.*", near=(1, 19)),
    _shared("christmas", "Christmas", r"(?:Catholic )?Christmas(?: Day)?(?: and Family Day)?", near=(12, 25)),
    _shared("orthodox_christmas", "Orthodox Christmas", r"(?:(?:Orthodox|Coptic) )?Christmas(?: Day)?", near=(1, 7)),
    _shared("armenian_christmas", "Armenian Christmas", r"Armenian.*Christmas.*|Christmas and Epiphany", near=(1, 6)),
    _shared("christmas_eve", "Christmas Eve", near=(12, 24)),
    _shared(
        "boxing_day",
        "Boxing Day",
        r"Boxing Day|Second Day of Christmas|Saint Stephen's Day|Christmas Second Day"
        r"|Day (?:After|after|following) (?:the )?Christmas(?: Day)?|The first weekday after Christmas Day"
        r"|Day of Goodwill",
        near=(12, 26),
    ),
    _shared("maundy_thursday", "Maundy Thursday", rf"{_CATHOLIC}(?:Maundy|Holy) Thursday", easter=-3),
    _shared("good_friday", "Good Friday", rf"{_CATHOLIC}Good Friday", easter=-2),
    _shared(
        "holy_saturday",
        "Holy Saturday",
        rf"{_CATHOLIC}(?:Holy|Easter) Saturday|.*[Dd]ay (?:after|following)"
        r" Good Friday|Day After Good Friday",
        easter=-1,
    ),
    _shared("easter_sunday", "Easter Sunday", rf"{_CATHOLIC}Easter(?: Sunday)?(?: \(Pascha\))?", easter=0),
    _shared("easter_monday", "Easter Monday", rf"{_CATHOLIC}Easter Monday", easter=1),
    _shared("easter_tuesday", "Easter Tuesday", easter=2),
    _shared("carnival_monday", "Carnival Monday", r"Carnival Monday|Monday before Ash Wednesday", easter=-48),
    _shared("carnival_tuesday", "Carnival Tuesday", r"Carnival(?: Tuesday)?|Shrove Tuesday", easter=-47),
    _shared("ash_wednesday", "Ash Wednesday", easter=-46),
    _shared("ascension_day", "Ascension Day", easter=39),
    _shared("pentecost", "Pentecost", r"(?:Solemnity of )?Pentecost(?: Sunday)?|Whit Sunday", easter=49),
    _shared("pentecost_monday", "Pentecost Monday", r"(?:Pentecost|Whit) Monday", easter=50),
    _shared("corpus_christi", "Corpus Christi", easter=60),
    _shared(
        "assumption_day",
        "Assumption Day",
        r"(?:Feast of the )?Assumption(?: [Oo]f Mary)?(?: Day)?|Dormition.*",
        near=(8, 15),
    ),
    _shared("orthodox_assumption_day", "Dormition of the Mother of God", r"Assumption.*|.*Dormition.*", near=(8, 28)),
    _shared("all_saints_day", "All Saints' Day", near=(11, 1)),
    _shared("all_souls_day", "All Souls' Day", near=(11, 2)),
    _shared(
        "immaculate_conception",
        "Immaculate Conception",
        r"(?:Feast of the )?Immaculate Conception(?: Day)?",
        near=(12, 8),
    ),
    _shared("reformation_day", "Reformation Day", near=(10, 31)),
    _shared("saint_josephs_day", "Saint Joseph's Day", r"Saint Joseph's Day|Feast of Saint Joseph", near=(3, 19)),
    _shared(
        "saints_peter_and_paul",
        "Saints Peter and Paul",
        r"(?:Feast of )?Saints? Peter and (?:Saint )?Paul(?:'s Day)?",
        near=(6, 29),
    ),
    _shared("midsummer_eve", "Midsummer Eve", near=(6, 23)),
    _shared("midsummer_day", "Midsummer Day", r"Midsummer Day|Saint John(?: the Baptist)?'s Day", near=(6, 24)),
    _shared("armistice_day", "Armistice Day", r"Armistice Day|Remembrance Day", near=(11, 11)),
    _shared("womens_day", "Women's Day", r"(?:International )?Women's (?:Rights )?Day", near=(3, 8)),
    _shared(
        "labour_day",
        "Labour Day",
        r"(?:International |National )?(?:Labou?r|Workers?'?s?'?|May)"
        r"(?: and Solidarity)? Day(?: Bank Holiday)?(?: and International Workers' Solidarity Day)?"
        r"|Holiday of Spring and Labor|(?:Early )?May (?:Day )?Bank Holiday"
        r"|International Workers' Solidarity Day|International Day of Workers' Solidarity"
        r"|Saint Joseph the Worker's Day|Kazakhstan's People Solidarity Holiday",
        near=(5, 1),
    ),
    _shared("labor_day", "Labor Day", r"Labou?r Day", near=(9, 4), countries="AS CA GU MP PR PW UM US VI"),
    _shared("mothers_day", "Mother's Day", r"(?:National )?Mother's Day"),
    _shared("fathers_day", "Father's Day", r"(?:National )?Father's Day"),
    _shared("anzac_day", "ANZAC Day", near=(4, 25)),
    _shared("thanksgiving", "Thanksgiving", r"Thanksgiving(?: Day)?", countries="AS CA GU MP PR PW UM US VI"),
    _shared("black_friday", "Black Friday", r"(?:Day After|Day after|Friday After) Thanksgiving(?: Day)?"),
    _shared("independence_day", "Independence Day", countries="AS GU MP PR UM US VI"),
    _shared("memorial_day", "Memorial Day", countries="AS GU MP PR UM US VI"),
    _shared("national_day", "National Day", countries="CN"),
    _shared("ramadan", "Ramadan", r"(?:First Day of )?Ramadan.*"),
    _shared("eid_al_fitr", "Eid al-Fitr", r"Eid[- ](?:al|ul)-Fitr"),
    _shared("eid_al_adha", "Eid al-Adha", r"Eid[- ](?:al|ul)-Adha"),
    _shared("day_of_arafah", "Day of Arafah", r"Day of Arafah|Arafah? Day|Arafat Day"),
    _shared("islamic_new_year", "Islamic New Year", r"(?:Islamic|Hijri) New Year(?: Day)?"),
    _shared("prophets_birthday", "Prophet's Birthday", r"(?:The )?Prophet(?: Muhammad| Mohammed)?'s Birthday|Mawlid"),
    _shared("ashura", "Ashura"),
    _shared("isra_and_miraj", "Isra' and Mi'raj"),
    _shared("laylat_al_qadr", "Laylat al-Qadr", r"Laylat al-Qadr|(?:Day after )?Night of Power"),
    _shared("nowruz", "Nowruz", r"(?:International )?(?:Nowruz|Nooruz|Nawruz|Novruz|Navruz)(?: Day)?", near=(3, 21)),
    _shared(
        "spring_festival",
        "Spring Festival",
        r"(?:Chinese|Korean|Lunar) New Year|Chinese Spring Festival",
        countries="BN CN CX HK ID KP KR MM MO MU MY PH SG SR TH TW VN",
    ),
    _shared("tomb_sweeping_day", "Tomb-Sweeping Day", r"Tomb[- ]Sweeping Day|Qingming.*|Ching Ming.*", near=(4, 5)),
    _shared("dragon_boat_festival", "Dragon Boat Festival"),
    _shared("mid_autumn_festival", "Mid-Autumn Festival"),
    _shared("chuseok", "Chuseok"),
    _shared("double_ninth_festival", "Double Ninth Festival"),
    _shared("buddhas_birthday", "Buddha's Birthday", r"(?:The )?(?:Birthday of the )?Buddha(?:'s Birthday)?"),
    _shared("vesak", "Vesak", r"Vesak.*|Visakha Bucha|Buddha (?:Purnima|Jayanti)|.*Vesak Full Moon Poya Day"),
    _shared("diwali", "Diwali", r"Diwali|Deepavali|Tihar|Laxmi Pooja"),
    _shared("holi", "Holi", r"Holi|Phagwah?"),
    _shared("maha_shivaratri", "Maha Shivaratri", r"Maha Shiv[ar]+atri"),
    _shared("passover", "Passover", r"Pesach|Passover"),
    _shared("rosh_hashanah", "Rosh Hashanah"),
    _shared("yom_kippur", "Yom Kippur"),
    _shared("sukkot", "Sukkot"),
)
"""Titles are tried in this order; where a name has two dates (Christmas, Labour Day) its own date tells."""


@lru_cache(maxsize=16_384)
def plain(title: str) -> str:
    """A holiday's title without the marks of the holidays package.

    >>> plain("Eid al-Fitr (estimated)"), plain("Christmas Day (observed)"), plain("The second day of Chuseok")
    ('Eid al-Fitr', 'Christmas Day', 'The second day of Chuseok')
    """
    return re.sub(r" \((?:observed|estimated|observed, estimated)\)$", "", title)


@lru_cache(maxsize=16_384)
def base(title: str) -> str:
    """The name that the titles of all days of a feast have in common; "" for a day that only stands in for another.

    >>> base("Alternative holiday for Chuseok"), base("Eid al-Fitr Second Day"), base("Substitute Holiday")
    ('Chuseok', 'Eid al-Fitr', '')
    """
    if re.fullmatch(_NAMELESS, plain(title)):
        return ""
    name, before = plain(title), None
    while name != before and not any(shared.is_called(name) for shared in SHARED):
        before = name
        name = next((found["name"] for form in _FORMS if (found := re.fullmatch(form, name))), name)
    return name


@lru_cache(maxsize=16_384)
def is_proper(title: str) -> bool:
    """Whether a title names the feast itself: no second day, no substitute."""
    return bool(base(title)) and base(title) == title.removesuffix(" (estimated)")


def is_estimated(title: str) -> bool:
    """Whether the date of a title is an estimate."""
    return title.endswith("estimated)")


def slug(name: str) -> str:
    """A name as a key: small letters, digits and lines.

    >>> slug("Valentine's Day"), slug("9.9")
    ('valentines_day', '9_9')
    """
    simple = name.lower().replace("'", "").replace("’", "")
    return "_".join("".join(letter if letter.isalnum() else " " for letter in simple).split())
