"""Groups of countries (ISO 3166 codes) that keep the same feasts and sales."""

from typing import Final

Countries = frozenset[str]


def _codes(text: str) -> Countries:
    return frozenset(text.split())


ARAB: Final = _codes("AE BH DZ EG IQ JO KW LB LY MA OM PS QA SA SD SY TN YE")
MUSLIM: Final = ARAB | _codes("AF AZ BD BN ID IR KZ MY NG PK SN TR UZ")
CHINESE: Final = _codes("CN HK MO TW")
LUNAR_NEW_YEAR: Final = CHINESE | _codes("BN ID KR MY PH SG TH VN")
SOUTH_EAST_ASIA: Final = _codes("ID MY PH SG TH VN")
INDIAN: Final = _codes("FJ GY IN LK MU MY NP SG SR TT")
LATIN_AMERICA: Final = _codes("AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV UY VE")
NORTH_AMERICA: Final = _codes("CA US")
BRITISH: Final = _codes("GB IE")
OCEANIA: Final = _codes("AU NZ")
ORTHODOX: Final = _codes("BG BY CY ET GE GR MD ME MK RO RS RU UA")
NORDIC: Final = _codes("FI IS NO SE")
WEST_EUROPE: Final = _codes("AT BE CH CZ DE DK EE ES FR HR HU IT LT LU LV MT NL PL PT SI SK") | NORDIC
EUROPE: Final = WEST_EUROPE | BRITISH | ORTHODOX - _codes("ET")
CHRISTIAN: Final = EUROPE | NORTH_AMERICA | LATIN_AMERICA | OCEANIA | _codes("PH ZA")
PRIME: Final = _codes("AT AU BE BR CA DE ES FR GB IT JP LU MX NL PT SE SG TR US")
SUNDAY_IN_JUNE: Final = _codes(
    "AR CA CH CL CN CO CR CY CZ EC FR GB GR HK HU IE IN JP MX MY NL PE PH SG SK TR UA US VE ZA"
)
SECOND_SUNDAY_OF_MAY: Final = _codes(
    "AT AU BE BR CA CH CL CN CO CZ CY CU DE DK EC EE FI GR HK HR IN IT JP LV MT MY NL NZ PE PH SG SK TR TW UA US UY"
    " VE ZA"
)
BLACK_FRIDAY: Final = CHRISTIAN - _codes("CU") | _codes("AE IN JP KR SG TR ZA")
