#!/usr/bin/env bash
# polars 2.1.0: on a day without a midnight, group_by_dynamic(every="1d") misdates the day and loses its last hour.
#
# Chile, Cuba, Egypt, Lebanon and (until 2024) Paraguay put their clocks forward at midnight: that day begins
# at 01:00. group_by_dynamic starts it at 23:00 the day before, so that one date occurs twice and the next
# never, and ends it 24 hours of the clock later: rows from its last hour are in no group at all. Of 71
# hourly sales, 70 are counted. dt.truncate("1d") of the same column is right, as is resample("D") of pandas
# 3.1.1; floor("D") of pandas and floor_temporal of pyarrow 26.0.1 raise. Five daily sums, three answers.
# Why it matters: order stamps become daily demand by one of these calls. One weekend a year a total is short
# without a word, and joined to a calendar of dates a Sunday is missing and a Saturday is double. Where
# clocks change at 02:00 (New York, Berlin) all five agree, so tests written there pass.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check \
  polars==2.1.0 pandas==3.1.1 pyarrow==26.0.1 numpy==2.4.6 tzdata==2026.6
"$work/venv/bin/python" - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc


def sums(call):
    """Sales per label, as "month-day hour: sum", or the name of the error."""
    try:
        return [f"{stamp:%m-%d %Hh}: {total}" for stamp, total in call()]
    except (ValueError, pa.ArrowInvalid) as error:
        return type(error).__name__


def counted(labels):
    """One sale for each label."""
    return labels.to_pandas().value_counts(sort=False).items()


def ways(zone, first, last):
    """One sale an hour from `first` to the end of `last`, summed per local day in five ways."""
    hours = pd.date_range(first, f"{last} 23:00", freq="h", tz=zone)
    series = pd.Series(1, index=hours)
    table = pl.DataFrame({"at": pl.Series(hours.tz_convert("UTC")).dt.convert_time_zone(zone), "sold": 1})
    sold, arrow = pl.col("sold").sum(), pa.array(hours)
    return {
        "polars group_by_dynamic": sums(lambda: table.group_by_dynamic("at", every="1d").agg(sold).rows()),
        "polars truncate": sums(lambda: table.group_by(pl.col("at").dt.truncate("1d")).agg(sold).sort("at").rows()),
        "pandas resample": sums(lambda: series.resample("D").sum().items()),
        "pandas floor": sums(lambda: series.groupby(series.index.floor("D")).sum().items()),
        "pyarrow floor_temporal": sums(lambda: counted(pc.floor_temporal(arrow, unit="day"))),
    }


right = ["09-07 00h: 24", "09-08 01h: 23", "09-09 00h: 24"]
santiago = ways("America/Santiago", "2024-09-07", "2024-09-09")
for way, result in santiago.items():
    print(f"{way:24} {result}")
new_york = list(ways("America/New_York", "2024-03-09", "2024-03-11").values())
print("New York:               ", *new_york[0], "- the same in all five:", all(way == new_york[0] for way in new_york))
early = ["09-07 00h: 23", "09-07 23h: 23", "09-09 00h: 24"]
expected = [early, right, right, "ValueError", "ArrowInvalid"]
sys.exit(list(santiago.values()) != expected or any(way != new_york[0] for way in new_york))
PY
echo "As stated: polars 2.1.0 misdates a day without midnight and loses its last hour."
