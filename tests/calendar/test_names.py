"""Titles of holidays and the names in them."""

import pytest

from foresale.calendar.names import SHARED, base, is_estimated, is_proper, plain, slug


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Eid al-Fitr (estimated)", "Eid al-Fitr"),
        ("Eid al-Fitr Holiday (observed, estimated)", "Eid al-Fitr"),
        ("Eid al-Fitr Second Day", "Eid al-Fitr"),
        ("Eid al-Fitr (Second Day) (observed)", "Eid al-Fitr"),
        ("Alternative holiday for Korean New Year", "Korean New Year"),
        ("The day preceding Chuseok", "Chuseok"),
        ("The second day of Chuseok", "Chuseok"),
        ("29 of Lunar New Year", "Lunar New Year"),
        ("Lunar New Year's Eve", "Lunar New Year"),
        ("Chinese New Year (Spring Festival) (observed)", "Chinese New Year"),
        ("Day off for New Year's Day", "New Year's Day"),
        ("The Day following Mid-Autumn Festival", "Mid-Autumn Festival"),
        ("National Day Holiday", "National Day"),
        ("New Year Holidays", "New Year"),
        ("Veterans Day", "Veterans Day"),
        ("Second Day of Christmas", "Second Day of Christmas"),
        ("Boxing Day (substitute day)", "Boxing Day"),
        ("Day after New Year's Day", "New Year's Day"),
        ("August Bank Holiday", "August Bank Holiday"),
        ("Day off (substituted from 01/26/2025)", ""),
        ("Substitute Holiday", ""),
        ("Bridge Public Holiday", ""),
    ],
)
def test_all_days_of_a_feast_have_one_name(title: str, name: str) -> None:
    assert base(title) == name


def test_marks() -> None:
    assert plain("Christmas Day (observed)") == "Christmas Day"
    assert is_estimated("Eid al-Adha (observed, estimated)")
    assert not is_estimated("Eid al-Adha (observed)")
    assert is_proper("Eid al-Adha (estimated)")
    assert not is_proper("Eid al-Adha (observed)")
    assert not is_proper("Substitute Holiday")


def test_keys_are_slugs_and_each_stands_once() -> None:
    keys = [shared.feast for shared in SHARED]
    assert keys == [slug(key.replace("_", " ")) for key in keys]
    assert len(keys) == len(set(keys))
