#!/usr/bin/env bash
# lightgbm 4.7.0: under the quantile objective the scale of the weights decides the forecast.
#
# Weights are relative: all rows at 2 or all at 0.5 say what no weights say, and for the objectives
# regression and poisson they give the same model. Under quantile (and regression_l1, mape) they do not.
# A leaf's value is a weighted percentile that interpolates where the next row's weight is at least 1, an
# absolute threshold, and takes the lower neighbour where it is less. Of ten sales 1, ..., 10 the 90 %
# quantile is 9.1 without weights (as numpy says), 9.0 with weights of 2 and 8.0 with weights of 0.5.
# Why it matters: recency weights (0.5 ** (age / half-life)) and weights that sum to 1 lie below 1. Every
# upper quantile, and with it every safety stock, is then too low by up to two ranks in each leaf, most where
# leaves are small, and nothing points at it. Multiplying all weights until the least is 1 avoids it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check lightgbm==4.7.0 numpy==2.4.6 scipy==1.17.1
"$work/venv/bin/python" - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys

import lightgbm as lgb
import numpy as np

sales = np.arange(1.0, 11.0)
same = np.zeros((10, 1))  # no feature: the model is one number
settings = {"alpha": 0.9, "min_data_in_leaf": 1, "feature_pre_filter": False, "num_threads": 1, "verbosity": -1}


def forecast(objective, weight):
    """What one tree forecasts when every row has the same weight."""
    weights = None if weight is None else np.full(10, weight)
    model = lgb.train({"objective": objective, **settings}, lgb.Dataset(same, sales, weight=weights), 1)
    return round(float(model.predict(same)[0]), 3)


found = {}
for objective in ("quantile", "regression", "poisson"):
    found[objective] = [forecast(objective, weight) for weight in (None, 1.0, 2.0, 0.5)]
    print(f"{objective:10} no weights, all 1, all 2, all 0.5: {found[objective]}")
print(f"numpy: 90 % quantile {np.quantile(sales, 0.9):.1f}, mean {sales.mean()}")
holds = [found["quantile"] == [9.1, 9.1, 9.0, 8.0], *(len(set(found[name])) == 1 for name in ("regression", "poisson"))]
sys.exit(not all(holds))
PY
echo "As stated: quantiles of lightgbm 4.7.0 depend on the scale of the weights."
