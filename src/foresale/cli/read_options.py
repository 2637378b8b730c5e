"""From the reading options to a panel, and what was understood on the way, said out loud."""

from typing import TYPE_CHECKING

from foresale.cli.console import in_options, note
from foresale.cli.options import Reading, columns_of, list_of, status_of

if TYPE_CHECKING:
    from foresale.core.panel import Panel


def read_panel(sales: str, reading: Reading, *, quiet: bool, horizon: int | None = None) -> "Panel":
    """Read the sales as the options say, and print to stderr what was understood.

    Where the future is needed for a horizon of periods, a future file that lacks some of them is refused.

    Raises:
        DataError: the sales cannot be used.
        ConfigError: options that cannot be.
    """
    from foresale.data.read import read

    panel = read(
        sales,
        query=reading.query,
        sheet=reading.sheet,
        columns=columns_of(reading.columns) or None,
        future=reading.future,
        items=reading.items,
        status=status_of(reading.status),
        returns=reading.returns,
        not_goods=reading.not_goods,
        currency=reading.currency,
        sums=reading.sums,
        unfinished=reading.unfinished,
        start=reading.period_start,
        kind=reading.kind,
        frequency=reading.frequency,
        gaps=reading.gaps,
        known=list_of(reading.known),
        missing_future=reading.missing_future,
        bad_rows=reading.bad_rows,
        far_dates=reading.far_dates,
        date_order=reading.date_order,
        horizon=horizon,
    )
    if not quiet:
        for sentence in panel.notes:
            note(in_options(sentence))
    return panel
