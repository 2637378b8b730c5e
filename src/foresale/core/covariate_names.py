"""What the name of a covariate says: whether it is a price or tells of promotions, in the words of shops' exports."""

import re
from typing import Final

_PRICE: Final = re.compile(r"price|cost_?to_?customer|msrp|价格|单价|售价", re.IGNORECASE)
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


def names_promotion(name: str) -> bool:
    """Whether a column of that name tells of promotions: flags, kinds of them, or how deep a discount is.

    >>> [names_promotion(name) for name in ("onpromotion", "MarkDown1", "折扣", "temperature")]
    [True, True, True, False]
    """
    return bool(_PROMOTION.search(name))
