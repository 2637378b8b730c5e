"""Country codes as people write them, understood once."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from foresale.core.errors import ConfigError


@dataclass(frozen=True)
class Country:
    """A country, or one of its subdivisions.

    Attributes:
        code: ISO 3166-1, two letters.
        part: the subdivision as the holidays package spells it ("CA" of US), or None.
    """

    code: str
    part: str | None = None


def parse_countries(codes: Sequence[str]) -> tuple[Country, ...]:
    """The countries that codes such as "US", "usa", "UK" or "US-CA" name, each once, in the given order.

    Raises:
        ConfigError: unknown codes; all are named at once, each with those that look like it.

    >>> parse_countries(["uk", "DE-BY"])
    (Country(code='GB', part=None), Country(code='DE', part='BY'))
    """
    found = [_parse(code) for code in codes]
    faults = [country for country in found if isinstance(country, str)]
    if faults:
        raise ConfigError("; ".join(faults))
    return tuple(dict.fromkeys(country for country in found if isinstance(country, Country)))


@lru_cache(maxsize=256)
def _parse(text: str) -> Country | str:
    """The country, or what is wrong with the code."""
    import holidays

    supported = holidays.list_supported_countries()
    written, _, part = text.strip().upper().partition("-")
    if written not in supported:
        return f"unknown country {text!r}. {_hint(written)}"
    code = str(holidays.country_holidays(written).country)
    known = {name.upper(): name for name in supported[code]}
    if part and part not in known:
        near = get_close_matches(part, known, n=4, cutoff=0.4) or list(known)[:8]
        return f"unknown part {part!r} of {code}. It may be one of {', '.join(near) or 'none'}."
    return Country(code, known[part] if part else None)


def _hint(written: str) -> str:
    """Codes whose letters or whose country's name look like what was written."""
    from holidays.registry import COUNTRIES

    names = {entity[0].upper(): entity[1] for entity in COUNTRIES.values()}
    named = [f"{names[name]} ({name.title()})" for name in get_close_matches(written, names, n=2, cutoff=0.7)]
    codes = [] if named else get_close_matches(written, sorted(names.values()), n=4, cutoff=0.4)
    close = ", ".join(named + codes)
    return f"Did you mean {close}?" if close else "Use ISO 3166 codes such as US, CN or DE."
