#!/usr/bin/env bash
# statsforecast 2.1.1: MFLES finds no effect of a price unless the column is centred first.
#
# Each boosting round regresses what is left on the exogenous columns by least squares without a constant
# (OLS in mfles.py). A column far from zero, as a price or its logarithm is, is then nearly a constant
# itself: of a price effect in a column of mean 2.3 and standard deviation 0.08, a round recovers about a
# thousandth. The same column minus its mean recovers nearly all. In a regression with a level, moving a
# column by a constant changes no forecast; here it decides whether the column counts.
# Why it matters: prices are the first covariate of a shop. The fit shows nothing odd, the forecast is that
# without covariates, and the conclusion "price does not help" is wrong.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check \
  statsforecast==2.1.1 scikit-learn==1.9.1 numpy==2.4.6 pandas==2.3.3
"$work/venv/bin/python" - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys

import numpy as np
from statsforecast.models import MFLES

generator = np.random.default_rng(7)
past, ahead = 365, 28
cut = generator.random(past + ahead) < 0.15  # days at 7.99 instead of 9.99
price = np.log(np.where(cut, 7.99, 9.99))
uplift = 300 * np.log(9.99 / 7.99)
sales = 100 + 20 * np.sin(2 * np.pi * np.arange(past + ahead) / 7) + uplift * cut + generator.normal(0, 3, past + ahead)
columns = {"no column": None, "log price": price, "log price - mean": price - price[:past].mean()}
found, error = {}, {}
for name, column in columns.items():
    before, after = (None, None) if column is None else (column[:past, None], column[past:, None])
    forecast = MFLES(season_length=7).fit(sales[:past], X=before).predict(ahead, X=after)["mean"]
    found[name] = forecast[cut[past:]].mean() - forecast[~cut[past:]].mean()
    error[name] = np.abs(forecast - sales[past:]).mean()
    print(f"{name:17} difference of days with and without the cut {found[name]:6.1f}, mean abs. error {error[name]:5.1f}")
truth = sales[past:][cut[past:]].mean() - sales[past:][~cut[past:]].mean()
print(f"{'truth':17} difference of days with and without the cut {truth:6.1f}")
holds = [
    abs(found["log price"] - found["no column"]) < 0.05 * uplift,
    error["log price"] > 0.9 * error["no column"],
    found["log price - mean"] > 0.8 * uplift,
    error["log price - mean"] < 0.4 * error["no column"],
]
sys.exit(not all(holds))
PY
echo "As stated: MFLES of statsforecast 2.1.1 uses a price only after its mean is taken off."
