"""Results as tables and small charts for the terminal."""

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from foresale.core.labels import item_label
from foresale.core.text import counted, day

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

    from foresale.core.forecast import Forecast
    from foresale.core.panel import Panel
    from foresale.evaluation.evaluation import Evaluation

ITEMS_SHOWN: Final = 10  # rows under a summary
ROWS_SHOWN: Final = 40  # rows, a screen


def plain_table(title: str, *, names: tuple[str, ...], numbers: tuple[str, ...] = ()) -> "Table":
    """An empty table with columns of text on the left and columns of numbers on the right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title, style="bold"),
        title_justify="left",
        caption_justify="left",
        min_width=len(title),
        box=SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    for name in names:
        table.add_column(name.replace("_", " "), overflow="fold")
    for name in numbers:
        table.add_column(name.replace("_", " "), justify="right", no_wrap=True)
    return table


def say_left_out(table: "Table", count: int, shown: int) -> None:
    """Say below a table how many of its `count` rows it does not show, and where they are."""
    if count > shown:
        table.caption = f"and {count - shown:,} more; --output FILE.csv keeps them all"


def frame_table(title: str, frame: "pl.DataFrame") -> "Table":
    """A small data frame as it is: text on the left, numbers on the right with the digits they need."""
    numbers = tuple(name for name, kind in frame.schema.items() if kind.is_numeric())
    names = tuple(name for name in frame.columns if name not in numbers)
    table = plain_table(title, names=names, numbers=numbers)
    for row in frame.select(*names, *numbers).iter_rows():
        table.add_row(*(_text(cell) for cell in row))
    return table


def _text(cell: object) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    return number(cell) if isinstance(cell, float) else day(cell)


def forecast_table(forecast: "Forecast", panel: "Panel") -> "Table":
    """The items with the highest forecast: what they sold over the last horizon, and what they will sell."""
    horizon = forecast.horizon
    totals = forecast.mean.sum(axis=1)
    best = np.argsort(-totals, kind="stable")[:ITEMS_SHOWN]
    first, last = (str(forecast.timestamps[best[0], step]).removesuffix("T00:00:00.000000") for step in (0, -1))
    table = plain_table(
        f"{forecast.model}: {first} to {last}, {panel.frequency.name}, {counted(len(totals), 'item')}",
        names=("item",),
        numbers=(f"last {horizon}", f"next {horizon}", "a period", "80 % band"),
    )
    for item in best:
        low, high = forecast.quantile(0.1)[item].mean(), forecast.quantile(0.9)[item].mean()
        table.add_row(
            item_label(forecast.items, int(item)),
            number(last_sales(panel, int(item), horizon)),
            number(totals[item]),
            number(totals[item] / horizon),
            f"{number(low)} to {number(high)}",
        )
    say_left_out(table, len(totals), ITEMS_SHOWN)
    return table


def forecast_chart(forecast: "Forecast", panel: "Panel") -> list[str]:
    """The item with the highest forecast as lines of text: its history, its median and the band of 80 %."""
    from foresale.plotting.sparkline import text_chart

    best = int(np.argmax(forecast.mean.sum(axis=1)))
    lines = text_chart(
        panel.sales[panel.rows(best)],
        forecast.median[best],
        lower=forecast.quantile(0.1)[best],
        upper=forecast.quantile(0.9)[best],
    )
    return [f"{item_label(forecast.items, best)}: sales, forecast (median) and 80 % band", *lines]


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


def evaluation_table(evaluation: "Evaluation", *, by: str, width: int) -> "Table":
    """The errors of each model, per group: smaller is better, but for coverage and skill.

    Where the table would be wider than `width` characters, the columns that tell least are left out, and it is said.
    """
    for count in range(len(_DISPENSABLE) + 1):
        table = _evaluation_table(evaluation, by=by, hidden=_DISPENSABLE[:count])
        if natural_width(table) <= width:
            break
    return table


def natural_width(table: "Table") -> int:
    """How many characters wide a table is where nothing holds it back."""
    from rich.console import Console
    from rich.measure import Measurement

    wide = Console(width=10_000)
    return Measurement.get(wide, wide.options, table).maximum


def _evaluation_table(evaluation: "Evaluation", *, by: str, hidden: tuple[str, ...]) -> "Table":
    frame = evaluation.to_frame(by)
    groups = tuple(name for name in frame.columns[: frame.columns.index("items")])
    metrics = {name: _METRICS[name] for name in _METRICS if name in frame.columns and (name, by) != ("items", "item")}
    shown = {name: metric for name, metric in metrics.items() if name not in hidden}
    windows = f"{counted(len(evaluation.windows), 'window')} of {counted(evaluation.horizon, 'period')}"
    title = f"{windows}, {evaluation.frequency.name}; smaller is better"
    table = plain_table(title, names=groups, numbers=tuple(heading for heading, _ in shown.values()))
    for row in frame.head(ROWS_SHOWN).iter_rows(named=True):
        cells = (_cell(row[name], form) for name, (_, form) in shown.items())
        table.add_row(*(str(row[name]) for name in groups), *cells)
    left_out = [heading for name, (heading, _) in metrics.items() if name in hidden]
    more = [f"{frame.height - ROWS_SHOWN:,} more rows"] if frame.height > ROWS_SHOWN else []
    more += [f"too narrow for {', '.join(left_out)}"] if left_out else []
    if more:
        table.caption = f"{'; '.join(more)}; --output FILE.csv keeps all"
    return table


_METRICS: Final = {
    "items": ("items", "{:,}"),
    "mase": ("MASE", "{:.3f}"),
    "wape": ("WAPE", "{:.1%}"),
    "rmsse": ("RMSSE", "{:.3f}"),
    "bias": ("bias", "{:+.1%}"),
    "sql": ("SQL", "{:.3f}"),
    "coverage_80": ("in 80%", "{:.0%}"),
    "skill": ("skill", "{:+.1%}"),
    "seconds": ("s", "{:.1f}"),
}


_DISPENSABLE: Final = ("items", "seconds", "rmsse", "skill", "wape")
"""Columns that a narrow table can do without, the first to go first."""


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else form.format(value)
