"""On which days rows lie: what tells of dates as a whole, whatever the number of rows."""

import numpy as np

from foresale.core.arrays import Index, Stamps
from foresale.core.chunks import chunks
from foresale.core.frequency import DAY


def rows_by_day(stamps: Stamps) -> tuple[Index, Index]:
    """Distinct days after 1970-01-01, in order, and how many of the stamps (datetime64[us], none unknown) lie on each.

    >>> rows_by_day(np.array(["1970-01-03T10", "1970-01-01", "1970-01-03"], "datetime64[us]"))
    (array([0, 2]), array([1, 2]))
    """
    moments = stamps.view(np.int64)
    if not moments.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first, last = int(moments.min()) // DAY, int(moments.max()) // DAY
    rows = np.zeros(last - first + 1, np.int64)
    for part in chunks(moments.size, width=1):
        rows += np.bincount(moments[part] // DAY - first, minlength=rows.size)
    sold = np.flatnonzero(rows)
    return sold + first, rows[sold]
