"""The wish: what prices and promotions do to demand, and how sure that is."""

from collections.abc import Sequence

from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.pricing.effects.elasticities import Elasticities
from foresale.pricing.effects.estimate import find_elasticities
from foresale.pricing.effects.options import ElasticityOptions
from foresale.workflows.clean import clean
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def elasticities(
    panel: Panel, *, options: ElasticityOptions | None = None, countries: Sequence[str] = ()
) -> Elasticities:
    """Own and cross elasticities, lifts of promotions, what lies before and after them, and how far that can be known.

    Stock-outs become unknown demand first: a promotion that sold out did not stop working.

    Args:
        panel: sales with prices as they were read: a panel, a path or a data frame.
        options: how effects are found.
        countries: whose festivals and public holidays count when peaks are told from outliers, as ISO codes.

    Raises:
        ConfigError: no sales, no prices, a design that the data cannot bear.

    >>> from foresale.data.synthetic import shop
    >>> found = elasticities(shop(items=5, periods=500))
    >>> found.verdict, found.to_frame("timing")["periods_after"].to_list()
    ('assumed', [-1, 0, 1, 2])
    """
    cleaned, _ = clean(panel, countries=countries)
    return find_elasticities(cleaned, options)
