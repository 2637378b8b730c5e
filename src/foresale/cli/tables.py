"""Results as tables and small charts for the terminal."""

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from foresale.core.columns import ITEM

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.core.forecast import Forecast
    from foresale.core.panel import Panel

ITEMS_SHOWN: Final = 10


def plain_table(title: str, *, names: tuple[str, ...], numbers: tuple[str, ...] = ()) -> "Table":
    """An empty table with columns of text on the left and columns of numbers on the right."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", caption_justify="left")
    for name in names:
        table.add_column(name, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def forecast_table(forecast: "Forecast", panel: "Panel") -> "Table":
    """The items with the highest forecast: what they sold over the last horizon, and what they will sell."""
    horizon = forecast.horizon
    totals = forecast.mean.sum(axis=1)
    best = np.argsort(-totals, kind="stable")[:ITEMS_SHOWN]
    first, last = (str(forecast.timestamps[best[0], step]).removesuffix("T00:00:00.000000") for step in (0, -1))
    table = plain_table(
        f"{forecast.model}: {first} to {last}, {panel.frequency.name}, {len(totals):,} items",
        names=("item",),
        numbers=(f"last {horizon}", f"next {horizon}", "a period", "80 % of periods"),
    )
    for item in best:
        low, high = forecast.quantile(0.1)[item].mean(), forecast.quantile(0.9)[item].mean()
        table.add_row(
            str(forecast.items[ITEM][int(item)]),
            number(last_sales(panel, int(item), horizon)),
            number(totals[item]),
            number(totals[item] / horizon),
            f"{number(low)} to {number(high)}",
        )
    if len(totals) > ITEMS_SHOWN:
        table.caption = f"and {len(totals) - ITEMS_SHOWN:,} more; --output FILE.csv keeps them all"
    return table


def last_sales(panel: "Panel", item: int, periods: int) -> float:
    """Units that an item sold in its last periods; NaN where none of them is known."""
    sales: npt.NDArray[np.float32] = panel.sales[panel.rows(item)][-periods:]
    return float(np.nansum(sales)) if np.isfinite(sales).any() else float("nan")


def number(value: float) -> str:
    """A number with as many digits as it needs.

    >>> number(1234.5), number(12.34), number(0.1234), number(float("nan"))
    ('1,234', '12.3', '0.123', '–')
    """
    if not np.isfinite(value):
        return "–"
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.3g}"
