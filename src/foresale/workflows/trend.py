"""The wish: where demand comes from and where it goes."""

from collections.abc import Sequence

from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.inspection.trend.find import find_trend
from foresale.inspection.trend.trend import Trend
from foresale.workflows.clean import clean
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def trend(
    panel: Panel,
    *,
    by: Sequence[str] | str = (),
    horizon: int | None = None,
    countries: Sequence[str] = (),
    seed: int = 0,
) -> Trend:
    """Growth, seasons, peaks to come and turning points of all items and of groups, and which items rise and fall.

    Stock-outs become unknown demand first, so that empty shelves do not look like a falling trend.

    Args:
        panel: sales as they were read: a panel, a path or a data frame.
        by: columns of the items whose values make groups; "category/store" combines two.
        horizon: periods ahead for which peaks are told; a year where none is given.
        countries: whose festivals and public holidays count, as ISO codes.
        seed: of the draws that tell turning points from chance.

    Raises:
        ConfigError: no sales, no such column, too many groups, an unknown country.

    >>> from foresale.data.synthetic import shop
    >>> found = trend(shop(items=5, periods=800), by="category")
    >>> found.groups[0], found.to_frame("growth")["span"].unique().sort().to_list()
    ('total', ['last 13 weeks', 'last 52 weeks'])
    """
    cleaned, _ = clean(panel, countries=countries)
    names = (by,) if isinstance(by, str) else tuple(by)
    return find_trend(cleaned, by=names, horizon=horizon, countries=countries, seed=seed)
