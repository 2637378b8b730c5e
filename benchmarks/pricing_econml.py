"""Our double machine learning beside that of econml, on the same data.

    python3 -m venv /tmp/econml && /tmp/econml/bin/pip install econml==0.17.0 polars lightgbm
    PYTHONPATH=src /tmp/econml/bin/python benchmarks/pricing_econml.py [--seeds 20]

Products whose prices follow the season and their own demand before, which is seen, with noise of single periods.
econml learns sales and prices by its own models (boosted trees of lightgbm on what a ridge regression leaves, as ours)
from the same columns, in the same five folds of time, and puts one slope for each product through what is left
(`LinearDML`, Chernozhukov et al. 2018; its standard errors are those of least squares). Ours takes in besides that what
is left hangs together in time.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from lightgbm import LGBMRegressor
from measuring import report
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from foresale.core.arrays import Numbers
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.pricing.effects.columns import seasons, shifted
from foresale.pricing.effects.cube import price_cube
from foresale.pricing.effects.over_time import FOLDS, over_time

PRODUCTS, WEEKS = 8, 260
TRUTH = np.linspace(-3.5, -1.5, PRODUCTS)


class RidgeAndTrees(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Boosted trees on what a ridge regression leaves."""

    def fit(self, x: Numbers, y: Numbers) -> "RidgeAndTrees":
        """Learn both, one after the other."""
        self.ridge_ = make_pipeline(StandardScaler(), Ridge(alpha=0.01 * len(x))).fit(x, y)
        trees = LGBMRegressor(
            n_estimators=150,
            learning_rate=0.05,
            num_leaves=8,
            min_child_samples=20,
            verbosity=-1,
            colsample_bytree=0.8,
            subsample=0.8,
            subsample_freq=1,
            n_jobs=1,
        )
        left = np.asarray(y) - self.ridge_.predict(x)
        columns = [left] if left.ndim == 1 else list(left.T)
        self.trees_ = [clone(trees).fit(x, column) for column in columns]
        self.flat_ = left.ndim == 1
        return self

    def predict(self, x: Numbers) -> Numbers:
        """What both foresee."""
        told = np.stack([tree.predict(x) for tree in self.trees_], axis=1)
        return np.asarray(self.ridge_.predict(x) + (told[:, 0] if self.flat_ else told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    asked = parser.parse_args()
    sys.path.remove(str(Path(__file__).resolve().parent))  # econml asks for the package coverage, not for ours
    found = [compared(seed) for seed in range(asked.seeds)]
    ours, theirs, ours_error, theirs_error = (
        np.concatenate([own[name] for own in found]) for name in ("ours", "theirs", "ours_error", "theirs_error")
    )
    truth = np.tile(TRUTH, asked.seeds)
    rows = []
    for name, values, errors in (("foresale", ours, ours_error), ("econml LinearDML", theirs, theirs_error)):
        held = np.abs(values - truth) <= 1.645 * errors
        rows.append(
            [
                name,
                f"{(values - truth).mean():+.3f}",
                f"{np.abs(values - truth).mean():.3f}",
                f"{np.median(errors):.3f}",
                f"{100 * held.mean():.0f} %",
                "",
                "",
            ]
        )
    apart, ratio = np.abs(ours - theirs) / theirs_error, ours_error / theirs_error
    rows.append(
        [
            "apart",
            "",
            "",
            "",
            "",
            f"{np.median(apart):.2f} ({np.quantile(apart, 0.95):.2f})",
            f"{np.median(ratio):.2f} ({np.quantile(ratio, 0.05):.2f} to {np.quantile(ratio, 0.95):.2f})",
        ]
    )
    report(
        "pricing_econml",
        title="Double machine learning beside econml's",
        data=f"{asked.seeds} draws of {PRODUCTS} products × {WEEKS} weeks, econml 0.17.0",
        columns=[
            "",
            "bias",
            "absolute error",
            "standard error",
            "90 % holds",
            "estimates apart, in standard errors (95 %)",
            "our standard error over theirs (5–95 %)",
        ],
        rows=rows,
    )


def compared(seed: int) -> dict[str, Any]:
    """[P] elasticities and their standard errors by both."""
    from econml.dml import LinearDML

    cube = price_cube(drawn(seed))
    ours = over_time(cube, trees=True)
    y, price = cube.log_sales[:, 0], cube.log_price[:, 0]
    target, moved = (values - values.mean(axis=1, keepdims=True) for values in (y, price))
    others = np.stack([np.delete(moved, n, axis=0).mean(axis=0) for n in range(PRODUCTS)])
    slopes = np.array([np.polyfit(p, t, 1)[0] for p, t in zip(moved, target, strict=True)])
    plain = target - slopes[:, None] * moved
    shared = np.stack([np.delete(plain, n, axis=0).mean(axis=0) for n in range(PRODUCTS)])
    features = [np.broadcast_to(wave, target.shape) for wave in seasons(cube)] + [shared, shifted(shared, 1)]
    features += [shifted(target, lag) for lag in (1, 2, 4)] + [shifted(moved, lag) for lag in (1, 2)]
    one_hot = np.repeat(np.eye(PRODUCTS), WEEKS, axis=0)
    fold = np.tile(np.arange(WEEKS) * FOLDS // WEEKS, PRODUCTS)
    folds = [(np.flatnonzero(fold != n), np.flatnonzero(fold == n)) for n in range(FOLDS)]
    model = LinearDML(
        model_y=RidgeAndTrees(), model_t=RidgeAndTrees(), cv=folds, fit_cate_intercept=False, random_state=0
    )
    treatments = np.stack([moved.ravel(), others.ravel()], axis=1)
    model.fit(
        target.ravel(),
        treatments,
        X=one_hot,
        W=np.stack(features, axis=-1).reshape(-1, len(features)),
        inference="statsmodels",
    )
    told = model.coef__inference()
    return {
        "ours": ours.unpooled,
        "ours_error": ours.raw_errors,
        "theirs": np.asarray(told.point_estimate)[0],
        "theirs_error": np.asarray(told.stderr)[0],
    }


def drawn(seed: int) -> Panel:
    """Products whose prices follow the season and their demand of the period before."""
    draw = np.random.default_rng(seed)
    week = np.arange(WEEKS)
    season = 0.3 * np.sin(2 * np.pi * week / 52.18)
    price, log_sales = np.zeros((PRODUCTS, WEEKS)), np.zeros((PRODUCTS, WEEKS))
    noise = draw.normal(size=(2, PRODUCTS, WEEKS)) * np.array([0.1, 0.15])[:, None, None]
    for t in week:
        before = log_sales[:, t - 1] if t else 0.0
        price[:, t] = -0.3 * season[t] - 0.05 * before + noise[0, :, t]
        log_sales[:, t] = season[t] + 0.2 * before + TRUTH * price[:, t] + noise[1, :, t]
    units = draw.poisson(np.exp(6 + log_sales))
    covariates = {"price": Covariate("price", "past", (5 * np.exp(price)).astype(np.float32).ravel())}
    items = pl.DataFrame({"item_id": [f"p{n}" for n in range(PRODUCTS)]})
    return Panel(
        Frequency.parse("W"),
        items,
        np.full(PRODUCTS, 2000),
        np.arange(PRODUCTS + 1) * WEEKS,
        np.full(PRODUCTS, WEEKS),
        units.astype(np.float32).ravel(),
        covariates,
    )


if __name__ == "__main__":
    main()
