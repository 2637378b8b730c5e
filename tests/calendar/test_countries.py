"""Country codes as people write them."""

import pytest

from foresale.calendar.countries import Country, parse_countries
from foresale.core.errors import ConfigError


@pytest.mark.parametrize("written", ["GB", "gb", " Gb ", "UK", "GBR"])
def test_one_country_however_written(written: str) -> None:
    assert parse_countries([written]) == (Country("GB"),)


def test_parts_and_repeats() -> None:
    assert parse_countries(["us-ca", "US", "USA"]) == (Country("US", "CA"), Country("US"))


def test_all_wrong_codes_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_countries(["Frnace", "DE-XX", "QQ", ""])
    message = str(caught.value)
    assert "FR (France)" in message
    assert "'XX' of DE" in message
    assert "'QQ'" in message
    assert "''" in message
