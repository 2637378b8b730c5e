#!/usr/bin/env bash
# prophet 1.5.0 with holidays 0.109: from the first unconfirmed year on, the effect of Eid is dropped in silence.
#
# holidays ends the name of a feast that is not yet announced with " (estimated)": in the Emirates, Egypt,
# Indonesia and Pakistan from 2027 on, in Singapore from 2028, in Saudi Arabia never. Prophet keys holidays by
# name and removes from the future every name that did not occur in training. So add_country_holidays("AE"),
# trained up to 2026, knows Eid of 2026 and forecasts 2027 as if there were none: effect 0.0, no warning.
# The same dates with the suffix cut off give the whole effect.
# Why it matters: the confirmed years are the past and the estimated ones the future, so a back-test on past
# years sees nothing, and the real forecast loses the strongest days of the year. Each package does what it
# says; together they do not. Names from holidays are no keys for features.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check \
  prophet==1.5.0 holidays==0.109 pandas==3.1.1 numpy==2.4.6 cmdstanpy==1.3.2
"$work/venv/bin/python" -W ignore - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import logging
import sys

logging.disable(logging.CRITICAL)
import holidays
import numpy as np
import pandas as pd
from prophet import Prophet

days = pd.date_range("2022-01-01", "2027-12-31")
named = pd.DataFrame(sorted(holidays.AE(years=range(2022, 2028)).items()), columns=["ds", "holiday"])
eid = days.isin(pd.to_datetime(named.loc[named["holiday"].str.startswith("Eid al-Fitr"), "ds"]))
sales = pd.DataFrame({"ds": days, "y": 100 + 100.0 * eid + np.random.default_rng(0).normal(0, 5, len(days))})
past = sales[sales["ds"] < "2027"]


def effects(model):
    """Mean estimated effect of Eid al-Fitr in 2026 and in 2027, where the true one is 100."""
    told = model.fit(past).predict(sales[["ds"]]).set_index("ds")["holidays"]
    return [float(told[eid & (days.year == year)].mean()) for year in (2026, 2027)]


by_country = Prophet(yearly_seasonality=False)
by_country.add_country_holidays("AE")
one_name = named.assign(holiday=named["holiday"].str.replace(" (estimated)", "", regex=False))
as_named, as_cut = effects(by_country), effects(Prophet(yearly_seasonality=False, holidays=one_name))
print(f"add_country_holidays('AE'):  effect of Eid {as_named[0]:6.1f} in 2026, {as_named[1]:6.1f} in 2027")
print(f"same dates, suffix cut off:  effect of Eid {as_cut[0]:6.1f} in 2026, {as_cut[1]:6.1f} in 2027 (true: 100)")
sys.exit(not (as_named[0] > 90 and as_named[1] == 0 and min(as_cut) > 90))
PY
echo "As stated: prophet 1.5.0 forgets Eid in the first year that holidays 0.109 calls estimated."
