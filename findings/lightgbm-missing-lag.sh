#!/usr/bin/env bash
# lightgbm 4.7.0: a missing value in a column that had none in training is forecast as if it were zero.
#
# LightGBM handles NaN by default and learns a way for it at each split, but only in columns that showed one
# while training. In all others a NaN at prediction is replaced by the number 0.0: not a learnt direction,
# not the larger branch (as scikit-learn's histogram trees take it), no error. With sales of last week
# between 50 and 150, a missing lag means "sold nothing last week" and gives the lowest forecast there is.
# One missing value among 2,000 training rows changes it.
# Why it matters: training rows start where all lags are known, forecasts are also made for new items and
# after gaps. Exactly the items without history get the forecast of a dead one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check \
  lightgbm==4.7.0 scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1
"$work/venv/bin/python" - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys

import lightgbm as lgb
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

lag = np.random.default_rng(0).uniform(50, 150, (2000, 1))
sales = lag[:, 0]
one_missing = lag.copy()
one_missing[sales.argsort()[1000], 0] = np.nan  # of a middling row
asked = np.array([[np.nan], [0.0], [100.0]])


def forecasts(rows):
    settings = {"objective": "regression", "verbosity": -1, "num_threads": 1}
    return lgb.train(settings, lgb.Dataset(rows, sales), 100).predict(asked).round(1)


complete, once = forecasts(lag), forecasts(one_missing)
trees = HistGradientBoostingRegressor(random_state=0).fit(lag, sales).predict(asked).round(1)
print(f"mean of the training sales {sales.mean():.1f}; forecasts for a lag of NaN, 0 and 100:")
print(f"  lightgbm, no NaN in training:  {complete}")
print(f"  lightgbm, one NaN in training: {once}")
print(f"  scikit-learn, no NaN:          {trees}")
sys.exit(not all([complete[0] == complete[1] < 55, once[0] > 70, abs(once[2] - 100) < 2, trees[0] > 70]))
PY
echo "As stated: lightgbm 4.7.0 reads a NaN it has not seen in training as 0."
