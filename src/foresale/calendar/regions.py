"""Groups of countries (ISO 3166 codes) that keep the same feasts and sales."""

from typing import Final

Countries = frozenset[str]


def _codes(text: str) -> Countries:
    return frozenset(text.split())


ARAB: Final = _codes("AE BH DZ EG IQ JO KW LB LY MA OM PS QA SA SD SY TN YE")
MUSLIM: Final = ARAB | _codes("AF AZ BD BN ID IR KZ MY NG PK SN TR UZ")
CHINESE: Final = _codes("CN HK MO TW")
LUNAR_NEW_YEAR: Final = CHINESE | _codes("BN CX ID KP KR MM MU MY PH SG SR TH VN")
SOUTH_EAST_ASIA: Final = _codes("ID MY PH SG TH VN")
INDIAN: Final = _codes("FJ GY IN LK MM MU MY NP SG SR TT")
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
CHRISTMAS: Final = CHRISTIAN | _codes(
    "AD AG AI AL AO AQ AS AW AX BA BB BD BF BI BJ BL BM BN BQ BS BW BZ CC CD CF CG CI CK CM CV CW CX DJ DM FJ FK "
    "FM FO GA GD GF GG GH GI GL GM GN GP GQ GS GU GW GY HK HT ID IM IN JE JM JO JP KE KI KM KN KR KY LB LC LI LK "
    "LR LS MC MF MG MH ML MM MP MQ MS MU MW MY NA NC NE NF NG NP NR NU PF PG PM PN PS PW RE RW SB SC SD SG SH SJ "
    "SL SM SN SR SS ST SX SZ TC TD TF TG TK TL TO TT TV TZ UG UM VA VC VG VI VU WF WS XK YT ZM ZW"
)
"""Where Christmas is kept: in the last of these it is a public holiday, or shops are full as if it were."""
EASTER: Final = CHRISTIAN - ORTHODOX | _codes(
    "AD AG AI AL AO AW AX BA BB BF BJ BL BM BQ BS BW BY BZ CC CF CG CI CK CM CV CW CX DM FJ FK FO GA GD GF GG GH "
    "GI GL GM GN GP GQ GS GU GW GY HT ID IM IN JE JM KE KI KN KY LB LC LI LK LS MC MF MG MH ML MP MQ MS MW NA NC "
    "NE NF NG NR NU PF PG PM PN PS RE RW SB SC SG SH SJ SL SM SN SR SS SX SY SZ TC TD TF TG TK TL TO TT TV TZ UG "
    "VA VC VG VI VU WF WS XK YT ZM ZW"
)
ORTHODOX_EASTER: Final = ORTHODOX | _codes("AL BA ER LB SD SY XK")
EID: Final = MUSLIM | _codes(
    "AL BA BF BI BJ CC CF CI CM CX DJ EH ER ET GA GH GM GN GW GY IN KE KG KM LK MK ML MM MR MU MV NE NP PH RW SG "
    "SL SO SR SS TD TG TJ TL TM TT TZ UG XK"
)
"""Where the feasts are kept for which a public holiday says so; fasting moves sales in fewer countries."""
