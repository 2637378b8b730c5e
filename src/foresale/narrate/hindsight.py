"""A forecast beside what then happened, in sentences."""

from typing import TYPE_CHECKING

from foresale.calendar.occurrences import occurrences
from foresale.core.text import percent, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from foresale.evaluation.hindsight import Hindsight


def hindsight_sentences(hindsight: "Hindsight", *, baseline: str) -> tuple[str, ...]:
    """What was forecast and sold in all, how far off single items and periods were, and how far the intervals held.

    Args:
        hindsight: both.
        baseline: what the other forecast does, as a noun: "repeating the last week".
    """
    forecast, error, other = hindsight.forecast, hindsight.error, hindsight.baseline_error
    grid = forecast.frequency.unit
    off = f"By item and {grid}, the forecast was off by {percent(error)} of the sales"
    if error < other:
        off += f", {percent(1 - error / other)} less than {baseline} ({percent(other)})."
    else:
        off += f"; {baseline} by {percent(other)}."
    units = f"{hindsight.expected:,.0f} units were forecast for {forecast.lasting} and {hindsight.sold:,.0f} were sold"
    return (
        f"In all, {units}: {signed(hindsight.change)}.",
        off,
        f"Of the sales, {percent(hindsight.covered)} lay within the intervals that are to hold 80 %.",
    )


def named_days(first: "np.datetime64", last: "np.datetime64", *, countries: "Sequence[str]") -> tuple[str, ...]:
    """The feasts whose main days lie between two days, by name.

    >>> import numpy as np
    >>> named_days(np.datetime64("2024-11-25"), np.datetime64("2024-12-01"), countries=["US"])
    ('Thanksgiving', 'Black Friday')
    """
    begin, end = (int(stamp.astype("datetime64[D]").astype(int)) for stamp in (first, last))
    inside = (own for own in occurrences(begin, end, countries=countries) if own.first <= end and own.last >= begin)
    return tuple(dict.fromkeys(own.name for own in inside))
