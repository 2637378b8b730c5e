"""The wish: to know what is in the sales before forecasting them."""

from collections.abc import Sequence

from foresale.calendar.events import events_in, expected_peaks
from foresale.cleaning.report import CleaningReport
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.inspection.inspect import inspect as inspect_with
from foresale.inspection.inspection import Inspection
from foresale.workflows.clean import clean
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def inspect(panel: Panel, *, countries: Sequence[str] = ()) -> Inspection:
    """What is in a panel: span, gaps, zeros, seasons, classes, covariates, stock-outs and outliers.

    Args:
        panel: sales as they were read: a panel, a path or a data frame.
        countries: whose public holidays count beside the shopping festivals, as ISO codes.

    Raises:
        ConfigError: no sales, an unknown country.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.narrate.sentences import sentences
    >>> sentences(inspect(shop(items=4, periods=400)))[0]
    '4 items, 1,600 periods, daily, 2023-01-01 to 2024-02-04.'
    """
    return inspected(panel, clean(panel, countries=countries), countries=countries)


def inspected(panel: Panel, cleaned: tuple[Panel, CleaningReport], *, countries: Sequence[str]) -> Inspection:
    """The same of a panel that was cleaned as by default."""
    first, last = int(panel.starts.min()), int(panel.cutoffs.max())
    peaks = expected_peaks(panel.frequency, first, last, countries=countries)
    events = events_in(panel.frequency, first, last, countries=countries)
    return inspect_with(panel, expected_peaks=peaks, events=events, cleaned=cleaned)
