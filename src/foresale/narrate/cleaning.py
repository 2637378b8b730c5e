"""What cleaning did, in sentences."""

from typing import Final

import numpy as np
import polars as pl

from foresale.cleaning.report import REASONS, STOCKOUTS, CleaningReport
from foresale.core.columns import ITEM
from foresale.core.text import counted

NOTHING: Final = "Nothing to clean."


def cleaning_sentences(report: CleaningReport) -> tuple[str, ...]:
    """What was done and why; nothing to say is said too."""
    sentences = [_reason(report, reason, cells) for reason, cells in report.counts().items()]
    if report.closed:
        sentences.append(f"Closed, since (almost) nothing sold: {counted(report.closed, 'period')}; zeros stay zeros.")
    kinds = report.inactive_periods.group_by("kind", maintain_order=True).agg(
        pl.col(ITEM).n_unique(), pl.col("periods").sum()
    )
    sentences += [
        f"Left as zeros: {counted(periods, 'period')} of {counted(items, 'item')}; {kind}."
        for kind, items, periods in kinds.iter_rows()
    ]
    return tuple(sentences) or (NOTHING,)


def _reason(report: CleaningReport, reason: str, cells: int) -> str:
    own = report.changes.reasons == REASONS.index(reason)
    items = len(np.unique(report.owners((reason,))))
    share = f"{100 * cells / max(report.periods, 1):.2g} %"
    what = "Changed" if report.changed[own].any() else "Marked and left as is"
    if report.changed[own].any() and np.isnan(report.changes.new[own]).all():
        what = "Unknown demand" if reason in STOCKOUTS else "Unknown"
    return f"{what}: {counted(cells, 'period')} ({share}) of {counted(items, 'item')}; {reason}."
