"""Effects of prices against a known truth, and real sales under the prices that came.

    python benchmarks/pricing_study.py FOLDER [--seeds 10] [--first 310] [--stores 83] [--keep LINES]

FOLDER holds Dominick's orange juice (oj_store_brand_week.parquet). Each market is drawn in twins, confounded and not,
with prices that differ between stores or not, at three levels of noise (see pricing_market.py). What was measured is
kept line by line, so that a run can be ended and taken up again.
"""

import argparse
import json
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from measuring import kept, report
from pricing_market import Market, Twin, market, real
from scipy import stats

from foresale.core.arrays import Numbers
from foresale.pricing.effects.estimate import find_elasticities
from foresale.pricing.effects.options import ElasticityOptions

NOISES = (0.2, 0.4, 0.8)
REACH = 0.2
"""Standard deviation of the logarithm of counterfactual prices."""
SITUATIONS = {
    "stores differ": {"stores_differ": True},
    "time only": {"stores_differ": False},
    "stores with shocks and costs": {"stores_differ": True, "local": True},
    "time only, with a cost": {"stores_differ": False},
}
_COST = {"stores with shocks and costs", "time only, with a cost"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=310, help="the first seed")
    parser.add_argument("--stores", type=int, default=83)
    parser.add_argument("--keep", type=Path, default=Path("pricing_study.jsonl"))
    asked = parser.parse_args()
    levels = real(asked.folder)
    done = {_key(line) for line in kept(asked.keep)}
    seeds = range(asked.first, asked.first + asked.seeds)
    for seed, noise, confounded, situation in product(seeds, NOISES, (False, True), SITUATIONS):
        line = {"seed": seed, "noise": noise, "confounded": confounded, "situation": situation}
        if _key(line) in done:
            continue
        twin = Twin(confounded=confounded, noise=noise, seed=seed, **SITUATIONS[situation])
        drawn = market(levels, twin, stores=asked.stores)
        line |= measured(drawn, cost="unit_cost" if situation in _COST else None)
        with asked.keep.open("a") as file:
            file.write(json.dumps(line) + "\n")
    lines = list(kept(asked.keep))
    _report(lines, asked.stores)


def _key(line: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(line[name] for name in ("seed", "noise", "confounded", "situation"))


def measured(drawn: Market, *, cost: str | None) -> dict[str, Any]:
    """What was found of a market, beside its truth."""
    start = time.perf_counter()
    found = find_elasticities(drawn.panel, ElasticityOptions(cost=cost))
    seconds = time.perf_counter() - start
    true = drawn.own.mean(axis=1)
    low, high = (found.own[name].to_numpy() for name in ("low", "high"))
    return {
        "design": found.design,
        "verdict": found.verdict,
        "error": (found.values - true).tolist(),
        "covered": ((low <= true) & (true <= high)).tolist(),
        "negative": (found.values < 0).tolist(),
        "wmape": counterfactual(drawn, found.values, found.estimates.cross),
        "wmape_level": counterfactual(drawn, true, _true_cross(drawn)),
        "regression": (log_log(drawn) - true).tolist(),
        "seconds": seconds,
    }


def log_log(drawn: Market) -> Numbers:
    """[B] what a regression of log sales on the log price says, with a level for each store."""
    sales = drawn.panel.sales.reshape(drawn.log_price.shape).astype(float)
    y = np.log(np.maximum(sales, 0.5))
    y, x = (values - values.mean(axis=2, keepdims=True) for values in (y, drawn.log_price))
    return np.asarray((x * y).sum(axis=(1, 2)) / (x * x).sum(axis=(1, 2)))


def counterfactual(drawn: Market, own: Numbers, cross: Numbers) -> float:
    """Error of expected units under prices that never were, as a share of all units.

    What the levels of stores and weeks say of demand without prices, and the effects, against the truth.
    """
    moved = drawn.log_price + np.random.default_rng(1).normal(0, REACH, drawn.log_price.shape)
    truth = drawn.demand(moved)
    sales = drawn.panel.sales.reshape(drawn.log_price.shape).astype(float)
    logs = np.log(np.maximum(sales, 0.5))
    rest = logs - effect(drawn.log_price, own, cross)
    store, week = rest.mean(axis=2, keepdims=True), rest.mean(axis=1, keepdims=True)
    level = store + week - rest.mean(axis=(1, 2), keepdims=True)
    left = np.exp(rest - level).mean(axis=(1, 2), keepdims=True)
    expected = np.exp(level + effect(moved, own, cross)) * left
    return float(np.abs(expected - truth).sum() / truth.sum())


def _true_cross(drawn: Market) -> Numbers:
    """[B, B] the effects of rivals' prices that the market was drawn with."""
    count = len(drawn.own)
    return np.asarray(drawn.cross / (count - 1) * (1 - np.eye(count)))


def effect(log_price: Numbers, own: Numbers, cross: Numbers) -> Numbers:
    """[B, S, T] what prices do to log sales: the own, and those of rivals."""
    return np.asarray(own[:, None, None] * log_price + np.tensordot(cross, log_price, axes=1))


def _report(lines: list[dict[str, Any]], stores: int) -> None:
    columns = [
        "prices",
        "twin",
        "noise",
        "design",
        "bias",
        "absolute error",
        "90 % holds",
        "negative",
        "said to be known",
        "warned",
        "WMAPE of other prices",
        "by the true elasticities",
        "bias of a regression",
        "s",
    ]
    report(
        "pricing_study",
        title="Elasticities against a known truth",
        data=f"levels and seasons of Dominick's orange juice, 11 brands × {stores} stores × 121 weeks, prices drawn",
        columns=columns,
        rows=list(_rows(lines)),
    )


def _rows(lines: list[dict[str, Any]]) -> Iterator[list[str]]:
    noises: tuple[float | str, ...] = (*NOISES, "all")
    for situation, confounded, noise in product(SITUATIONS, (False, True), noises):
        own = [
            line
            for line in lines
            if (line["situation"], line["confounded"]) == (situation, confounded) and noise in ("all", line["noise"])
        ]
        if not own:
            continue
        error, covered, negative, plain = (
            np.concatenate([line[name] for line in own]) for name in ("error", "covered", "negative", "regression")
        )
        verdicts = [line["verdict"] for line in own]
        yield [
            situation,
            "confounded" if confounded else "random",
            str(noise),
            "/".join({x["design"] for x in own}),
            f"{error.mean():+.3f}",
            f"{np.abs(error).mean():.3f}",
            _share(covered),
            _share(negative),
            f"{sum(v == 'identified' for v in verdicts)} of {len(own)}",
            f"{sum(v == 'unknown' for v in verdicts)} of {len(own)}",
            f"{np.mean([line['wmape'] for line in own]):.3f}",
            f"{np.mean([line['wmape_level'] for line in own]):.3f}",
            f"{plain.mean():+.2f}",
            f"{np.mean([line['seconds'] for line in own]):.1f}",
        ]


def _share(flags: Numbers) -> str:
    """A share with the interval that its number of cases leaves (Wilson 1927)."""
    result = stats.binomtest(int(flags.sum()), flags.size).proportion_ci(method="wilson")
    return f"{100 * flags.mean():.0f} % ({100 * result.low:.0f}–{100 * result.high:.0f})"


if __name__ == "__main__":
    main()
