"""Minimum trace on one shop, ours and that of hierarchicalforecast: seconds of cores, peak memory (decision 0010).

    python benchmarks/reconciling.py --cache CACHE

The package gets an environment of its own in the cache. Both are given the same means and past errors, drawn at random,
in a process of their own each. What the package would need for its covariance alone is said where it is too much.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from measuring import ROOT, Run, python, report, run

SIZES = ((1_000, 40), (3_000, 40), (10_000, 150), (30_000, 150))
"""Items and groups, the total among them."""
HORIZON, PAST = 28, 112
MOST_GIGABYTES = 6.0
"""Of a covariance of all series, above which the package is not tried."""

OURS = """
import sys, numpy as np, polars as pl
from foresale.core.hierarchy import Hierarchy
from foresale.forecasting.reconcile.covariance import ErrorCovariance
from foresale.forecasting.reconcile.solve import minimum_trace
given = np.load(sys.argv[1])
items, groups = given["items"], given["groups"]
names = [f"level_{level}" for level in range(len(given["labels"]))]
frame = pl.DataFrame({"item_id": np.arange(len(items)), **dict(zip(names, given["labels"]))})
errors = given["errors"].reshape(len(items) + len(groups), -1, items.shape[1])
covariance = ErrorCovariance.shrunk(errors, np.square(errors).mean(axis=(1, 2)), items=len(items))
found = minimum_trace(items, groups, hierarchy=Hierarchy.of(frame, names), covariance=covariance)
assert np.isfinite(found).all()
"""
THEIRS = """
import sys, numpy as np
from hierarchicalforecast.methods import MinTrace
given = np.load(sys.argv[1])
items, groups, errors = given["items"], given["groups"], given["errors"]
rows = [np.ones((1, len(items)))]
rows += [(own == label)[None].astype(float) for own in given["labels"] for label in range(own.max() + 1)]
sums = np.concatenate([*rows, np.eye(len(items))])
means, errors = np.concatenate([groups, items]), np.roll(errors, len(groups), axis=0)
shrunk = MinTrace("mint_shrink")
found = shrunk.fit_predict(S=sums, y_hat=means, y_insample=errors, y_hat_insample=np.zeros_like(errors))
assert np.isfinite(found["mean"]).all()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="a folder for the environment of the package")
    parser.add_argument("--sizes", type=int, default=len(SIZES), help="how many of the sizes, the smallest first")
    options = parser.parse_args()
    sys.path.append(str(ROOT / "benchmarks" / "peers"))
    from environments import environment

    peer = environment("hierarchicalforecast", package="hierarchicalforecast", cache=options.cache)
    rows = []
    for items, groups in SIZES[: options.sizes]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "given.npz"
            np.savez(path, **given(items, groups))
            covariance = (items + groups) ** 2 * 8 / 1e9
            told = f"covariance alone {covariance:.1f} GB"
            if covariance < MOST_GIGABYTES:
                told = cell(run([peer.python, "-c", THEIRS, str(path)]))
            rows.append((f"{items:,}", groups, told, cell(run(python(OURS, path)))))
    report(
        "reconciling",
        title="Minimum trace of one shop: seconds of cores, the start of Python among them, and peak memory",
        data=f"drawn at random; {HORIZON} periods ahead, {PAST} periods of errors",
        columns=("items", "groups", f"hierarchicalforecast {peer.version}", "ours"),
        rows=rows,
    )


def given(items: int, groups: int) -> dict[str, np.ndarray]:
    """Means and errors of items and of groups: the total, and two ways to part the items."""
    generator = np.random.default_rng(0)
    counts = (9, groups - 10)
    labels = np.stack([np.arange(items) // (7 if level else 1) % count for level, count in enumerate(counts)])
    common = generator.standard_normal((groups, PAST))
    errors = generator.gamma(2.0, 2.0, (items, 1)) * generator.standard_normal((items, PAST)) + common[labels[1]]
    of_groups = [errors.sum(axis=0)[None]]
    of_groups += [np.stack([errors[own == label].sum(axis=0) for label in range(own.max() + 1)]) for own in labels]
    means = generator.gamma(2.0, 5.0, (items, HORIZON))
    sums = [means.sum(axis=0)[None]]
    sums += [np.stack([means[own == label].sum(axis=0) for label in range(own.max() + 1)]) for own in labels]
    wide = np.concatenate(sums)
    return {
        "items": means,
        "groups": wide * generator.uniform(0.9, 1.1, wide.shape),
        "labels": labels,
        "errors": np.concatenate([errors, *of_groups]),
    }


def cell(done: Run) -> str:
    """Seconds that cores worked, which hardly depend on what else they do, and memory."""
    return f"{done.busy:.1f} s, {done.gigabytes:.2f} GB"


if __name__ == "__main__":
    main()
