"""What the name of a covariate says: a price, a cost or a promotion, in the words of shops' exports."""

import re
from typing import Final

_PRICE: Final = re.compile(r"price|cost_?to_?customer|msrp|价格|单价|售价", re.IGNORECASE)
_COST: Final = re.compile(
    r"cost(?!_?to_?customer)|cogs|wholesale|purchase_?price|buying_?price|einkaufspreis|ek_?preis|prix_?achat"
    r"|成本|进价|进货价|采购价|采购单价|原価|仕入価格|원가",
    re.IGNORECASE,
)
_PROMOTION: Final = re.compile(
    r"promo|discount|mark_?down|rebate|deal|activity|coupon|campaign|on_?sale|special|offer|feature|display|mailer"
    r"|促销|折扣|优惠|活动",
    re.IGNORECASE,
)


def names_price(name: str) -> bool:
    """Whether a column of that name holds prices.

    >>> [names_price(name) for name in ("sell_price", "售价", "temperature")]
    [True, True, False]
    """
    return bool(_PRICE.search(name))


def names_cost(name: str) -> bool:
    """Whether a column of that name holds what a unit costs the shop.

    >>> [names_cost(name) for name in ("unit_cost", "purchase_price", "cost_to_customer", "sell_price")]
    [True, True, False, False]
    """
    return bool(_COST.search(name))


def names_promotion(name: str) -> bool:
    """Whether a column of that name tells of promotions: flags, kinds of them, or how deep a discount is.

    >>> [names_promotion(name) for name in ("onpromotion", "MarkDown1", "折扣", "temperature")]
    [True, True, True, False]
    """
    return bool(_PROMOTION.search(name))
