"""The wish: what a one-off campaign did."""

from collections.abc import Sequence

from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.pricing.effects.campaign import CampaignEffect, CampaignOptions, find_campaign
from foresale.workflows.clean import clean
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def campaign(
    panel: Panel,
    *,
    start: str,
    end: str,
    items: Sequence[str] = (),
    in_places: Sequence[str] = (),
    options: CampaignOptions | None = None,
) -> CampaignEffect:
    """What a one-off campaign sold beyond what would have been sold without it, and what was missing after it.

    Products that had it are compared with products that had none, places with other places, and products in some places
    with themselves in the others, by a synthetic control. Stock-outs become unknown demand first.

    Args:
        panel: sales: a panel, a path or a data frame. With prices, money is told.
        start: the first day of the campaign, as 2024-05-01.
        end: its last day.
        items: products or item ids that had it.
        in_places: places (stores, regions, channels) that had it.
        options: how it is judged.

    Raises:
        ConfigError: no such item or place, nobody without the campaign, or too few sales before it.

    >>> from foresale.data.synthetic import shop
    >>> campaign(shop(items=8, periods=300), items=["item-1"], start="2023-09-04", end="2023-09-10")
    <CampaignEffect ... %, ...>
    """
    return find_campaign(clean(panel)[0], start=start, end=end, items=items, in_places=in_places, options=options)
