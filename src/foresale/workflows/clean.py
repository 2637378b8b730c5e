"""The wish: sales that can be learned from, and what was changed to get there."""

from collections.abc import Sequence
from typing import Final

from foresale.calendar.events import expected_peaks
from foresale.cleaning.clean import CleanOptions, clean as clean_with
from foresale.cleaning.report import CleaningReport
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.workflows.sales import answers_clean_frames

FOR_LEARNING: Final = CleanOptions(before_launch="unknown", partial_availability="raise")
"""Cleaning before a model looks at the sales: an item that was not yet sold had no demand to learn from, and one that
was in stock for a part of a period only sold less than was wanted."""


@answers_clean_frames
@checked
def clean(
    panel: Panel, *, options: CleanOptions | None = None, countries: Sequence[str] = ()
) -> tuple[Panel, CleaningReport]:
    """The cleaned panel and the report of every change; the calendar is asked before a peak is called an outlier.

    Args:
        panel: sales as they were read: a panel, a path or a data frame.
        options: what may be done; by default stock-outs become unknown demand and outliers are only marked.
        countries: whose public holidays count beside the shopping festivals, as ISO codes.

    Raises:
        ConfigError: no sales, an unknown country, a promotion covariate that is not there.

    >>> from foresale.data.synthetic import shop
    >>> cleaned, report = clean(shop(items=4, periods=400))
    >>> report.to_frame().columns
    ['item_id', 'timestamp', 'old', 'new', 'reason']
    """
    peaks = expected_peaks(panel.frequency, int(panel.starts.min()), int(panel.cutoffs.max()), countries=countries)
    return clean_with(panel, options=options, expected_peaks=peaks)
